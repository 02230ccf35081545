/** What a creation sends, and what tells it from another one. */
import { createHash } from 'node:crypto'
import type { PolicyDocument } from '../../policy/document/document.js'
import type { Wish } from '../../store/claims.js'
import type { Call } from '../change/calls.js'
import type { PolicyText } from '../policy/lint.js'
import type { ValidatedCreate } from '../rules/create.js'
import { CLAIM_TAG } from '../rules/tags.js'

/** Stands for the new key's ID in calls that are planned before there is one. */
const NEW_KEY = '<KeyId of the new key>'

type CreateKeyInput = Extract<Call, { operation: 'CreateKey' }>['input']

/** One wish for one key. */
export interface Intent {
  readonly wanted: ValidatedCreate
  /** CreateKey's input without the claim tag. */
  readonly input: CreateKeyInput
  /** The policy that is sent; null where KMS gives its default one. */
  readonly policy: PolicyDocument | null
  /** The same for every run that asks for just this key. */
  readonly hash: string
}

export function creationIntent(wanted: ValidatedCreate, policy: PolicyText | undefined): Intent {
  const tags = Object.entries(wanted.tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
  const input: CreateKeyInput = {
    KeySpec: wanted.keySpec,
    KeyUsage: wanted.keyUsage,
    Origin: wanted.origin,
    ...(wanted.multiRegion ? { MultiRegion: true } : {}),
    ...(wanted.description === '' ? {} : { Description: wanted.description }),
    ...(wanted.customKeyStoreId === undefined ? {} : { CustomKeyStoreId: wanted.customKeyStoreId }),
    ...(wanted.xksKeyId === undefined ? {} : { XksKeyId: wanted.xksKeyId }),
    ...(policy === undefined ? {} : { Policy: policy.text }),
    ...(tags.length === 0 ? {} : { Tags: tags }),
  }
  return { wanted, input, policy: policy?.document ?? null, hash: hashOf(wanted, input) }
}

/** What the key gets after CreateKey. */
export function wishOf({ aliases, rotation, disabled }: ValidatedCreate): Wish {
  return { aliases, rotation, disabled: disabled === true }
}

/**
 * The calls of a creation. All that CreateKey can take is in it, so that the key is never without its
 * policy and tags; the claim tag finds it again when the answer is lost.
 */
export function plannedCalls({ wanted, input }: Intent, claim: string | null): [Call, ...Call[]] {
  const tags = [...(input?.Tags ?? [])]
  if (claim !== null) tags.push({ TagKey: CLAIM_TAG, TagValue: claim })
  return [
    {
      operation: 'CreateKey',
      input: { ...input, ...(tags.length === 0 ? {} : { Tags: tags }) },
    },
    ...followUps(wishOf(wanted), NEW_KEY),
  ]
}

/**
 * What follows CreateKey. Rotation comes before disabling, because KMS refuses it on a disabled key
 * (docs/facts/key-states.csv).
 */
export function followUps({ aliases, rotation, disabled }: Wish, KeyId: string): Call[] {
  const { enabled, periodInDays } = rotation
  const period = periodInDays === null ? {} : { RotationPeriodInDays: periodInDays }
  return [
    ...aliases.map((AliasName): Call => {
      return { operation: 'CreateAlias', input: { AliasName, TargetKeyId: KeyId } }
    }),
    ...(enabled
      ? [{ operation: 'EnableKeyRotation', input: { KeyId, ...period } } satisfies Call]
      : []),
    ...(disabled ? [{ operation: 'DisableKey', input: { KeyId } } satisfies Call] : []),
  ]
}

/** Neither the order of tags and aliases nor the layout of the policy makes it another key. */
function hashOf(wanted: ValidatedCreate, input: CreateKeyInput): string {
  const { Policy, Tags, ...rest } = input ?? {}
  const asked = {
    ...rest,
    // Not asked for is the same as said to be off.
    MultiRegion: wanted.multiRegion === true,
    Policy: Policy === undefined ? null : (JSON.parse(Policy) as unknown),
    Tags: Object.fromEntries((Tags ?? []).map(({ TagKey, TagValue }) => [TagKey, TagValue])),
    ...wishOf(wanted),
    aliases: [...wanted.aliases].sort(),
  }
  return createHash('sha256')
    .update(JSON.stringify(sorted(asked)))
    .digest('hex')
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, member]) => [name, sorted(member)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}
