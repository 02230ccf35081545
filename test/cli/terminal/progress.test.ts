/** The line that says how far a run over many keys has come (contract 3). */
import { afterEach, beforeEach, describe, expect, it, test, vi } from 'vitest'
import { ProgressLine } from '../../../src/lib/cli/terminal/progress.js'
import { durationView, progressView, slowView } from '../../../src/lib/views/progress.js'

const ERASE = '\r\u001b[2K'

describe('in words', () => {
  const progress = { doing: 'reading keys', done: 4000, total: 10_000, perSecond: 1000 }

  test.each([
    [79, 'reading keys [########------------] 4000 of 10000, 1000/s, 6 s left'],
    [60, 'reading keys 4000 of 10000, 1000/s, 6 s left'],
    [40, '4000 of 10000, 1000/s, 6 s left'],
    [10, ''],
  ])('in %d columns', (columns, line) => {
    expect(progressView(progress, columns)).toBe(line)
  })

  test('as long as no rate is known, and when all is done', () => {
    expect(progressView({ ...progress, done: 0, perSecond: 0 }, 79)).toBe(
      'reading keys [--------------------] 0 of 10000',
    )
    expect(progressView({ ...progress, done: 10_000, perSecond: 4.96 }, 79)).toBe(
      'reading keys [####################] 10000 of 10000, 5.0/s',
    )
    expect(progressView({ ...progress, done: 0, total: 0, perSecond: 0 }, 79)).toBe(
      'reading keys [--------------------] 0 of 0',
    )
  })

  test.each([
    [0.2, '1 s'],
    [59.6, '60 s'],
    [99, '99 s'],
    [100, '2 min'],
    [2000, '33 min'],
    [7200, '2 h 0 min'],
    [20_000, '5 h 33 min'],
  ])('%d seconds are %s', (seconds, words) => {
    expect(durationView(seconds)).toBe(words)
  })

  test('what takes long', () => {
    const slow = {
      part: 'last use',
      does: 'tells' as const,
      region: 'us-east-1',
      keys: 10_000,
      perSecond: 5,
    }
    expect(slowView(slow)).toBe(
      'last use: KMS tells it of 5 keys a second, which for up to 10000 keys in us-east-1 takes 33 min',
    )
    expect(slowView({ ...slow, part: 'DisableKey', does: 'changes', keys: 300 })).toBe(
      'DisableKey: KMS takes it for 5 keys a second, which for 300 keys in us-east-1 takes 60 s',
    )
  })
})

describe('on a terminal', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function line(columns = 80) {
    let screen = ''
    const terminal = {
      columns,
      write(text: string) {
        screen += text
      },
    }
    const made = new ProgressLine(terminal, () => Date.now())
    return {
      made,
      /** What was written since it was last asked. */
      written() {
        const text = screen
        screen = ''
        return text
      },
    }
  }

  it('what is over at once shows nothing', () => {
    const { made, written } = line()
    made.phase('reading keys')
    made.expect(3)
    vi.advanceTimersByTime(400)
    made.close()
    vi.advanceTimersByTime(2_000)
    expect(written()).toBe('')
  })

  it('is drawn again and again on one line, with the rate of late, and is gone in the end', () => {
    const { made, written } = line()
    made.phase('reading keys')
    made.expect(100)
    for (let second = 0; second < 8; second++) {
      for (let count = 0; count < 10; count++) made.step()
      vi.advanceTimersByTime(1_000)
    }
    const frames = written().split(ERASE).slice(1)
    expect(frames.length).toBeGreaterThan(50)
    expect(frames.at(-1)).toMatch(/^reading keys \[#+-+\] 80 of 100, (9\.\d|10|11)\/s, 2 s left$/)
    expect(frames.join('')).not.toContain('\n')
    made.close()
    expect(written()).toBe(ERASE)
    vi.advanceTimersByTime(2_000)
    expect(written()).toBe('')
  })

  it('makes way for what else is written, and comes back', () => {
    const { made, written } = line()
    made.phase('reading keys')
    vi.advanceTimersByTime(700)
    written()
    made.hide()
    expect(written()).toBe(ERASE)
    made.hide()
    expect(written()).toBe('')
    vi.advanceTimersByTime(100)
    expect(written()).toContain('reading keys')
    made.pause()
    written()
    vi.advanceTimersByTime(2_000)
    expect(written()).toBe('')
    made.phase('changing keys')
    vi.advanceTimersByTime(700)
    expect(written()).toContain('changing keys [--------------------] 0 of 0')
    made.close()
  })

  it.each([80, 40, 20, 5])('never fills %d columns, which would break the line', (columns) => {
    const { made, written } = line(columns)
    made.phase('reading keys')
    made.expect(123_456)
    vi.advanceTimersByTime(3_000)
    for (const frame of written().split(ERASE)) expect(frame.length).toBeLessThan(columns)
    made.close()
  })
})
