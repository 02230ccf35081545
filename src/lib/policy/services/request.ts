/** `--service NAME[=SOURCE_ARN]`, read and checked as far as the key's Region tells. */

import { usageError } from '../../errors.js'
import { nearest } from '../document/nearest.js'
import { SERVICES } from './index.js'
import type { ServiceEntry, ServiceUse, SourceKind } from './model/service.js'

/** A service that is to be allowed, and the resource for which. */
export interface ServiceRequest {
  readonly entry: ServiceEntry
  readonly use: ServiceUse
  /** Null where the use takes no SOURCE_ARN. */
  readonly source: SourceArn | null
}

/** A SOURCE_ARN, taken apart. */
export interface SourceArn {
  readonly arn: string
  readonly partition: string
  readonly service: string
  readonly region: string
  readonly account: string
  readonly resource: string
}

/** Where the key is. */
export interface Place {
  readonly partition: string
  readonly region: string
}

/** The entry of a name; exit 2 with the names there are for any other. */
export function serviceNamed(name: string): ServiceEntry {
  const entry = SERVICES.find((one) => one.name === name)
  if (entry !== undefined) return entry
  const names = SERVICES.map((one) => one.name)
  const near = nearest(name, names)
  throw usageError(
    `service ${shown(name)} does not exist: ${near === undefined ? '' : `did you mean ${near}? `}choose one of ${names.join(', ')}`,
    ['see what each is for: kmsctl policy services'],
  )
}

/** What `--service` was given, the same twice being once. */
export function serviceRequests(texts: readonly string[], place: Place): ServiceRequest[] {
  return [...new Set(texts)].map((text) => serviceRequest(text, place))
}

function serviceRequest(text: string, place: Place): ServiceRequest {
  const at = text.indexOf('=')
  const entry = serviceNamed(at < 0 ? text : text.slice(0, at))
  if (at < 0) {
    const use = entry.uses.find(({ source }) => source === null)
    if (use !== undefined) return { entry, use, source: null }
    throw usageError(
      `service ${entry.name} needs the ARN of ${kinds(entry)}: --service ${entry.name}=${exampleOf(entry)}`,
      [explanation(entry)],
    )
  }
  const given = text.slice(at + 1)
  if (entry.uses.every(({ source }) => source === null)) {
    throw usageError(`service ${entry.name} takes no ARN: give --service ${entry.name} alone`, [
      explanation(entry),
    ])
  }
  const arn = parsed(given, entry)
  const use = entry.uses.find(({ source }) => source !== null && isOf(source, arn))
  if (use?.source == null) {
    throw usageError(
      `${shown(given)} is not the ARN of ${kinds(entry)}, which service ${entry.name} takes: such as ${exampleOf(entry)}`,
      [explanation(entry)],
    )
  }
  return { entry, use, source: placed(arn, use.source, entry, place) }
}

function kinds({ uses }: ServiceEntry): string {
  return uses.flatMap(({ source }) => (source === null ? [] : [source.what])).join(' or of ')
}

function exampleOf({ uses }: ServiceEntry): string {
  return uses.find(({ source }) => source !== null)?.source?.example ?? ''
}

function explanation({ name }: ServiceEntry): string {
  return `what it takes: kmsctl policy services ${name}`
}

/** Six fields; KMS takes no other characters in a policy, and no ARN of a resource has blanks or quotes. */
const ARN =
  /^arn:(aws(?:-[a-z]+)*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):([\x21\x23-\x5b\x5d-\x7e]+)$/
const LONGEST = 2048

function parsed(arn: string, entry: ServiceEntry): SourceArn {
  const [, partition, service, region, account, resource] = ARN.exec(arn) ?? []
  if (
    arn.length > LONGEST ||
    partition === undefined ||
    service === undefined ||
    region === undefined ||
    account === undefined ||
    resource === undefined
  ) {
    throw usageError(
      `${shown(arn)} is no ARN: service ${entry.name} takes that of ${kinds(entry)}, such as ${exampleOf(entry)}`,
      [explanation(entry)],
    )
  }
  return { arn, partition, service, region, account, resource }
}

function isOf(kind: SourceKind, arn: SourceArn): boolean {
  return (
    Object.hasOwn(kind.services, arn.service) &&
    kind.resource.test(arn.resource) &&
    (kind.account === 'none' ? arn.account === '' : arn.account !== '' || arn.service === 's3') &&
    (kind.region !== 'none' || arn.region === '')
  )
}

/** The ARN as the service's requests have it; exit 2 where it cannot be of this key's place. */
function placed(arn: SourceArn, kind: SourceKind, { name }: ServiceEntry, place: Place): SourceArn {
  if (arn.partition !== place.partition) {
    throw usageError(
      `${shown(arn.arn)} is of partition ${arn.partition}, but the key in Region ${place.region} is of ${place.partition}`,
    )
  }
  if (kind.region === 'same' && arn.region !== place.region) {
    throw usageError(
      `${shown(arn.arn)} is in Region ${arn.region || "''"}, but the key in ${place.region}: service ${name} uses keys of its own Region`,
      arn.region === '' ? [] : [`add --region ${arn.region}`],
    )
  }
  if (!kind.wildcards && /[*?]/.test(arn.resource)) {
    throw usageError(
      `${shown(arn.arn)} contains a wildcard, which would match nothing: service ${name} takes the whole ARN of ${kind.what}`,
    )
  }
  return kind.dropped === undefined ? arn : { ...arn, arn: arn.arn.replace(kind.dropped, '') }
}

function shown(text: string): string {
  const clipped = text.length > 200 ? `${text.slice(0, 200)}…` : text
  return /^[\x21-\x7e…]+$/u.test(clipped) ? clipped : JSON.stringify(clipped)
}
