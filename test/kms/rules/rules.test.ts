import { KeySpec, KeyUsageType, OriginType } from '@aws-sdk/client-kms'
import { describe, expect, it } from 'vitest'
import { type CreateInput, validateCreate } from '../../../src/lib/kms/rules/create.js'
import {
  KEY_SPECS,
  KEY_USAGES,
  keySpecFacts,
  ORIGINS,
} from '../../../src/lib/kms/rules/key-spec.js'
import { description, rotationPeriodDays, windowDays } from '../../../src/lib/kms/rules/limits.js'
import { monthlyCostUsd } from '../../../src/lib/kms/rules/price.js'
import { rotationEligibility } from '../../../src/lib/kms/rules/rotation.js'
import { refusal } from './refusal.js'

const least: CreateInput = {
  aliases: ['app'],
  noAlias: false,
  multiRegion: false,
  tags: {},
  disabled: false,
  claimTag: true,
  region: 'eu-west-1',
}

function created(input: Partial<CreateInput>) {
  return validateCreate({ ...least, ...input })
}

function refused(input: Partial<CreateInput>): string {
  return refusal(() => created(input))
}

describe('KEY_SPECS (CreateKey in the API Reference)', () => {
  it('knows exactly the specs, usages and origins of the SDK', () => {
    expect(Object.keys(KEY_SPECS).sort()).toEqual(Object.keys(KeySpec).sort())
    expect([...KEY_USAGES].sort()).toEqual(Object.keys(KeyUsageType).sort())
    expect([...ORIGINS].sort()).toEqual(Object.keys(OriginType).sort())
  })

  it.each([
    ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'],
    ['HMAC_256', 'GENERATE_VERIFY_MAC'],
    ['ECC_SECG_P256K1', 'SIGN_VERIFY'],
    ['ECC_NIST_EDWARDS25519', 'SIGN_VERIFY'],
    ['ML_DSA_65', 'SIGN_VERIFY'],
    ['ML_KEM_768', 'ENCAPSULATE_DECAPSULATE'],
    ['RSA_2048', null],
    ['ECC_NIST_P384', null],
    ['SM2', null],
  ])('%s has the default usage %s', (spec, usage) => {
    expect(keySpecFacts(spec)?.defaultUsage).toBe(usage)
  })

  it('does not take inherited names for specs', () => {
    expect(keySpecFacts('constructor')).toBeUndefined()
  })
})

describe('rotationEligibility (EnableKeyRotation in the API Reference)', () => {
  const key = {
    keyManager: 'CUSTOMER',
    keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT',
    origin: 'AWS_KMS',
  }

  it('is for symmetric encryption keys that KMS made and the customer manages', () => {
    expect(rotationEligibility(key)).toEqual({ eligible: true, reason: null })
  })

  it.each([
    [{ keyManager: 'AWS' }, /rotates it every year/],
    [{ keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' }, /not HMAC keys$/],
    [{ keySpec: 'RSA_2048' }, /not RSA keys$/],
    [{ keySpec: 'NEW_SPEC' }, /not keys of spec NEW_SPEC$/],
    [{ origin: 'EXTERNAL' }, /imported/],
    [{ origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1' }, /custom key store/],
    [{ origin: 'EXTERNAL_KEY_STORE' }, /custom key store/],
    [{ customKeyStoreId: 'cks-1' }, /custom key store/],
    [{ origin: 'NEW_ORIGIN' }, /NEW_ORIGIN/],
  ])('is not for %j', (part, reason) => {
    expect(rotationEligibility({ ...key, ...part })).toEqual({
      eligible: false,
      reason: expect.stringMatching(reason),
    })
  })
})

describe('validateCreate', () => {
  it('fills in the defaults of CreateKey, with rotation on (contract 2)', () => {
    expect(created({})).toEqual({
      aliases: ['alias/app'],
      description: '',
      keySpec: 'SYMMETRIC_DEFAULT',
      keyUsage: 'ENCRYPT_DECRYPT',
      origin: 'AWS_KMS',
      multiRegion: false,
      rotation: { enabled: true, periodInDays: null },
      tags: {},
      disabled: false,
    })
  })

  it.each<[Partial<CreateInput>, object]>([
    [{ rotation: false }, { rotation: { enabled: false, periodInDays: null } }],
    [{ rotationPeriodDays: 90 }, { rotation: { enabled: true, periodInDays: 90 } }],
    [{ multiRegion: true }, { multiRegion: true, rotation: { enabled: true, periodInDays: null } }],
    [
      { spec: 'HMAC_256' },
      { keyUsage: 'GENERATE_VERIFY_MAC', rotation: { enabled: false, periodInDays: null } },
    ],
    [{ spec: 'HMAC_256', rotation: false }, { rotation: { enabled: false, periodInDays: null } }],
    [{ spec: 'ML_KEM_512' }, { keyUsage: 'ENCAPSULATE_DECAPSULATE' }],
    [{ spec: 'RSA_2048', usage: 'SIGN_VERIFY', origin: 'EXTERNAL' }, { origin: 'EXTERNAL' }],
    [{ spec: 'SM2', usage: 'KEY_AGREEMENT', region: 'cn-north-1' }, { keySpec: 'SM2' }],
    [{ origin: 'EXTERNAL' }, { rotation: { enabled: false, periodInDays: null } }],
    [{ origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1' }, { customKeyStoreId: 'cks-1' }],
    [
      { origin: 'EXTERNAL_KEY_STORE', customKeyStoreId: 'cks-1', xksKeyId: 'x', disabled: true },
      { customKeyStoreId: 'cks-1', xksKeyId: 'x', disabled: true },
    ],
    [{ aliases: [], noAlias: true }, { aliases: [] }],
    [{ aliases: ['a', 'alias/b'] }, { aliases: ['alias/a', 'alias/b'] }],
    [
      { description: 'd', tags: { Owner: 'me' } },
      { description: 'd', tags: { Owner: 'me' } },
    ],
  ])('takes %j', (input, part) => {
    expect(created(input)).toMatchObject(part)
  })

  it.each<[Partial<CreateInput>, RegExp]>([
    [{ aliases: [] }, /^no alias is given: add --alias NAME, or --no-alias/],
    [{ noAlias: true }, /^--alias and --no-alias exclude each other/],
    [{ aliases: ['app', 'alias/app'] }, /^alias alias\/app is given twice/],
    [{ aliases: Array.from({ length: 51 }, (_, n) => `a${n}`) }, /^51 aliases are too many/],
    [{ aliases: ['aws/x'] }, /reserved for AWS/],
    [
      { spec: 'RSA_9999' },
      /^key spec RSA_9999 does not exist: .*choose one of SYMMETRIC_DEFAULT, /,
    ],
    [{ spec: 'rsa-2048' }, /^key spec rsa-2048 does not exist: did you mean RSA_2048\? /],
    [{ spec: '' }, /^key spec "" does not exist: choose/],
    [{ spec: 'x\ny' }, /^key spec "x\\ny" does not exist: choose/],
    [{ spec: '__proto__' }, /^key spec __proto__ does not exist/],
    [{ spec: 'SM2', usage: 'SIGN_VERIFY' }, /^key spec SM2 is not possible in Region eu-west-1/],
    [{ spec: 'ML_KEM_768', region: 'cn-northwest-1' }, /^key spec ML_KEM_768 is not possible in/],
    [{ spec: 'RSA_2048' }, /^key spec RSA_2048 needs --usage: ENCRYPT_DECRYPT or SIGN_VERIFY$/],
    [
      { usage: 'SIGN_VERIFY' },
      /^usage SIGN_VERIFY is not possible with SYMMETRIC_DEFAULT: such a key is for ENCRYPT_DECRYPT$/,
    ],
    [{ spec: 'ECC_NIST_EDWARDS25519', usage: 'KEY_AGREEMENT' }, /^usage KEY_AGREEMENT is not/],
    [{ usage: 'encrypt_decrypt' }, /^usage encrypt_decrypt does not exist: did you mean ENCRYPT_D/],
    [{ origin: 'kms' }, /^origin kms does not exist: .*choose one of AWS_KMS, /],
    [{ origin: 'aws-kms' }, /did you mean AWS_KMS\?/],
    [
      { spec: 'HMAC_256', origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1' },
      /^origin AWS_CLOUDHSM is not possible with HMAC_256: custom key stores hold only/,
    ],
    [{ origin: 'AWS_CLOUDHSM' }, /^origin AWS_CLOUDHSM needs --custom-key-store-id$/],
    [{ customKeyStoreId: 'cks-1' }, /^custom key store cks-1 is not possible with origin AWS_KMS/],
    [{ customKeyStoreId: '' }, /^--custom-key-store-id is empty/],
    [
      { origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1', multiRegion: true },
      /^--multi-region is not possible with origin AWS_CLOUDHSM/,
    ],
    [
      { origin: 'EXTERNAL_KEY_STORE', customKeyStoreId: 'cks-1' },
      /^origin EXTERNAL_KEY_STORE needs --xks-key-id/,
    ],
    [
      { origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-1', xksKeyId: 'x' },
      /^external key x is not possible with origin AWS_CLOUDHSM/,
    ],
    [{ xksKeyId: '' }, /^--xks-key-id is empty/],
    [{ spec: 'HMAC_256', rotation: true }, /^--rotation is not possible with this key: only sym/],
    [
      { origin: 'EXTERNAL', rotationPeriodDays: 90 },
      /^--rotation-period-days is not possible with this key: its key material is imported/,
    ],
    [{ rotation: false, rotationPeriodDays: 90 }, /^--rotation-period-days and --no-rotation excl/],
    [{ rotationPeriodDays: 89 }, /^a rotation period of 89 days .* 90 to 2560$/],
    [{ origin: 'EXTERNAL', disabled: true }, /^--disabled is not possible with origin EXTERNAL/],
    [{ tags: { 'aws:x': '' } }, /reserved for AWS/],
    [
      { tags: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, ''])) },
      /^50 tags are too many: .*--no-claim-tag/,
    ],
    [{ description: 'd'.repeat(8193) }, /^the description has 8193 characters/],
  ])('refuses %j', (input, why) => {
    expect(refused(input)).toMatch(why)
  })

  it('lets 50 tags pass without the claim tag', () => {
    const tags = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, '']))
    expect(created({ tags, claimTag: false }).tags).toEqual(tags)
  })

  it('agrees with the table on every spec, usage and origin', () => {
    for (const [spec, facts] of Object.entries(KEY_SPECS)) {
      for (const usage of KEY_USAGES) {
        for (const origin of ORIGINS) {
          const store = origin === 'AWS_CLOUDHSM' || origin === 'EXTERNAL_KEY_STORE'
          const input = {
            spec,
            usage,
            origin,
            region: facts.chinaOnly ? 'cn-north-1' : 'us-east-1',
            ...(store ? { customKeyStoreId: 'cks-1' } : {}),
            ...(origin === 'EXTERNAL_KEY_STORE' ? { xksKeyId: 'x' } : {}),
          }
          const allowed = facts.usages.includes(usage) && facts.origins.includes(origin)
          if (allowed)
            expect(created(input)).toMatchObject({ keySpec: spec, keyUsage: usage, origin })
          else refused(input)
        }
      }
    }
  })
})

describe('numbers (docs/facts/constraints.md: windows 7-30, periods 90-2560, descriptions 8192)', () => {
  it('takes the bounds', () => {
    expect([7, 30].map(windowDays)).toEqual([7, 30])
    expect([90, 2560].map(rotationPeriodDays)).toEqual([90, 2560])
    expect(description('😀'.repeat(8192))).toHaveLength(16384)
  })

  it.each([6, 31, 7.5, Number.NaN, Number.POSITIVE_INFINITY, -7])('refuses a window of %s', (n) => {
    expect(refusal(() => windowDays(n))).toBe(
      `a waiting period of ${n} days is not possible: KMS takes whole days, 7 to 30`,
    )
  })

  it.each([89, 2561, 90.5, Number.NaN])('refuses a rotation period of %s', (n) => {
    expect(refusal(() => rotationPeriodDays(n))).toMatch(/90 to 2560$/)
  })
})

describe('monthlyCostUsd (docs/facts/quotas.md, prices)', () => {
  it.each([
    ['CUSTOMER', 'Enabled', 0, 1],
    ['CUSTOMER', 'Disabled', 1, 2],
    ['CUSTOMER', 'Enabled', 2, 3],
    ['CUSTOMER', 'Enabled', 25, 3],
    ['CUSTOMER', 'Enabled', null, 1],
    ['CUSTOMER', 'PendingDeletion', 2, 0],
    ['CUSTOMER', 'PendingReplicaDeletion', 2, 0],
    ['AWS', 'Enabled', 9, 0],
  ])('%s %s with %s rotations costs $%s', (keyManager, keyState, rotations, usd) => {
    expect(monthlyCostUsd({ keyManager, keyState, rotations })).toBe(usd)
  })
})
