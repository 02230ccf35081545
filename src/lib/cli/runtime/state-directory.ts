/** Where kmsctl keeps what outlives a run. */
import { posix, win32 } from 'node:path'
import type { Runtime } from './runtime.js'

export type Where = Pick<Runtime, 'env' | 'platform' | 'home'>

const pathOf = (platform: NodeJS.Platform) => (platform === 'win32' ? win32 : posix)

/** The user's state folder: XDG_STATE_HOME, else the platform's own place (contract 7). */
export function stateDirectory({ env, platform, home }: Where): string {
  const { join, isAbsolute } = pathOf(platform)
  // The XDG specification: a path that is not absolute is to be ignored.
  const state = env.XDG_STATE_HOME
  if (state !== undefined && isAbsolute(state)) return join(state, 'kmsctl')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'kmsctl')
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA
    const base = local === undefined || local === '' ? join(home, 'AppData', 'Local') : local
    return join(base, 'kmsctl')
  }
  return join(home, '.local', 'state', 'kmsctl')
}

/** The user's cache folder, of what can be made again: XDG_CACHE_HOME, else the platform's own place. */
export function cacheDirectory({ env, platform, home }: Where): string {
  const { join, isAbsolute } = pathOf(platform)
  const cache = env.XDG_CACHE_HOME
  if (cache !== undefined && isAbsolute(cache)) return join(cache, 'kmsctl')
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'kmsctl')
  if (platform === 'win32') return join(stateDirectory({ env, platform, home }), 'cache')
  return join(home, '.cache', 'kmsctl')
}

/** The sandbox's folder: KMSCTL_SANDBOX_DIR, else one in the state folder. */
export function sandboxDirectory(where: Where): string {
  const given = where.env.KMSCTL_SANDBOX_DIR
  if (given !== undefined && given !== '') return given
  return pathOf(where.platform).join(stateDirectory(where), 'sandbox')
}

const AWS_HOST = /\.(?:amazonaws\.com(?:\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)$/

/**
 * What is to be remembered about the keys of one KMS. AWS is one KMS whatever its endpoints; any other
 * endpoint is one of its own, and so is the embedded one, whose memory goes where its state is.
 *
 * @param kms `sandbox`, or the origin of a custom endpoint, or null for AWS's own
 */
export function memoryDirectory(where: Where, kms: 'sandbox' | URL | null): string {
  const { join } = pathOf(where.platform)
  if (kms === 'sandbox') return join(sandboxDirectory(where), 'memory')
  const base = stateDirectory(where)
  if (kms === null || AWS_HOST.test(kms.hostname)) return join(base, 'aws')
  return join(base, 'endpoints', kms.host.replace(/[^\w.-]/g, '_'))
}
