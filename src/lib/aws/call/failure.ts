/** Whether a call that failed certainly changed nothing, or may have changed something. */
export type Effect = 'none' | 'unknown'

/** How a call failed: what whoever made it, or repeats it, has to know besides the error. */
export interface CallFailure {
  readonly operation: string
  /** Of all its attempts together. */
  readonly effect: Effect
  /**
   * Whether another attempt may follow: none, a few, or as many as it takes, since the call was throttled
   * while KMS let others of its operation through.
   */
  readonly retry: 'never' | 'counted' | 'wait'
  /** The IAM action that was asked for; undefined where the operation's own request was not reached. */
  readonly action: string | undefined
  /** What was thrown. */
  readonly cause: unknown
}

/** Errors carry the record as a property: to those above the clients, the SDK's exceptions stay what they are. */
interface FailedCall extends Error {
  callFailure?: Partial<CallFailure>
}

/** What is known of how a call failed: all of it once the error has left the client. */
export function failureOf(error: unknown): Partial<CallFailure> {
  return (error instanceof Error && (error as FailedCall).callFailure) || {}
}

/**
 * Adds to what is known of a failure. An effect that is unknown stays so: the refusal of a later attempt says
 * nothing of an earlier one. "Already pending deletion" may be its own doing (docs/facts/semantics.md, CreateKey).
 */
export function noteFailure(error: unknown, part: Partial<CallFailure>): void {
  if (!(error instanceof Error)) return
  const known = failureOf(error)
  const lasting = known.effect === 'unknown' ? { effect: known.effect } : {}
  // Not enumerable: it holds the error itself, and nobody prints it.
  Object.defineProperty(error, 'callFailure', {
    value: { ...known, ...part, ...lasting } satisfies Partial<CallFailure>,
    configurable: true,
    writable: true,
  })
}
