import type { HttpHandlerOptions } from '@smithy/types'

/** What may be asked of one call: the SDK hands these options of `send` on to the transport. */
export interface SendOptions extends HttpHandlerOptions {
  /**
   * Called when a request has been signed, right before it goes out: what it throws ends the call, and nothing was
   * sent. AWS refuses what arrives later than five minutes after its signature, so that what passes here never
   * arrives much later than that.
   */
  readonly beforeSending?: () => void
}
