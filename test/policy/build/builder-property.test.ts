import fc from 'fast-check'
import { expect, test } from 'vitest'
import { buildPolicy } from '../../../src/lib/policy/build/builder.js'
import { parsePolicy, policyText, statementsOf } from '../../../src/lib/policy/document/document.js'
import { input, KINDS, keyFor, SERVICE_FLAGS, SYMMETRIC } from './builder-samples.js'

const principals = fc.subarray([
  'root',
  'user/alice',
  'role/path/to/app',
  '444455556666',
  'arn:aws:iam::777788889999:role/other',
  'arn:aws:sts::111122223333:assumed-role/Admin/session@host',
])
const logGroup = fc
  .stringMatching(/^[/\w.#-]{1,40}$/)
  .map((name) => `logs=arn:aws:logs:us-east-1:111122223333:log-group:${name}`)

/** A key, and services that can use it. */
const keyAndServices = fc.oneof(
  fc.constantFrom(...KINDS).map((key) => ({ key, services: [] as string[] })),
  fc
    .tuple(
      fc.subarray(
        SERVICE_FLAGS.filter(({ entry }) => entry.key.keySpec === SYMMETRIC.keySpec).map(
          ({ flag }) => flag,
        ),
      ),
      fc.array(logGroup, { maxLength: 5 }),
    )
    .map(([flags, more]) => ({ key: SYMMETRIC, services: [...flags, ...more] })),
  fc
    .subarray(
      SERVICE_FLAGS.filter(({ entry }) => entry.name === 'dnssec'),
      { minLength: 1 },
    )
    .map((all) => ({
      key: keyFor(all[0]?.entry as never),
      services: all.map(({ flag }) => flag),
    })),
)

const wishes = fc.record({
  admins: principals,
  users: principals,
  grantUsers: principals,
  accounts: fc.subarray(['444455556666', '777788889999', '000000000000']),
  adminDelete: fc.boolean(),
  guardrails: fc.boolean(),
})

/** Quota of older pages (docs/facts/quotas.md); the model takes 131,072 characters. */
const MOST_BYTES = 32 * 1024

test('any wishes give a policy that is one, with each Sid once, small enough for KMS', () => {
  fc.assert(
    fc.property(keyAndServices, wishes, ({ key, services }, wished) => {
      const adminDelete = wished.adminDelete || wished.admins.length === 0
      const built = buildPolicy(input({ ...key, ...wished, adminDelete, services }))
      const text = policyText(built, 0)
      expect(parsePolicy(text, 'the built policy')).toEqual(built)
      expect(Buffer.byteLength(text)).toBeLessThan(MOST_BYTES)
      const sids = statementsOf(built).map(({ Sid }) => Sid)
      expect(new Set(sids).size).toBe(sids.length)
      // What a key policy needs, so that it stays manageable: the delegation is always the first.
      expect(sids[0]).toBe('Enable IAM User Permissions')
      expect(buildPolicy(input({ ...key, ...wished, adminDelete, services }))).toEqual(built)
    }),
    { numRuns: 300 },
  )
})
