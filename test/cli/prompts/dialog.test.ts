import { describe, expect, test } from 'vitest'
import type { Asked } from '../../../src/lib/cli/prompts/asked.js'
import { Dialog, type Key } from '../../../src/lib/cli/prompts/dialog.js'
import { columnsOf } from '../../../src/lib/views/text/layout.js'
import { PLAIN } from '../../../src/lib/views/text/style.js'

const SIZE = { columns: 80, rows: 24 }
const ENTER: Key = { name: 'return' }
const ESC: Key = { name: 'escape' }

const KIND: Asked = {
  kind: 'select',
  id: 'kind',
  message: 'What is the key for?',
  help: 'It cannot be changed later.',
  default: 'encrypt',
  choices: [
    { value: 'encrypt', label: 'Encrypt data', hint: 'SYMMETRIC_DEFAULT' },
    { value: 'sign', label: 'Sign' },
    { value: 'mac', label: 'MAC', disabled: 'not here' },
  ],
}
const ALIAS: Asked = { kind: 'text', id: 'alias', message: 'Alias', help: 'A name.', default: '' }
const SURE: Asked = { kind: 'confirm', id: 'sure', message: 'Create it?', help: '', default: true }
const KEY: Asked = {
  kind: 'search',
  id: 'key',
  message: 'Which key?',
  help: '',
  choices: [
    { value: 'id-1', label: 'alias/app', hint: 'Enabled' },
    { value: 'id-2', label: 'alias/next', hint: 'Disabled' },
    { value: 'id-3', label: 'id-3', hint: 'Enabled' },
  ],
}

const drawn = (dialog: Dialog, size = SIZE) => {
  const { header, below } = dialog.draw(size, PLAIN)
  return below === '' ? header : `${header}\n${below}`
}
const type = (dialog: Dialog, text: string) => {
  for (let end = 1; end <= text.length; end++) {
    dialog.press({ sequence: text[end - 1] }, text.slice(0, end))
  }
}

describe('one of several', () => {
  test('looks so', () => {
    expect(drawn(new Dialog(KIND, true))).toBe(
      [
        '? What is the key for? ',
        '  It cannot be changed later.',
        '❯ Encrypt data  SYMMETRIC_DEFAULT',
        '  Sign',
        '- MAC           not here',
        '  ↑↓ move · Enter takes · Esc goes back',
      ].join('\n'),
    )
  })

  test('Enter takes what is pointed at: the default, or where the arrows went', () => {
    const dialog = new Dialog(KIND, false)
    expect(dialog.press(ENTER, '')).toEqual({
      kind: 'answer',
      value: 'encrypt',
      shown: 'Encrypt data',
    })
    dialog.press({ name: 'down' }, '')
    expect(dialog.press(ENTER, '')).toMatchObject({ value: 'sign' })
  })

  test('what cannot be chosen is passed over, and Enter never takes it', () => {
    const dialog = new Dialog(KIND, false)
    dialog.press({ name: 'end' }, '')
    expect(dialog.press(ENTER, '')).toMatchObject({ value: 'sign' })
    dialog.press({ sequence: '3' }, '3')
    expect(dialog.press(ENTER, '')).toMatchObject({ value: 'sign' })
  })
})

describe('back', () => {
  test.each([KIND, ALIAS, SURE, KEY])('Esc, where there is a question before: $id', (question) => {
    expect(new Dialog(question, true).press(ESC, '')).toEqual({ kind: 'back' })
    expect(new Dialog(question, false).press(ESC, '')).toMatchObject({ kind: 'stay' })
  })

  test.each([ALIAS, SURE, KEY])('< and Enter, where something is typed: $id', (question) => {
    const back = new Dialog(question, true)
    type(back, '<')
    expect(back.press(ENTER, '')).toEqual({ kind: 'back' })
  })

  test('it is offered only where there is one', () => {
    expect(drawn(new Dialog(ALIAS, true))).toContain('Esc goes back')
    expect(drawn(new Dialog(ALIAS, false))).not.toContain('back')
  })

  test('Esc first empties what is searched for', () => {
    const dialog = new Dialog(KEY, true)
    type(dialog, 'next')
    expect(dialog.press(ESC, 'next')).toEqual({ kind: 'stay', line: '' })
    expect(drawn(dialog)).toContain('3 of 3')
    expect(dialog.press(ESC, '')).toEqual({ kind: 'back' })
  })
})

describe('a line', () => {
  const described: Asked = { ...ALIAS, kind: 'text', default: 'orders' }

  test('Enter alone is the default, which stands behind the question', () => {
    expect(new Dialog(described, false).draw(SIZE, PLAIN).header).toBe('? Alias (orders) ')
    expect(new Dialog(described, false).press(ENTER, '')).toMatchObject({ value: 'orders' })
  })

  test('a space alone is nothing, where that is an answer, and is told', () => {
    const dialog = new Dialog({ ...described, mayBeEmpty: true }, false)
    expect(drawn(dialog)).toContain('a space alone: nothing')
    type(dialog, ' ')
    expect(dialog.press(ENTER, '')).toMatchObject({ value: '' })
    const other = new Dialog(described, false)
    expect(drawn(other)).not.toContain('space')
    type(other, ' ')
    expect(other.press(ENTER, '')).toMatchObject({ value: ' ' })
  })

  test('is checked, and can be typed again', () => {
    const dialog = new Dialog({ ...ALIAS, kind: 'text', check: () => 'never asked here' }, false)
    type(dialog, 'taken')
    expect(dialog.press(ENTER, '')).toEqual({ kind: 'check', value: 'taken', line: 'taken' })
    dialog.checking = true
    expect(drawn(dialog)).toContain('checking…')
    // Keys do nothing meanwhile: what is shown is what is checked.
    expect(dialog.press({ sequence: 'x' }, 'takenx')).toEqual({ kind: 'stay', line: 'taken' })
    dialog.refuse('alias/taken names another key: type another name')
    expect(drawn(dialog)).toContain('? Alias taken\n> alias/taken names another key')
    type(dialog, 'takenn')
    expect(drawn(dialog)).not.toContain('another key')
  })

  test('a secret is never drawn, nor told when it was taken', () => {
    const dialog = new Dialog({ ...ALIAS, kind: 'secret' }, false)
    type(dialog, '123456')
    expect(drawn(dialog)).not.toContain('123456')
    expect(dialog.press(ENTER, '')).toMatchObject({ value: '123456', shown: '' })
  })

  test('a tab does not get into it', () => {
    const dialog = new Dialog(ALIAS, false)
    expect(dialog.press({ name: 'tab' }, 'a\t')).toEqual({ kind: 'stay', line: 'a' })
  })
})

describe('yes or no', () => {
  test.each([
    ['', true, 'yes'],
    ['', false, 'no'],
    ['Y', false, 'yes'],
    ['no', true, 'no'],
  ])('%j with the default %s is %s', (typed, byDefault, answer) => {
    const dialog = new Dialog({ ...SURE, kind: 'confirm', default: byDefault }, false)
    type(dialog, typed)
    expect(dialog.press(ENTER, '')).toMatchObject({ kind: 'answer', value: answer })
  })

  test('anything else is neither', () => {
    const dialog = new Dialog(SURE, false)
    type(dialog, 'yeah')
    expect(dialog.press(ENTER, '')).toEqual({ kind: 'stay', line: 'yeah' })
    expect(drawn(dialog)).toContain('> answer y or n')
  })
})

describe('one of many', () => {
  test('what is typed narrows them; the answer is told with its ID', () => {
    const dialog = new Dialog(KEY, false)
    type(dialog, 'next')
    expect(drawn(dialog)).toBe(
      [
        '? Which key? next',
        '❯ alias/next  Disabled',
        '  1 of 3 · type to search · ↑↓ move · Enter takes',
      ].join('\n'),
    )
    expect(dialog.press(ENTER, '')).toEqual({
      kind: 'answer',
      value: 'id-2',
      shown: 'alias/next (id-2)',
    })
  })

  test('where none matches, Enter does nothing', () => {
    const dialog = new Dialog(KEY, false)
    type(dialog, 'nobody')
    expect(drawn(dialog)).toContain('none of them matches')
    expect(dialog.press(ENTER, '')).toEqual({ kind: 'stay', line: 'nobody' })
  })

  test('more of a choice is asked for those in sight alone, the one pointed at first', () => {
    const choices = Array.from({ length: 40 }, (_, at) => ({ value: `id-${at}`, label: `k${at}` }))
    const dialog = new Dialog({ ...KEY, kind: 'search', choices, detail: async () => '' }, false)
    dialog.press({ name: 'down' }, '')
    const wanted = dialog.wantsDetails(SIZE)
    expect(wanted.slice(0, 3)).toEqual(['id-1', 'id-0', 'id-2'])
    expect(wanted.length).toBe(12)
    dialog.tellDetail('id-1', 'never used')
    expect(dialog.wantsDetails(SIZE)).not.toContain('id-1')
    expect(drawn(dialog)).toContain('❯ k1   never used')
    expect(drawn(dialog)).toContain('  k0   …')
  })

  test('those that come later are there at once', () => {
    const dialog = new Dialog({ ...KEY, kind: 'search', choices: [] }, false)
    dialog.reading = true
    expect(drawn(dialog)).toContain('0 of 0, reading on…')
    dialog.add({ value: 'id-9', label: 'alias/late' })
    expect(drawn(dialog)).toContain('❯ alias/late')
  })
})

describe('no line is wider than the terminal, and there are not more of them than fit', () => {
  const long = 'Orders of the web shop, '.repeat(8)
  const many = Array.from({ length: 200 }, (_, at) => ({
    value: `id-${at}`,
    label: `alias/${'日本語'.repeat(at % 9)}${'x'.repeat(at)}`,
    hint: long,
    ...(at % 3 === 0 ? { disabled: long } : {}),
  }))
  const questions: Asked[] = [
    {
      ...KIND,
      help: long,
      message: `${long}?`,
      kind: 'select',
      choices: many.slice(0, 9),
      default: '',
    },
    { ...KEY, help: long, kind: 'search', choices: many, detail: async () => long },
    { ...ALIAS, help: long, kind: 'text', default: 'orders' },
    { ...SURE, message: long },
  ]
  const sizes = [
    { columns: 80, rows: 24 },
    { columns: 40, rows: 24 },
    { columns: 200, rows: 60 },
  ]
  test.each(questions.flatMap((question) => sizes.map((size) => ({ question, size }))))(
    '$question.kind at $size.columns × $size.rows',
    ({ question, size }) => {
      const dialog = new Dialog(question, true)
      dialog.tellDetail('id-1', 'used 3 days ago')
      dialog.refuse('this is wrong, and what to change takes a while to say, as you can see here')
      const lines = drawn(dialog, size).split('\n')
      for (const line of lines) expect(columnsOf(line)).toBeLessThan(size.columns)
      expect(lines.length).toBeLessThanOrEqual(size.rows)
    },
  )
})
