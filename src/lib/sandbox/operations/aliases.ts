/** CreateAlias, UpdateAlias, DeleteAlias, ListAliases. */

import { ServiceError } from '../http/service-error.js'
import { aliasArn } from '../model/arn.js'
import { limitExceeded, validation } from '../model/errors.js'
import { requireState } from '../model/key-states.js'
import type { Alias, Key } from '../model/model.js'
import * as member from '../request/input-types.js'
import { aliasMissing, findKey } from '../request/key-ref.js'
import { page } from '../request/paging.js'
import { type Call, reading, seconds, writing } from '../request/request-context.js'

const MOST_PER_KEY = 50

/**
 * What the pattern of the model still lets through. The prefix's sentence is recorded; moto has
 * the one about characters and NotAuthorizedException, with no message, for reserved names.
 */
function checkName(name: string): void {
  if (!name.startsWith('alias/')) {
    throw validation(
      'Alias must start with the prefix "alias/". Please see ' +
        'https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    )
  }
  if (name.startsWith('alias/aws/')) throw new ServiceError('NotAuthorizedException', '')
  if (name === 'alias/') {
    throw new ServiceError('InvalidAliasNameException', 'The alias has no name behind "alias/".')
  }
  if (name.includes(':')) throw validation(`${name} contains invalid characters for an alias`)
}

function findAlias(call: Call, name: string): Alias {
  const alias = call.home.aliases[name]
  if (alias === undefined) throw aliasMissing(call.region, name)
  return alias
}

function findTarget(call: Call, keyId: string): Key {
  const key = findKey(call, keyId)
  requireState(call.operation, key)
  return key
}

function requireRoom(call: Call, key: Key): void {
  const aliases = Object.values(call.home.aliases)
  if (aliases.filter((alias) => alias.targetKeyId === key.keyId).length >= MOST_PER_KEY) {
    throw limitExceeded(`${key.arn} has ${MOST_PER_KEY} aliases, the most that a key can have.`)
  }
}

const nameAndTarget = { AliasName: member.aliasName, TargetKeyId: member.keyId }

export const CreateAlias = writing(nameAndTarget, (call, input) => {
  const name = input.AliasName
  checkName(name)
  const key = findTarget(call, input.TargetKeyId)
  const arn = aliasArn(call.region, name)
  if (call.home.aliases[name] !== undefined) {
    throw new ServiceError('AlreadyExistsException', `An alias with the name ${arn} already exists`)
  }
  requireRoom(call, key)
  const { now } = call
  call.home.aliases[name] = { name, arn, targetKeyId: key.keyId, createdAt: now, updatedAt: now }
  return undefined
})

export const UpdateAlias = writing(nameAndTarget, (call, input) => {
  checkName(input.AliasName)
  const alias = findAlias(call, input.AliasName)
  const key = findTarget(call, input.TargetKeyId)
  const current = alias.targetKeyId === null ? undefined : call.home.keys[alias.targetKeyId]
  if (current !== undefined && kind(current) !== kind(key)) {
    // The API reference names the rule and not the error; this one is the sandbox's choice.
    throw validation(
      `Alias ${alias.arn} cannot move from ${current.arn} to ${key.arn}: both must be of the ` +
        'same type (symmetric, asymmetric or HMAC) and have the same key usage.',
    )
  }
  if (current?.keyId !== key.keyId) requireRoom(call, key)
  alias.targetKeyId = key.keyId
  alias.updatedAt = call.now
  return undefined
})

function kind(key: Key): string {
  const symmetric = key.keySpec === 'SYMMETRIC_DEFAULT' || key.keySpec.startsWith('HMAC_')
  return `${symmetric ? key.keySpec.split('_')[0] : 'asymmetric'} ${key.keyUsage}`
}

export const DeleteAlias = writing({ AliasName: member.aliasName }, (call, input) => {
  checkName(input.AliasName)
  delete call.home.aliases[findAlias(call, input.AliasName).name]
  return undefined
})

export const ListAliases = reading(
  { KeyId: member.optionalKeyId, Limit: member.limit100, Marker: member.marker },
  (call, input) => {
    const key = input.KeyId === undefined ? undefined : findKey(call, input.KeyId)
    const { items, more } = page(call, input, {
      items: Object.values(call.home.aliases),
      id: (alias) => alias.name,
      defaultLimit: 50,
      scope: key?.keyId ?? '',
      emptySecondPage: key === undefined,
      matches: (alias) => key === undefined || alias.targetKeyId === key.keyId,
    })
    return { Aliases: items.map(entry), ...more }
  },
)

function entry(alias: Alias): object {
  return {
    AliasName: alias.name,
    AliasArn: alias.arn,
    ...(alias.targetKeyId !== null && { TargetKeyId: alias.targetKeyId }),
    ...(alias.createdAt !== null && { CreationDate: seconds(alias.createdAt) }),
    ...(alias.updatedAt !== null && { LastUpdatedDate: seconds(alias.updatedAt) }),
  }
}
