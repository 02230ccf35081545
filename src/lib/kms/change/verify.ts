/** What a call leaves to be seen: how a change is looked up whose answer was lost (contract 6.7). */
import { errorCode } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { readAliases, readRotation, readTags } from '../key/describe.js'
import { isPendingDeletion } from '../key/metadata.js'
import { findKey, readMetadata } from '../key/resolve.js'
import { rotates } from '../rules/rotation.js'
import type { Call, Operation } from './calls.js'

/**
 * Calls that may be sent again when reads show that they did not happen: whatever took place meanwhile,
 * they only set what was asked for and take nothing from anybody. ScheduleKeyDeletion is none of them: it
 * would begin again a deletion that somebody has cancelled.
 */
const SETTING: ReadonlySet<Operation> = new Set([
  'CancelKeyDeletion',
  'CreateAlias',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'TagResource',
  'UntagResource',
  'UpdateKeyDescription',
])

export function isSetting({ operation }: Call): boolean {
  return SETTING.has(operation)
}

/** Whether reads show what a call asked for; undefined where none can tell. */
export async function shows(session: Session, call: Call): Promise<boolean | undefined> {
  switch (call.operation) {
    case 'CreateAlias':
    case 'UpdateAlias':
      return names(session, call.input.AliasName ?? '', call.input.TargetKeyId ?? '')
    case 'DeleteAlias':
      return (await findKey(session, call.input.AliasName ?? '')) === null
    case 'EnableKey':
      return (await metadataOf(session, call)).enabled
    case 'DisableKey':
      return !(await metadataOf(session, call)).enabled
    case 'ScheduleKeyDeletion':
      return isPendingDeletion((await metadataOf(session, call)).keyState)
    case 'CancelKeyDeletion':
      return !isPendingDeletion((await metadataOf(session, call)).keyState)
    case 'UpdateKeyDescription':
      return (await metadataOf(session, call)).description === call.input.Description
    case 'EnableKeyRotation': {
      const rotation = await readRotation(session, { arn: call.input.KeyId ?? '' })
      return rotates(rotation, call.input.RotationPeriodInDays ?? null)
    }
    case 'DisableKeyRotation':
      return !(await readRotation(session, { arn: call.input.KeyId ?? '' })).enabled
    case 'TagResource': {
      const tags = await readTags(session, call.input.KeyId ?? '')
      return (call.input.Tags ?? []).every(({ TagKey = '', TagValue }) => tags[TagKey] === TagValue)
    }
    case 'UntagResource': {
      const tags = await readTags(session, call.input.KeyId ?? '')
      return (call.input.TagKeys ?? []).every((name) => !Object.hasOwn(tags, name))
    }
    default:
      return undefined
  }
}

function metadataOf(session: Session, { input }: { input: { KeyId?: string | undefined } }) {
  return readMetadata(session, input.KeyId ?? '')
}

/** Whether an alias is the key's. A holder that may not be described is another one, or ours as listed. */
async function names(session: Session, alias: string, key: string): Promise<boolean> {
  const keyId = key.replace(/^.*key\//, '')
  try {
    return (await findKey(session, alias))?.keyId === keyId
  } catch (error) {
    if (errorCode(error) !== 'AccessDeniedException') throw error
    return (await readAliases(session, keyId)).includes(alias)
  }
}
