import type { Session } from '../../aws/session.js'
import type { Change } from '../../results.js'
import { type Plan, planKeyChange } from '../change/plan.js'
import { readMetadata, requireState, resolveForChange } from '../key/resolve.js'
import { description } from '../rules/limits.js'

/** All states but pending deletion (docs/facts/key-states.csv, UpdateKeyDescription). */
const DESCRIBABLE = ['Enabled', 'Disabled', 'PendingImport', 'Unavailable', 'Creating', 'Updating']

/** Plans changing a key's description. */
export async function planUpdateDescription(
  session: Session,
  text: string,
  wanted: string,
): Promise<Plan<Change>> {
  description(wanted)
  const key = await resolveForChange(session, text)
  requireState(key, 'given a description', DESCRIBABLE)
  return planKeyChange({
    session,
    key,
    calls:
      key.description === wanted
        ? []
        : [
            {
              operation: 'UpdateKeyDescription',
              input: { KeyId: key.arn, Description: wanted },
            },
          ],
    holds: async () => (await readMetadata(session, key.arn)).description === wanted,
  })
}
