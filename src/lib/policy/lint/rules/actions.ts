/** Actions that do not exist, do nothing, or give more than they seem to. */
import { KMS_ACTIONS } from '../../catalogue/actions.js'
import { actionMatches, actionsMatching, lowerCase, matches } from '../../document/match.js'
import type { TypedStatement } from '../../document/model.js'
import { nearest } from '../../document/nearest.js'
import { called, namedBy, type Who } from '../analysis/principal-match.js'
import { eachStatement, type Rule, SOURCES, shown } from '../analysis/rule.js'
import { actionsCalled, isAbout, isAllow } from '../analysis/statement-scope.js'

const NAMES = KMS_ACTIONS.map(({ name }) => name)
const WORDS = [...NAMES, 'kms:*']

function patterns({ actions }: TypedStatement): readonly string[] {
  return actions?.members ?? []
}

/** The service that an action names, in lower case; null where it names none. */
function serviceOf(action: string): string | null {
  const colon = action.indexOf(':')
  return colon === -1 ? null : lowerCase(action.slice(0, colon))
}

function reachesKms(pattern: string): boolean {
  return pattern === '*' || actionsMatching(pattern).length > 0
}

function suggestion(pattern: string): string | undefined {
  return nearest(serviceOf(pattern) === null ? `kms:${pattern}` : pattern, WORDS)
}

export const ACTION_RULES: readonly Rule[] = [
  {
    id: 'unknown-action',
    severity: 'error',
    finds: 'An action that KMS does not have, or a pattern that covers none',
    source: SOURCES.permissions,
    check: eachStatement((statement) =>
      patterns(statement)
        .filter((pattern) => pattern !== '' && !reachesKms(pattern) && !isForeign(pattern))
        .map((pattern) => {
          const near = suggestion(pattern)
          return {
            message: `${/[*?]/.test(pattern) ? 'pattern' : 'action'} ${shown(pattern)} ${
              /[*?]/.test(pattern) ? 'covers no action of KMS' : 'does not exist'
            }${near === undefined ? '' : `: did you mean ${near}?`}`,
            fix: near === undefined ? 'remove it' : `write ${near}`,
          }
        }),
    ),
  },
  {
    id: 'foreign-action',
    severity: 'error',
    finds: 'An action of another service: a key policy is about one key, and KMS alone',
    source: SOURCES.permissions,
    check: eachStatement((statement) =>
      patterns(statement)
        .filter(isForeign)
        .map((pattern) => {
          const own = pattern.replace(/^[^:]*/, 'kms')
          const meant = actionsMatching(own).length > 0
          return {
            message: `action ${shown(pattern)} is not of KMS${meant ? `: did you mean ${own}?` : ''}`,
            fix: meant
              ? `write ${own}`
              : 'remove it: it belongs into an IAM policy, or into the other service’s own',
          }
        }),
    ),
  },
  {
    id: 'iam-only-action',
    severity: 'warning',
    finds: 'An action that is on no key: a key policy neither allows nor denies it',
    source: SOURCES.permissions,
    check: eachStatement((statement) =>
      patterns(statement).flatMap((pattern) => {
        const covered = KMS_ACTIONS.filter(({ name }) => actionMatches(pattern, name))
        // RetireGrant stands in documented key policies of services, though the grant decides.
        if (covered.length === 0 || covered.some(({ policy }) => policy !== 'iam')) return []
        if (covered.some(({ name }) => name === 'kms:RetireGrant')) return []
        return [
          {
            message: `${pattern} has no effect in a key policy`,
            fix: 'allow or deny it in an IAM policy, on resource "*"',
          },
        ]
      }),
    ),
  },
  {
    id: 'not-action-allow',
    severity: 'warning',
    finds: 'An Allow with NotAction: it allows all the rest, what KMS will have later too',
    source: SOURCES.notAction,
    check: eachStatement((statement) =>
      isAllow(statement) && statement.actions?.negated
        ? [
            {
              message: `allows ${actionsCalled(statement)}`,
              fix: 'list the actions that are meant',
            },
          ]
        : [],
    ),
  },
  {
    id: 'create-grant-unlimited',
    severity: 'warning',
    finds:
      'CreateGrant without kms:GrantIsForAWSResource or another condition on the grant: whoever has it can pass the key on to anybody',
    source: SOURCES.bestPractices,
    check: eachStatement((statement) => {
      if (!isAllow(statement) || !isAbout(statement, 'kms:CreateGrant')) return []
      // Everything at once is told of administrators and other accounts by rules of their own.
      if (isAbout(statement, 'kms:PutKeyPolicy') || limitsGrants(statement)) return []
      return [
        {
          message: `lets ${whom(statement)} create grants for anybody`,
          fix: 'put kms:CreateGrant into a statement of its own with Bool kms:GrantIsForAWSResource true',
        },
      ]
    }),
  },
  {
    id: 'admin-uses-key',
    severity: 'note',
    finds: 'Somebody who may change the policy may also decrypt, or sign, with the key',
    source: SOURCES.bestPractices,
    check: (facts) => {
      const allows = facts.statements.filter(isAllow)
      const users = new Set(allows.filter(uses).flatMap((one) => named(one).map(called)))
      const administered = allows.filter((one) => isAbout(one, 'kms:PutKeyPolicy'))
      return administered.flatMap((statement) => {
        const both = named(statement).filter((who) => users.has(called(who)))
        if (both.length === 0) return []
        return [
          {
            statement,
            message: `${list(both)} may both change the policy and use the key`,
            fix: 'keep administrators and users apart, if your duties are to be separated',
          },
        ]
      })
    },
  },
]

function isForeign(pattern: string): boolean {
  const service = serviceOf(pattern)
  return service !== null && !matches(service, 'kms')
}

/** Conditions by which grants cannot be made for everything and everybody. */
const GRANT_KEYS = [
  'kms:grantisforawsresource',
  'kms:granteeprincipal',
  'kms:granteeserviceprincipal',
  'kms:grantoperations',
  'kms:grantconstrainttype',
  'kms:grantconstraintsourcearn',
  'kms:viaservice',
]

function limitsGrants({ conditions }: TypedStatement): boolean {
  return conditions.some(({ key }) => GRANT_KEYS.includes(lowerCase(key)))
}

const USES = ['kms:Decrypt', 'kms:Sign', 'kms:GenerateMac', 'kms:DeriveSharedSecret']

function uses(statement: TypedStatement): boolean {
  return USES.some((name) => isAbout(statement, name))
}

/** The users, roles and sessions of a statement. The account as a whole only delegates. */
function named(statement: TypedStatement): Who[] {
  if (statement.principals?.negated) return []
  return namedBy(statement).filter(({ type }) => ['user', 'role', 'session'].includes(type))
}

function whom(statement: TypedStatement): string {
  return list(namedBy(statement))
}

function list(all: readonly Who[]): string {
  const names = [...new Set(all.map(called))]
  return names.length > 2 ? `${names.length} principals` : names.join(' and ')
}
