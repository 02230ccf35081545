/** From an entry of the catalogue to statements of a key policy. */
import type { Condition, OneOrMany, Principal, Statement } from '../document/document.js'
import { suffixOf } from '../document/partition.js'
import type { ServicePrincipal, ServiceStatement } from './model/service.js'
import type { Place, ServiceRequest, SourceArn } from './request.js'

/** What fills the gaps of a catalogue's text. */
export interface Situation extends Place {
  readonly accountId: string
  /** ARNs of who uses the service, where it acts for its caller; empty: every principal of the account. */
  readonly callers: readonly string[]
}

/** The statements that a service's documentation asks for, in this situation. */
export function serviceStatements(request: ServiceRequest, situation: Situation): Statement[] {
  const fill = filler(request, situation)
  return request.use.statements.map((statement) => ({
    Sid: statement.sid,
    Effect: 'Allow',
    Principal: principalOf(statement.principal, situation, fill),
    Action: oneOrMany(statement.actions),
    Resource: '*',
    ...conditionOf(statement, situation, fill),
  }))
}

type Fill = (text: string) => string

function filler({ use, source }: ServiceRequest, situation: Situation): Fill {
  const { partition, region, accountId } = situation
  const values: Readonly<Record<string, string | null>> = {
    partition,
    region,
    account: accountId,
    suffix: suffixOf(partition),
    source: source?.arn ?? null,
    sourceAccount: source?.account || accountId,
    publisher: publisherOf(use.source?.services ?? {}, source),
  }
  return (text) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name] ?? null
      if (value === null) throw new Error(`the catalogue's ${text} has nothing for ${name}`)
      return value
    })
}

function publisherOf(
  services: Readonly<Record<string, string | null>>,
  source: SourceArn | null,
): string | null {
  return source === null ? null : (services[source.service] ?? null)
}

function principalOf(principal: ServicePrincipal, { callers }: Situation, fill: Fill): Principal {
  if ('service' in principal) return { Service: fill(principal.service) }
  if ('role' in principal) return { AWS: fill(principal.role) }
  // As in the policies of AWS managed keys: every principal of the account, held by the condition.
  return { AWS: callers.length === 0 ? '*' : oneOrMany(callers) }
}

function conditionOf(
  { principal, conditions = {} }: ServiceStatement,
  situation: Situation,
  fill: Fill,
): { Condition?: Condition } {
  const filled: Condition = {}
  const add = (operator: string, key: string, value: OneOrMany<string>) => {
    filled[operator] = { ...filled[operator], [key]: value }
  }
  if ('callersVia' in principal && !(principal.namedDirectly && situation.callers.length > 0)) {
    const names = viaServices(fill(principal.callersVia), situation.partition)
    const wildcard = names.some((name) => name.includes('*'))
    add(wildcard ? 'StringLike' : 'StringEquals', 'kms:ViaService', oneOrMany(names))
    add('StringEquals', 'kms:CallerAccount', oneOrMany(accountsOf(situation)))
  }
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, value] of Object.entries(keys)) add(operator, key, fill(value))
  }
  return Object.keys(filled).length === 0 ? {} : { Condition: filled }
}

/**
 * The values of kms:ViaService. AWS documents `SERVICE.REGION.amazonaws.com` and no other partition's
 * ending. Only services set the key, so that naming both endings opens nothing.
 */
function viaServices(name: string, partition: string): string[] {
  return [...new Set(['amazonaws.com', suffixOf(partition)])].map((suffix) => `${name}.${suffix}`)
}

/** The accounts of the callers: their own where they are named. */
function accountsOf({ callers, accountId }: Situation): string[] {
  const named = callers.map((arn) => arn.split(':')[4] ?? accountId)
  return named.length === 0 ? [accountId] : [...new Set(named)]
}

function oneOrMany(items: readonly string[]): OneOrMany<string> {
  const [first, ...others] = items
  return first !== undefined && others.length === 0 ? first : [...items]
}
