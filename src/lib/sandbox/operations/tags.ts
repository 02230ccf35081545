/** TagResource, UntagResource, ListResourceTags. */

import { requireState } from '../model/key-states.js'
import { refuseReserved, withTags } from '../model/tags.js'
import { required } from '../request/input-schema.js'
import * as member from '../request/input-types.js'
import { findKey } from '../request/key-ref.js'
import { page } from '../request/paging.js'
import { reading, writing } from '../request/request-context.js'

export const TagResource = writing(
  { KeyId: member.keyId, Tags: required(member.tags) },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    key.tags = withTags(key.tags, input.Tags)
    return undefined
  },
)

/** Removing a tag that is not there succeeds (API reference). */
export const UntagResource = writing(
  { KeyId: member.keyId, TagKeys: required(member.tagKeys) },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    refuseReserved(input.TagKeys)
    key.tags = key.tags.filter((tag) => !input.TagKeys.includes(tag.key))
    return undefined
  },
)

export const ListResourceTags = reading(
  { KeyId: member.keyId, Limit: member.limit50, Marker: member.marker },
  (call, input) => {
    const key = findKey(call, input.KeyId)
    requireState(call.operation, key)
    const { items, more } = page(call, input, {
      items: key.tags,
      id: (tag) => tag.key,
      defaultLimit: 50,
      scope: key.keyId,
    })
    return {
      Tags: items.map(({ key: TagKey, value: TagValue }) => ({ TagKey, TagValue })),
      ...more,
    }
  },
)
