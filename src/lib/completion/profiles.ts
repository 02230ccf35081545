import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Runtime } from '../cli/runtime/runtime.js'

/** The profiles of the AWS configuration, as its two files name them. */
export function profileNames({ env, home }: Pick<Runtime, 'env' | 'home'>): string[] {
  const config = env.AWS_CONFIG_FILE || join(home, '.aws', 'config')
  const credentials = env.AWS_SHARED_CREDENTIALS_FILE || join(home, '.aws', 'credentials')
  const named = [
    ...sections(config).flatMap((name) =>
      name === 'default' ? [name] : (/^profile\s+["']?(.+?)["']?$/.exec(name)?.[1] ?? []),
    ),
    ...sections(credentials),
  ]
  return [...new Set(named)].sort()
}

function sections(path: string): string[] {
  try {
    const text = readFileSync(path, 'utf8')
    return [...text.matchAll(/^\s*\[([^\]]+)\]/gm)].map(([, name = '']) => name.trim())
  } catch {
    return []
  }
}
