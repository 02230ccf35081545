import { regionsOf } from './key-arguments.js'

/** The flags that say where a run goes. */
interface TargetFlags {
  readonly sandbox?: boolean | undefined
  readonly profile?: string | undefined
  readonly region?: string | undefined
  readonly 'endpoint-url'?: string | undefined
  readonly 'allow-insecure-endpoint'?: boolean | undefined
}

/**
 * A text whose `kmsctl …` commands go where this run goes: a hint copied from a rehearsal must not act on
 * AWS, nor one of another Region on this one.
 *
 * @param region the one that the text is about, where the run works in several
 */
export function aim(text: string, flags: TargetFlags, region?: string): string {
  const target = targetFlags(flags, region)
  return text.replace(/kmsctl [a-z][^`]*/g, (command) => {
    if (GOES_NOWHERE.test(command)) return command
    const missing = target.filter(([flag]) => !command.includes(flag))
    return [command.trimEnd(), ...missing.flat()].join(' ')
  })
}

/** What asks nothing of any KMS, and takes no flag that says of which. */
const GOES_NOWHERE = /--help|^kmsctl policy services\b/

/** The flags that say where a run goes, as words of a command line. */
export function targetFlags(
  flags: TargetFlags,
  region?: string,
  asWord = quoted,
): [flag: string, ...value: string[]][] {
  const words: [string, ...string[]][] = flags.sandbox === true ? [['--sandbox']] : []
  const inOne = regionsOf(flags).length > 1 ? undefined : flags.region
  const values = { ...flags, region: region ?? inOne }
  for (const flag of ['profile', 'region', 'endpoint-url'] as const) {
    const value = values[flag]
    if (value !== undefined) words.push([`--${flag}`, asWord(value)])
  }
  // Without it, the same endpoint is refused.
  if (flags['allow-insecure-endpoint'] === true) words.push(['--allow-insecure-endpoint'])
  return words
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
