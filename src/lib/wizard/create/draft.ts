/** A key as far as it has been described: flags of `create`, some given and some answered. */
import { KmsctlError } from '../../errors.js'
import { type CreateInput, validateCreate } from '../../kms/rules/create.js'
import { type CreateFlags, keyOf, policyWishes } from '../../kms/rules/create-flags.js'
import { CUSTOM_STORE_ORIGINS, type KeySpecFacts, keySpecFacts } from '../../kms/rules/key-spec.js'
import { rotationEligibility } from '../../kms/rules/rotation.js'
import { buildPolicy } from '../../policy/build/builder.js'
import { SERVICES } from '../../policy/services/index.js'
import { refuseOtherKind } from '../../policy/services/key-need.js'
import type { ServiceEntry } from '../../policy/services/model/service.js'
import { type Kind, kindOf, usageToName } from './kinds.js'

/** Where the key will be, and whose it is. */
export interface Place {
  readonly region: string
  readonly partition: string
  /** Null where STS cannot be asked. */
  readonly accountId: string | null
}

export interface Draft {
  readonly flags: CreateFlags
  /** What the command line said, of which nothing is asked. */
  readonly given: CreateFlags
  readonly kind?: Kind | undefined
  /** Of the file that `--policy` names, or as it was edited. */
  readonly policyText?: string | undefined
  /** A text that was edited and has no file yet. */
  readonly edited?: string | undefined
  /** The answers that an edited policy took the place of. */
  readonly built?: CreateFlags | undefined
  /** The service whose resource is asked for. */
  readonly service?: string | undefined
  /** What the last answer made unfit, in words. */
  readonly dropped: readonly string[]
}

/** What was typed on the command line, as the beginning of a draft. */
export function draftOf(given: CreateFlags, policyText: string | undefined): Draft {
  return { flags: given, given, kind: kindOf(given.spec, given.usage), policyText, dropped: [] }
}

/** The draft with other flags; those that are undefined, empty or as without them are left out. */
export function withFlags(draft: Draft, changes: CreateFlags): Draft {
  return { ...draft, flags: tidy({ ...draft.flags, ...changes }), dropped: [] }
}

function tidy(flags: CreateFlags): CreateFlags {
  const told = Object.entries(flags).filter(
    ([name, value]) =>
      value !== undefined &&
      (value !== false || name === 'rotation') &&
      !(Array.isArray(value) && value.length === 0),
  )
  return Object.fromEntries(told)
}

/** The flags that make the key: without the spec that goes without saying. */
export function finalFlags({ flags, given }: Draft): CreateFlags {
  const { spec, ...others } = tidy(flags)
  if (spec === 'SYMMETRIC_DEFAULT' && given.spec === undefined) return others
  return spec === undefined ? others : { spec, ...others }
}

/** Spec, usage and origin with their defaults, as far as they are known. */
export function kindFacts({ flags, kind }: Draft) {
  const { spec: keySpec = 'SYMMETRIC_DEFAULT', origin = 'AWS_KMS' } = flags
  const facts: KeySpecFacts | undefined = keySpecFacts(keySpec)
  const keyUsage = flags.usage ?? usageToName(kind, keySpec) ?? facts?.usages[0] ?? ''
  return { keySpec, keyUsage, origin, facts }
}

/** Whether such a key rotates, and why not. */
export function rotation(draft: Draft) {
  return rotationEligibility({
    keyManager: 'CUSTOMER',
    ...kindFacts(draft),
    customKeyStoreId: draft.flags['custom-key-store-id'],
  })
}

/** The services of the catalogue that can use such a key. */
export function fittingServices(draft: Draft, { region }: Place): ServiceEntry[] {
  return SERVICES.filter((entry) => unfit(entry, draft, region) === null)
}

/** What no key can be, or what the policy's builder cannot build, in one line; null where all is well. */
export function problemOf(draft: Draft, place: Place): string | null {
  // Administrators may still be named.
  const { flags, policyText } = withoutIdleLimit(draft)
  const { keyUsage } = kindFacts(draft)
  const { region, partition } = place
  return problemIn(() => {
    const key: CreateInput = { ...keyOf(flags), usage: keyUsage, region }
    if (key.aliases.length === 0) key.noAlias = true
    const wanted = validateCreate(key)
    if (policyText !== undefined) return
    const accountId = place.accountId ?? 'ACCOUNT'
    buildPolicy({ ...policyWishes(flags), ...wanted, region, partition, accountId })
  })
}

/** The message of the mistake that is found, or null. */
export function problemIn(check: () => unknown): string | null {
  try {
    check()
    return null
  } catch (error) {
    if (error instanceof KmsctlError && error.code === 'Usage') return error.message
    throw error
  }
}

/**
 * The draft without the answers that its kind or origin rules out, each named in `dropped`.
 */
export function fitting(draft: Draft, { region }: Place): Draft {
  const { flags } = draft
  const { keySpec, keyUsage, facts, origin } = kindFacts(draft)
  const dropped: string[] = []
  const without: Record<string, undefined | readonly string[]> = {}
  const drop = (names: readonly string[], why: string) => {
    for (const name of names) without[name] = undefined
    dropped.push(why)
  }
  if (facts !== undefined && !facts.origins.some((one) => one === origin)) {
    const store = ['custom-key-store-id', 'xks-key-id'] as const
    drop(
      ['origin', ...store],
      `origin ${origin} is dropped: a key of spec ${keySpec} has none such`,
    )
  }
  const kept: Draft = { ...draft, flags: tidy({ ...flags, ...without }) }
  const { eligible, reason } = rotation(kept)
  if (!eligible) {
    const asked = flags.rotation !== undefined || flags['rotation-period-days'] !== undefined
    if (asked) drop(['rotation', 'rotation-period-days'], `rotation is dropped: ${reason}`)
  }
  if (kept.flags.origin === 'EXTERNAL' && flags.disabled === true) {
    drop(['disabled'], 'disabled is dropped: a key that waits for its material cannot be disabled')
  }
  if (CUSTOM_STORE_ORIGINS.includes(kept.flags.origin ?? '') && flags['multi-region'] === true) {
    drop(['multi-region'], 'multi-Region is dropped: keys of a custom key store live in one Region')
  }
  const after: Draft = { ...kept, flags: tidy({ ...flags, ...without }) }
  const services = flags.service ?? []
  const fit = services.filter((text) => {
    const entry = SERVICES.find(({ name }) => name === text.split('=')[0])
    return entry === undefined || unfit(entry, after, region) === null
  })
  if (fit.length < services.length) {
    const lost = services.filter((text) => !fit.includes(text)).map((text) => text.split('=')[0])
    without.service = fit
    dropped.push(
      `${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'} dropped: no such service uses a key of spec ${keySpec} for ${keyUsage}`,
    )
  }
  return { ...draft, flags: tidy({ ...flags, ...without }), dropped }
}

/** What `--policy` excludes. */
const NO_WISHES: CreateFlags = {
  admin: undefined,
  user: undefined,
  'grant-user': undefined,
  account: undefined,
  service: undefined,
  'no-admin-delete': undefined,
  guardrails: undefined,
}

/** The draft with the policy that was edited, which takes the place of what was answered. */
export function withOwnPolicy(draft: Draft, path: string): Draft {
  return {
    ...withFlags(draft, { ...NO_WISHES, policy: path }),
    policyText: draft.edited,
    edited: undefined,
    built: draft.flags.policy === undefined ? wishesIn(draft.flags) : draft.built,
  }
}

/** The draft with a policy built from what was answered before it was edited. */
export function builtAgain(draft: Draft, place: Place): Draft {
  // They deny disabling a new key, and that was answered last.
  const guardrails = draft.flags.disabled === true ? undefined : draft.built?.guardrails
  const rest: Draft = { ...draft, policyText: undefined, edited: undefined, built: undefined }
  return fitting(withFlags(rest, { ...draft.built, guardrails, policy: undefined }), place)
}

function wishesIn(flags: CreateFlags): CreateFlags {
  const wished = Object.entries(flags).filter(([name]) => name in NO_WISHES)
  return Object.fromEntries(wished)
}

/** The draft without a limit on administrators where there are none. */
export function withoutIdleLimit(draft: Draft): Draft {
  const { flags } = draft
  if (flags['no-admin-delete'] !== true || (flags.admin ?? []).length > 0) return draft
  const dropped = 'what administrators may not do is dropped: there are none'
  return { ...withFlags(draft, { 'no-admin-delete': undefined }), dropped: [dropped] }
}

function unfit(entry: ServiceEntry, draft: Draft, region: string): string | null {
  const multiRegion = draft.flags['multi-region'] === true
  return problemIn(() => refuseOtherKind(entry, { ...kindFacts(draft), region, multiRegion }))
}
