import { rm } from 'node:fs/promises'
import { KmsctlError, usageError } from '../../errors.js'
import type { Sandbox } from '../../sandbox/index.js'
import type { Runtime } from '../runtime/runtime.js'
import { memoryDirectory, sandboxDirectory } from '../runtime/state-directory.js'

/** The flags that decide where calls go. */
export interface TargetFlags {
  readonly sandbox?: boolean | undefined
  readonly profile?: string | undefined
  readonly 'endpoint-url'?: string | undefined
}

/**
 * Whether the embedded KMS answers: `--sandbox` or KMSCTL_SANDBOX.
 *
 * @throws KmsctlError `Usage` together with `--profile` or `--endpoint-url`
 */
export function usesSandbox(runtime: Runtime, flags: TargetFlags): boolean {
  const setting = runtime.env.KMSCTL_SANDBOX
  const byEnv = setting !== undefined && setting !== '' && setting !== '0' && setting !== 'false'
  if (flags.sandbox !== true && !byEnv) return false
  const given = flags.sandbox === true ? '--sandbox' : 'KMSCTL_SANDBOX'
  for (const flag of ['profile', 'endpoint-url'] as const) {
    if (flags[flag] !== undefined) {
      throw usageError(`--${flag} cannot be used with ${given}: the embedded KMS has none`)
    }
  }
  return true
}

/** Opens the sandbox of this user; the disk is touched only when it is used. */
export async function openSandbox(runtime: Runtime): Promise<Sandbox> {
  if (runtime.embedded !== undefined) return runtime.embedded.sandbox
  const { Sandbox } = await import('../../sandbox/index.js')
  return Sandbox.open({ directory: sandboxDirectory(runtime), now: () => runtime.now() })
}

/** Forgets what was remembered of the sandbox's keys, for when they are gone. */
export async function forgetSandboxKeys(runtime: Runtime): Promise<void> {
  await rm(memoryDirectory(runtime, 'sandbox'), { recursive: true, force: true })
}

/** An error of the sandbox's own files, said as kmsctl says errors. */
export function sandboxError(error: unknown): KmsctlError {
  if (error instanceof KmsctlError) return error
  const words = (error instanceof Error ? error.message : String(error)).replace(/\.$/, '')
  // "EACCES: …" and "KMS …" keep their capitals.
  const message = /^[A-Z][a-z]/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words
  return new KmsctlError('Sandbox', `the sandbox cannot be used: ${message}`, {
    cause: error,
  })
}
