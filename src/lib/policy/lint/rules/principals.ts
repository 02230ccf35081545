/** Principals that KMS refuses, or that are not who they seem. */
import type { TypedStatement } from '../../document/model.js'
import { accountOf, namedBy, type Who, whoIs } from '../analysis/principal-match.js'
import { eachStatement, type Facts, type Rule, SOURCES, shown } from '../analysis/rule.js'
import { actionsCalled, actionsOf, isAbout, isAllow } from '../analysis/statement-scope.js'

/** A rule about one type of principal. */
function onType<T extends Who['type']>(
  type: T,
  tell: (who: Extract<Who, { type: T }>) => { message: string; fix: string },
): Rule['check'] {
  return eachStatement((statement) =>
    namedBy(statement).flatMap((who) =>
      who.type === type ? [tell(who as Extract<Who, { type: T }>)] : [],
    ),
  )
}

export const PRINCIPAL_RULES: readonly Rule[] = [
  {
    id: 'ghost-principal',
    severity: 'error',
    finds:
      'A unique ID (AIDA…, AROA…) that stands for a user or role that was deleted: KMS refuses it when the policy is set',
    source: SOURCES.invalidPrincipals,
    check: onType('ghost', ({ id }) => ({
      message: `principal ${id} is what remains of a ${ghostKind(id)} that was deleted`,
      fix: 'remove it, or put in the ARN of who takes its place: a new one of the same name is somebody else',
    })),
  },
  {
    id: 'wildcard-in-principal',
    severity: 'error',
    finds: 'A wildcard within a principal: KMS refuses it',
    source: SOURCES.principal,
    check: onType('wildcard', ({ id }) => ({
      message: `principal ${shown(id)} contains a wildcard, which is not matched there`,
      fix: 'name each principal, or name the account and add an ArnLike condition on aws:PrincipalArn',
    })),
  },
  {
    id: 'group-principal',
    severity: 'error',
    finds: 'A group or instance profile as a principal: neither can be one',
    source: SOURCES.principal,
    check: onType('group', ({ id }) => ({
      message: `${id} cannot be a principal: groups and instance profiles are none`,
      fix: 'name the users of the group, or the role; or give the group an IAM policy',
    })),
  },
  {
    id: 'malformed-principal',
    severity: 'error',
    finds: 'A principal that is no principal: KMS refuses it',
    source: SOURCES.principal,
    check: onType('malformed', ({ id, why }) => ({
      message: `principal ${shown(id)} is none: ${why}`,
      fix: 'give an ARN of a user, role, session or root, a 12-digit account ID, or a service',
    })),
  },
  {
    id: 'foreign-partition',
    severity: 'error',
    finds:
      'A principal of another partition than the key’s: accounts of one know nothing of the others',
    source: SOURCES.principal,
    check: eachStatement((statement, facts) => {
      const own = partitionOf(facts)
      return namedBy(statement).flatMap((who) => {
        const other = 'partition' in who ? who.partition : null
        if (own === null || other === null || other === own) return []
        return [
          {
            message: `a principal of account ${accountOf(who)} is of partition ${other}, and the key of ${own}`,
            fix: `give an ARN that begins with arn:${own}:`,
          },
        ]
      })
    }),
  },
  {
    id: 'federated-principal',
    severity: 'warning',
    finds: 'An identity provider or a canonical user of S3: neither calls KMS by itself',
    source: SOURCES.principal,
    check: onType('other', ({ kind, id }) => ({
      message: `${kind} principal ${shown(id)} gives nobody access to a key`,
      fix: 'name the role that its users take',
    })),
  },
  {
    id: 'external-account-all',
    severity: 'warning',
    finds: 'Another account is allowed every action',
    source: SOURCES.otherAccounts,
    check: eachStatement((statement, facts) =>
      external(statement, facts).length > 0 && isAbout(statement, 'kms:PutKeyPolicy')
        ? [
            {
              message: `allows ${actionsCalled(statement)} to ${accounts(external(statement, facts))}: its administrators decide who uses the key`,
              fix: 'allow only the actions that are needed there; it cannot administer the key anyhow',
            },
          ]
        : [],
    ),
  },
  {
    id: 'external-account-nothing',
    severity: 'warning',
    finds: 'Another account is allowed only actions that KMS never takes from other accounts',
    source: SOURCES.permissions,
    check: eachStatement((statement, facts) => {
      const who = external(statement, facts)
      const actions = actionsOf(statement)
      if (who.length === 0 || actions.length === 0) return []
      if (actions.some(({ crossAccount }) => crossAccount)) return []
      return [
        {
          message: `${actionsCalled(statement)} cannot be called from ${accounts(who)}`,
          fix: 'remove it: these actions are for principals of the key’s own account',
        },
      ]
    }),
  },
  {
    id: 'external-account',
    severity: 'note',
    finds: 'Another account may use the key',
    source: SOURCES.otherAccounts,
    check: eachStatement((statement, facts) => {
      const who = external(statement, facts)
      if (who.length === 0 || isAbout(statement, 'kms:PutKeyPolicy')) return []
      if (!actionsOf(statement).some(({ crossAccount }) => crossAccount)) return []
      return [
        {
          message: `allows ${actionsCalled(statement)} to ${accounts(who)}`,
          fix: 'nothing, if that is meant; the other account has to allow it too, by an IAM policy',
        },
      ]
    }),
  },
]

function ghostKind(id: string): string {
  const kinds: Readonly<Record<string, string>> = { AIDA: 'user', AROA: 'role', AGPA: 'group' }
  return kinds[id.slice(0, 4)] ?? 'principal'
}

/** The key's partition: as it is known, else the only one that the document names. */
function partitionOf({ partition, statements }: Facts): string | null {
  if (partition !== undefined) return partition
  const [first] = statements.flatMap(({ principals }) =>
    (principals?.members ?? []).flatMap((one) => {
      const who = whoIs(one)
      return 'partition' in who && who.partition !== null ? [who.partition] : []
    }),
  )
  return first ?? null
}

/** Principals of other accounts whom a statement allows something. */
function external(statement: TypedStatement, { accountId }: Facts): Who[] {
  if (accountId === undefined || !isAllow(statement) || statement.principals?.negated) return []
  return namedBy(statement).filter((who) => ![null, accountId].includes(accountOf(who)))
}

function accounts(who: readonly Who[]): string {
  const ids = [...new Set(who.map(accountOf))]
  return `account${ids.length === 1 ? '' : 's'} ${ids.join(', ')}`
}
