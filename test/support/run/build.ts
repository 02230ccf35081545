import { execFileSync } from 'node:child_process'

/**
 * Builds `dist` once for the spawned tests, so that they never run yesterday's code. Who has just built says
 * so with KMSCTL_BUILT=1.
 */
export default function setup(): void {
  if (process.env.KMSCTL_BUILT === '1') return
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
