/**
 * Tags of CreateKey, ReplicateKey and TagResource. Codes and sentences as recorded (LocalStack);
 * lengths are a matter of members.ts.
 */

import { ServiceError } from '../http/service-error.js'
import type { Tag } from './model.js'

const MOST = 50

interface GivenTag {
  TagKey: string
  TagValue: string
}

/** The tags of a key that had `existing` and is given `given`. */
export function withTags(existing: readonly Tag[], given: readonly GivenTag[]): Tag[] {
  refuseReserved(given.map((tag) => tag.TagKey))
  const added = new Map<string, string>()
  for (const { TagKey, TagValue } of given) {
    if (added.has(TagKey)) throw tagError('Duplicate tag keys')
    added.set(TagKey, TagValue)
  }
  const all = new Map(existing.map(({ key, value }) => [key, value]))
  for (const [key, value] of added) all.set(key, value)
  if (all.size > MOST) throw tagError('Too many tags')
  return [...all].map(([key, value]) => ({ key, value }))
}

/** Tag keys that begin with aws:, in whatever case, belong to AWS. */
export function refuseReserved(tagKeys: readonly string[]): void {
  if (tagKeys.some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw tagError('Tags beginning with aws: are reserved')
  }
}

function tagError(message: string): ServiceError {
  return new ServiceError('TagException', message)
}
