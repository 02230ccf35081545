/** Edits of key policies: those that keep their meaning (IAM JSON policy reference), and those that need not. */
import {
  type Condition,
  listOf,
  type OneOrMany,
  type PolicyDocument,
  type Principal,
  type Statement,
  statementsOf,
} from '../../../src/lib/policy/document/document.js'
import type { Dice } from './dice.js'
import { ACCOUNT, anyCondition, anyStatement, OTHER_ACCOUNT } from './documents.js'

type Scalar = string | number | boolean

/** The same policy in another spelling: everything that has no meaning is chosen again. */
export function respelt(document: PolicyDocument, dice: Dice): PolicyDocument {
  const { Version, Id: _id, Statement: _statement, ...others } = document
  const statements = statementsOf(document).map((statement) => respeltStatement(statement, dice))
  const again = dice.percent(20) && statements.length > 0 ? [dice.pick(statements)] : []
  const version =
    Version === undefined || Version === '2008-10-17'
      ? dice.pick([{}, { Version: '2008-10-17' }])
      : { Version }
  return {
    ...version,
    ...(dice.percent(30) ? { Id: dice.pick(['x', 'y']) } : {}),
    ...others,
    Statement: oneOrMany(dice.shuffled([...statements, ...again]), dice),
  }
}

function respeltStatement(statement: Statement, dice: Dice): Statement {
  const { Sid: _sid, Principal, NotPrincipal, Action, NotAction, Condition, ...rest } = statement
  const entries: [string, unknown][] = [
    ...(dice.percent(50) ? [['Sid', dice.pick(['p', 'q', 'r'])] as [string, unknown]] : []),
    ...Object.entries(rest).map(([name, value]): [string, unknown] => [
      name,
      name === 'Resource' || name === 'NotResource'
        ? members(value as OneOrMany<string>, dice, (text) => text)
        : value,
    ]),
  ]
  const add = (name: string, value: unknown) => {
    if (value !== undefined) entries.push([name, value])
  }
  add('Principal', Principal && respeltPrincipal(Principal, dice))
  // Beside Principal, where IAM's grammar has no place for it, it is compared as it is written.
  const alone = Principal === undefined
  add('NotPrincipal', NotPrincipal && alone ? respeltPrincipal(NotPrincipal, dice) : NotPrincipal)
  add('Action', Action && members(Action, dice, (text) => cased(text, dice)))
  add('NotAction', NotAction && members(NotAction, dice, (text) => cased(text, dice)))
  if (Condition !== undefined) add('Condition', respeltCondition(Condition, dice))
  else if (dice.percent(20)) add('Condition', dice.pick([{}, { Bool: {} }]))
  return Object.fromEntries(dice.shuffled(entries)) as Statement
}

function respeltPrincipal(principal: Principal, dice: Dice): Principal {
  if (typeof principal === 'string') {
    return principal === '*' ? dice.pick<Principal>(['*', { AWS: '*' }, { AWS: ['*'] }]) : principal
  }
  const [kind, ...more] = Object.keys(principal)
  const ids = kind === 'AWS' && more.length === 0 ? listOf(principal.AWS) : []
  if (ids.length > 0 && ids.every((id) => id === '*') && dice.percent(30)) return '*'
  return Object.fromEntries(
    dice
      .shuffled(Object.entries(principal))
      .map(([name, names]) => [
        name,
        members(names, dice, (id) => (name === 'AWS' ? account(id, dice) : id)),
      ]),
  )
}

/** An account's ID or its root's ARN. */
function account(id: string, dice: Dice): string {
  const [, number = id] = /^arn:aws:iam::(\d{12}):root$/.exec(id) ?? []
  return /^\d{12}$/.test(number) ? dice.pick([number, `arn:aws:iam::${number}:root`]) : id
}

function respeltCondition(condition: Condition, dice: Dice): Condition {
  return Object.fromEntries(
    dice
      .shuffled(Object.entries(condition))
      .map(([operator, keys]) => [operator, respeltKeys(keys, dice)]),
  )
}

function respeltKeys(keys: Condition[string], dice: Dice): Condition[string] {
  const out: Condition[string] = {}
  for (const [key, values] of dice.shuffled(Object.entries(keys))) {
    const name = cased(key, dice)
    // Two that differ in letter case alone must both stay.
    const taken = name in out || (name !== key && name in keys)
    out[taken ? key : name] = members(values, dice, (value) => scalar(value, dice))
  }
  return out
}

/** true or "true", 7 or "7". */
function scalar(value: Scalar, dice: Dice): Scalar {
  if (typeof value !== 'string') return dice.percent(50) ? String(value) : value
  if ((value === 'true' || value === 'false') && dice.percent(50)) return value === 'true'
  return value === '30' && dice.percent(50) ? 30 : value
}

function members<T>(value: OneOrMany<T>, dice: Dice, spelt: (member: T) => T): OneOrMany<T> {
  const list = listOf(value)
  const again = dice.percent(20) && list.length > 0 ? [dice.pick(list)] : []
  return oneOrMany(dice.shuffled([...list, ...again]).map(spelt), dice)
}

function oneOrMany<T>(list: readonly T[], dice: Dice): OneOrMany<T> {
  const [only, ...more] = list
  return only !== undefined && more.length === 0 && dice.percent(50) ? only : [...list]
}

function cased(text: string, dice: Dice): string {
  return dice.pick([text, text.toLowerCase(), text.toUpperCase()])
}

/** One edit that may change the meaning: what people mistake for the same is well among them. */
export function changed(document: PolicyDocument, dice: Dice): PolicyDocument {
  const statements = statementsOf(structuredClone(document))
  if (statements.length === 0) return { ...document, Statement: [anyStatement(dice)] }
  const around = { ...structuredClone(document), Statement: statements }
  const edit = dice.pick(EDITS)
  const at = dice.pick(statements.map((_, index) => index))
  return edit(around, at, dice)
}

type Listed = PolicyDocument & { Statement: Statement[] }
type Edit = (document: Listed, at: number, dice: Dice) => PolicyDocument

/** An edit of one statement. */
function inside(edit: (statement: Statement, dice: Dice) => Statement): Edit {
  return (document, at, dice) => ({
    ...document,
    Statement: document.Statement.map((one, index) => (index === at ? edit(one, dice) : one)),
  })
}

/** An edit of one list of texts. */
function words(
  names: readonly (keyof Statement)[],
  edit: (list: string[], dice: Dice) => string[],
): Edit {
  return inside((statement, dice) => {
    const name = names.find((one) => statement[one] !== undefined)
    const value = name && statement[name]
    if (name === undefined || value === undefined) return statement
    if (typeof value === 'string' && name.endsWith('Principal')) {
      return { ...statement, [name]: { AWS: edit([value], dice) } }
    }
    if (typeof value === 'string' || Array.isArray(value)) {
      return { ...statement, [name]: edit(listOf(value as OneOrMany<string>), dice) }
    }
    const kinds = Object.entries(value as Record<string, OneOrMany<string>>)
    if (kinds.length === 0) return statement
    const [kind, ids] = dice.pick(kinds)
    return { ...statement, [name]: { ...(value as object), [kind]: edit(listOf(ids), dice) } }
  })
}

function swapped(one: keyof Statement, other: keyof Statement): Edit {
  return inside((statement) =>
    Object.fromEntries(
      Object.entries(statement).map(([name, value]) => [
        name === one ? other : name === other ? one : name,
        value,
      ]),
    ),
  )
}

/** An edit of one condition: its operator, key and values. */
function clause(
  edit: (clause: [string, string, Scalar[]], dice: Dice) => [string, string, Scalar[]][],
): Edit {
  return inside((statement, dice) => {
    const all = Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]): [string, string, Scalar[]] => [
        operator,
        key,
        listOf(values),
      ]),
    )
    if (all.length === 0) return { ...statement, Condition: anyCondition(dice) }
    const at = dice.pick(all.map((_, index) => index))
    const condition: Condition = {}
    for (const [operator, key, values] of all.flatMap((one, index) =>
      index === at ? edit(one, dice) : [one],
    )) {
      condition[operator] = { ...condition[operator], [key]: values }
    }
    return { ...statement, Condition: condition }
  })
}

function flipped(text: string): string {
  return text.replace(/[a-z]/i, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  )
}

const EDITS: readonly Edit[] = [
  (document, _at, dice) => ({
    ...document,
    Statement: [...document.Statement, anyStatement(dice)],
  }),
  (document, at) => ({ ...document, Statement: document.Statement.filter((_, i) => i !== at) }),
  (document) => ({
    ...document,
    Version: document.Version === '2012-10-17' ? '2008-10-17' : '2012-10-17',
  }),
  // What one statement says in two, which together say more.
  (document, at) => {
    const { Condition: _condition, ...bare } = document.Statement[at] as Statement
    return { ...document, Statement: [...document.Statement, bare] }
  },
  inside((statement) => ({ ...statement, Effect: statement.Effect === 'Deny' ? 'Allow' : 'Deny' })),
  inside((statement) => ({ ...statement, Effect: flipped(statement.Effect ?? '') })),
  swapped('Principal', 'NotPrincipal'),
  // Both at once, which IAM's grammar does not allow.
  inside((statement) => ({ Principal: '*', ...statement, NotPrincipal: { AWS: ACCOUNT } })),
  swapped('Action', 'NotAction'),
  swapped('Resource', 'NotResource'),
  inside(({ Condition: _condition, ...rest }) => rest),
  inside((statement, dice) => ({ ...statement, Condition: anyCondition(dice) })),
  inside((statement) => ({ ...statement, Principal: '*' })),
  // "*" is everybody under AWS alone, an account's ID its root there alone.
  inside(({ Principal, ...rest }) => ({
    ...rest,
    Principal: Object.fromEntries(
      Object.entries(typeof Principal === 'string' ? { AWS: Principal } : (Principal ?? {})).map(
        ([kind, ids]) => [kind === 'AWS' ? 'Service' : 'AWS', ids],
      ),
    ),
  })),
  inside((statement) => ({
    ...statement,
    Principal:
      typeof statement.Principal === 'object'
        ? (listOf(Object.values(statement.Principal)[0])[0] ?? '')
        : ACCOUNT,
  })),
  words(['Principal', 'NotPrincipal'], (list) => list.slice(1)),
  words(['Principal', 'NotPrincipal'], (list) =>
    list.map((one) => one.replace(/[a-z]+$/i, (name) => flipped(name))),
  ),
  words(['Principal', 'NotPrincipal'], (list) => list.map((one) => one.replace('aws:', 'aws-cn:'))),
  words(['Principal', 'NotPrincipal'], (list, dice) => [
    ...list,
    dice.pick(['*', OTHER_ACCOUNT, `arn:aws:iam::${ACCOUNT}:user/dave`, 'AIDAEXAMPLEID12345']),
  ]),
  words(['Principal', 'NotPrincipal'], (list) =>
    list.map((one) => one.replace(ACCOUNT, OTHER_ACCOUNT)),
  ),
  words(['Action', 'NotAction'], (list) => list.slice(1)),
  words(['Action', 'NotAction'], (list, dice) => [
    ...list,
    dice.pick(['kms:Sign', 'kms:*', 'kms:D*', 'kms:Decrypt']),
  ]),
  words(['Action', 'NotAction'], (list) => list.map((one) => `${one}*`)),
  words(['Action', 'NotAction'], (list) => list.map((one) => one.replace('*', '?'))),
  words(['Action', 'NotAction'], (list) => list.map((one) => ` ${one}`)),
  words(['Resource', 'NotResource'], (list) => list.map(flipped)),
  words(['Resource', 'NotResource'], () => ['arn:aws:kms:*:*:key/*']),
  clause(([operator, key, values]) => [[flipped(operator), key, values]]),
  clause(([operator, key, values]) => [[`${operator}IfExists`, key, values]]),
  clause(([operator, key, values]) => [[operator.replace('IfExists', ''), key, values]]),
  clause(([operator, key, values], dice) => [
    [`${dice.pick(['ForAnyValue:', 'ForAllValues:'])}${operator}`, key, values],
  ]),
  clause(([operator, key, values]) => [[operator.replace(/^For\w+:/, ''), key, values]]),
  clause(([operator, key, values]) => [[operator.replace('Equals', 'Like'), key, values]]),
  clause(([operator, key, values]) => [[operator.replace('Not', ''), key, values]]),
  clause(([operator, key, values]) => [[operator, key, values.slice(1)]]),
  clause(([operator, key, values], dice) => [[operator, key, [...values, dice.pick(['z', ''])]]]),
  clause(([operator, key, values]) => [
    [operator, key, values.map((value) => (typeof value === 'string' ? flipped(value) : value))],
  ]),
  clause(([operator, key, values]) => [[operator, `${key}x`, values]]),
  // An account is only text in a condition.
  clause(([operator, key, values]) => [
    [
      operator,
      key,
      values.map((value) => (value === ACCOUNT ? `arn:aws:iam::${ACCOUNT}:root` : value)),
    ],
  ]),
  // Either value, and both conditions: the same key twice, in another letter case.
  clause(([operator, key, values]) => [
    [operator, key, values.slice(0, 1)],
    [operator, key.toUpperCase(), values.slice(1)],
  ]),
]
