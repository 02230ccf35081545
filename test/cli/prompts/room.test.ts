import { describe, expect, test } from 'vitest'
import { room } from '../../../src/lib/cli/prompts/interactive.js'

const drawn = (header: string, below = '') => ({ header, below, hidesCursor: false })
/** Rows that the cursor goes up first, lines that it writes, rows that it goes up in the end. */
function steps(text: string): [number, number, number] {
  const [, up = '0', lines = '', back = '0'] =
    /^(?:\u001b\[(\d+)A)?\r\u001b\[J(\n*)(?:\u001b\[(\d+)A)?$/.exec(text) ?? []
  return [Number(up), lines.length, Number(back)]
}

describe('after a resize, the question is drawn where its first line is by then', () => {
  test.each([
    ['one line that still fits', drawn('? Alias app'), 40, [0, 0, 0]],
    ['one line that was broken in two', drawn('? Which of all these'), 12, [1, 0, 0]],
    [
      'a list: the cursor is at the end of its first line',
      drawn('? Key', 'a\nb\nc'),
      40,
      [0, 3, 3],
    ],
    ['lines above the cursor', drawn(`${'x'.repeat(70)}\nlast`, 'a'), 40, [2, 2, 1]],
    ['colour takes no columns', drawn(`\u001b[1m${'x'.repeat(30)}\u001b[22m`), 40, [0, 0, 0]],
    ['wide characters take two', drawn('日本語'.repeat(5)), 20, [1, 0, 0]],
  ])('%s', (_name, drawing, columns, expected) => {
    expect(steps(room(drawing, { columns, rows: 24 }))).toEqual(expected)
  })
})
