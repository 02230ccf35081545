import { describe, expect, test } from 'vitest'
import { wordsOfBash, wordsOfShell } from '../../src/lib/completion/words.js'

/** bash's own: GNU bash manual, COMP_WORDBREAKS. */
const BREAKS = ' \t\n"\'><=;|&(:'

describe('words of bash (COMP_LINE up to COMP_POINT)', () => {
  test.each<[line: string, before: string[], current: string]>([
    ['kmsctl ', [], ''],
    ['kmsctl de', [], 'de'],
    ['kmsctl  deletion   sch', ['deletion'], 'sch'],
    ['kmsctl describe ', ['describe'], ''],
    [
      "kmsctl update app --description 'Orders of ",
      ['update', 'app', '--description'],
      'Orders of ',
    ],
    [
      'kmsctl update app --description "a b" --re',
      ['update', 'app', '--description', 'a b'],
      '--re',
    ],
    ['kmsctl tag set app a\\ b ', ['tag', 'set', 'app', 'a b'], ''],
  ])('%j', (line, before, current) => {
    expect(wordsOfBash(line, line.length, BREAKS)).toMatchObject({ before, current })
  })

  test('what stands after the cursor is not looked at', () => {
    expect(wordsOfBash('kmsctl deletion list', 'kmsctl del'.length, BREAKS)).toMatchObject({
      before: [],
      current: 'del',
    })
  })

  test.each([
    ['--state=En', BREAKS, '--state='.length],
    ['arn:aws:kms:us-east-1:1', BREAKS, 'arn:aws:kms:us-east-1:'.length],
    ['arn:aws:kms', ' =', 0],
    ['app', BREAKS, 0],
  ])('bash has what stands before the last break in %j', (current, breaks, kept) => {
    const line = `kmsctl list ${current}`
    expect(wordsOfBash(line, line.length, breaks)).toMatchObject({ current, kept })
  })
})

test('zsh and fish part words themselves', () => {
  expect(wordsOfShell(['deletion', 'sch'])).toEqual({
    before: ['deletion'],
    current: 'sch',
    kept: 0,
  })
  expect(wordsOfShell([])).toEqual({ before: [], current: '', kept: 0 })
})
