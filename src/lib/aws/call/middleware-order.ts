import type {
  DeserializeMiddleware,
  FinalizeRequestMiddleware,
  InitializeMiddleware,
} from '@smithy/types'

/** kmsctl's own middlewares, by the names that they have in a client's stack. */
export interface Middlewares {
  readonly kmsctlFailures: InitializeMiddleware<object, object>
  readonly kmsctlBareIds: InitializeMiddleware<object, object>
  readonly kmsctlSingleAttempts: FinalizeRequestMiddleware<object, object>
  readonly kmsctlPacing: FinalizeRequestMiddleware<object, object>
  readonly kmsctlNotedActions: DeserializeMiddleware<object, object>
  readonly kmsctlPlace: DeserializeMiddleware<object, object>
  readonly kmsctlTrace: DeserializeMiddleware<object, object>
}

type Place =
  | { readonly step: 'initialize' | 'deserialize'; readonly priority: 'high' | 'normal' | 'low' }
  | { readonly relation: 'before' | 'after'; readonly toMiddleware: string }

/** Where each stands among the SDK's, from the outermost to the one next to the wire. */
const ORDER: Readonly<Record<keyof Middlewares, Place>> = {
  // Outside everything, so that no failure goes by without a record.
  kmsctlFailures: { step: 'initialize', priority: 'high' },
  // Outside the retries: what is sent with the key's ID is a call of its own.
  kmsctlBareIds: { step: 'initialize', priority: 'normal' },
  // Inside the retry loop: it sees each attempt.
  kmsctlSingleAttempts: { relation: 'after', toMiddleware: 'retryMiddleware' },
  // Inside the retry loop and before signing, which a long wait would make stale.
  kmsctlPacing: { relation: 'before', toMiddleware: 'httpSigningMiddleware' },
  // Inside signing: an error of the credential chain's own calls is not this operation's.
  kmsctlNotedActions: { step: 'deserialize', priority: 'high' },
  // Next to the wire, so that while a call is made ready or its answer is read, others use the place.
  kmsctlPlace: { step: 'deserialize', priority: 'low' },
  // Inside the place, so that the wait for one is not told as KMS's time; and inside the deserializer, so
  // that answers which it turns into errors still have their status.
  kmsctlTrace: { step: 'deserialize', priority: 'low' },
}

/** What a client's stack is used for here. */
export interface Stack {
  add(middleware: never, options: never): void
  addRelativeTo(middleware: never, options: never): void
}

/** Puts middlewares into a client's stack, each in its place. Those of one step and priority keep the table's order. */
export function addInOrder(stack: Stack, middlewares: Partial<Middlewares>): void {
  for (const [name, place] of Object.entries(ORDER)) {
    const middleware = middlewares[name as keyof Middlewares]
    if (middleware === undefined) continue
    const options = { name, override: true, ...place }
    if ('relation' in place) stack.addRelativeTo(middleware as never, options as never)
    else stack.add(middleware as never, options as never)
  }
}
