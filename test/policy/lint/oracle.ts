/**
 * The rules about the public and about lockouts, held to the oracle that decides requests as IAM does
 * (evaluator.ts): whom it lets in from outside must have been told, and whom a lockout names must be let in
 * by nothing.
 */
import fc from 'fast-check'
import { expect } from 'vitest'
import type {
  Condition,
  PolicyDocument,
  Statement,
} from '../../../src/lib/policy/document/document.js'
import { statementsOf } from '../../../src/lib/policy/document/document.js'
import { conditionClauses } from '../../../src/lib/policy/document/model.js'
import { type Caller, decide } from '../evaluator.js'
import { type Dice, diceOf } from '../support/dice.js'
import { ACCOUNT, arn, errors, found, OTHER, sts } from './support.js'

const STRANGE = '777788889999'
const KEY = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

const PRINCIPALS = [
  '*',
  arn('root'),
  ACCOUNT,
  arn('user/alice'),
  arn('role/team/app'),
  sts('assumed-role/app/one'),
  arn('root', OTHER),
  arn('role/x', OTHER),
]
const ACTIONS = ['kms:*', '*', 'kms:Put*', 'kms:PutKeyPolicy', 'kms:Decrypt', 'kms:Get*', 'kms:E*']

/** Keys, with values that name somebody, and values that do not. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'aws:PrincipalAccount': [ACCOUNT, OTHER, '*', '7777*', '${aws:PrincipalAccount}'],
  'kms:CallerAccount': [ACCOUNT, OTHER, '*'],
  'aws:PrincipalOrgID': ['o-exampleorgid', 'o-*', '*'],
  'aws:PrincipalOrgPaths': ['o-exampleorgid/r-1/*', 'o-*', '*'],
  'aws:PrincipalArn': [
    arn('role/team/app'),
    arn('user/*'),
    'arn:aws:iam::*:user/zoe',
    '*',
    `arn:aws:*::${ACCOUNT}:user/zoe`,
  ],
  'aws:PrincipalTag/team': ['shop', '*'],
  'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/0', '128.0.0.0/1'],
  'aws:SourceVpce': ['vpce-0123456789abcdef0', '*'],
  'aws:SourceArn': [`arn:aws:s3:::bucket`, '*'],
  'aws:SourceAccount': [ACCOUNT, '*'],
  'aws:SecureTransport': ['true', 'false'],
  'aws:PrincipalIsAWSService': ['true', 'false'],
  'aws:username': ['zoe', '*'],
  'aws:userid': ['AIDACKCEVSQ6C2EXAMPLE', '*'],
  'kms:EncryptionContext:App': ['shop', '*'],
  'kms:ViaService': ['s3.us-east-1.amazonaws.com', '*'],
}
const OPERATORS: readonly string[] = [
  'StringEquals',
  'StringNotEquals',
  'StringLike',
  'StringNotLike',
  'StringEqualsIfExists',
  'StringNotEqualsIfExists',
  'ForAllValues:StringLike',
  'ForAnyValue:StringLike',
  'ForAnyValue:StringNotLike',
  'ArnLike',
  'ArnNotLike',
]

function operatorFor(key: string, dice: Dice): string {
  if (dice.percent(10)) return 'Null'
  if (key === 'aws:SourceIp') return dice.pick(['IpAddress', 'NotIpAddress', 'IpAddressIfExists'])
  if (/Secure|IsAWS/.test(key)) return dice.pick(['Bool', 'BoolIfExists'])
  return dice.pick(OPERATORS.filter((one) => !one.includes('Arn') || /Arn$/.test(key)))
}

function condition(dice: Dice, least: number): Condition {
  const block: Condition = {}
  for (const key of dice.some(Object.keys(KEYS), least, 2)) {
    const operator = operatorFor(key, dice)
    const values = operator === 'Null' ? ['true', 'false'] : (KEYS[key] as readonly string[])
    block[operator] = {
      ...block[operator],
      [key]: dice.some(values, 1, operator === 'Null' ? 1 : 2),
    }
  }
  return block
}

interface Kind {
  readonly conditions: boolean
  readonly negations: boolean
}

function anyStatement(dice: Dice, kind: Kind): Statement {
  const who = { AWS: dice.some(PRINCIPALS, 1, 2) }
  const what = dice.some(ACTIONS, 1, 2)
  const not = (chance: number) => kind.negations && dice.percent(chance)
  return {
    Effect: dice.pick(['Allow', 'Allow', 'Deny']),
    ...(not(15) ? { NotPrincipal: who } : { Principal: who }),
    ...(not(15) ? { NotAction: what } : { Action: what }),
    Resource: '*',
    ...(kind.conditions && dice.percent(70) ? { Condition: condition(dice, 1) } : {}),
  }
}

function anyDocument(dice: Dice, kind: Kind): PolicyDocument {
  const count = dice.pick([1, 2, 3])
  return {
    Version: '2012-10-17',
    Statement: Array.from({ length: count }, () => anyStatement(dice, kind)),
  }
}

/** What the caller decides of a request's context: whatever a document asks for, or nothing. */
function freely(document: PolicyDocument, dice: Dice): Record<string, readonly string[]> {
  const context: Record<string, readonly string[]> = {}
  for (const { Condition: block } of statementsOf(document)) {
    for (const { key, values } of conditionClauses(block)) {
      const filled = dice.pick([...values, 'x']).replaceAll('*', dice.pick(['', 'zoe']))
      context[key.toLowerCase()] = dice.percent(25) ? [] : [filled]
    }
  }
  return context
}

/** What nobody chooses who calls for himself, and not as a service. */
const NO_SERVICE = {
  'aws:sourcearn': [],
  'aws:sourceaccount': [],
  'aws:principalisawsservice': ['false'],
}

function identity(caller: { readonly arn: string; readonly role?: string }, account: string) {
  return {
    ...NO_SERVICE,
    'aws:principalaccount': [account],
    'kms:calleraccount': [account],
    'aws:principalarn': [caller.role ?? caller.arn],
  }
}

/** Somebody of whom the policy knows nothing. */
function stranger(document: PolicyDocument, dice: Dice) {
  const path = dice.pick(['zoe', 'x/zoe', `x::${ACCOUNT}:user/zoe`])
  const caller: Caller = { type: 'user', arn: `arn:aws:iam::${STRANGE}:user/${path}` }
  const context = {
    ...freely(document, dice),
    ...identity(caller, STRANGE),
    'aws:userid': ['AIDASTRANGERSTRANGER0'],
    'aws:principalorgid': dice.pick([[], ['o-strangeorgid0']]),
    'aws:principalorgpaths': dice.pick([[], ['o-strangeorgid0/r-1/ou-1/']]),
    'aws:sourceip': [dice.pick(['198.51.100.7', '130.0.0.1'])],
    'aws:sourcevpce': dice.pick([[], ['vpce-99999999999999999']]),
  }
  return { caller, context, action: dice.pick(['kms:Decrypt', 'kms:Encrypt']) }
}

/**
 * Asks for strangers what policies let them do. Whom the oracle lets in the linter must have told of.
 *
 * @returns how many were let in, so that it is known that the requests look where the openings are
 */
export function admitStrangers(numRuns: number, seed: number): number {
  let admitted = 0
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const dice = diceOf(g)
      const document = anyDocument(dice, { conditions: true, negations: true })
      const told = found({ document, accountId: ACCOUNT })
      for (let count = 0; count < 4; count++) {
        const { caller, context, action } = stranger(document, dice)
        const request = { caller, context, action, resource: KEY, iam: true }
        if (decide(document, request) !== 'allow') continue
        admitted += 1
        if (told.includes('public-principal')) continue
        const through = (context as Record<string, readonly string[]>)['kms:viaservice'] ?? []
        if (through.length > 0 && told.includes('public-through-service')) continue
        throw new Error(
          `${JSON.stringify(document)} lets in ${JSON.stringify({ context, action })}`,
        )
      }
    }),
    { numRuns, seed },
  )
  return admitted
}

/** Callers of the key's account, named or not. */
const INSIDE: readonly Extract<Caller, { arn: string }>[] = [
  { type: 'root', arn: arn('root') },
  { type: 'user', arn: arn('user/alice') },
  { type: 'user', arn: arn('user/zoe') },
  { type: 'session', arn: sts('assumed-role/app/one'), role: arn('role/team/app') },
  { type: 'session', arn: sts('assumed-role/app/two'), role: arn('role/team/app') },
]

function putsPolicy(document: PolicyDocument, caller: (typeof INSIDE)[number], dice: Dice) {
  const context = {
    ...freely(document, dice),
    ...identity(caller, ACCOUNT),
    // PutKeyPolicy has none.
    'kms:encryptioncontext:app': [],
  }
  const request = { caller, context, action: 'kms:PutKeyPolicy', resource: KEY, iam: true }
  return decide(document, request) === 'allow'
}

/**
 * Asks for everybody of the account whether they can change policies. Whom the linter calls locked out the
 * oracle must let in by nothing.
 *
 * @returns how many policies lock all out
 */
export function tryLocked(numRuns: number, seed: number): number {
  let locked = 0
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const dice = diceOf(g)
      const document = anyDocument(dice, { conditions: true, negations: true })
      const all = errors({ document, accountId: ACCOUNT }).includes('lockout')
      if (all) locked += 1
      for (const caller of INSIDE) {
        const known = { document, accountId: ACCOUNT, callerArn: caller.arn }
        if (!all && !errors(known).includes('caller-lockout')) continue
        for (let count = 0; count < 3; count++) {
          if (putsPolicy(document, caller, dice)) {
            throw new Error(`${JSON.stringify(document)} lets ${caller.arn} change it`)
          }
        }
      }
    }),
    { numRuns, seed },
  )
  return locked
}

/** Without conditions nothing is unknown: who is locked out must be told, and nobody else. */
export function tellLocked(numRuns: number, seed: number): void {
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const dice = diceOf(g)
      const document = anyDocument(dice, { conditions: false, negations: false })
      const out = INSIDE.filter((caller) => !putsPolicy(document, caller, dice))
      const told = INSIDE.filter(({ arn: callerArn }) =>
        errors({ document, accountId: ACCOUNT, callerArn }).some((rule) =>
          rule.includes('lockout'),
        ),
      )
      expect({ document, told }).toEqual({ document, told: out })
      expect(errors({ document, accountId: ACCOUNT }).includes('lockout')).toBe(
        out.length === INSIDE.length,
      )
    }),
    { numRuns, seed },
  )
}
