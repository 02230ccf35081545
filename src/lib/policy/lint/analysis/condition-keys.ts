/** What the catalogue knows of the condition keys that a policy writes. */
import { KEY_CONDITION_KEYS, type KmsAction } from '../../catalogue/actions.js'
import { KMS_CONDITION_KEYS } from '../../catalogue/condition-keys.js'
import {
  GLOBAL_CONDITION_KEYS,
  type GlobalConditionKey,
} from '../../catalogue/global-condition-keys.js'
import { lowerCase } from '../../document/match.js'
import { nearest } from '../../document/nearest.js'

const KEYS: readonly GlobalConditionKey[] = [...KMS_CONDITION_KEYS, ...GLOBAL_CONDITION_KEYS]

/** Whether a condition key's name, free where it ends in `${…}` or `<…>`, is that of a key. Both in lower case. */
export function fits(name: string, key: string): boolean {
  const open = name.search(/[$<]/)
  if (open === -1) return name === key
  return key.startsWith(name.slice(0, open)) && key.length > open
}

/** What is known of a condition key, in whatever case it is written. */
export function conditionKey(written: string): GlobalConditionKey | undefined {
  const key = lowerCase(written)
  return KEYS.find(({ name }) => fits(lowerCase(name), key))
}

/** The condition key that was probably meant. */
export function nearestKey(written: string): string | undefined {
  return nearest(
    written,
    KEYS.map(({ name }) => name),
  )
}

/** Whether AWS has no such key. Other services and identity providers have keys that are not listed here. */
export function isUnknownKey(written: string): boolean {
  return /^(?:kms|aws):|^[^:]*$/i.test(written) && conditionKey(written) === undefined
}

/** Whether requests of an action carry a key. Of AWS's own keys only those of tags depend on the action. */
export function carries(action: KmsAction, written: string): boolean {
  const key = lowerCase(written)
  if (!/^(?:kms:|aws:requesttag\/|aws:tagkeys$)/.test(key)) return true
  const of = [...action.conditionKeys, ...KEY_CONDITION_KEYS, ...DEPRECATED]
  return of.some((name) => fits(lowerCase(name), key))
}

/** Old names of kms:KeySpec and kms:KeyUsage, which come with every action on a key too. */
const DEPRECATED = ['kms:CustomerMasterKeySpec', 'kms:CustomerMasterKeyUsage']
