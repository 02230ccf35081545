import type { Connection } from '../../aws/connection.js'
import type { Wire } from '../../aws/network/transport.js'
import type { Identity, Session } from '../../aws/session.js'
import { regionsOf } from '../flags/key-arguments.js'
import type { Run } from '../runtime/run.js'
import { canAsk, type Runtime } from '../runtime/runtime.js'
import { memoryDirectory } from '../runtime/state-directory.js'

/** The flags that say where a session's calls go, and how. */
export interface SessionFlags {
  readonly profile?: string | undefined
  readonly region?: string | undefined
  readonly 'endpoint-url'?: string | undefined
  readonly 'allow-insecure-endpoint'?: boolean | undefined
  readonly sandbox?: boolean | undefined
  readonly trace?: boolean | undefined
  readonly concurrency?: number | undefined
}

/** What a session needs of the run that it is opened for. */
export interface SessionWorld {
  readonly runtime: Runtime
  readonly run: Run
  /** What answers in the process, where the embedded KMS does. */
  readonly embedded: Wire | undefined
  now(): Date
  say(line: string): void
  askMfaCode(serial: string, role: string): Promise<string>
  /** Called when the embedded KMS has answered, in the process or behind an endpoint. */
  onSandbox(): void
}

/**
 * Opens the first Region's clients, with the caller and the folder of what outlives a run.
 *
 * @param manyCalls for a run over many keys
 */
export async function openSession(
  flags: SessionFlags,
  manyCalls: boolean,
  { runtime, run, embedded, now, say, askMfaCode, onSandbox }: SessionWorld,
): Promise<{ connection: Connection; session: Session }> {
  const { connect, callerIdentity } = await import('../../aws/connection.js')
  const connection = await connect({
    env: runtime.env,
    region: regionsOf(flags)[0],
    profile: flags.profile,
    endpointUrl: flags['endpoint-url'],
    allowInsecureEndpoint: flags['allow-insecure-endpoint'] ?? false,
    lifeline: run,
    trace: flags.trace === true ? (line) => say(`trace: ${line}`) : undefined,
    askMfaCode: canAsk(runtime) ? askMfaCode : undefined,
    onSandbox,
    ...(embedded === undefined ? {} : { sandbox: embedded }),
    concurrency: flags.concurrency,
    manyCalls,
  })
  let caller: Promise<Identity> | undefined
  const session = {
    kms: connection.kms,
    region: connection.region,
    rateOf: (operation: string) => connection.rateOf(operation),
    identity() {
      caller ??= callerIdentity(connection)
      return caller
    },
    now,
    remainingMs: () => run.remainingMs(),
    memory: async () => {
      const custom = embedded === undefined ? await connection.customEndpoint() : 'sandbox'
      const kms = custom === null || custom === 'sandbox' ? custom : new URL(custom)
      return memoryDirectory(runtime, kms)
    },
    sleep: (milliseconds: number) => run.sleep(milliseconds),
  }
  return { connection, session }
}
