import type { KMSClient } from '@aws-sdk/client-kms'

/** Who signs the calls, as STS sees it. */
export interface Identity {
  readonly accountId: string
  readonly arn: string
  readonly userId: string
  readonly partition: string
}

/** What an operation on keys needs of the world: one Region's clients, the caller, and a clock. */
export interface Session {
  readonly kms: KMSClient
  readonly region: string
  /** The caller, asked of STS once a run. */
  identity(): Promise<Identity>
  /** The clock of the KMS that answers: the embedded one's can be moved. */
  now(): Date
  /** The folder of what is remembered about this KMS's keys from run to run; it may not be there yet. */
  memory(): Promise<string>
  /** Calls a second that are let go of an operation at most; absent or Infinity: nothing is held back. */
  rateOf?(operation: string): number
  /** How long the run may still take; absent or Infinity: for as long as it wants. */
  remainingMs?(): number
  /** Waits, or throws what ends the run. */
  sleep(milliseconds: number): Promise<void>
}
