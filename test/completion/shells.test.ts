import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { BINARY } from '../support/run/binary.js'
import { preparedHome } from '../support/run/home.js'

/** The scripts in the shells themselves, those of them that this machine has. */
function has(shell: string): boolean {
  return spawnSync(shell, ['--version'], { stdio: 'ignore' }).status === 0
}

/** A home whose PATH has the built kmsctl, with the names of its sandbox read already. */
async function preparedShell() {
  const { keyId, ...home } = await preparedHome()
  const env: Record<string, string> = home.env
  const bin = join(env.HOME ?? '', 'bin')
  mkdirSync(bin)
  const shim = `#!/bin/sh\nexec "${process.execPath}" "${BINARY}" "$@"\n`
  writeFileSync(join(bin, 'kmsctl'), shim, { mode: 0o755 })
  const world = { ...env, PATH: `${bin}:${env.PATH}`, LC_ALL: 'C.UTF-8' }
  const run = (file: string, ...argv: string[]) =>
    execFileSync(file, argv, { env: world, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  run('kmsctl', '__complete', 'refresh')
  return { run, keyId }
}

/** Lines that are completed at their end, and what is offered there. */
const LINES: readonly (readonly [string, (keyId: string) => string[]])[] = [
  ['kmsctl deletion sch', () => ['schedule']],
  ['kmsctl list --state P', () => ['PendingDeletion', 'PendingReplicaDeletion', 'PendingImport']],
  ['kmsctl describe ap', () => ['app']],
  ['kmsctl alias delete alias/n', () => ['alias/next']],
  ['kmsctl nope ', () => []],
]

test('bash', async () => {
  const { run, keyId } = await preparedShell()
  const script = `
    source <(kmsctl completion bash)
    for COMP_LINE in "$@"; do
      COMP_POINT=\${#COMP_LINE}
      _kmsctl
      echo "\${COMPREPLY[*]}"
    done
    complete -p kmsctl
  `
  const lines = [...LINES.map(([line]) => line), 'kmsctl list --state=En']
  const printed = run('bash', '--norc', '-c', script, 'bash', ...lines)
    .trimEnd()
    .split('\n')
  expect(printed).toEqual([
    ...LINES.map(([, offered]) => offered(keyId).join(' ')),
    'Enabled',
    'complete -F _kmsctl kmsctl',
  ])
})

test.skipIf(!has('zsh'))('zsh', async () => {
  const { run, keyId } = await preparedShell()
  // What zsh's own functions would show, they print.
  const script = `
    compdef() { print -r -- "compdef $*" }
    _describe() { print -r -- "\${(P@)2%%:*}" }
    compadd() { shift; print -r -- "\${(P@)1}" }
    _files() { print files }
    source <(kmsctl completion zsh)
    for line in "$@"; do
      words=("\${(@s: :)line}") CURRENT=\${#words}
      offered=$(_kmsctl)
      print -r -- "$offered"
    done
  `
  const lines = [...LINES.map(([line]) => line), 'kmsctl create --policy p']
  const printed = run('zsh', '-f', '-c', script, 'zsh', ...lines)
    .trimEnd()
    .split('\n')
  expect(printed).toEqual([
    'compdef _kmsctl kmsctl',
    ...LINES.map(([, offered]) => offered(keyId).join(' ')),
    'files',
  ])
})

test.skipIf(!has('fish'))('fish', async () => {
  const { run, keyId } = await preparedShell()
  const script = `
    kmsctl completion fish | source
    for line in $argv
      complete --do-complete "$line"
      echo END
    end
  `
  const printed = run('fish', '--no-config', '-c', script, ...LINES.map(([line]) => line))
  const offered = printed.split('END\n').slice(0, -1)
  expect(
    offered.map((text) =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')[0]),
    ),
  ).toEqual(LINES.map(([, words]) => words(keyId).sort()))
})

describe('without kmsctl, as after it was removed', () => {
  test('bash completes nothing and says nothing', async () => {
    const { run } = await preparedShell()
    const script = `
      source <(kmsctl completion bash)
      PATH=/nonexistent
      COMP_LINE='kmsctl de' COMP_POINT=9
      _kmsctl
      echo "[\${COMPREPLY[*]}]"
    `
    expect(run('bash', '--norc', '-c', script)).toBe('[]\n')
  })
})
