import { join } from 'node:path'
import { creationIntent } from '../../../src/lib/kms/create/create-spec.js'
import { validateCreate } from '../../../src/lib/kms/rules/create.js'
import { DISK } from '../../../src/lib/store/claim-files.js'
import { Claims, type NewClaim } from '../../../src/lib/store/claims.js'
import { PROCESSES, type Processes } from '../../../src/lib/store/processes.js'
import type { Ran } from '../run/command.js'

/** Processes of which this one has ended: what it wrote down belongs to nobody any more. */
export const DEAD: Processes = {
  // Beyond the most that Linux gives (proc(5), pid_max).
  self: async () => ({ ...(await PROCESSES.self()), pid: 4_194_305 }),
  liveness: PROCESSES.liveness,
  working: new Set(),
}

/** Where a world's sandbox keeps the claims of its creations. */
export function claimsIn(directory: string): string {
  return claimsOfSandbox(join(directory, 'sandbox', 'memory'))
}

export function claimsOfSandbox(memory: string): string {
  return join(memory, '000000000000', 'us-east-1', 'claims')
}

interface Typing {
  (line: string): Promise<Ran>
  readonly directory: string
}

/** The creation that is cut off, as it was begun. */
export const CUT_OFF = 'create --alias fresh --rotation-period-days 180'

const { hash } = creationIntent(
  validateCreate({
    ...{ aliases: ['fresh'], noAlias: false, rotationPeriodDays: 180, region: 'us-east-1' },
    ...{ multiRegion: false, tags: {}, disabled: false, claimTag: true },
  }),
  undefined,
)

/** Makes a key without a name and rotation, whose claim is in its tags. */
export const BARE_KEY = 'create --no-alias --no-rotation --json'

/** A creation that ended after CreateKey: there is a key without a name, and a claim of a dead process. */
export async function leaveUnfinished(
  type: Typing,
  over: Partial<NewClaim> = {},
): Promise<{ keyId: string; token: string }> {
  const { json } = await type(BARE_KEY)
  const { keyId, tags } = json.key
  const token = tags['kmsctl:claim']
  await leaveClaim(claimsIn(type.directory), token, over)
  return { keyId, token }
}

/** The claim of a creation whose process is dead: its key was to be alias/fresh, and to rotate. */
export async function leaveClaim(
  folder: string,
  token: string,
  over: Partial<NewClaim> = {},
): Promise<void> {
  const claims = new Claims(DISK.claims(folder), () => new Date(), DEAD)
  await claims.begin(
    {
      token,
      tagged: true,
      accountId: '000000000000',
      region: 'us-east-1',
      aliases: ['alias/fresh'],
      rotation: { enabled: true, periodInDays: 180 },
      disabled: false,
      inputHash: hash,
      ...over,
    },
    async () => {},
  )
  claims.release(token)
}
