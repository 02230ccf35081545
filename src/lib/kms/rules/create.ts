/** What `create` is asked for, checked as a whole before the first call, with its defaults filled in. */
import { usageError } from '../../errors.js'
import { nearest } from '../../policy/document/nearest.js'
import { aliasName } from './alias-name.js'
import {
  CUSTOM_STORE_ORIGINS,
  KEY_SPECS,
  KEY_USAGES,
  type KeySpec,
  type KeySpecFacts,
  type KeyUsage,
  keySpecFacts,
  ORIGINS,
  type Origin,
} from './key-spec.js'
import { description, rotationPeriodDays } from './limits.js'
import { rotationEligibility } from './rotation.js'
import { checkTags } from './tags.js'
import { oneOf, shown } from './wording.js'

/** A key as asked for: by flags, or by the wizard's answers. */
export interface CreateInput {
  aliases: string[]
  noAlias: boolean
  description?: string
  spec?: string
  usage?: string
  origin?: string
  customKeyStoreId?: string
  xksKeyId?: string
  multiRegion: boolean
  rotation?: boolean
  rotationPeriodDays?: number
  tags: Record<string, string>
  disabled: boolean
  claimTag: boolean
  region: string
}

/** What makes a key's kind, as asked for. */
export type KeyKind = Pick<CreateInput, 'spec' | 'usage' | 'origin' | 'region'>

/** A key that KMS's documents allow. */
export interface ValidatedCreate {
  /** Full names, `alias/…`. */
  aliases: string[]
  description: string
  keySpec: KeySpec
  keyUsage: KeyUsage
  origin: Origin
  customKeyStoreId?: string
  xksKeyId?: string
  multiRegion: boolean
  /** `periodInDays` null is KMS's own default, 365. */
  rotation: { enabled: boolean; periodInDays: number | null }
  tags: Record<string, string>
  disabled: boolean
}

/** Quota "Aliases per KMS key" (docs/facts/quotas.md). */
const MOST_ALIASES = 50

/** Checks the parts of a creation together and fills in the defaults; the first violation is thrown. */
export function validateCreate(input: CreateInput): ValidatedCreate {
  const aliases = validAliases(input)
  const { keySpec, keyUsage, origin } = validateKind(input)
  checkStore(input, origin)
  return {
    aliases,
    description: description(input.description ?? ''),
    keySpec,
    keyUsage,
    origin,
    ...(input.customKeyStoreId === undefined ? {} : { customKeyStoreId: input.customKeyStoreId }),
    ...(input.xksKeyId === undefined ? {} : { xksKeyId: input.xksKeyId }),
    multiRegion: input.multiRegion,
    rotation: validRotation(input, { keySpec, keyUsage, origin }),
    tags: checkTags(input.tags, { claimTag: input.claimTag }),
    disabled: validDisabled(input, origin),
  }
}

/** The kind of a key alone: spec, usage and origin, with their defaults. */
export function validateKind(
  input: KeyKind,
): Pick<ValidatedCreate, 'keySpec' | 'keyUsage' | 'origin'> {
  const keySpec = validSpec(input)
  const facts: KeySpecFacts = KEY_SPECS[keySpec]
  const keyUsage = validUsage(input, keySpec, facts)
  return { keySpec, keyUsage, origin: validOrigin(input, keySpec, facts) }
}

/** Contract 2: an alias or `--no-alias` is required. */
function validAliases(input: CreateInput): string[] {
  if (input.noAlias && input.aliases.length > 0) {
    throw usageError('--alias and --no-alias exclude each other: give one of them')
  }
  if (!input.noAlias && input.aliases.length === 0) {
    throw usageError('no alias is given: add --alias NAME, or --no-alias for a key without one')
  }
  const names = input.aliases.map(aliasName)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw usageError(`alias ${twice} is given twice: name it once`)
  if (names.length > MOST_ALIASES) {
    throw usageError(`${names.length} aliases are too many: a key can have ${MOST_ALIASES}`)
  }
  return names
}

/** CreateKey, KeySpec: "SM2 (China Regions only)", "ML-KEM key specs are not available in China Regions". */
function validSpec({ spec = 'SYMMETRIC_DEFAULT', region }: KeyKind): KeySpec {
  const facts = keySpecFacts(spec)
  if (facts === undefined) throw unknown('key spec', spec, Object.keys(KEY_SPECS))
  const china = region.startsWith('cn-')
  if (facts.chinaOnly && !china) {
    throw usageError(
      `key spec ${spec} is not possible in Region ${region}: only China Regions (cn-…) have it`,
    )
  }
  if (facts.notInChina && china) {
    throw usageError(`key spec ${spec} is not possible in Region ${region}: China Regions lack it`)
  }
  return spec as KeySpec
}

/** CreateKey, KeyUsage: which usages a spec has; needed where it has several. */
function validUsage({ usage }: KeyKind, keySpec: KeySpec, facts: KeySpecFacts): KeyUsage {
  if (usage === undefined) {
    if (facts.defaultUsage !== null) return facts.defaultUsage
    throw usageError(`key spec ${keySpec} needs --usage: ${oneOf(facts.usages)}`)
  }
  const known = KEY_USAGES.find((candidate) => candidate === usage)
  if (known === undefined) throw unknown('usage', usage, KEY_USAGES)
  if (!facts.usages.includes(known)) {
    const able = Object.entries<KeySpecFacts>(KEY_SPECS).filter(([, other]) =>
      other.usages.includes(known),
    )
    throw usageError(
      `usage ${usage} is not possible with ${keySpec}: such a key is for ${oneOf(facts.usages)}`,
      [`--spec with usage ${usage}: ${able.map(([name]) => name).join(', ')}`],
    )
  }
  return known
}

/** CreateKey, Origin: the custom key stores take SYMMETRIC_DEFAULT only. */
function validOrigin(
  { origin = 'AWS_KMS' }: KeyKind,
  keySpec: KeySpec,
  facts: KeySpecFacts,
): Origin {
  const known = ORIGINS.find((candidate) => candidate === origin)
  if (known === undefined) throw unknown('origin', origin, ORIGINS)
  if (!facts.origins.includes(known)) {
    throw usageError(
      `origin ${origin} is not possible with ${keySpec}: custom key stores hold only SYMMETRIC_DEFAULT keys`,
    )
  }
  return known
}

/** CreateKey, CustomKeyStoreId, XksKeyId and MultiRegion. */
function checkStore(input: CreateInput, origin: Origin): void {
  const { customKeyStoreId: store, xksKeyId: xks } = input
  if (store === '') throw usageError('--custom-key-store-id is empty: give the ID of a key store')
  if (xks === '') throw usageError('--xks-key-id is empty: give the ID of the external key')
  if (CUSTOM_STORE_ORIGINS.includes(origin)) {
    if (store === undefined) throw usageError(`origin ${origin} needs --custom-key-store-id`)
    if (input.multiRegion) {
      throw usageError(
        `--multi-region is not possible with origin ${origin}: keys of a custom key store live in one Region`,
      )
    }
  } else if (store !== undefined) {
    throw usageError(
      `custom key store ${shown(store)} is not possible with origin ${origin}: add --origin AWS_CLOUDHSM or --origin EXTERNAL_KEY_STORE`,
    )
  }
  if (origin === 'EXTERNAL_KEY_STORE') {
    if (xks === undefined) {
      throw usageError(`origin ${origin} needs --xks-key-id, the ID of the external key`)
    }
  } else if (xks !== undefined) {
    throw usageError(
      `external key ${shown(xks)} is not possible with origin ${origin}: --xks-key-id belongs to EXTERNAL_KEY_STORE`,
    )
  }
}

/** On by default where the key can rotate (contract 2); see `rotationEligibility`. */
function validRotation(
  input: CreateInput,
  key: { keySpec: KeySpec; keyUsage: KeyUsage; origin: Origin },
): ValidatedCreate['rotation'] {
  const period = input.rotationPeriodDays
  if (period !== undefined) rotationPeriodDays(period)
  if (period !== undefined && input.rotation === false) {
    throw usageError(
      '--rotation-period-days and --no-rotation exclude each other: give one of them',
    )
  }
  const { eligible, reason } = rotationEligibility({ keyManager: 'CUSTOMER', ...key })
  if (!eligible && (input.rotation === true || period !== undefined)) {
    const flag = input.rotation === true ? '--rotation' : '--rotation-period-days'
    throw usageError(`${flag} is not possible with this key: ${reason}`)
  }
  return { enabled: eligible && input.rotation !== false, periodInDays: period ?? null }
}

/** DisableKey in the key-state table: a key that waits for its material (PendingImport) cannot be disabled. */
function validDisabled({ disabled }: CreateInput, origin: Origin): boolean {
  if (disabled && origin === 'EXTERNAL') {
    throw usageError(
      '--disabled is not possible with origin EXTERNAL: the key waits for its material (PendingImport), and such a key cannot be disabled',
    )
  }
  return disabled
}

function unknown(what: string, value: string, words: readonly string[]): Error {
  const near = nearest(value, words)
  return usageError(
    `${what} ${shown(value)} does not exist: ${near === undefined ? '' : `did you mean ${near}? `}choose one of ${words.join(', ')}`,
  )
}
