import { Parser } from '@oclif/core'
import { describe, expect, test } from 'vitest'
import { findListed } from '../support/catalogue.js'
import { document } from '../support/documents.js'
import { COMMANDS, preparedShell, shell, wordsOf } from '../support/shell.js'

const LINES = COMMANDS.flatMap((command) => command.examples.map((line) => ({ line, command })))
const OWN = LINES.filter(({ line }) => !/^[A-Z_]+=/.test(line))

function runsHere(line: string): boolean {
  if (line.includes(' | ')) return false
  return (line.includes('--sandbox') || line.startsWith('sandbox ')) && !/^sandbox serve/.test(line)
}

/** The examples speak of a key `app`, which must be there for all but its creation. */
async function shellFor(line: string) {
  return line.startsWith('create ') ? shell() : preparedShell()
}

describe('examples (issue 2: they run)', () => {
  test.each(OWN)('$line: the command line can be read', async ({ line, command }) => {
    const parts = line.split(' | ').map((part) => part.replace(/^kmsctl /, '').replace(/ > .*/, ''))
    const found = parts.map((part) => findListed(COMMANDS, wordsOf(part)))
    expect(found.map((one) => one.command.name)).toContain(command.name)
    for (const { command: own, argv } of found) {
      const { baseFlags, flags, args } = own.Class
      await Parser.parse(argv, { flags: { ...baseFlags, ...flags }, args, strict: true })
    }
  })

  test.each(OWN.filter(({ line }) => runsHere(line)))('$line: ends with 0', async ({ line }) => {
    const type = await shellFor(line)
    const asks = line.startsWith('deletion schedule')
    const ran = await type(line, asks ? { person: { types: ['alias/app\r'] } } : {})
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout.length).toBeGreaterThan(0)
    expect(ran.stderr.match(/\[sandbox\]/g)).toHaveLength(1)
    expect(ran.stderr).not.toContain('error:')
  })

  test.each(OWN.filter(({ line }) => runsHere(line) && !line.startsWith('policy show')))(
    '$line --json: exactly one document, marked (sections 3 and 4)',
    async ({ line }) => {
      const type = await shellFor(line)
      const confirmed = line.startsWith('deletion schedule') ? `${line} --confirm {app}` : line
      const ran = await type(`${confirmed} --json`)
      expect(document(ran)).toMatchObject({ sandbox: true })
      expect(ran.exitCode).toBe(0)
      expect(ran.stderr).toContain('[sandbox]')
    },
  )
})
