import { endsRun, errorCode } from '../aws/errors.js'
import type { Session } from '../aws/session.js'

/** Contract 6.9: one read that agrees, for at most 10 s. */
const LONGEST_MS = 10_000
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 2_000

/**
 * Reads until what was changed is seen. KMS is eventually consistent: changes show within seconds,
 * sometimes minutes, and a key just made may not be found at first (Developer Guide,
 * programming-eventual-consistency).
 *
 * @returns warnings: none when a read agreed; a read that disagrees to the end is no failure
 */
export async function readBack(session: Session, holds: () => Promise<boolean>): Promise<string[]> {
  let failure: string | undefined
  let waited = 0
  let wait = FIRST_WAIT_MS
  for (;;) {
    try {
      if (await holds()) return []
      failure = undefined
    } catch (error) {
      if (endsRun(error)) throw error
      failure = errorCode(error)
      if (failure === 'AccessDeniedException') break
    }
    if (waited >= LONGEST_MS) break
    const pause = Math.min(wait, LONGEST_MS - waited)
    await session.sleep(pause)
    waited += pause
    wait = Math.min(wait * 2, LONGEST_WAIT_MS)
  }
  return [
    failure === undefined
      ? `AWS took the change but still showed the old value after ${waited / 1000} s: look again in a minute`
      : `AWS took the change, but it could not be read back (${failure})`,
  ]
}
