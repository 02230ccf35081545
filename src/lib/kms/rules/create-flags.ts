/** What `create` is asked for: the words of its command line, which the wizard's answers become too. */
import type { PolicyWishes } from '../../policy/build/builder.js'
import type { CreateInput } from './create.js'
import { type KeySpecFacts, keySpecFacts } from './key-spec.js'
import { parseTags } from './tags.js'

/** The flags of `create` by their names, as they were typed; what was not given is undefined or false. */
export interface CreateFlags {
  readonly alias?: readonly string[] | undefined
  readonly 'no-alias'?: boolean | undefined
  readonly description?: string | undefined
  readonly spec?: string | undefined
  readonly usage?: string | undefined
  readonly origin?: string | undefined
  readonly 'custom-key-store-id'?: string | undefined
  readonly 'xks-key-id'?: string | undefined
  readonly 'multi-region'?: boolean | undefined
  readonly policy?: string | undefined
  readonly admin?: readonly string[] | undefined
  readonly user?: readonly string[] | undefined
  readonly 'grant-user'?: readonly string[] | undefined
  readonly account?: readonly string[] | undefined
  readonly service?: readonly string[] | undefined
  readonly 'no-admin-delete'?: boolean | undefined
  readonly guardrails?: boolean | undefined
  readonly allow?: readonly string[] | undefined
  readonly rotation?: boolean | undefined
  readonly 'rotation-period-days'?: number | undefined
  readonly tag?: readonly string[] | undefined
  readonly disabled?: boolean | undefined
  readonly 'if-not-exists'?: boolean | undefined
  readonly 'no-claim-tag'?: boolean | undefined
  readonly settle?: number | undefined
  readonly wait?: number | undefined
  readonly 'no-journal'?: boolean | undefined
}

/**
 * The key that flags ask for; what was not given stays out of it.
 *
 * @throws KmsctlError `Usage` (2) for what is no tag
 */
export function keyOf(flags: CreateFlags): Omit<CreateInput, 'region'> {
  const given = {
    description: flags.description,
    spec: flags.spec,
    usage: flags.usage,
    origin: flags.origin,
    customKeyStoreId: flags['custom-key-store-id'],
    xksKeyId: flags['xks-key-id'],
    rotation: flags.rotation,
    rotationPeriodDays: flags['rotation-period-days'],
  }
  return {
    aliases: [...(flags.alias ?? [])],
    noAlias: flags['no-alias'] === true,
    multiRegion: flags['multi-region'] === true,
    tags: parseTags(flags.tag ?? []),
    disabled: flags.disabled === true,
    claimTag: flags['no-claim-tag'] !== true,
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
      [K in keyof typeof given]?: NonNullable<(typeof given)[K]>
    }),
  }
}

/** The builder's flags as wishes for a policy. */
export function policyWishes(
  flags: Pick<
    CreateFlags,
    'admin' | 'user' | 'grant-user' | 'account' | 'service' | 'no-admin-delete' | 'guardrails'
  >,
): PolicyWishes {
  return {
    admins: flags.admin ?? [],
    users: flags.user ?? [],
    grantUsers: flags['grant-user'] ?? [],
    accounts: flags.account ?? [],
    services: flags.service ?? [],
    adminDelete: flags['no-admin-delete'] !== true,
    guardrails: flags.guardrails === true,
  }
}

/**
 * Whether something is not said without which there is no key: its name, or that it has none, or what a key of a
 * spec with several usages is for.
 */
export function lacksAnswers(flags: CreateFlags): boolean {
  const { alias = [], spec = 'SYMMETRIC_DEFAULT', usage } = flags
  const facts: KeySpecFacts | undefined = keySpecFacts(spec)
  const unnamed = alias.length === 0 && flags['no-alias'] !== true
  return unnamed || (facts?.defaultUsage === null && usage === undefined)
}
