/**
 * Random lives of keys against a small model: which state each key is in, and when it is gone.
 * The model is written from docs/facts/semantics.md and shares no code with the sandbox.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bench, DAY } from '../support.js'

interface ModelKey {
  state: 'Enabled' | 'Disabled' | 'PendingDeletion'
  deleteAt: number
  rotates: boolean
  nextRotation: number
  rotations: number
  aliases: number
}

interface Model {
  now: number
  keys: (ModelKey | undefined)[]
}

interface Real {
  bench: Bench
  ids: string[]
}

const PERIOD = 100

/** What a command should answer: undefined for success, or the code of the error. */
type Step = (key: ModelKey, model: Model) => string | undefined

class OnKey implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly operation: string,
    readonly pick: number,
    readonly input: object,
    readonly step: Step,
  ) {}

  check = (model: Readonly<Model>) => model.keys.length > 0
  toString = () => `${this.operation}(${this.pick}, ${JSON.stringify(this.input)})`

  async run(model: Model, { bench, ids }: Real): Promise<void> {
    const index = this.pick % model.keys.length
    const key = model.keys[index]
    const expected = key === undefined ? 'NotFoundException' : this.step(key, model)
    const KeyId = ids[index]
    const target = this.operation === 'CreateAlias' ? { TargetKeyId: KeyId } : { KeyId }
    const call = bench.call(this.operation, { ...this.input, ...target })
    const actual = await call.then(
      () => undefined,
      (error) => error.code,
    )
    expect(actual).toBe(expected)
    await agree(model, { bench, ids })
  }
}

class Create implements fc.AsyncCommand<Model, Real> {
  check = () => true
  toString = () => 'CreateKey'
  async run(model: Model, { bench, ids }: Real): Promise<void> {
    ids.push((await bench.create()).KeyId)
    model.keys.push({
      state: 'Enabled',
      deleteAt: Number.POSITIVE_INFINITY,
      rotates: false,
      nextRotation: Number.POSITIVE_INFINITY,
      rotations: 0,
      aliases: 0,
    })
  }
}

class Wait implements fc.AsyncCommand<Model, Real> {
  constructor(readonly days: number) {}
  check = () => true
  toString = () => `wait(${this.days} days)`
  async run(model: Model, real: Real): Promise<void> {
    await real.bench.sandbox.advance(this.days * DAY)
    model.now += this.days
    model.keys.forEach((key, index) => {
      if (key === undefined) return
      if (key.deleteAt <= model.now) model.keys[index] = undefined
      while (key.state === 'Enabled' && key.rotates && key.nextRotation <= model.now) rotate(key)
    })
    await agree(model, real)
  }
}

function rotate(key: ModelKey, from = key.nextRotation): void {
  key.rotations += 1
  key.nextRotation = from + PERIOD
}

async function agree(model: Model, { bench, ids }: Real): Promise<void> {
  for (const [index, key] of model.keys.entries()) {
    const KeyId = ids[index] as string
    if (key === undefined) {
      expect(await bench.code('DescribeKey', { KeyId })).toBe('NotFoundException')
      continue
    }
    expect((await bench.describe(KeyId)).KeyState).toBe(key.state)
    const status = await bench.call('GetKeyRotationStatus', { KeyId })
    expect(status.KeyRotationEnabled).toBe(key.rotates && key.state !== 'PendingDeletion')
    const rotations = await bench.list('ListKeyRotations', 'Rotations', { KeyId })
    expect(rotations.items).toHaveLength(key.rotations)
    const aliases = await bench.list('ListAliases', 'Aliases', { KeyId })
    expect(aliases.items).toHaveLength(key.aliases)
  }
}

const INVALID = 'KMSInvalidStateException'
const pending = (key: ModelKey) => key.state === 'PendingDeletion'

const steps: Record<string, Step> = {
  EnableKey: (key, model) => {
    if (pending(key)) return INVALID
    if (key.state === 'Disabled' && key.rotates && key.nextRotation <= model.now) {
      rotate(key, model.now)
    }
    key.state = 'Enabled'
    return undefined
  },
  DisableKey: (key) => {
    if (pending(key)) return INVALID
    key.state = 'Disabled'
    return undefined
  },
  CancelKeyDeletion: (key) => {
    if (!pending(key)) return INVALID
    key.state = 'Disabled'
    key.deleteAt = Number.POSITIVE_INFINITY
    return undefined
  },
  EnableKeyRotation: (key, model) => {
    if (pending(key)) return INVALID
    if (key.state === 'Disabled') return 'DisabledException'
    if (!key.rotates) key.nextRotation = model.now + PERIOD
    key.rotates = true
    return undefined
  },
  DisableKeyRotation: (key) => {
    if (pending(key)) return INVALID
    if (key.state === 'Disabled') return 'DisabledException'
    key.rotates = false
    return undefined
  },
}

function schedule(days: number): Step {
  return (key, model) => {
    if (pending(key)) return INVALID
    key.state = 'PendingDeletion'
    key.deleteAt = model.now + days
    return undefined
  }
}

const createAlias: Step = (key) => {
  if (pending(key)) return INVALID
  key.aliases += 1
  return undefined
}

describe('random lives of keys', () => {
  it('go as the model says', async () => {
    const pick = fc.nat({ max: 20 })
    let names = 0
    const commands = [
      fc.constant(new Create()),
      fc.integer({ min: 1, max: 120 }).map((days) => new Wait(days)),
      ...Object.entries(steps).map(([operation, step]) => {
        const input = operation === 'EnableKeyRotation' ? { RotationPeriodInDays: PERIOD } : {}
        return pick.map((index) => new OnKey(operation, index, input, step))
      }),
      fc.tuple(pick, fc.integer({ min: 7, max: 30 })).map(([index, days]) => {
        const input = { PendingWindowInDays: days }
        return new OnKey('ScheduleKeyDeletion', index, input, schedule(days))
      }),
      pick.map((index) => {
        names += 1
        return new OnKey('CreateAlias', index, { AliasName: `alias/n${names}` }, createAlias)
      }),
    ]
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 40, size: '+1' }), (run) => {
        const setup = () => ({
          model: { now: 0, keys: [] } as Model,
          real: { bench: new Bench({ pageSize: 20 }), ids: [] },
        })
        return fc.asyncModelRun(setup, run)
      }),
      { numRuns: 60 },
    )
  })
})
