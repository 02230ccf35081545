import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Catalogue, wanted } from '../../src/lib/completion/candidates.js'
import { COMMANDS } from '../support/run/shell.js'

const root = new URL('../../', import.meta.url)
const read = (name: string) => JSON.parse(readFileSync(fileURLToPath(new URL(name, root)), 'utf8'))
const catalogue: Catalogue = {
  commands: read('oclif.manifest.json').commands,
  topics: read('package.json').oclif.topics,
}

/** The line is completed at its end. */
function at(line: string) {
  const words = line.split(' ')
  return wanted(catalogue, words.slice(0, -1), words.at(-1) ?? '')
}

function words(line: string): string[] {
  const found = at(line)
  if (found.kind !== 'words') throw new Error(`${line}: ${found.kind}`)
  return found.words.map(({ value }) => value)
}

describe('commands', () => {
  test('the first word: commands, topics and aliases, each once', () => {
    const first = words('')
    expect(first).toEqual(expect.arrayContaining(['create', 'deletion', 'show', 'ls', 'help']))
    expect(new Set(first).size).toBe(first.length)
    expect(first.filter((word) => word.startsWith('-'))).toEqual([])
    expect(words('-')).toEqual(['--help', '--version'])
  })

  test.each([
    ['de', ['deletion', 'describe']],
    ['deletion ', ['cancel', 'check', 'list', 'schedule']],
    ['deletion sch', ['schedule']],
    ['deletion -', ['--help']],
    ['help deletion ', ['cancel', 'check', 'list', 'schedule']],
    ['nope ', []],
    ['deletion nope ', []],
    ['help describe ', []],
  ])('%j', (line, expected) => {
    expect(words(line)).toEqual(expected)
  })

  test('each says what it is', () => {
    const found = at('')
    const described = found.kind === 'words' ? found.words : []
    expect(described.filter(({ description }) => description === '')).toEqual([])
  })

  // Nothing of the interface can be forgotten here: what the commands' files define is what is offered.
  test.each(COMMANDS)('$name and its flags', ({ name, flags, Class }) => {
    const [first = '', second] = name.split(' ')
    expect(words(second === undefined ? first : `${first} ${second}`)).toContain(second ?? first)
    const all = { ...Class.baseFlags, ...Class.flags }
    const offered = words(`${name} --`)
    for (const flag of flags.filter((one) => all[one]?.hidden !== true)) {
      expect(offered).toContain(`--${flag}`)
    }
    for (const alias of Class.aliases ?? []) expect(words(`${alias} --`)).toEqual(offered)
  })
})

describe('flags and their values', () => {
  test.each([
    ['list --st', ['--state']],
    ['list --state P', ['PendingDeletion', 'PendingReplicaDeletion', 'PendingImport']],
    ['list --state=En', ['--state=Enabled']],
    ['list --manager ', ['customer', 'aws', 'all']],
    ['create --alias app --no-r', ['--no-rotation']],
    ['create --region us-east-1 --reg', []],
    ['list --state Enabled --sta', ['--state']],
    ['describe app -- -', []],
    ['completion ', ['bash', 'zsh', 'fish']],
  ])('%j', (line, expected) => {
    const found = at(line)
    expect(found.kind === 'words' ? found.words.map(({ value }) => value) : []).toEqual(expected)
  })

  test.each([
    ['create --policy ', { kind: 'files' }],
    ['list --profile pr', { kind: 'profiles', prefix: 'pr' }],
    ['list --region ', { kind: 'words', words: [] }],
    // Whoever confirms a deletion names the key: nothing proposes it.
    ['deletion schedule app --confirm ', { kind: 'words', words: [] }],
  ])('%j', (line, expected) => {
    expect(at(line)).toEqual(expected)
  })
})

describe('arguments', () => {
  test.each([
    ['describe ', 'keys', ''],
    ['show ap', 'keys', 'ap'],
    ['describe --sandbox ap', 'keys', 'ap'],
    ['describe --region eu-west-1 ap', 'keys', 'ap'],
    ['describe -- ap', 'keys', 'ap'],
    ['enable app ne', 'keys', 'ne'],
    ['describe app ', 'keys', ''],
    ['tag set app ', 'keys', ''],
    ['schedule-deletion ', 'keys', ''],
    ['alias update ', 'aliases', ''],
    ['alias update app ', 'keys', ''],
    ['alias delete a', 'aliases', 'a'],
    ['alias create app ', 'keys', ''],
  ])('%j', (line, kind, prefix) => {
    expect(at(line)).toEqual({ kind, prefix })
  })

  test.each(['alias create ', 'rotation status app ', 'tag remove app ', 'create '])(
    '%j: nothing is known of what stands there',
    (line) => {
      expect(at(line)).toEqual({ kind: 'words', words: [] })
    },
  )
})
