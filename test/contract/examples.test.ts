import { Parser } from '@oclif/core'
import { describe, expect, test } from 'vitest'
import { findListed } from '../support/cases/catalogue.js'
import { POLICY_FILE } from '../support/cases/situations.js'
import { document } from '../support/documents.js'
import { COMMANDS, preparedShell, shell, wordsOf } from '../support/run/shell.js'

const LINES = COMMANDS.flatMap((command) => command.examples.map((line) => ({ line, command })))
const OWN = LINES.filter(({ line }) => !/^[A-Z_]+=/.test(line))

function runsHere(line: string): boolean {
  if (line.includes(' | ')) return false
  return (line.includes('--sandbox') || line.startsWith('sandbox ')) && !/^sandbox serve/.test(line)
}

/** What prints a document of AWS's as it is, with --json and without (contract 3). */
const PRINTS_DOCUMENT = /^policy (show|build)\b/

/** The examples speak of a key `app`, which must be there for all but its creation. */
/**
 * The examples speak of a key `app`, which must be there for all but its creation, with a policy to roll back
 * to, and of a file with a policy.
 */
async function shellFor(line: string) {
  if (line.startsWith('create ')) return shell()
  const type = await preparedShell()
  if (line.startsWith('policy rollback')) await type(`policy set app ${POLICY_FILE} --yes`)
  return type
}

const filled = (line: string) => line.replace(' policy.json', ` ${POLICY_FILE}`)

/** What answers an example's question, on a terminal and without one. */
const ANSWERS: readonly (readonly [line: string, types: string, flag: string])[] = [
  ['deletion schedule', 'alias/app\r', '--confirm {app}'],
  ['policy edit', 'y\r', '--yes'],
]
const answerTo = (line: string) => ANSWERS.find(([start]) => line.startsWith(start))

describe('the examples run', () => {
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
    const [, types] = answerTo(line) ?? []
    const person = types === undefined ? {} : { person: { types: [types] } }
    const ran = await type(filled(line), person)
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout.length).toBeGreaterThan(0)
    expect(ran.stderr.match(/\[sandbox\]/g)).toHaveLength(1)
    expect(ran.stderr).not.toContain('error:')
  })

  test.each(
    OWN.filter(
      ({ line }) => runsHere(line) && (!PRINTS_DOCUMENT.test(line) || line.includes('--explain')),
    ),
  )('$line --json: exactly one document, marked (contract 3 and 4)', async ({ line }) => {
    const type = await shellFor(line)
    const [, , flag = ''] = answerTo(line) ?? []
    const ran = await type(`${filled(line)} ${flag} --json`)
    expect(document(ran)).toMatchObject({ sandbox: true })
    expect(ran.exitCode).toBe(0)
    expect(ran.stderr).toContain('[sandbox]')
  })
})
