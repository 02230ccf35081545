import { Config } from '@oclif/core/config'
import { run } from '@oclif/core/run'
import { settings } from '@oclif/core/settings'

/** Prints help as oclif does; the words name a command, a topic or nothing. */
export async function showHelp(words: readonly string[], root: string): Promise<void> {
  settings.enableAutoTranspile = false
  try {
    await run([...words], await Config.load({ root }))
  } catch (error) {
    // oclif ends some of its own paths by throwing an exit of 0.
    if ((error as { oclif?: { exit?: number } })?.oclif?.exit !== 0) throw error
  }
}
