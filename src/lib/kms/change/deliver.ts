import { effectOf } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { ends } from '../../errors.js'
import { type Call, type Sender, send } from './calls.js'
import { type Seen, watch } from './read-back.js'
import { isSetting, shows } from './verify.js'

/** How a call is sent, and how it is looked up when its answer is lost. */
export interface Delivery {
  readonly sender?: Sender
  /** Says whether the call took effect, for those that `shows` knows nothing of. */
  readonly holds?: () => Promise<boolean>
  /**
   * Whether all is still as it was before the call, so that it may be sent again although somebody else may
   * have changed the same; absent where it may not, or where the call is one that only sets something.
   */
  readonly asBefore?: () => Promise<boolean>
}

/**
 * Sends one call. Where its answer is lost, reads say whether it was done; where they show that it was not,
 * one that may be repeated is sent once more (contract 6.7).
 *
 * @returns `seen` where no answer came, and reads show what was asked for
 * @throws the error of the call, as `effectOf` knows it: none, or unknown
 */
export async function deliver(
  session: Session,
  call: Call,
  { sender = send, holds, asBefore }: Delivery = {},
): Promise<'answered' | 'seen'> {
  const again = isSetting(call) ? async () => true : asBefore
  let lost: unknown
  for (const last of again === undefined ? [true] : [false, true]) {
    try {
      await sender(session, call)
      return 'answered'
    } catch (error) {
      // A refusal of the repetition says nothing of the first.
      if (lost === undefined && effectOf(error) === 'none') throw error
      lost ??= error
    }
    const seen = await look(session, call, holds)
    if (seen === 'shown') return 'seen'
    if (last || seen !== 'not shown' || !(await again?.().catch(() => false))) break
  }
  throw lost
}

/** Where the run is over, so is the looking: what is told is still that the outcome is unknown. */
async function look(session: Session, call: Call, holds: Delivery['holds']): Promise<Seen> {
  try {
    return await watch(
      session,
      async () => (await shows(session, call)) ?? (await holds?.()) ?? false,
    )
  } catch (error) {
    if (ends('task', error)) return { unread: error.code }
    throw error
  }
}
