import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * Runs a fault of each kind against a command of each class and writes what came of it into
 * docs/reliability.md. `--check` writes nothing and fails where the document says anything else. It needs
 * what `npm run build` makes.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const check = process.argv.includes('--check')
const ran = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--config',
    'vitest.deep.config.ts',
    '--reporter=dot',
    'test/faults/reliability.deep.ts',
    '-t',
    'docs/reliability.md',
  ],
  {
    cwd: root,
    env: { ...process.env, KMSCTL_BUILT: '1', KMSCTL_WRITE_RELIABILITY: check ? '' : '1' },
    stdio: check ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    encoding: 'utf8',
  },
)
if (ran.status === 0) {
  process.stdout.write('reliability: docs/reliability.md\n')
} else {
  process.stderr.write(`${ran.stdout ?? ''}${ran.stderr ?? ''}`)
  if (check) process.stderr.write('docs/reliability.md is not up to date: npm run reliability\n')
  process.exitCode = 1
}
