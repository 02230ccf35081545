/** A result that is printed while it is made (contract 4). */
import { EventEmitter } from 'node:events'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { type Mode, StreamPrinter } from '../../../src/lib/cli/terminal/stream-printer.js'
import { toJson } from '../../../src/lib/views/text/escape.js'

interface Item {
  keyId: string
  text?: string | null
}

const ERROR = { code: 'Timeout', message: 'too long', hints: ['wait'], exitCode: 9 }

/** A printer into a text, and what it needs. */
function printing(mode: Mode, { mark = {}, write = (_text: string): unknown => true } = {}) {
  const out = { text: '', writes: 0 }
  const stdout = Object.assign(new EventEmitter(), {
    write(text: string) {
      out.text += text
      out.writes += 1
      return write(text)
    },
  })
  const rows = {
    add: ({ keyId }: Item) => [`row ${keyId}`],
    rest: () => ['held back'],
    end: (end: object) => [`end ${JSON.stringify(end)}`],
  }
  const printer = new StreamPrinter<Item, { warnings: string[]; regions?: unknown[] }>({
    mode,
    rows,
    stdout,
    idOf: ({ keyId }) => keyId,
    shown: (end) => end,
    unfinished: { warnings: [] },
    mark: () => mark,
    beforeWrite: () => {},
  })
  return { printer, stdout, out }
}

async function* of(items: readonly Item[], end = { warnings: [] as string[] }, fails = false) {
  for (const item of items) yield item
  if (fails) throw new Error('broke off')
  return end
}

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constant(null))
const items = fc.array(fc.record({ keyId: fc.string(), text }), { maxLength: 12 })

describe('--json', () => {
  it('is the document that it would be if it were printed at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        items,
        fc.array(fc.string()),
        fc.boolean(),
        async (keys, warnings, marked) => {
          const mark = marked ? { sandbox: true } : {}
          const { printer, out } = printing('json', { mark })
          await printer.print(of(keys, { warnings }))
          expect(out.text).toBe(`${toJson({ keys, warnings, ...mark })}\n`)
        },
      ),
    )
  })

  it('that breaks off after any item is a valid document with the items so far and the error', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (keys) => {
        fc.pre(keys.length > 0)
        const { printer, out } = printing('json', { mark: { sandbox: true } })
        await expect(printer.print(of(keys, undefined, true))).rejects.toThrow('broke off')
        expect(printer.fail(ERROR)).toBe(true)
        expect(JSON.parse(out.text)).toEqual({ keys, warnings: [], error: ERROR, sandbox: true })
        expect(out.text.endsWith('}\n')).toBe(true)
      }),
    )
  })

  it('that breaks off before its first item is left to whoever tells failures', async () => {
    const { printer, out } = printing('json')
    await expect(printer.print(of([], undefined, true))).rejects.toThrow()
    expect(printer.fail(ERROR)).toBe(false)
    expect(out.text).toBe('')
  })

  it('once it is closed, nothing more is printed: not by a stream that goes on', async () => {
    const { printer, out } = printing('json')
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    async function* slow() {
      yield { keyId: 'a' }
      await gate
      yield { keyId: 'b' }
      return { warnings: [] }
    }
    const printed = printer.print(slow())
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(printer.fail(ERROR)).toBe(true)
    const closed = out.text
    release()
    await printed
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(out.text).toBe(closed)
    expect(JSON.parse(closed)).toMatchObject({ keys: [{ keyId: 'a' }], error: ERROR })
  })
})

describe('--ndjson', () => {
  it('is a document a line, each marked, with what could not be read in lines of their own', async () => {
    const { printer, out } = printing('ndjson', { mark: { sandbox: true } })
    const end = {
      warnings: ['not here'],
      regions: [
        { region: 'a', error: null },
        { region: 'b', error: ERROR },
      ],
    }
    await printer.print(of([{ keyId: '1', text: 'two\nlines' }, { keyId: '2' }], end))
    const lines = out.text.split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { keyId: '1', text: 'two\nlines', sandbox: true },
      { keyId: '2', sandbox: true },
      { region: 'b', error: ERROR, sandbox: true },
    ])
  })

  it('that breaks off ends with the error', async () => {
    for (const keys of [[], [{ keyId: '1' }]]) {
      const { printer, out } = printing('ndjson')
      await expect(printer.print(of(keys, undefined, true))).rejects.toThrow()
      expect(printer.fail(ERROR)).toBe(true)
      const lines = out.text.trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line))).toEqual([...keys, { error: ERROR }])
    }
  })
})

test('for people: rows, and in the end what is held back, broken off or not', async () => {
  const whole = printing('rows')
  await whole.printer.print(of([{ keyId: 'a\u001b[2J' }]))
  expect(whole.out.text).toBe('row a\\x1b[2J\nend {"warnings":[]}\n')
  const broken = printing('rows')
  await expect(broken.printer.print(of([{ keyId: 'a' }], undefined, true))).rejects.toThrow()
  expect(broken.printer.fail(ERROR)).toBe(false)
  expect(broken.out.text).toBe('row a\nheld back\n')
})

test('--quiet: IDs alone, made harmless', async () => {
  const { printer, out } = printing('quiet')
  await printer.print(of([{ keyId: 'a' }, { keyId: 'b\u202e' }]))
  expect(out.text).toBe('a\nb\\u202e\n')
})

describe('writing', () => {
  it('puts lines together, and lets none wait for long', async () => {
    const { printer, out } = printing('quiet')
    let release = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    async function* slow() {
      for (let count = 0; count < 100; count++) yield { keyId: `${count}` }
      await gate
      return { warnings: [] }
    }
    const printed = printer.print(slow())
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(out.text.split('\n')).toHaveLength(101)
    expect(out.writes).toBe(1)
    release()
    await printed
  })

  it('waits for a reader that is slower, and so keeps little in memory', async () => {
    let asked = 0
    async function* endless() {
      for (;;) {
        asked += 1
        yield { keyId: 'x'.repeat(1000) }
      }
    }
    const { printer, stdout } = printing('quiet', { write: () => false })
    void printer.print(endless() as never)
    await new Promise((resolve) => setTimeout(resolve, 100))
    const before = asked
    expect(before).toBeLessThan(30)
    stdout.emit('drain')
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(asked).toBeGreaterThan(before)
    expect(asked).toBeLessThan(before * 2 + 2)
    stdout.emit('error')
  })

  it('a reader that goes away ends it, without an error, and the stream is let go', async () => {
    let ended = false
    async function* endless() {
      try {
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 1))
          yield { keyId: 'a' }
        }
      } finally {
        ended = true
      }
    }
    const { printer, stdout, out } = printing('json')
    const printed = printer.print(endless() as never)
    await new Promise((resolve) => setTimeout(resolve, 80))
    stdout.emit('error', new Error('EPIPE'))
    expect(await printed).toBe(null)
    const { text: before } = out
    await new Promise((resolve) => setTimeout(resolve, 80))
    expect([ended, out.text]).toEqual([true, before])
    expect(printer.fail(ERROR)).toBe(false)
  })
})
