/** What a rule is, and what it may look at. */
import type { PolicyDocument } from '../../document/document.js'
import type { TypedStatement } from '../../document/model.js'

/** A policy to be judged, with what is known of its key. Rules that need more than is known say nothing. */
export interface LintSubject {
  readonly document: PolicyDocument
  /** The text that is or would be sent, for its size and for names given twice. */
  readonly text?: string
  /** `aws`, `aws-cn`, …: of the key's Region. */
  readonly partition?: string
  /** The key's account. */
  readonly accountId?: string
  /** Who would set the policy, as STS names them. */
  readonly callerArn?: string
  /** The key's Region. */
  readonly region?: string
  readonly keySpec?: string
  readonly keyUsage?: string
  readonly multiRegion?: boolean
}

/** The subject, its statements typed once for all rules. */
export interface Facts extends LintSubject {
  readonly statements: readonly TypedStatement[]
}

/** One place where a rule applies. */
export interface Hit {
  /** Null where the whole document is meant. */
  readonly statement: TypedStatement | null
  /** What is wrong there, naming the value. */
  readonly message: string
  /** What to change. */
  readonly fix: string
}

export type Severity = 'error' | 'warning' | 'note'

/** A rule of the linter. Errors stop a policy from being sent; see docs/reference/policy-rules.md. */
export interface Rule {
  /** In kebab case; `--allow` takes it, so it never changes. */
  readonly id: string
  readonly severity: Severity
  /** What it finds, as a sentence without its end. */
  readonly finds: string
  /** The address of the document that it comes from. */
  readonly source: string
  check(facts: Facts): Hit[]
}

/** A rule's check that looks at one statement at a time. */
export function eachStatement(
  check: (statement: TypedStatement, facts: Facts) => readonly Omit<Hit, 'statement'>[],
): Rule['check'] {
  return (facts) =>
    facts.statements.flatMap((statement) =>
      check(statement, facts).map((hit) => ({ ...hit, statement })),
    )
}

/** More of a value is no help in a message. */
const LONGEST = 120

/** A value as messages show it: in quotes, and cut where it is long. */
export function shown(text: string): string {
  return JSON.stringify(cut(text))
}

/** A text, cut where it is longer than it should be. */
export function cut(text: string, longest = LONGEST): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

const GUIDE = 'https://docs.aws.amazon.com/kms/latest/developerguide'
const IAM = 'https://docs.aws.amazon.com/IAM/latest/UserGuide'

/** The documents that rules come from. */
export const SOURCES = {
  keyPolicy: `${GUIDE}/key-policy-overview.html`,
  defaultPolicy: `${GUIDE}/key-policy-default.html`,
  services: `${GUIDE}/key-policy-services.html`,
  otherAccounts: `${GUIDE}/key-policy-modifying-external-accounts.html`,
  permissions: `${GUIDE}/kms-api-permissions-reference.html`,
  conditions: `${GUIDE}/conditions-kms.html`,
  bestPractices: `${GUIDE}/iam-policies-best-practices.html`,
  put: 'https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html',
  invalidPrincipals: 'https://repost.aws/knowledge-center/kms-policy-error-invalid-principals',
  principal: `${IAM}/reference_policies_elements_principal.html`,
  notPrincipal: `${IAM}/reference_policies_elements_notprincipal.html`,
  notAction: `${IAM}/reference_policies_elements_notaction.html`,
  action: `${IAM}/reference_policies_elements_action.html`,
  effect: `${IAM}/reference_policies_elements_effect.html`,
  sid: `${IAM}/reference_policies_elements_sid.html`,
  version: `${IAM}/reference_policies_elements_version.html`,
  grammar: `${IAM}/reference_policies_grammar.html`,
  operators: `${IAM}/reference_policies_elements_condition_operators.html`,
  setOperators: `${IAM}/reference_policies_condition-single-vs-multi-valued-context-keys.html`,
  globalKeys: `${IAM}/reference_policies_condition-keys.html`,
  confusedDeputy: `${IAM}/confused-deputy.html`,
  identifiers: `${IAM}/reference_identifiers.html`,
  checks: `${IAM}/access-analyzer-reference-policy-checks.html`,
} as const
