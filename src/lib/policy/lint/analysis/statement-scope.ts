/** Which actions a statement is about, and what is known of the requests that it decides. */
import { KMS_ACTIONS, type KmsAction } from '../../catalogue/actions.js'
import { actionMatches } from '../../document/match.js'
import type { TypedStatement } from '../../document/model.js'
import type { Known } from './condition-eval.js'
import { carries } from './condition-keys.js'
import { accountOf, type Who } from './principal-match.js'
import { cut, type Facts } from './rule.js'

/** Whether a statement is about an action. */
export function isAbout({ actions }: TypedStatement, action: string): boolean {
  if (actions === null) return false
  return actions.members.some((pattern) => actionMatches(pattern, action)) !== actions.negated
}

/** The actions of KMS that a statement is about and that mean something in a key policy. */
export function actionsOf(statement: TypedStatement): KmsAction[] {
  return KMS_ACTIONS.filter(({ name, policy }) => policy !== 'iam' && isAbout(statement, name))
}

export function isAllow({ effect }: TypedStatement): boolean {
  return effect === 'Allow'
}

export function isDeny({ effect }: TypedStatement): boolean {
  return effect === 'Deny'
}

/** How messages name a statement's actions. */
export function actionsCalled({ actions }: TypedStatement): string {
  const { members = [], negated = false } = actions ?? {}
  const first = cut(members.slice(0, 3).join(', '))
  const list = members.length > 3 ? `${first} and ${members.length - 3} more` : first
  if (negated) return list === '' ? 'every action' : `every action but ${list}`
  return list === '' ? 'no action' : list
}

/** Keys that only come with calls that a service makes for itself. */
const OF_SERVICES = [
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
  'aws:principalservicename',
  'aws:principalservicenameslist',
]

/**
 * What is known of a call of an action by somebody of an account: which condition keys come with it, and
 * some of their values.
 */
export function knownOfCall(facts: Facts, action: KmsAction, who: Who | null): Known {
  const values = new Map<string, readonly string[] | null>()
  if (who?.type === 'service') {
    // What a service brings is its own affair, but that it belongs to no organization.
    for (const key of ['aws:principalorgid', 'aws:principalorgpaths']) values.set(key, null)
  } else {
    for (const key of OF_SERVICES) values.set(key, null)
    values.set('aws:principalisawsservice', ['false'])
    const accountId = (who === null ? null : accountOf(who)) ?? facts.accountId
    if (accountId !== undefined) {
      values.set('kms:calleraccount', [accountId])
      values.set('aws:principalaccount', [accountId])
    }
    if (who?.type === 'user' || who?.type === 'role') values.set('aws:principalarn', [who.arn])
  }
  if (facts.keySpec !== undefined) values.set('kms:keyspec', [facts.keySpec])
  if (facts.keyUsage !== undefined) values.set('kms:keyusage', [facts.keyUsage])
  if (facts.multiRegion !== undefined) values.set('kms:multiregion', [String(facts.multiRegion)])
  return {
    get(key) {
      if (values.has(key)) return values.get(key)
      return carries(action, key) ? undefined : null
    },
  }
}
