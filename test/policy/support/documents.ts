/**
 * Key policies at random, of few words, so that two of them often meet. What IAM's grammar allows, and now
 * and then what it does not: a statement without an element, an operator that does not exist.
 */
import type {
  Condition,
  OneOrMany,
  PolicyDocument,
  Statement,
} from '../../../src/lib/policy/document/document.js'
import type { Dice } from './dice.js'

export const ACCOUNT = '111122223333'
export const OTHER_ACCOUNT = '444455556666'
export const KEY_ARN = `arn:aws:kms:us-east-1:${ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab`

const AWS_PRINCIPALS = [
  `arn:aws:iam::${ACCOUNT}:user/alice`,
  `arn:aws:iam::${ACCOUNT}:role/team/app`,
  `arn:aws:iam::${ACCOUNT}:root`,
  ACCOUNT,
  `arn:aws:iam::${OTHER_ACCOUNT}:root`,
  OTHER_ACCOUNT,
  '*',
  `arn:aws:sts::${ACCOUNT}:assumed-role/app/one`,
  `arn:aws:iam::${OTHER_ACCOUNT}:user/bob`,
  `arn:aws:sts::${ACCOUNT}:federated-user/carol`,
  'AROAEXAMPLEID12345',
  `arn:aws:iam::${ACCOUNT}:user/Alice`,
]
const SERVICES = ['logs.us-east-1.amazonaws.com', 'sns.amazonaws.com', '*']
const PROVIDERS = ['accounts.google.com', `arn:aws:iam::${ACCOUNT}:saml-provider/corp`]
const ACTION_WORDS = [
  'kms:Decrypt',
  'kms:*',
  'kms:Encrypt',
  'kms:GenerateDataKey*',
  'kms:ReEncrypt*',
  'kms:Get*',
  'KMS:decrypt',
  'kms:PutKeyPolicy',
  'kms:?ecrypt',
  '*',
  'kms:ScheduleKeyDeletion',
  'kms:Foo*',
  's3:GetObject',
]

interface Kind {
  readonly operators: readonly string[]
  readonly keys: readonly string[]
  readonly values: readonly (string | number | boolean)[]
}

/** Operators with the keys and values that are used with them. */
const KINDS: readonly Kind[] = [
  {
    operators: [
      'StringEquals',
      'StringLike',
      'StringNotEquals',
      'StringNotLike',
      'StringEqualsIgnoreCase',
      'StringNotEqualsIgnoreCase',
    ],
    keys: ['kms:ViaService', 'kms:EncryptionContext:dept', 'kms:CallerAccount', 'aws:TagKeys'],
    values: ['a', 'A', 'ab', 'a*', 'b', '${aws:username}', ACCOUNT, '', '7', 7],
  },
  {
    operators: ['Bool'],
    keys: ['kms:GrantIsForAWSResource', 'aws:SecureTransport'],
    values: ['true', 'false', true, false, 'True'],
  },
  {
    operators: [
      'NumericLessThan',
      'NumericEquals',
      'NumericNotEquals',
      'NumericGreaterThanEquals',
      'NumericLessThanEquals',
      'NumericGreaterThan',
    ],
    keys: ['kms:TrailingDaysWithoutKeyUsage', 'kms:RotationPeriodInDays'],
    values: ['30', 30, '7', '7.0', 90],
  },
  {
    operators: ['DateLessThan', 'DateGreaterThan', 'DateEquals', 'DateNotEquals'],
    keys: ['aws:CurrentTime', 'kms:ValidTo'],
    values: ['2026-01-01T00:00:00Z', '2027-01-01', '1767225600'],
  },
  {
    operators: ['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals'],
    keys: ['aws:SourceArn', 'aws:PrincipalArn'],
    values: [
      'arn:aws:s3:::bucket',
      'arn:aws:s3:::*',
      `arn:aws:iam::${ACCOUNT}:role/team/app`,
      'arn:aws:sns:*:*:t',
    ],
  },
  {
    operators: ['IpAddress', 'NotIpAddress'],
    keys: ['aws:SourceIp'],
    values: ['203.0.113.0/24', '203.0.113.7', '2001:db8::/32'],
  },
  {
    operators: ['BinaryEquals'],
    keys: ['kms:RecipientAttestation:PCR0'],
    values: ['QQ==', 'Qg=='],
  },
  {
    operators: ['Null'],
    keys: ['kms:ViaService', 'aws:SourceArn'],
    values: ['true', 'false', true],
  },
  { operators: ['stringEquals', 'StringIs'], keys: ['kms:ViaService'], values: ['a'] },
]

/** A policy of one to three statements. */
export function anyDocument(dice: Dice): PolicyDocument {
  const statements = dice.pick([[0], [0, 0], [0, 0, 0]]).map(() => anyStatement(dice))
  const [first] = statements
  return {
    ...dice.pick([{ Version: '2012-10-17' }, { Version: '2008-10-17' }, {}]),
    ...(dice.percent(20) ? { Id: 'key-policy' } : {}),
    Statement: statements.length === 1 && first && dice.percent(30) ? first : statements,
  }
}

export function anyStatement(dice: Dice): Statement {
  const statement: Statement = {
    ...(dice.percent(40) ? { Sid: dice.pick(['a', 'b', 'Enable IAM User Permissions']) } : {}),
    Effect: dice.percent(3) ? dice.pick(['allow', 'DENY']) : dice.pick(['Allow', 'Allow', 'Deny']),
    ...anyPrincipals(dice),
    ...anyActions(dice),
    ...anyResources(dice),
    ...(dice.percent(50) ? { Condition: anyCondition(dice) } : {}),
  }
  return Object.fromEntries(dice.shuffled(Object.entries(statement))) as Statement
}

function anyPrincipals(dice: Dice): Pick<Statement, 'Principal' | 'NotPrincipal'> {
  const principal = dice.percent(10)
    ? dice.pick(['*', '*', ACCOUNT])
    : Object.fromEntries(
        dice
          .some(
            [
              ['AWS', manyOf(dice, AWS_PRINCIPALS)],
              ...(dice.percent(20) ? [['Service', manyOf(dice, SERVICES)] as const] : []),
              ...(dice.percent(5) ? [['Federated', manyOf(dice, PROVIDERS)] as const] : []),
            ],
            1,
            3,
          )
          .map((entry) => entry as [string, OneOrMany<string>]),
      )
  if (dice.percent(2)) return {}
  if (dice.percent(1)) return { Principal: principal, NotPrincipal: '*' }
  return dice.percent(15) ? { NotPrincipal: principal } : { Principal: principal }
}

function anyActions(dice: Dice): Pick<Statement, 'Action' | 'NotAction'> {
  const actions = manyOf(dice, ACTION_WORDS)
  if (dice.percent(2)) return dice.pick([{}, { Action: [] }])
  return dice.percent(15) ? { NotAction: actions } : { Action: actions }
}

function anyResources(dice: Dice): Pick<Statement, 'Resource' | 'NotResource'> {
  if (dice.percent(85)) return { Resource: dice.pick<OneOrMany<string>>(['*', ['*']]) }
  const words = manyOf(dice, [KEY_ARN, 'arn:aws:kms:*:*:key/*', 'arn:aws:kms:*:*:alias/*', '*'])
  return dice.pick([{ Resource: words }, { NotResource: words }, {}])
}

export function anyCondition(dice: Dice): Condition {
  const condition: Condition = {}
  for (const _ of dice.pick([[1], [1, 2], [1, 2, 3]])) {
    const { operator, key, values } = anyClause(dice)
    condition[operator] = { ...condition[operator], [key]: values }
  }
  return condition
}

function anyClause(dice: Dice): {
  operator: string
  key: string
  values: OneOrMany<string | number | boolean>
} {
  const kind = dice.percent(3) ? (KINDS.at(-1) as Kind) : dice.pick(KINDS.slice(0, -1))
  const set = dice.percent(20) ? dice.pick(['ForAnyValue:', 'ForAllValues:']) : ''
  const operator = dice.pick(kind.operators)
  const ifExists = operator !== 'Null' && dice.percent(15) ? 'IfExists' : ''
  return {
    operator: `${set}${operator}${ifExists}`,
    key: dice.pick(kind.keys),
    values: dice.percent(2) ? [] : manyOf(dice, kind.values),
  }
}

/** One, or a list of one to three. */
export function manyOf<T>(dice: Dice, words: readonly T[]): OneOrMany<T> {
  const some = dice.some(words, 1, Math.min(3, words.length))
  return some.length === 1 && dice.percent(50) ? (some[0] as T) : some
}
