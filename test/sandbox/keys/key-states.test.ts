/**
 * Walks every cell of the key-state table (docs/facts/key-states.csv, from the AWS KMS Developer Guide,
 * "Key states of AWS KMS keys") for the operations that the sandbox implements.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { operations } from '../../../src/lib/sandbox/operations/index.js'
import { Bench, base64, OTHER_REGION, type Output, REGION, Refused, ROOT } from '../support.js'

const [header = '', ...lines] = readFileSync(
  new URL('../../../docs/facts/key-states.csv', import.meta.url),
  'utf8',
)
  .trim()
  .split('\n')
const states = header.split(',').slice(1, 9)
const cells = lines.flatMap((line) => {
  const [operation = '', ...expected] = line.split(',')
  return states.map((state, index) => ({ operation, state, expected: expected[index] ?? '' }))
})
const implemented = cells.filter(({ operation }) => operations.has(operation))

/** The choices of src/lib/sandbox/model/key-states.ts where the table says `unknown`. */
const chosen: Record<string, Record<string, string>> = {
  RotateKeyOnDemand: {
    PendingDeletion: 'fail:KMSInvalidStateException',
    PendingReplicaDeletion: 'fail:KMSInvalidStateException',
    Unavailable: 'fail:UnsupportedOperationException',
    Creating: 'fail:KMSInvalidStateException',
    Updating: 'ok',
  },
  ListKeyRotations: { Unavailable: 'fail:UnsupportedOperationException' },
  GetKeyLastUsage: {},
}

const sentences: Record<string, string> = {
  Disabled: 'is disabled.',
  PendingDeletion: 'is pending deletion.',
  PendingReplicaDeletion: 'is pending replica deletion.',
  PendingImport: 'is pending import.',
  Unavailable: 'is unavailable.',
  Creating: 'is creating.',
  Updating: 'is updating.',
}

interface Subject {
  bench: Bench
  region: string
  key: Output
  /** Made while the key, or its primary, still worked. */
  made: Record<string, string>
  grantId: string
}

const specs: Record<string, [string, string]> = {
  Sign: ['ECC_NIST_P256', 'SIGN_VERIFY'],
  Verify: ['ECC_NIST_P256', 'SIGN_VERIFY'],
  GetPublicKey: ['ECC_NIST_P256', 'SIGN_VERIFY'],
  GenerateMac: ['HMAC_256', 'GENERATE_VERIFY_MAC'],
  VerifyMac: ['HMAC_256', 'GENERATE_VERIFY_MAC'],
}

/** A key in the wanted state, brought there by calls wherever calls can. */
async function subject(operation: string, state: string): Promise<Subject> {
  const bench = new Bench()
  const [KeySpec, KeyUsage] = specs[operation] ?? ['SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT']
  const replicated = state === 'PendingReplicaDeletion' || state === 'Creating'
  const MultiRegion = replicated || operation === 'ReplicateKey'
  const Origin = state === 'PendingImport' ? 'EXTERNAL' : 'AWS_KMS'
  const key = await bench.create({ KeySpec, KeyUsage, MultiRegion, Origin })
  const KeyId = key.Arn
  const made: Record<string, string> = {}
  if (state !== 'PendingImport') Object.assign(made, await products(bench, key))
  else made.CiphertextBlob = base64('not looked at before the state')
  let region = REGION
  if (replicated) await bench.call('ReplicateKey', { KeyId, ReplicaRegion: OTHER_REGION })
  if (state === 'Creating') region = OTHER_REGION
  if (state === 'Disabled') await bench.call('DisableKey', { KeyId })
  if (state.startsWith('Pending') && state.endsWith('Deletion')) {
    await bench.call('ScheduleKeyDeletion', { KeyId })
  }
  const subjectKey = await bench.describe(key.KeyId, region)
  const grantId = 'a'.repeat(64)
  await bench.editKey(
    key.KeyId,
    (stored) => {
      stored.grants.push({
        grantId,
        name: null,
        createdAt: bench.time,
        granteePrincipal: ROOT,
        granteeServicePrincipal: null,
        retiringPrincipal: null,
        retiringServicePrincipal: null,
        operations: ['DescribeKey'],
        constraints: null,
      })
      // No call leads to these two: there are no custom key stores and no UpdatePrimaryRegion.
      if (state === 'Unavailable') Object.assign(stored, { state, origin: 'AWS_CLOUDHSM' })
      if (state === 'Updating') stored.state = 'Updating'
    },
    region,
  )
  expect((await bench.describe(key.KeyId, region)).KeyState).toBe(state)
  return { bench, region, key: subjectKey, made, grantId }
}

async function products(bench: Bench, key: Output): Promise<Record<string, string>> {
  const KeyId = key.KeyId
  const Message = base64('message')
  if (key.KeyUsage === 'SIGN_VERIFY') {
    const SigningAlgorithm = 'ECDSA_SHA_256'
    return bench.call('Sign', { KeyId, Message, SigningAlgorithm })
  }
  if (key.KeyUsage === 'GENERATE_VERIFY_MAC') {
    return bench.call('GenerateMac', { KeyId, Message, MacAlgorithm: 'HMAC_SHA_256' })
  }
  return bench.call('Encrypt', { KeyId, Plaintext: Message })
}

/** The call of an operation on the subject, after whatever else it needs. */
async function perform(operation: string, on: Subject): Promise<Output> {
  const { bench, grantId, key, made, region } = on
  const KeyId = key.Arn
  const call = (input: object) => bench.call(operation, input, region)
  const alias = 'alias/subject'
  switch (operation) {
    case 'CreateAlias':
      return call({ AliasName: alias, TargetKeyId: KeyId })
    case 'DeleteAlias': {
      await aliasTo(on, alias)
      return call({ AliasName: alias })
    }
    case 'UpdateAlias': {
      const { Arn } = await bench.create({}, region)
      await bench.call('CreateAlias', { AliasName: alias, TargetKeyId: Arn }, region)
      return call({ AliasName: alias, TargetKeyId: KeyId })
    }
    case 'CreateGrant':
      return call({ KeyId, GranteePrincipal: ROOT, Operations: ['DescribeKey'] })
    case 'RevokeGrant':
    case 'RetireGrant':
      return call({ KeyId, GrantId: grantId })
    case 'Decrypt':
      return call({ KeyId, CiphertextBlob: made.CiphertextBlob })
    case 'ReEncrypt':
      return call({
        SourceKeyId: KeyId,
        DestinationKeyId: KeyId,
        CiphertextBlob: made.CiphertextBlob,
      })
    case 'Encrypt':
      return call({ KeyId, Plaintext: base64('x') })
    case 'GenerateDataKey':
    case 'GenerateDataKeyWithoutPlaintext':
      return call({ KeyId, KeySpec: 'AES_256' })
    case 'GenerateMac':
      return call({ KeyId, Message: base64('message'), MacAlgorithm: 'HMAC_SHA_256' })
    case 'VerifyMac':
      return call({
        KeyId,
        Message: base64('message'),
        MacAlgorithm: 'HMAC_SHA_256',
        Mac: made.Mac,
      })
    case 'Sign':
      return call({ KeyId, Message: base64('message'), SigningAlgorithm: 'ECDSA_SHA_256' })
    case 'Verify':
      return call({
        KeyId,
        Message: base64('message'),
        SigningAlgorithm: 'ECDSA_SHA_256',
        Signature: made.Signature,
      })
    case 'PutKeyPolicy': {
      const { Policy } = await bench.call('GetKeyPolicy', { KeyId }, region)
      return call({ KeyId, Policy })
    }
    case 'ReplicateKey':
      return call({ KeyId, ReplicaRegion: 'eu-north-1' })
    case 'TagResource':
      return call({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] })
    case 'UntagResource':
      return call({ KeyId, TagKeys: ['a'] })
    case 'UpdateKeyDescription':
      return call({ KeyId, Description: 'new' })
    default:
      return call({ KeyId })
  }
}

function aliasTo({ bench, key, region }: Subject, name: string): Promise<void> {
  return bench.edit((state) => {
    const arn = `arn:aws:kms:${region}:000000000000:${name}`
    const at = { createdAt: bench.time, updatedAt: bench.time }
    const aliases = state.regions[region]?.aliases as Record<string, unknown>
    aliases[name] = { name, arn, targetKeyId: key.KeyId, ...at }
  })
}

async function outcome(operation: string, on: Subject): Promise<Refused | undefined> {
  try {
    await perform(operation, on)
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error
    throw error
  }
}

const UNSUPPORTED = 'UnsupportedOperationException'

/** The sentence of the guide's footnotes, for the refusals that the state makes. */
function expectRefusal(operation: string, state: string, on: Subject, codes: string[]) {
  return async (refusal: Refused | undefined) => {
    const byState = codes.filter((code) => code !== UNSUPPORTED)
    expect(byState.length > 0 ? byState : codes).toContain(refusal?.code)
    const sentence =
      operation === 'CancelKeyDeletion' ? 'is not pending deletion.' : sentences[state]
    if (refusal?.code !== UNSUPPORTED) expect(refusal?.message).toBe(`${on.key.Arn} ${sentence}`)
  }
}

async function walk(operation: string, state: string, expected: string): Promise<void> {
  const on = await subject(operation, state)
  if (expected === 'ok') {
    expect(await outcome(operation, on)).toBeUndefined()
  } else if (expected.startsWith('fail:')) {
    const codes = expected.slice('fail:'.length).split('|')
    await expectRefusal(operation, state, on, codes)(await outcome(operation, on))
    // One of the two is for keys of another origin.
    if (codes.includes(UNSUPPORTED) && codes.length > 1) await walkOrigins(operation, state)
  } else if (expected === 'cond:7') {
    expect(await outcome(operation, on)).toBeUndefined()
    await walkOrigins(operation, state)
  } else if (expected === 'cond:10') {
    await walkUpdateAlias(on, state)
  } else if (expected === 'cond:12') {
    expect(await outcome(operation, on)).toBeUndefined()
    expect((await on.bench.describe(on.key.KeyId)).KeyState).toBe('Unavailable')
  } else {
    throw new Error(`no walk for ${expected}`)
  }
}

/** [7] imported material or a custom key store: UnsupportedOperationException. */
async function walkOrigins(operation: string, state: string): Promise<void> {
  for (const origin of ['EXTERNAL', 'AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']) {
    const on = await subject(operation, state)
    await on.bench.editKey(on.key.KeyId, (key) => Object.assign(key, { origin }), on.region)
    const refusal = await outcome(operation, on)
    expect(refusal?.code).toBe(UNSUPPORTED)
    expect(refusal?.message).toBe(
      `${on.key.Arn} origin is ${origin} which is not valid for this operation.`,
    )
  }
}

/** [10] an alias may leave a key pending deletion, and may not go to one. */
async function walkUpdateAlias(on: Subject, state: string): Promise<void> {
  const refusal = await outcome('UpdateAlias', on)
  expect(refusal?.code).toBe('KMSInvalidStateException')
  expect(refusal?.message).toBe(`${on.key.Arn} ${sentences[state]}`)
  await aliasTo(on, 'alias/leaving')
  const { Arn } = await on.bench.create()
  await on.bench.call('UpdateAlias', { AliasName: 'alias/leaving', TargetKeyId: Arn })
}

const kinds = (expected: string) => expected.split(':')[0] ?? ''
const count = (kind: string) =>
  implemented.filter(({ expected }) => kinds(expected) === kind).length

describe('key states', () => {
  it('the table is walked whole: counts of its cells', () => {
    expect(states).toHaveLength(8)
    expect(new Set(implemented.map(({ operation }) => operation)).size).toBe(37)
    expect({
      cells: implemented.length,
      ok: count('ok'),
      fail: count('fail'),
      cond: count('cond'),
      notApplicable: count('n/a'),
      unknown: count('unknown'),
    }).toMatchInlineSnapshot(`
      {
        "cells": 296,
        "cond": 14,
        "fail": 104,
        "notApplicable": 11,
        "ok": 148,
        "unknown": 19,
      }
    `)
  })

  it('every implemented operation on a key has its row', () => {
    const rows = new Set(cells.map(({ operation }) => operation))
    const without = [...operations.keys()].filter((operation) => !rows.has(operation))
    expect(without.sort()).toEqual(['CreateKey', 'GenerateRandom', 'ListKeys'])
  })

  for (const { operation, state, expected } of implemented) {
    if (expected === 'n/a') continue
    if (expected === 'unknown') {
      const choice = chosen[operation]?.[state] ?? 'ok'
      it(`${operation} in ${state}: unknown, chosen ${choice}`, () =>
        walk(operation, state, choice))
    } else {
      it(`${operation} in ${state}: ${expected}`, () => walk(operation, state, expected))
    }
  }
})
