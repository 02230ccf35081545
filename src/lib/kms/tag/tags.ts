import type { Session } from '../../aws/session.js'
import { KmsctlError, usageError } from '../../errors.js'
import type { Change, KeyMetadata, TagList } from '../../results.js'
import { type Plan, planKeyChange } from '../change/plan.js'
import { readTags } from '../key/describe.js'
import { requireState, resolveForChange, resolveKey } from '../key/resolve.js'
import { MOST_TAGS, parseTags } from '../rules/tags.js'

/** Every state in which KMS takes tags: all but pending deletion (docs/facts/key-states.csv, TagResource). */
const TAGGABLE = ['Enabled', 'Disabled', 'PendingImport', 'Unavailable', 'Creating', 'Updating']

export async function listTags(session: Session, text: string): Promise<TagList> {
  const { arn } = await resolveKey(session, text)
  return { tags: await readTags(session, arn) }
}

/** Plans setting tags: only those that differ are sent; a tag that exists gets the new value. */
export async function planSetTags(
  session: Session,
  text: string,
  pairs: readonly string[],
): Promise<Plan<Change>> {
  const wanted = parseTags(pairs)
  const key = await taggableKey(session, text)
  const present = await readTags(session, key.arn)
  const changed = Object.entries(wanted).filter(([name, value]) => present[name] !== value)
  const total = Object.keys({ ...present, ...wanted }).length
  if (total > MOST_TAGS) {
    throw new KmsctlError(
      'NotEligible',
      `key ${key.keyId} would have ${total} tags: a key can have ${MOST_TAGS}`,
      { hints: [`see them: kmsctl tag list ${key.keyId}`], details: { keyId: key.keyId } },
    )
  }
  return planKeyChange({
    session,
    key,
    calls:
      changed.length === 0
        ? []
        : [
            {
              operation: 'TagResource',
              input: {
                KeyId: key.arn,
                Tags: changed.map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
              },
            },
          ],
    holds: async () => {
      const now = await readTags(session, key.arn)
      return changed.every(([name, value]) => now[name] === value)
    },
  })
}

/** Plans removing tags; names that the key does not have are no error (API Reference, UntagResource). */
export async function planRemoveTags(
  session: Session,
  text: string,
  names: readonly string[],
): Promise<Plan<Change>> {
  for (const name of names) {
    if (/^aws:/i.test(name)) {
      throw usageError(`tag key ${name} is not yours to remove: aws: is reserved for AWS`)
    }
  }
  const key = await taggableKey(session, text)
  const present = await readTags(session, key.arn)
  const removed = [...new Set(names)].filter((name) => Object.hasOwn(present, name))
  return planKeyChange({
    session,
    key,
    calls:
      removed.length === 0
        ? []
        : [{ operation: 'UntagResource', input: { KeyId: key.arn, TagKeys: removed } }],
    holds: async () => {
      const now = await readTags(session, key.arn)
      return removed.every((name) => !Object.hasOwn(now, name))
    },
  })
}

async function taggableKey(session: Session, text: string): Promise<KeyMetadata> {
  const key = await resolveForChange(session, text)
  requireState(key, 'tagged', TAGGABLE)
  return key
}
