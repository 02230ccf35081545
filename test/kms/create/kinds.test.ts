import { describe, expect, it } from 'vitest'
import { planCreate } from '../../../src/lib/kms/create/plan.js'
import { validateCreate } from '../../../src/lib/kms/rules/create.js'
import { KEY_SPECS, KEY_USAGES, ORIGINS } from '../../../src/lib/kms/rules/key-spec.js'
import { sandboxSession } from '../../support/session.js'
import { changes, create, dry, failure, request } from '../support.js'

const stores: Record<string, object> = {
  AWS_CLOUDHSM: { customKeyStoreId: 'cks-1234567890abcdef0' },
  EXTERNAL_KEY_STORE: { customKeyStoreId: 'cks-1234567890abcdef0', xksKeyId: 'xks-1' },
}

function regionOf(spec: string): string {
  return spec === 'SM2' ? 'cn-north-1' : 'eu-west-1'
}

function allowed(spec: string, usage: string, origin: string): boolean {
  try {
    const over = request({ spec, usage, origin, ...stores[origin] })
    validateCreate({ ...over.key, region: regionOf(spec) })
    return true
  } catch {
    return false
  }
}

const kinds = Object.keys(KEY_SPECS).flatMap((spec) =>
  KEY_USAGES.flatMap((usage) => ORIGINS.map((origin) => ({ spec, usage, origin }))),
)
const possible = kinds.filter(({ spec, usage, origin }) => allowed(spec, usage, origin))
const impossible = kinds.filter((kind) => !possible.includes(kind))

/** What the embedded KMS says of kinds that it or this Node lacks; nothing else may refuse them. */
const LACKING = /custom key store .* does not exist|lacks the type|not available in/i

describe('spec × usage × origin (CreateKey in the API Reference)', () => {
  it('the table: what is possible of all combinations', () => {
    expect(kinds).toHaveLength(20 * 5 * 4)
    // Each usage of each spec with AWS_KMS and EXTERNAL, and SYMMETRIC_DEFAULT in both key stores.
    const usages = Object.values(KEY_SPECS).reduce((sum, facts) => sum + facts.usages.length, 0)
    expect(possible).toHaveLength(usages * 2 + 2)
  })

  it.each(possible)(
    '$spec for $usage, origin $origin: accepted where this Node can',
    async (kind) => {
      const session = await sandboxSession(regionOf(kind.spec))
      const over = { ...kind, ...stores[kind.origin] }
      const outcome = await create(session, over).then(
        ({ key, warnings }) => ({ key, warnings }),
        (error: Error) => error,
      )
      if (outcome instanceof Error) {
        expect(outcome.message).toMatch(LACKING)
        const common =
          /^(SYMMETRIC|HMAC|RSA|ECC)/.test(kind.spec) && stores[kind.origin] === undefined
        expect(common, `${kind.spec} must be possible on every Node`).toBe(false)
        return
      }
      const rotates = kind.spec === 'SYMMETRIC_DEFAULT' && kind.origin === 'AWS_KMS'
      expect(outcome.warnings).toEqual([])
      expect(outcome.key).toMatchObject({
        keySpec: kind.spec,
        keyUsage: kind.usage,
        origin: kind.origin,
        keyState: kind.origin === 'EXTERNAL' ? 'PendingImport' : 'Enabled',
        aliases: ['alias/app'],
        rotation: { eligible: rotates, enabled: rotates },
      })
    },
  )

  it('whatever else is 2 before anything is asked', async () => {
    for (const kind of impossible) {
      const session = await sandboxSession(regionOf(kind.spec))
      const over = request({ ...kind, ...stores[kind.origin] })
      expect(await failure(planCreate(session, over)), JSON.stringify(kind)).toMatchObject({
        exitCode: 2,
      })
      expect(session.sent).toEqual([])
    }
  })

  it.each(Object.entries(KEY_SPECS).filter(([, { usages }]) => usages.length === 1))(
    '%s needs no --usage',
    async (spec, { usages }) => {
      const session = await sandboxSession(regionOf(spec))
      const { calls } = await dry(planCreate(session, request({ spec })))
      expect(calls[0]?.input).toMatchObject({ KeySpec: spec, KeyUsage: usages[0] })
      expect(changes(session)).toEqual([])
    },
  )

  it('a multi-Region key has an mrk- ID and is a primary (constraints)', async () => {
    const session = await sandboxSession()
    const { key } = await create(session, { multiRegion: true })
    expect(key.keyId).toMatch(/^mrk-[0-9a-f]{32}$/)
    expect(key.multiRegionConfiguration).toMatchObject({ multiRegionKeyType: 'PRIMARY' })
  })
})
