import { join } from 'node:path'
import { DISK } from '../../src/lib/journal/claim-files.js'
import { Claims, type NewClaim } from '../../src/lib/journal/claims.js'
import { PROCESSES, type Processes } from '../../src/lib/journal/processes.js'
import type { Ran } from './command.js'

/** Processes of which this one has ended: what it wrote down belongs to nobody any more. */
export const DEAD: Processes = {
  // Beyond the most that Linux gives (proc(5), pid_max).
  self: async () => ({ ...(await PROCESSES.self()), pid: 4_194_305 }),
  liveness: PROCESSES.liveness,
  working: new Set(),
}

/** Where a world's sandbox keeps the claims of its creations. */
export function claimsIn(directory: string): string {
  return join(directory, 'sandbox', 'memory', '000000000000', 'us-east-1', 'claims')
}

interface Typing {
  (line: string): Promise<Ran>
  readonly directory: string
}

/** A creation that ended after CreateKey: there is a key without a name, and a claim of a dead process. */
export async function leaveUnfinished(
  type: Typing,
  over: Partial<NewClaim> = {},
): Promise<{ keyId: string; token: string }> {
  const { json } = await type('create --no-alias --no-rotation --json')
  const { keyId, tags } = json.key
  const token = tags['kmsctl:claim']
  const claims = new Claims(DISK.claims(claimsIn(type.directory)), () => new Date(), DEAD)
  await claims.begin(
    {
      token,
      tagged: true,
      accountId: '000000000000',
      region: 'us-east-1',
      aliases: ['alias/fresh'],
      rotation: { enabled: true, periodInDays: 180 },
      disabled: false,
      inputHash: 'a'.repeat(64),
      ...over,
    },
    async () => {},
  )
  claims.release(token)
  return { keyId, token }
}
