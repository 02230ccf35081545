import { execFileSync } from 'node:child_process'

/** Builds `dist` once for the spawned tests, so that they never run yesterday's code. */
export default function setup(): void {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
}
