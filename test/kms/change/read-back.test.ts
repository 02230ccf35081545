import { describe, expect, it } from 'vitest'
import { KmsctlError } from '../../../src/lib/errors.js'
import { readBack } from '../../../src/lib/kms/change/read-back.js'
import { denied, mockedSession, notFound, reset } from '../support.js'

/** Reads that give these answers in turn, the last one for ever. */
function reads(...answers: (boolean | Error)[]) {
  const { session, sleeps } = mockedSession()
  let count = 0
  const holds = async () => {
    const answer = answers[Math.min(count++, answers.length - 1)]
    if (answer instanceof Error) throw answer
    return answer === true
  }
  return { sleeps, run: () => readBack(session, holds), count: () => count }
}

const total = (sleeps: number[]) => sleeps.reduce((sum, one) => sum + one, 0)

describe('readBack (contract 6.9: one read that agrees, for at most 10 s)', () => {
  it('a first read that agrees waits for nothing', async () => {
    const { run, sleeps, count } = reads(true)
    expect(await run()).toEqual([])
    expect(count()).toBe(1)
    expect(sleeps).toEqual([])
  })

  it('agreeing late is no warning', async () => {
    const { run, sleeps, count } = reads(false, false, true)
    expect(await run()).toEqual([])
    expect(count()).toBe(3)
    expect(sleeps).toEqual([100, 200])
  })

  it('never agreeing is one warning after 10 s, no failure', async () => {
    const { run, sleeps, count } = reads(false)
    const warnings = await run()
    expect(warnings).toEqual([expect.stringMatching(/old value after 10 s/)])
    expect(total(sleeps)).toBe(10_000)
    expect(Math.max(...sleeps)).toBeLessThanOrEqual(2_000)
    expect(count()).toBe(sleeps.length + 1)
  })

  it('NotFoundException right after a creation is waited out (semantics, eventual consistency)', async () => {
    const { run } = reads(notFound(), notFound(), true)
    expect(await run()).toEqual([])
  })

  it('what cannot be read to the end is a warning with the reason', async () => {
    const { run, sleeps } = reads(reset())
    expect(await run()).toEqual([expect.stringMatching(/could not be read back \(Unreachable\)/)])
    expect(total(sleeps)).toBe(10_000)
  })

  it('the last read counts: a failure, then the old value', async () => {
    expect(await reads(reset(), false).run()).toEqual([expect.stringMatching(/old value/)])
  })

  it('a denied read is not repeated', async () => {
    const { run, sleeps, count } = reads(denied('kms:DescribeKey'))
    expect(await run()).toEqual([expect.stringMatching(/AccessDeniedException/)])
    expect(count()).toBe(1)
    expect(sleeps).toEqual([])
  })

  it('an interrupt and the deadline end it at once', async () => {
    const end = new KmsctlError('Interrupted', 'interrupted by SIGINT', { exitCode: 130 })
    const { run, count } = reads(false, end)
    await expect(run()).rejects.toBe(end)
    expect(count()).toBe(2)
  })

  it('an answer without a key is waited out like any bad answer', async () => {
    const { run } = reads(new KmsctlError('BadResponse', 'names no key'), true)
    expect(await run()).toEqual([])
  })
})
