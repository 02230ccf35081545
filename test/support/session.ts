import { ENDLESS } from '../../src/lib/aws/call/run-signals.js'
import { type Connection, callerIdentity, connect } from '../../src/lib/aws/connection.js'
import type { Session } from '../../src/lib/aws/session.js'
import { inProcessHandler, Sandbox } from '../../src/lib/sandbox/index.js'
import { emptyMemory } from './run/memory.js'

/** A session whose calls an embedded KMS in memory answers, and that KMS to move its clock. */
export interface SandboxSession extends Session {
  readonly sandbox: Sandbox
  readonly connection: Connection
  /** Operation names in the order in which they were sent. */
  readonly sent: string[]
  advanceDays(days: number): Promise<void>
}

/** `sleep` returns at once: read-backs of the embedded KMS agree at the first look. */
export async function sandboxSession(region = 'us-east-1'): Promise<SandboxSession> {
  const sandbox = Sandbox.inMemory()
  const memory = emptyMemory()
  const connection = await connect({
    env: {},
    region,
    lifeline: ENDLESS,
    sandbox: inProcessHandler(sandbox) as never,
  })
  const sent: string[] = []
  connection.kms.middlewareStack.add(
    (next, context) => (args) => {
      sent.push(context.commandName?.replace(/Command$/, '') ?? '?')
      return next(args)
    },
    { step: 'initialize', name: 'recordOperations' },
  )
  let now = await sandbox.now()
  return {
    sandbox,
    connection,
    sent,
    kms: connection.kms,
    region,
    identity: () => callerIdentity(connection),
    now: () => now,
    memory: async () => memory,
    sleep: async () => {},
    async advanceDays(days) {
      await sandbox.advance(days * 86_400_000)
      now = await sandbox.now()
    },
  }
}
