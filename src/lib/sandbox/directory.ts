/** Where the sandbox keeps its state (contract, section 7). */
import { posix, win32 } from 'node:path'

export interface Where {
  env: Record<string, string | undefined>
  platform: NodeJS.Platform
  home: string
}

export function sandboxDirectory({ env, platform, home }: Where): string {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix
  const given = env.KMSCTL_SANDBOX_DIR
  if (given !== undefined && given !== '') return given
  // The XDG specification: a path that is not absolute is to be ignored.
  const state = env.XDG_STATE_HOME
  if (state !== undefined && isAbsolute(state)) return join(state, 'kmsctl', 'sandbox')
  if (platform === 'darwin') {
    return join(home, 'Library', 'Application Support', 'kmsctl', 'sandbox')
  }
  if (platform === 'win32') {
    const local = env.LOCALAPPDATA
    const base = local === undefined || local === '' ? join(home, 'AppData', 'Local') : local
    return join(base, 'kmsctl', 'sandbox')
  }
  return join(home, '.local', 'state', 'kmsctl', 'sandbox')
}
