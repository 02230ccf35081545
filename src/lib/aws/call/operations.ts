/**
 * What the clients need to know of an operation before they send it, by its name.
 */

/**
 * Sent at most once for each intention (contract 6.7): none of them has an idempotency token, so a
 * repeated call makes a second key, spends one of 25 rotations, or makes a second grant
 * (KMS API Reference; the SDK's own retries would repeat all three).
 */
const SINGLE_ATTEMPT: ReadonlySet<string> = new Set([
  'CreateKey',
  'RotateKeyOnDemand',
  'CreateGrant',
  'ReplicateKey',
])

export function isSingleAttempt(operation: string): boolean {
  return SINGLE_ATTEMPT.has(operation)
}

/** The operation's name from the SDK's name of its command (`CreateKeyCommand`). */
export function operationName(commandName: string | undefined): string {
  return (commandName ?? 'request').replace(/Command$/, '')
}

/** Whether an operation only reads. Everything else is treated as a change. */
export function isRead(operation: string): boolean {
  return /^(Describe|List|Get)/.test(operation)
}

/** Confirmed without a body (API Reference: the operations whose page has no "Response Elements"). */
const WITHOUT_BODY: ReadonlySet<string> = new Set([
  'CreateAlias',
  'DeleteAlias',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'PutKeyPolicy',
  'RetireGrant',
  'RevokeGrant',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateKeyDescription',
])

/** Whether an answer without a body can be AWS's. */
export function answersNothing(operation: string): boolean {
  return WITHOUT_BODY.has(operation)
}
