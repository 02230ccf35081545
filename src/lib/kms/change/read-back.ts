import { errorCode } from '../../aws/call/errors.js'
import { readWithin } from '../../aws/call/time-limit.js'
import type { Session } from '../../aws/session.js'
import { ends } from '../../errors.js'

/** Contract 6.9: one read that agrees, for at most 10 s. */
const LONGEST_MS = 10_000
const FIRST_WAIT_MS = 100
const LONGEST_WAIT_MS = 2_000

/** What reads showed of a change in the end: it, what was before, or nothing, with the code of why. */
export type Seen = 'shown' | 'not shown' | { readonly unread: string }

/**
 * Reads until what was changed is seen. KMS is eventually consistent: changes show within seconds,
 * sometimes minutes, and a key just made may not be found at first (Developer Guide,
 * programming-eventual-consistency).
 *
 * @returns warnings: none when a read agreed; a read that disagrees to the end is no failure
 */
export async function readBack(session: Session, holds: () => Promise<boolean>): Promise<string[]> {
  return warningsOf(await watch(session, holds))
}

/** What was seen, as warnings: none when a read agreed. */
export function warningsOf(seen: Seen): string[] {
  if (seen === 'shown') return []
  return [
    seen === 'not shown'
      ? `AWS took the change but still showed the old value after ${LONGEST_MS / 1000} s: look again in a minute`
      : `AWS took the change, but it could not be read back (${seen.unread})`,
  ]
}

/** As `readBack`, for who has to know what was seen. */
export async function watch(session: Session, holds: () => Promise<boolean>): Promise<Seen> {
  // Until a read has said otherwise.
  let failure: string | null = 'Timeout'
  const agreed = await readWithin(LONGEST_MS, async () => {
    for (let waited = 0, wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      try {
        if (await holds()) return true
        failure = null
      } catch (error) {
        if (ends('task', error)) throw error
        failure = errorCode(error)
        if (failure === 'AccessDeniedException') return false
      }
      if (waited >= LONGEST_MS) return false
      const pause = Math.min(wait, LONGEST_MS - waited)
      await session.sleep(pause)
      waited += pause
    }
  })
  if (agreed?.value === true) return 'shown'
  return failure === null ? 'not shown' : { unread: failure }
}
