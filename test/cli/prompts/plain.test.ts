import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { type Asked, harmlessQuestion } from '../../../src/lib/cli/prompts/asked.js'
import { askPlain } from '../../../src/lib/cli/prompts/plain.js'
import { PLAIN } from '../../../src/lib/views/text/style.js'
import { BACK, type Choice } from '../../../src/lib/wizard/question.js'

/** Asks somebody who types these lines, one each time something waits for one. */
async function ask(
  question: Asked,
  { lines = [] as string[], canGoBack = false, signal = new AbortController().signal } = {},
) {
  const stdin = new PassThrough()
  const waiting = [...lines]
  let screen = ''
  const stderr = {
    write(text: string) {
      screen += text
      if (text.endsWith('\n')) return
      const next = waiting.shift()
      setImmediate(() => (next === undefined ? stdin.end() : stdin.write(`${next}\n`)))
    },
  }
  const terminal = { stdin, stderr, style: PLAIN, signal }
  const answer = await askPlain(harmlessQuestion(question), { canGoBack }, terminal).catch(
    (error: Error) => error,
  )
  // One line out, one line in: nothing goes back over what was written.
  expect(screen).not.toMatch(/[\u001b\r\b]/)
  expect(stdin.listenerCount('end') + stdin.listenerCount('data')).toBeLessThan(3)
  return { answer, screen, left: waiting }
}

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

test('one of several: numbers, and Enter for the default', async () => {
  const { answer, screen } = await ask(KIND, { lines: ['', 'never read'] })
  expect(answer).toBe('encrypt')
  expect(screen).toBe(
    [
      'What is the key for?',
      'It cannot be changed later.',
      '1. Encrypt data: SYMMETRIC_DEFAULT',
      '2. Sign',
      '3. MAC: cannot be chosen: not here',
      'Number (Enter for 1): ',
    ].join('\n'),
  )
})

test.each([
  ['2', 'sign'],
  ['sign', 'sign'],
  ['ENCRYPT DATA', 'encrypt'],
])('%s chooses %s', async (line, value) => {
  expect((await ask(KIND, { lines: [line] })).answer).toBe(value)
})

test('what is no choice is told, and asked for again', async () => {
  const { answer, screen } = await ask(KIND, { lines: ['9', '3', 'x\u202e', '2'] })
  expect(answer).toBe('sign')
  expect(screen).toContain('9 is no number from 1 to 3\n')
  expect(screen).toContain('MAC cannot be chosen: not here\n')
  expect(screen).toContain('x\\u202e is no number')
})

test('a line is checked, and typed again', async () => {
  const question: Asked = {
    ...ALIAS,
    kind: 'text',
    check: async (typed) => (typed === 'taken' ? 'alias/taken is taken\u001b[2J' : true),
  }
  const { answer, screen } = await ask(question, { lines: ['taken', 'free'], canGoBack: true })
  expect(answer).toBe('free')
  expect(screen).toBe(
    'A name.\nAlias (< goes back): alias/taken is taken\\x1b[2J\nAlias (< goes back): ',
  )
})

test.each<[string, string, true | undefined, string]>([
  ['', 'orders', undefined, 'Alias (Enter for orders): '],
  [' ', '', true, 'Alias (Enter for orders, a space for nothing): '],
])('%j answers with %j', async (line, value, mayBeEmpty, prompt) => {
  const question = { ...ALIAS, default: 'orders', ...(mayBeEmpty && { mayBeEmpty }) } as Asked
  const { answer, screen } = await ask(question, { lines: [line] })
  expect(answer).toBe(value)
  expect(screen).toContain(prompt)
})

test.each([KIND, ALIAS])('< goes back where that is offered: $id', async (question) => {
  expect((await ask(question, { lines: ['<'], canGoBack: true })).answer).toBe(BACK)
  const { answer } = await ask(ALIAS, { lines: ['<'] })
  expect(answer).toBe('<')
})

test('yes or no', async () => {
  const question: Asked = {
    kind: 'confirm',
    id: 'sure',
    message: 'Sure?',
    help: '',
    default: false,
  }
  const { answer, screen } = await ask(question, { lines: ['perhaps', 'y'] })
  expect(answer).toBe('yes')
  expect(screen).toBe('Sure? (y/N) answer y or n\nSure? (y/N) ')
  expect((await ask(question, { lines: [''] })).answer).toBe('no')
})

test('a secret is read', async () => {
  const { answer } = await ask({ ...ALIAS, kind: 'secret' }, { lines: ['123456'] })
  expect(answer).toBe('123456')
})

describe('one of many', () => {
  const choices: Choice[] = Array.from({ length: 25 }, (_, at) => ({
    value: `id-${at + 1}`,
    label: `alias/k${at + 1}`,
    ...(at === 2 ? { disabled: 'pending deletion' } : {}),
  }))
  let read = 0
  async function* later() {
    read = 0
    for (const choice of choices) {
      read += 1
      yield choice
    }
  }
  const many: Asked = {
    kind: 'search',
    id: 'key',
    message: 'Which key?',
    help: '',
    choices: [],
    more: { [Symbol.asyncIterator]: later },
  }

  test('ten at a time, and no more are read than that needs', async () => {
    const { answer, screen } = await ask(many, { lines: ['2'] })
    expect(answer).toBe('id-2')
    expect(screen).toContain('10. alias/k10\nNumber, or words to search for (Enter for the next): ')
    expect(screen).toContain('3. alias/k3: cannot be chosen: pending deletion')
    expect(read).toBe(11)
  })

  test('Enter shows the next, and after the last the first', async () => {
    const { answer, screen } = await ask(many, { lines: ['', '', '', '1'] })
    expect(answer).toBe('id-1')
    expect(screen).toContain(
      '25. alias/k25\nNumber, or words to search for (Enter for the first): ',
    )
  })

  test('words search; what matches nothing is told; a number of a page chooses', async () => {
    const lines = ['nobody', 'k2', '3', '11', '13']
    const { answer, screen } = await ask(many, { lines })
    expect(screen).toContain('none matches nobody\n')
    expect(screen).toContain('2. alias/k20\n3. alias/k21\n')
    expect(answer).toBe('id-21')
  })

  test('Enter after a search shows all again', async () => {
    const { answer, screen } = await ask(many, { lines: ['k25', '', '1'] })
    expect(screen).toContain('1. alias/k25\nNumber, or words to search for (Enter for all): ')
    expect(answer).toBe('id-1')
  })

  test('what cannot be chosen is not', async () => {
    const { answer, screen } = await ask(many, { lines: ['3', '4'] })
    expect(screen).toContain('alias/k3 cannot be chosen: pending deletion\n')
    expect(answer).toBe('id-4')
  })

  test('more of those on the page is asked, and told with them', async () => {
    const asked: string[] = []
    const detail = async (value: string) => {
      asked.push(value)
      return 'never used'
    }
    const { screen } = await ask({ ...many, detail } as Asked, { lines: ['1'] })
    expect(screen).toContain('1. alias/k1: never used\n')
    expect(asked).toHaveLength(9)
  })

  test('< goes back', async () => {
    expect((await ask(many, { lines: ['<'], canGoBack: true })).answer).toBe(BACK)
  })
})

test.each([KIND, ALIAS])('the end of input is no answer: $id', async (question) => {
  expect((await ask(question)).answer).toBeInstanceOf(Error)
})

test('a signal ends the question with its reason', async () => {
  const ending = new AbortController()
  const reason = new Error('interrupted')
  setTimeout(() => ending.abort(reason), 20)
  const stdin = new PassThrough()
  const terminal = { stdin, stderr: { write() {} }, style: PLAIN, signal: ending.signal }
  await expect(askPlain(ALIAS, { canGoBack: false }, terminal)).rejects.toBe(reason)
})
