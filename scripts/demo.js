import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Plays a key's life with the real commands on an embedded KMS of its own. No account, no network.
 * Each command and what it prints is shown; one that does not end as it should ends the demo with 1.
 */
const binary = fileURLToPath(new URL('../bin/run.js', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'kmsctl-demo-'))
const colour = process.stdout.isTTY && !process.env.NO_COLOR
const env = {
  PATH: process.env.PATH,
  HOME: home,
  KMSCTL_SANDBOX: '1',
  KMSCTL_SANDBOX_DIR: join(home, 'sandbox'),
  ...(colour ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
}

function say(text) {
  process.stdout.write(`${colour ? `\u001b[1m${text}\u001b[22m` : text}\n`)
}

/** Shows a command, runs it, shows its output; returns its stdout. */
function play(argv, expected = 0) {
  say(`$ kmsctl ${argv.map(quoted).join(' ')}`)
  const { stdout, stderr, status } = run(argv)
  process.stdout.write(`${stderr}${stdout}\n`)
  if (status !== expected) {
    process.stderr.write(`demo: expected exit code ${expected}, got ${status}\n`)
    process.exitCode = 1
    throw new Error('the demo did not go as it should')
  }
  return stdout
}

function run(argv) {
  return spawnSync(process.execPath, [binary, ...argv], { env, encoding: 'utf8' })
}

function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function chapter(text) {
  say(`# ${text}`)
}

try {
  chapter(
    'A key with a name, a policy, rotation and tags. Everything is checked before it is sent.',
  )
  const creation = [
    ...['create', '--alias', 'orders', '--description', 'Orders of the web shop'],
    ...['--admin', 'user/alice', '--user', 'role/shop', '--grant-user', 'role/shop'],
    ...['--rotation-period-days', '180', '--tag', 'Team=shop', '--tag', 'Stage=test'],
  ]
  play([...creation, '--dry-run'])
  play(creation)
  const { keyId } = JSON.parse(run(['describe', 'orders', '--json']).stdout)

  chapter('What is known of it, for people and for scripts.')
  play(['describe', 'orders'])
  play(['policy', 'show', 'orders'])
  play(['list'])

  chapter('Off and on again. Asking twice is no error.')
  play(['disable', 'orders', '--yes'])
  play(['enable', 'orders'])
  play(['enable', 'orders'])

  chapter('Rotation: another period, once by hand, and half a year later.')
  play(['rotation', 'enable', 'orders', '--period-days', '90'])
  play(['rotation', 'now', 'orders', '--yes'])
  play(['sandbox', 'advance', '--days', '91'])
  play(['rotation', 'status', 'orders'])

  chapter(
    'Deleting: the evidence first, never by accident, and it can be cancelled until its date.',
  )
  play(['deletion', 'check', 'orders'])
  play(['deletion', 'schedule', 'orders'], 5)
  play(['deletion', 'schedule', 'orders', '--days', '14', '--confirm', keyId])
  play(['deletion', 'list'])
  play(['disable', 'orders', '--yes'], 5)
  play(['deletion', 'cancel', 'orders', '--enable'])
  say('# The same commands work on AWS: leave out KMSCTL_SANDBOX=1 and bring credentials.')
} finally {
  rmSync(home, { recursive: true, force: true })
}
