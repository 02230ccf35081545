/**
 * What an entry of the service catalogue holds. Entries are data: a text in them may contain
 *
 * - `{partition}`, `{region}`, `{account}`: those of the key,
 * - `{suffix}`: how names of services end there: amazonaws.com, amazonaws.com.cn in China,
 * - `{source}`: SOURCE_ARN, `{sourceAccount}`: its account, or the key's where it names none,
 * - `{publisher}`: the service principal of the service that SOURCE_ARN is of.
 */

/** A service, and the statements that its documentation asks a key policy for. */
export interface ServiceEntry {
  /** As `--service` names it. */
  readonly name: string
  readonly title: string
  /** Who calls KMS, in words. */
  readonly calledBy: string
  readonly key: KeyNeed
  /** The first whose source fits is taken. */
  readonly uses: readonly ServiceUse[]
  /** What whoever uses the statements should know, each a sentence. */
  readonly notes: readonly string[]
}

/** The one kind of key that a service works with. */
export interface KeyNeed {
  readonly keySpec: string
  readonly keyUsage: string
  /** The only Region that the key may be in. */
  readonly region?: string
  readonly singleRegion?: true
}

/** One way in which a service uses keys. */
export interface ServiceUse {
  readonly purpose: string
  /** What SOURCE_ARN has to be; null for the use without one. */
  readonly source: SourceKind | null
  readonly statements: readonly ServiceStatement[]
  /** The address of the page that the statements are from. */
  readonly documentation: string
}

/** What a SOURCE_ARN may be the ARN of. */
export interface SourceKind {
  /** In words: `a log group`. */
  readonly what: string
  /** The ARN's service, with the service principal that stands for `{publisher}` where one does. */
  readonly services: Readonly<Record<string, string | null>>
  /** What the ARN ends in, after the account. */
  readonly resource: RegExp
  readonly example: string
  /** Whether the ARN names the key's Region, one, or none. */
  readonly region: 'same' | 'any' | 'none'
  /** Whether the ARN names an account, or none, as those of buckets and hosted zones. */
  readonly account: 'any' | 'none'
  /** Whether `*` and `?` in it mean something to the operators that compare it. */
  readonly wildcards: boolean
  /** An end with which consoles show the ARN, and which the service's requests do not have. */
  readonly dropped?: RegExp
}

/** Who a statement allows. */
export type ServicePrincipal =
  /** A service principal. */
  | { readonly service: string }
  /** A role, by its ARN. */
  | { readonly role: string }
  /**
   * Whoever uses the service, held to requests that the service makes: `ec2.{region}`, as kms:ViaService
   * names it. With `namedDirectly`, principals that are named are not held to it.
   */
  | { readonly callersVia: string; readonly namedDirectly?: true }

/** Operator → condition key → value. */
export type ServiceConditions = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface ServiceStatement {
  readonly sid: string
  readonly principal: ServicePrincipal
  readonly actions: readonly string[]
  readonly conditions?: ServiceConditions
}

/** "AWS services that are integrated with AWS KMS use only symmetric encryption KMS keys to encrypt your data." */
export const SYMMETRIC: KeyNeed = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' }
