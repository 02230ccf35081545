import { describe, expect, test } from 'vitest'
import { date, distance } from '../../../src/lib/views/text/dates.js'
import { NOW } from '../../support/cases/samples.js'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

describe('distance (contract 3)', () => {
  test.each([
    [0, 'just now'],
    [1, 'in less than a minute'],
    [59 * SECOND, 'in less than a minute'],
    [-59 * SECOND, 'just now'],
    [MINUTE, 'in 1 minute'],
    [-MINUTE, '1 minute ago'],
    [2 * MINUTE, 'in 2 minutes'],
    [HOUR, 'in 1 hour'],
    [-2 * HOUR, '2 hours ago'],
    [DAY, 'in 1 day'],
    [30 * DAY, 'in 30 days'],
    [30 * DAY - 2 * SECOND, 'in 30 days'],
    [-365 * DAY, '365 days ago'],
    [HOUR - SECOND, 'in 1 hour'],
    [DAY - SECOND, 'in 1 day'],
    [-(DAY - SECOND), '1 day ago'],
  ])('%s ms: %s', (milliseconds, words) => {
    expect(distance(milliseconds)).toBe(words)
  })
})

describe('date', () => {
  test.each([
    ['2026-07-01T12:00:00.000Z', '2026-07-01T12:00:00.000Z (in 30 days)'],
    ['2026-06-01T12:00:00.000Z', '2026-06-01T12:00:00.000Z (just now)'],
    [null, '-'],
    ['no date', 'no date'],
  ])('%s: %s', (iso, text) => {
    expect(date(iso, NOW)).toBe(text)
  })
})
