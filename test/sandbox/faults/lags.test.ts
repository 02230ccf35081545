/** What reads and calls see while a change has not reached everything (Developer Guide,
 * programming-eventual-consistency), and effects that land after their answer was lost. */
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  TagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { FRONTS, faulty, outcome } from './support.js'

async function made(client: KMSClient, alias?: string): Promise<string> {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
  const KeyId = KeyMetadata?.KeyId as string
  if (alias !== undefined) {
    await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }))
  }
  return KeyId
}

const stateOf = async (client: KMSClient, KeyId: string) =>
  (await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState

const idsIn = async (client: KMSClient) =>
  (await client.send(new ListKeysCommand({}))).Keys?.map(({ KeyId }) => KeyId)

const aliasesIn = async (client: KMSClient, KeyId?: string) =>
  (await client.send(new ListAliasesCommand({ KeyId, Limit: 100 }))).Aliases?.map(
    ({ AliasName, TargetKeyId }) => `${AliasName} ${TargetKeyId}`,
  ) ?? []

describe.each(FRONTS)('over the %s front', (front) => {
  test('stale for calls: the reads of that key alone, and no longer', async () => {
    const world = await faulty(front, { operation: 'DisableKey', fault: 'stale', forCalls: 2 })
    const { client, direct } = world
    const [key, other] = [await made(client, 'alias/app'), await made(client)]
    await client.send(new DisableKeyCommand({ KeyId: key }))
    expect(await stateOf(direct, key)).toBe('Disabled')
    expect(await stateOf(client, other)).toBe('Enabled')
    expect(await stateOf(client, 'alias/app')).toBe('Enabled')
    // What changes goes by what is.
    const rotation = client.send(new EnableKeyRotationCommand({ KeyId: key }))
    expect(await outcome(rotation)).toMatchObject({ name: 'DisabledException' })
    expect(await stateOf(client, key)).toBe('Enabled')
    expect(await stateOf(client, key)).toBe('Disabled')
  })

  test('stale for a time of the sandbox’s clock: tags, rotation, policy, aliases', async () => {
    const rules = ['TagResource', 'EnableKeyRotation', 'PutKeyPolicy', 'UpdateAlias'].map(
      (operation) => ({ operation, fault: 'stale' as const, forMs: 3000 }),
    )
    const world = await faulty(front, { rules })
    const { client } = world
    const [KeyId, other] = [await made(client, 'alias/app'), await made(client)]
    const read = async () => ({
      tags: (await client.send(new ListResourceTagsCommand({ KeyId }))).Tags,
      rotation: (await client.send(new GetKeyRotationStatusCommand({ KeyId }))).KeyRotationEnabled,
      policy: (await client.send(new GetKeyPolicyCommand({ KeyId }))).Policy?.includes('mine'),
      aliases: (await aliasesIn(client)).filter((alias) => alias.startsWith('alias/app')),
      ofKey: await aliasesIn(client, KeyId),
      ofOther: await aliasesIn(client, other),
      named: (await client.send(new DescribeKeyCommand({ KeyId: 'alias/app' }))).KeyMetadata?.KeyId,
    })
    const before = await read()
    await client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'a', TagValue: 'b' }] }))
    await client.send(new EnableKeyRotationCommand({ KeyId }))
    const Policy = (await client.send(new GetKeyPolicyCommand({ KeyId }))).Policy ?? ''
    await client.send(
      new PutKeyPolicyCommand({
        KeyId,
        Policy: Policy.replace(/"Sid" ?: ?"[^"]*"/, '"Sid":"mine"'),
      }),
    )
    await client.send(new UpdateAliasCommand({ AliasName: 'alias/app', TargetKeyId: other }))
    expect(await read()).toEqual(before)
    world.advance(2999)
    expect(await read()).toEqual(before)
    world.advance(1)
    expect(await read()).toEqual({
      tags: [{ TagKey: 'a', TagValue: 'b' }],
      rotation: true,
      policy: true,
      aliases: [`alias/app ${other}`],
      ofKey: [],
      ofOther: [`alias/app ${other}`],
      named: other,
    })
  })

  test('stale CreateKey: no read knows of the key, every change does', async () => {
    const world = await faulty(front, { operation: 'CreateKey', fault: 'stale', forMs: 1000 })
    const { client } = world
    const KeyId = await made(client)
    expect(await idsIn(client)).not.toContain(KeyId)
    expect(await outcome(client.send(new DescribeKeyCommand({ KeyId })))).toMatchObject({
      name: 'NotFoundException',
    })
    await client.send(new DisableKeyCommand({ KeyId }))
    world.advance(1000)
    expect(await idsIn(client)).toContain(KeyId)
    expect(await stateOf(client, KeyId)).toBe('Disabled')
  })

  test('not-found: calls do not find the key, lists leave it out, then it is as it was made', async () => {
    const world = await faulty(front, {
      operation: 'CreateKey',
      call: 2,
      fault: 'not-found',
      forCalls: 4,
    })
    const { client, direct } = world
    await made(client, 'alias/first')
    const KeyId = await made(client)
    const missing = { name: 'NotFoundException', status: 400 }
    const alias = () =>
      client.send(new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: KeyId }))
    expect(await outcome(alias())).toMatchObject(missing)
    expect(await outcome(client.send(new DisableKeyCommand({ KeyId })))).toMatchObject(missing)
    expect(await idsIn(client)).not.toContain(KeyId)
    expect(await idsIn(direct)).toContain(KeyId)
    expect(await stateOf(client, 'alias/first')).toBe('Enabled')
    expect(await outcome(client.send(new DescribeKeyCommand({ KeyId })))).toMatchObject(missing)
    await alias()
    expect(await stateOf(client, 'alias/app')).toBe('Enabled')
  })

  test('not-found of an alias: nobody finds it, and it is taken all the same', async () => {
    const world = await faulty(front, { operation: 'CreateAlias', fault: 'not-found', forMs: 500 })
    const { client } = world
    const [KeyId, other] = [await made(client, 'alias/app'), await made(client)]
    expect(await outcome(stateOf(client, 'alias/app'))).toMatchObject({ name: 'NotFoundException' })
    expect((await aliasesIn(client)).filter((one) => one.startsWith('alias/app'))).toEqual([])
    expect(await aliasesIn(client, KeyId)).toEqual([])
    const again = client.send(
      new CreateAliasCommand({ AliasName: 'alias/app', TargetKeyId: other }),
    )
    expect(await outcome(again)).toMatchObject({ name: 'AlreadyExistsException' })
    const move = client.send(new UpdateAliasCommand({ AliasName: 'alias/app', TargetKeyId: other }))
    expect(await outcome(move)).toMatchObject({ name: 'NotFoundException' })
    // A change of what is there is made, and not only shown.
    const second = new CreateAliasCommand({ AliasName: 'alias/second', TargetKeyId: KeyId })
    await client.send(second)
    await client.send(new DisableKeyCommand({ KeyId }))
    expect(await stateOf(world.direct, 'alias/second')).toBe('Disabled')
    await client.send(new EnableKeyCommand({ KeyId }))
    world.advance(500)
    expect(await stateOf(client, 'alias/app')).toBe('Enabled')
    expect(await aliasesIn(client, KeyId)).toEqual([`alias/app ${KeyId}`, `alias/second ${KeyId}`])
  })

  test('a change that failed, and one of something else, leave no read stale', async () => {
    const world = await faulty(front, { operation: '*', from: 3, fault: 'stale', forMs: 1000 })
    const { client } = world
    const [KeyId, other] = [await made(client), await made(client)]
    await outcome(client.send(new DisableKeyCommand({ KeyId: 'alias/none' })))
    await client.send(new DisableKeyCommand({ KeyId: other }))
    await client.send(new EnableKeyRotationCommand({ KeyId }))
    expect(await stateOf(client, other)).toBe('Enabled')
    const status = await client.send(new GetKeyRotationStatusCommand({ KeyId }))
    expect(status.KeyRotationEnabled).toBe(false)
    world.advance(1000)
    expect(await stateOf(client, other)).toBe('Disabled')
  })

  test.each(['reset', 'hang', 'empty'] as const)('%s: the effect lands later', async (fault) => {
    const rule = {
      operation: 'CreateKey',
      call: 1,
      fault,
      effect: 'later',
      delayMs: 60_000,
    } as const
    const world = await faulty(front, rule)
    const { client, direct } = world
    const abortSignal = AbortSignal.timeout(fault === 'hang' ? 60 : 5_000)
    await outcome(client.send(new CreateKeyCommand({ Description: 'late' }), { abortSignal }))
    const before = await idsIn(client)
    expect(before).toEqual(await idsIn(direct))
    world.advance(59_999)
    expect(await idsIn(client)).toEqual(before)
    world.advance(1)
    // Nothing runs by itself: the effect lands with the next call, before it is answered.
    expect(await idsIn(direct)).toEqual(before)
    expect(await idsIn(client)).toHaveLength((before?.length ?? 0) + 1)
    world.advance(60_000)
    expect(await idsIn(client)).toHaveLength((before?.length ?? 0) + 1)
  })
})

test('effects land in the order of their times, and settle lets them, due or all', async () => {
  const world = await faulty('in-process', {
    rules: [
      { operation: 'EnableKeyRotation', fault: 'reset', effect: 'later', delayMs: 200 },
      { operation: 'DisableKey', fault: 'reset', effect: 'later', delayMs: 100 },
    ],
  })
  const { client, direct } = world
  const KeyId = await made(client)
  await outcome(client.send(new EnableKeyRotationCommand({ KeyId })))
  await outcome(client.send(new DisableKeyCommand({ KeyId })))
  await world.faulty.settle()
  expect(await stateOf(direct, KeyId)).toBe('Enabled')
  world.advance(100)
  await world.faulty.settle()
  expect(await stateOf(direct, KeyId)).toBe('Disabled')
  await world.faulty.settle(true)
  const { KeyRotationEnabled } = await direct.send(new GetKeyRotationStatusCommand({ KeyId }))
  // By then the key is disabled, which KMS refuses to rotate.
  expect(KeyRotationEnabled).toBe(false)
})

test('for who looks past the faults, a late effect lands in real time', async () => {
  const rule = { operation: 'CreateKey', fault: 'reset', effect: 'later', delayMs: 30 } as const
  const { client, direct } = await faulty('in-process', rule, Date.now)
  await outcome(client.send(new CreateKeyCommand({})))
  const before = (await idsIn(direct))?.length ?? 0
  await new Promise((resolve) => setTimeout(resolve, 80))
  expect(await idsIn(direct)).toHaveLength(before + 1)
})
