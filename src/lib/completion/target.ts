import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { cacheDirectory, type Where } from '../cli/runtime/state-directory.js'

/** The flags that say whose keys are meant, as words of a command line. */
const FLAGS = ['--profile', '--region', '--endpoint-url'] as const
const SWITCHES = ['--sandbox', '--allow-insecure-endpoint'] as const

/** The variables that say so. None of them is a secret. */
const VARIABLES =
  /^(AWS_(PROFILE|REGION|DEFAULT_REGION|ACCESS_KEY_ID|ROLE_ARN|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL(_KMS)?|IGNORE_CONFIGURED_ENDPOINT_URLS|WEB_IDENTITY_TOKEN_FILE|CONTAINER_CREDENTIALS_\w+_URI)|KMSCTL_SANDBOX(_DIR)?)$/

/** Of a command line, the words that say whose keys are meant, in one order. */
export function targetWords(words: readonly string[]): string[] {
  const found: string[] = []
  for (const flag of FLAGS) {
    const at = words.findLastIndex((word) => word === flag || word.startsWith(`${flag}=`))
    const value = words[at]?.startsWith(`${flag}=`)
      ? words[at]?.slice(flag.length + 1)
      : words[at + 1]
    if (at !== -1 && value !== undefined) found.push(flag, value)
  }
  return [...found, ...SWITCHES.filter((name) => words.includes(name))]
}

/**
 * The file in which the names of these keys are kept: one for each profile, account and Region, as far as
 * the command line and the environment tell them. The account itself only AWS knows.
 */
export function namesFile(where: Where, target: readonly string[]): string {
  const variables = Object.entries(where.env).filter(([name]) => VARIABLES.test(name))
  const told = JSON.stringify([target, variables.sort(([a], [b]) => (a < b ? -1 : 1))])
  const name = createHash('sha256').update(told).digest('hex').slice(0, 32)
  return join(cacheDirectory(where), 'names', `${name}.json`)
}
