/** The review: everything that is about to be made, and what can be changed of it. */

import type { ValidatedCreate } from '../../kms/rules/create.js'
import { CUSTOM_STORE_ORIGINS } from '../../kms/rules/key-spec.js'
import type { PolicyDocument } from '../../policy/document/document.js'
import { explainPolicy } from '../../policy/explain/explain.js'
import { stopping } from '../../policy/lint/index.js'
import type { Finding, NewKeyPrice } from '../../results.js'
import type { CreationReview } from '../../views/review.js'
import type { Choice, Question } from '../question.js'
import { commandWords, shellLine } from './command-line.js'
import {
  type Draft,
  finalFlags,
  fittingServices,
  kindFacts,
  type Place,
  rotation,
} from './draft.js'

/** A key that would be made, as `create` sees it. */
export interface Examined {
  readonly wanted: ValidatedCreate
  /** KMS's own where none is asked for; null where its account is not known. */
  readonly document: PolicyDocument | null
  readonly findings: readonly Finding[]
  readonly warnings: readonly string[]
  readonly price: NewKeyPrice
}

/** What can be chosen at the review, besides the values of the menu. */
export const CREATE = 'create'
export const CHANGE = 'change'
export const LEAVE = 'leave'

/**
 * What the review shows.
 *
 * @param target flags that say where the run goes, as words
 */
export function reviewOf(
  draft: Draft,
  examined: Examined,
  place: Place,
  target: readonly string[],
): CreationReview {
  const { wanted, document, findings, price } = examined
  const { accountId } = place
  const facts = {
    ...{ keySpec: wanted.keySpec, keyUsage: wanted.keyUsage, partition: place.partition },
    ...{ origin: wanted.origin, multiRegion: wanted.multiRegion },
  }
  return {
    settings: settingsOf(draft, wanted, place),
    document,
    access:
      document === null
        ? null
        : explainPolicy(document, { ...facts, ...(accountId === null ? {} : { accountId }) }),
    findings,
    price,
    warnings: examined.warnings,
    command: `kmsctl ${shellLine([...commandWords(finalFlags(draft)), ...target])}`,
  }
}

function settingsOf(
  draft: Draft,
  wanted: ValidatedCreate,
  { accountId, region }: Place,
): [string, string][] {
  const { flags } = draft
  const tags = Object.entries(wanted.tags).map(([name, value]) => `${name}=${value}`)
  const none = 'none'
  const list = (words: readonly string[] = [], empty = none) => words.join(', ') || empty
  const own = flags.policy !== undefined
  const wishes: [string, string][] = [
    ['Administrators', list(flags.admin, 'as IAM policies decide')],
    ['Users', list(flags.user, 'as IAM policies decide')],
    ...some('Grant users', flags['grant-user']),
    ...some('Other accounts', flags.account),
    ...some('Services', flags.service),
    ...(flags['no-admin-delete'] === true
      ? [['Deletion', 'not by administrators'] as [string, string]]
      : []),
    ...(flags.guardrails === true
      ? [['Guardrails', 'no deleting or disabling soon after use'] as [string, string]]
      : []),
  ]
  return [
    ['Account', accountId ?? 'unknown'],
    ['Region', region],
    ['Alias', list(wanted.aliases)],
    ['Description', wanted.description || none],
    ['Spec', wanted.keySpec],
    ['Usage', wanted.keyUsage],
    ['Origin', wanted.origin],
    ...some('Key store', one(wanted.customKeyStoreId)),
    ...some('External key', one(wanted.xksKeyId)),
    ['Multi-Region', wanted.multiRegion ? 'yes' : 'no'],
    ['Rotation', rotationWords(draft, wanted)],
    ['Tags', list(tags)],
    ['State', wanted.origin === 'EXTERNAL' ? 'waits for its key material' : stateWords(wanted)],
    ...(own ? [['Policy', `of ${flags.policy}`] as [string, string]] : wishes),
    ...some('Allowed', flags.allow),
  ]
}

function some(label: string, words: readonly string[] = []): [string, string][] {
  return words.length === 0 ? [] : [[label, words.join(', ')]]
}

function one(word: string | undefined): string[] {
  return word === undefined ? [] : [word]
}

function stateWords({ disabled }: ValidatedCreate): string {
  return disabled ? 'disabled' : 'enabled'
}

function rotationWords(draft: Draft, wanted: ValidatedCreate): string {
  const { eligible, reason } = rotation(draft)
  if (!eligible) return `off: ${reason}`
  if (!wanted.rotation.enabled) return 'off'
  return `every ${wanted.rotation.periodInDays ?? 365} days`
}

/** The rules that keep the policy from being sent, each once. */
export function refusedBy(draft: Draft, findings: readonly Finding[]): string[] {
  const errors = stopping(findings, 'error', draft.flags.allow ?? [])
  return [...new Set(errors.map(({ rule }) => rule))]
}

/**
 * The question below the review.
 *
 * @param problem why the key cannot be made as it is, or null
 */
export function reviewQuestion(
  draft: Draft,
  findings: readonly Finding[],
  problem: string | null,
  dryRun: boolean,
): Question {
  const rules = refusedBy(draft, findings)
  const blocked =
    problem ?? (rules.length === 0 ? null : `the policy is refused: ${rules.join(', ')}`)
  const create: Choice = dryRun
    ? { value: CREATE, label: 'Show the calls', hint: 'a dry run: nothing is sent' }
    : { value: CREATE, label: 'Create the key' }
  return {
    id: 'review',
    kind: 'select',
    message: dryRun ? 'Show the calls that create this key?' : 'Create this key?',
    help:
      blocked === null
        ? 'Nothing has been created yet.'
        : `Nothing has been created, and it cannot be so: ${blocked}.`,
    choices: [
      blocked === null ? create : { ...create, disabled: blocked },
      { value: CHANGE, label: 'Change something', hint: 'tags, rotation, services and the rest' },
      { value: LEAVE, label: 'Leave', hint: 'create nothing' },
    ],
    default: blocked === null ? CREATE : CHANGE,
  }
}

/** What can be changed, each with how it is. */
export function menuQuestion(
  draft: Draft,
  findings: readonly Finding[],
  place: Place,
  hasPolicy: boolean,
): Question {
  const { flags } = draft
  const { keySpec, keyUsage, origin } = kindFacts(draft)
  const list = (words: readonly string[] = []) => words.join(', ') || 'none'
  const own = flags.policy === undefined ? {} : { disabled: 'the policy is a text of its own' }
  const { eligible, reason } = rotation(draft)
  const stored = CUSTOM_STORE_ORIGINS.includes(origin)
  const choices: Choice[] = [
    ...(refusedBy(draft, findings).length > 0 || flags.allow !== undefined
      ? [{ value: 'allow', label: 'Rules the policy may break', hint: list(flags.allow) }]
      : []),
    {
      value: 'kind',
      label: 'Kind of key',
      hint: `${keySpec}, ${keyUsage}`,
      ...(stored ? { disabled: 'key stores hold SYMMETRIC_DEFAULT keys alone' } : {}),
    },
    { value: 'alias', label: 'Alias', hint: list(flags.alias) },
    { value: 'description', label: 'Description', hint: flags.description ?? 'none' },
    { value: 'admin', label: 'Administrators', hint: list(flags.admin), ...own },
    { value: 'user', label: 'Users', hint: list(flags.user), ...own },
    { value: 'grant-user', label: 'Grant users', hint: list(flags['grant-user']), ...own },
    { value: 'account', label: 'Other accounts', hint: list(flags.account), ...own },
    {
      value: 'service',
      label: 'AWS services',
      hint: list(flags.service),
      ...(fittingServices(draft, place).length === 0
        ? { disabled: 'none of the catalogue uses such a key' }
        : {}),
      ...own,
    },
    {
      value: 'admin-delete',
      label: 'Deletion by administrators',
      hint: flags['no-admin-delete'] === true ? 'no' : 'yes',
      ...((flags.admin ?? []).length === 0 ? { disabled: 'no administrator is named' } : {}),
      ...own,
    },
    {
      value: 'guardrails',
      label: 'Guardrails',
      hint: flags.guardrails === true ? 'yes' : 'no',
      ...(flags.disabled === true ? { disabled: 'they deny disabling a new key' } : {}),
      ...own,
    },
    {
      value: 'policy',
      label: 'Policy, in your editor',
      hint: 'as JSON',
      ...(hasPolicy ? {} : { disabled: 'the account is unknown' }),
    },
    ...(flags.policy === undefined
      ? []
      : [{ value: 'build', label: 'Built from answers again', hint: `without ${flags.policy}` }]),
    { value: 'tag', label: 'Tags', hint: list(flags.tag) },
    {
      value: 'rotation',
      label: 'Rotation',
      hint: flags.rotation === false ? 'off' : `every ${flags['rotation-period-days'] ?? 365} days`,
      ...(eligible ? {} : { disabled: reason ?? 'not possible' }),
    },
    { value: 'origin', label: 'Origin of the key material', hint: origin },
    {
      value: 'multi-region',
      label: 'Multi-Region',
      hint: flags['multi-region'] === true ? 'yes' : 'no',
      ...(stored ? { disabled: 'keys of a key store live in one Region' } : {}),
    },
    {
      value: 'disabled',
      label: 'Left disabled',
      hint: flags.disabled === true ? 'yes' : 'no',
      ...(origin === 'EXTERNAL' ? { disabled: 'it waits for its key material' } : {}),
      ...(flags.guardrails === true ? { disabled: 'the guardrails deny it' } : {}),
    },
  ]
  return {
    id: 'menu',
    kind: 'select',
    message: 'What is to be changed?',
    help: 'The review comes again afterwards.',
    choices,
    default: choices[0]?.value ?? 'kind',
  }
}
