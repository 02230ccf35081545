import type { Session } from '../../aws/session.js'
import type { Change } from '../../results.js'
import { type Plan, planKeyChange } from '../change/plan.js'
import { readMetadata, requireState, resolveForChange } from '../key/resolve.js'

/** Plans switching a key on. KMS accepts it for enabled, disabled and unavailable keys. */
export async function planEnable(session: Session, text: string): Promise<Plan<Change>> {
  const key = await resolveForChange(session, text)
  requireState(key, 'enabled', ['Enabled', 'Disabled', 'Unavailable'])
  return planKeyChange({
    session,
    key,
    calls:
      key.keyState === 'Enabled' ? [] : [{ operation: 'EnableKey', input: { KeyId: key.arn } }],
    holds: async () => (await readMetadata(session, key.arn)).enabled,
    warnings: unavailable(key.keyState),
  })
}

/** Plans switching a key off; it asks first, because what uses the key stops working. */
export async function planDisable(session: Session, text: string): Promise<Plan<Change>> {
  const key = await resolveForChange(session, text)
  requireState(key, 'disabled', ['Enabled', 'Disabled', 'Unavailable'])
  return planKeyChange({
    session,
    key,
    calls:
      key.keyState === 'Disabled' ? [] : [{ operation: 'DisableKey', input: { KeyId: key.arn } }],
    confirmation: {
      kind: 'yes',
      question: `Disable key ${key.keyId}? Everything that uses it stops working until it is enabled again.`,
    },
    holds: async () => !(await readMetadata(session, key.arn)).enabled,
    warnings: unavailable(key.keyState),
  })
}

/** docs/facts/key-states.md [12]: it succeeds, but the state changes only when the key is available again. */
function unavailable(keyState: string): string[] {
  return keyState === 'Unavailable'
    ? ['the key is unavailable: its state changes when its key store is connected again']
    : []
}
