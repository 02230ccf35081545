/** Changes of several keys: what is said before they are asked about (docs/facts/quotas.md). */
import { expect, test } from 'vitest'
import { changeKeys } from '../../../src/lib/kms/bulk/batch.js'
import { planCancelDeletion, planScheduleDeletion } from '../../../src/lib/kms/deletion/deletion.js'
import { UNWATCHED } from '../../../src/lib/kms/list/progress-reporter.js'
import { planDisable } from '../../../src/lib/kms/settings/enable-disable.js'
import { apply, createdIn, denied, gate, intercept, withKey } from '../support.js'

test('how long the slowest operation takes is said once, after the account and before the question', async () => {
  const { session, keyId } = await withKey()
  const other = await createdIn(session, { aliases: ['other'] })
  const days = { days: 30, releaseAliases: false, allowRecentUse: false }
  for (const id of [keyId, other.keyId]) await apply(planScheduleDeletion(session, id, days))
  const happened: unknown[] = []
  const rates: Record<string, number> = { CancelKeyDeletion: 5, EnableKey: 2 }
  const rated = { ...session, rateOf: (operation: string) => rates[operation] ?? 2000 }
  const { exitCode } = await changeKeys({
    session: rated,
    keys: { kind: 'several', keys: [keyId, other.keyId] },
    planOne: (key) => planCancelDeletion(session, key, true),
    doing: 'Cancel the deletion of',
    asksBecause: 'Really.',
    gate: {
      dryRun: false,
      announce: async () => void happened.push('announced'),
      confirm: async ({ question }) => void happened.push(question),
    },
    watch: { ...UNWATCHED, slow: (slow) => void happened.push(slow) },
  })
  expect(exitCode).toBe(0)
  expect(happened).toEqual([
    'announced',
    { part: 'EnableKey', does: 'changes', region: 'us-east-1', keys: 2, perSecond: 2 },
    'Cancel the deletion of 2 keys? Really.',
  ])
})

test('a key that could not be changed is so by none of its names (contract 5)', async () => {
  const { session, keyId } = await withKey({ aliases: ['app'] })
  const alias = 'alias/app'
  intercept(session, async (operation, send) => {
    if (operation === 'DisableKey') throw denied('kms:DisableKey')
    return send()
  })
  const { result, exitCode } = await changeKeys({
    session,
    keys: { kind: 'several', keys: [keyId, alias] },
    planOne: (key) => planDisable(session, key),
    doing: 'Disable',
    gate: gate(),
  })
  const error = { code: 'AccessDeniedException', exitCode: 4 }
  expect(result).toMatchObject({
    results: [
      { key: keyId, keyId, changed: false, error },
      { key: alias, keyId, changed: false, error },
    ],
  })
  expect(exitCode).toBe(4)
})
