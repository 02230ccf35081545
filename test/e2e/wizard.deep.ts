/** The wizard of create on a real terminal, through every key spec that the Region has. */
import { describe, expect, test } from 'vitest'
import { KEY_SPECS, type KeySpecFacts } from '../../src/lib/kms/rules/key-spec.js'
import { kindOf, specsOfKind, usualSpec } from '../../src/lib/wizard/create/kinds.js'
import { preparedHome } from '../support/run/home.js'
import { HAS_TERMINAL, onTerminal } from '../support/terminal/pty.js'

const ENTER = '\r'
const DOWN = '\u001b[B'
const UP = '\u001b[A'
const KINDS = ['encrypt', 'sign', 'mac', 'agree', 'post-quantum'] as const

const TYPES = KINDS.flatMap((kind) =>
  specsOfKind(kind, 'us-east-1').map((spec) => [kind, spec] as const),
)

describe.skipIf(!HAS_TERMINAL)('every key type', () => {
  test.each(TYPES)('%s: %s', async (kind, spec) => {
    const { env } = await preparedHome()
    const specs = specsOfKind(kind, 'us-east-1')
    const steps = specs.indexOf(spec) - specs.indexOf(usualSpec(kind, specs) as typeof spec)
    const keys = (steps < 0 ? UP : DOWN).repeat(Math.abs(steps))
    const argv = ['create', '--interactive', '--dry-run', '--json', '--alias', 'typed']
    const run = await onTerminal([...argv, '--description', 'x', '--admin', 'root'], env, {
      toFile: true,
      types: [
        [/What is the key for/, DOWN.repeat(KINDS.indexOf(kind)) + ENTER],
        [/Which key spec/, keys + ENTER],
        [/Users: who/, ENTER],
        [/Show the calls that create/, ENTER],
      ],
    })
    const { KeySpec, KeyUsage } = JSON.parse(run.file).calls[0].input
    const { usages }: KeySpecFacts = KEY_SPECS[spec]
    expect({ KeySpec, kind: kindOf(KeySpec, KeyUsage) }).toEqual({ KeySpec: spec, kind })
    expect(usages).toContain(KeyUsage)
  })
})
