/** Requests that are about what a policy says: of its own words, and of outsiders. */
import {
  listOf,
  type PolicyDocument,
  type Statement,
  statementsOf,
} from '../../../src/lib/policy/document/document.js'
import type { Caller, Request } from '../evaluator.js'
import type { Dice } from './dice.js'
import { ACCOUNT, KEY_ARN, OTHER_ACCOUNT } from './documents.js'

const OUTSIDERS: readonly Caller[] = [
  { type: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/zoe` },
  { type: 'root', arn: `arn:aws:iam::${ACCOUNT}:root` },
  { type: 'user', arn: `arn:aws:iam::${OTHER_ACCOUNT}:user/zoe` },
  { type: 'user', arn: 'arn:aws:iam::777788889999:user/zoe' },
  {
    type: 'session',
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/app/two`,
    role: `arn:aws:iam::${ACCOUNT}:role/team/app`,
  },
  { type: 'service', name: 'events.amazonaws.com' },
  { type: 'anonymous' },
]
const OUTSIDE_ACTIONS = ['kms:Decrypt', 'kms:Sign', 'kms:PutKeyPolicy', 'kms:Newest']
/** Condition keys of every policy at random, for variables. */
const USERNAME = { 'aws:username': ['a'] }

/** The statements that one of two documents has and the other does not have in the same words. */
export function differing(one: PolicyDocument, other: PolicyDocument): Statement[] {
  const texts = [one, other].map((all) => statementsOf(all).map((each) => JSON.stringify(each)))
  return [one, other].flatMap((document, index) =>
    statementsOf(document).filter(
      (each) => !(texts[1 - index] as string[]).includes(JSON.stringify(each)),
    ),
  )
}

/** A request drawn up so that a statement is likely to be about it: mostly one of `focus`. */
export function requestFor(
  documents: readonly PolicyDocument[],
  focus: readonly Statement[],
  dice: Dice,
): Request {
  const statements = documents.flatMap(statementsOf)
  const all = statements.length === 0 ? [{}] : statements
  const statement = dice.pick(focus.length > 0 && dice.percent(80) ? focus : all)
  const callers = dice.percent(70) ? callersOf(statement) : statements.flatMap(callersOf)
  const caller =
    callers.length === 0 || dice.percent(20) ? dice.pick(OUTSIDERS) : dice.pick(callers)
  const pattern = dice.pick([...listOf(statement.Action ?? statement.NotAction), 'kms:Decrypt'])
  const context: Record<string, readonly string[]> = dice.percent(70) ? { ...USERNAME } : {}
  for (const one of dice.percent(30) ? [dice.pick(all), statement] : [statement]) {
    Object.assign(context, contextFor(one, dice))
  }
  return {
    caller,
    action: dice.percent(75) ? filled(pattern, dice) : dice.pick(OUTSIDE_ACTIONS),
    resource: dice.percent(90) ? KEY_ARN : KEY_ARN.replace('us-east-1', 'eu-west-1'),
    context,
    iam: dice.percent(50),
  }
}

/** Whoever a statement may name. */
export function callersOf({ Principal, NotPrincipal }: Statement): Caller[] {
  const named = [Principal, NotPrincipal].flatMap((element) => {
    if (element === undefined) return []
    return typeof element === 'string'
      ? [['AWS', element] as const]
      : Object.entries(element).flatMap(([kind, ids]) =>
          listOf(ids).map((id) => [kind, id] as const),
        )
  })
  return named.flatMap(([kind, id]) => callersNamed(kind, id))
}

function callersNamed(kind: string, id: string): Caller[] {
  if (kind === 'Service') return [{ type: 'service', name: id }]
  if (kind === 'Federated') return [{ type: 'provider', name: id }]
  const [, , service, , account, rest = ''] = id.split(':')
  if (/^\d{12}$/.test(id)) return callersNamed('AWS', `arn:aws:iam::${id}:root`)
  // Nobody reaches a key of another partition.
  if (!id.startsWith('arn:aws:')) return []
  if (rest === 'root') {
    const user: Caller = { type: 'user', arn: id.replace(/root$/, 'user/member') }
    return [user, { type: 'root', arn: id }]
  }
  if (service === 'sts' && rest.startsWith('assumed-role/')) {
    const [, name = ''] = rest.split('/')
    const role = `arn:aws:iam::${account}:role/${name === 'app' ? 'team/app' : name}`
    return [{ type: 'session', arn: id, role }]
  }
  if (service === 'sts') return [{ type: 'federated', arn: id }]
  if (rest.startsWith('role/')) {
    const name = rest.split('/').at(-1)
    const arn = `arn:aws:sts::${account}:assumed-role/${name}/one`
    return [{ type: 'session', arn, role: id }]
  }
  return rest.startsWith('user/') ? [{ type: 'user', arn: id }] : []
}

/** A context in which each condition of a statement often holds, often by a hair or not at all. */
function contextFor({ Condition = {} }: Statement, dice: Dice): Record<string, readonly string[]> {
  const context: Record<string, readonly string[]> = {}
  for (const [operator, keys] of Object.entries(Condition)) {
    for (const [key, values] of Object.entries(keys)) {
      const given = valuesFor(operator, listOf(values).map(String), dice)
      context[key.toLowerCase()] = given
    }
  }
  return context
}

function valuesFor(operator: string, values: readonly string[], dice: Dice): readonly string[] {
  if (dice.percent(15)) return []
  if (operator.includes('Null')) return dice.pick([[], ['a']])
  const near = values.flatMap((value) => [filled(value, dice), ...neighbours(value)])
  const words = [...near, 'z', '7', 'true', '203.0.113.9', 'arn:aws:s3:::bucket']
  const one = dice.percent(80) && near.length > 0 ? dice.pick(near) : dice.pick(words)
  return operator.startsWith('For') && dice.percent(60) ? [one, dice.pick(words)] : [one]
}

/** Values that a careless comparison takes for this one, and its neighbours in number and time. */
function neighbours(value: string): string[] {
  const number = Number(value)
  if (value !== '' && Number.isFinite(number)) return [`${number - 1}`, `${number + 1}`]
  if (/^\d{4}-/.test(value)) return ['2026-01-01T00:00:01Z', '2025-12-31T00:00:00Z', '2030-01-01']
  const address = value.split('/')[0] ?? ''
  return [
    value.toUpperCase(),
    value.toLowerCase(),
    `${value}x`,
    value.replace('${aws:username}', 'a'),
    ...(value.includes('/') && /^[\d.:a-f/]+$/.test(value) ? [address] : []),
  ]
}

/** A text that a pattern covers. */
function filled(pattern: string, dice: Dice): string {
  return pattern.replace(/[*?]/g, (mark) => (mark === '*' ? dice.pick(['', 'X', 'a:b']) : 'D'))
}
