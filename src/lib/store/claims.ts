/**
 * The journal of creations: for each key that is being made, a file that is on the disk before CreateKey is
 * sent, and gone when the creation has ended. It holds no policy, no description and no tag: of what was
 * asked for, what is needed to finish it, and a hash of the rest.
 *
 * A file is a line that says what was begun, and below it a line for each thing that became known since.
 * Only the first is forced to the disk: a killed process loses no line, and after a loss of power the
 * claim alone finds the key again.
 */
import { isDeepStrictEqual } from 'node:util'
import { KmsctlError } from '../errors.js'
import type { ClaimFiles } from './claim-files.js'
import { type Owner, PROCESSES, type Processes } from './processes.js'

const FORMAT = 1
/** How long a claim is left alone whose process cannot be asked about. */
const HELD_MS = 15 * 60_000

/** What a key gets after CreateKey. */
export interface Wish {
  readonly aliases: readonly string[]
  /** Without a period KMS's own, 365 days. */
  readonly rotation: { readonly enabled: boolean; readonly periodInDays: number | null }
  readonly disabled: boolean
}

/** A creation as it is begun. */
export interface NewClaim extends Wish {
  /** 128 bits in hex: the value of the key's claim tag. */
  readonly token: string
  /** Whether the key carries it. */
  readonly tagged: boolean
  /** `unknown` where STS could not be asked. */
  readonly accountId: string
  readonly region: string
  /** Tells whether another creation asks for just the same key. */
  readonly inputHash: string
}

/** `begun`: CreateKey may have been sent; `created`: the key is known; `surplus`: its alias is another's. */
export type ClaimState = 'begun' | 'created' | 'surplus'

export interface Claim extends NewClaim {
  readonly state: ClaimState
  readonly keyId: string | null
  /** By the clock of the KMS that was asked. */
  readonly begunAt: Date
  readonly changedAt: Date
  readonly owner: Owner
}

export interface ClaimList {
  /** The oldest first. */
  readonly claims: Claim[]
  /** Files that cannot be read, with what is wrong with each. */
  readonly unreadable: string[]
  /** The tokens that those files are named after. */
  readonly unreadTokens: string[]
}

/** The claims of one account and Region. */
export class Claims {
  constructor(
    private readonly files: ClaimFiles,
    private readonly now: () => Date,
    private readonly processes: Processes = PROCESSES,
  ) {}

  /** @throws KmsctlError `Journal` where the folder cannot be read */
  async list(): Promise<ClaimList> {
    const claims: Claim[] = []
    const unreadable: string[] = []
    const unreadTokens: string[] = []
    for (const name of await this.names()) {
      const token = name.slice(0, -SUFFIX.length)
      try {
        const claim = await this.read(token)
        if (claim !== null) claims.push(claim)
      } catch (error) {
        unreadable.push(`${this.files.folder}/${name}: ${words(error)}`)
        if (TOKEN.test(token)) unreadTokens.push(token)
      }
    }
    claims.sort((a, b) => a.begunAt.getTime() - b.begunAt.getTime())
    return { claims, unreadable, unreadTokens }
  }

  /** Whether the process that works on a claim still does, as far as can be told. */
  async isHeld({ token, owner, changedAt }: Claim): Promise<boolean> {
    const { processes } = this
    if (isDeepStrictEqual(owner, await processes.self())) return processes.working.has(token)
    const liveness = await processes.liveness(owner)
    if (liveness !== 'unknown') return liveness === 'alive'
    return this.now().getTime() - changedAt.getTime() < HELD_MS
  }

  /** Changes whenever a claim ends: what was read of KMS before may hold no longer. */
  lastEnd(): Promise<string> {
    return this.files.lastRetired()
  }

  /**
   * Writes a claim down; when this returns, it is on the disk.
   *
   * @param check is shown the claims there are, while nobody else can begin one, and may refuse
   * @returns `lastEnd` at that time
   * @throws KmsctlError `Journal` where it cannot be written, or what `check` throws
   */
  async begin(claim: NewClaim, check: (others: ClaimList) => Promise<void>): Promise<string> {
    return this.alone(async () => {
      await check(await this.list())
      const owner = await this.processes.self()
      const at = this.now().toISOString()
      const begun: FirstLine = { kmsctl: 'claim', format: FORMAT, ...claim, at, owner }
      const text = JSON.stringify(begun)
      // What could not be read again would be as good as not written.
      parseClaim(claim.token, text)
      await this.files.write(`${claim.token}${SUFFIX}`, `${text}\n`)
      this.processes.working.add(claim.token)
      return this.lastEnd()
    })
  }

  /** Makes a claim this process's own, unless another one's run still works on it, or it has ended. */
  async takeOver(token: string): Promise<Claim | 'held' | 'ended'> {
    return this.alone(async () => {
      const claim = await this.read(token)
      if (claim === null) return 'ended'
      if (await this.isHeld(claim)) return 'held'
      await this.append(token, { owner: await this.processes.self() })
      this.processes.working.add(token)
      return claim
    })
  }

  /**
   * Writes down what became known of a claim of this process's.
   *
   * @throws KmsctlError `Journal`; nothing that is under way has to stop for it
   */
  async note(token: string, known: { state: ClaimState; keyId: string }): Promise<void> {
    await this.append(token, known).catch((error) => {
      throw journalError('written', error)
    })
  }

  /** The creation has ended, one way or another. */
  async end(token: string): Promise<void> {
    this.processes.working.delete(token)
    await this.files.retire(`${token}${SUFFIX}`).catch((error) => {
      throw journalError('written', error)
    })
  }

  /** This run does no more for the claim, which stays. */
  release(token: string): void {
    this.processes.working.delete(token)
  }

  private async names(): Promise<string[]> {
    const names = await this.files.names().catch((error) => {
      throw journalError('read', error)
    })
    return names.filter((name) => name.endsWith(SUFFIX))
  }

  private async read(token: string): Promise<Claim | null> {
    const text = await this.files.read(`${token}${SUFFIX}`)
    return text === null ? null : parseClaim(token, text)
  }

  /** Begins with a line feed, so that a line which a crash cut short spoils no other. */
  private append(token: string, line: LaterLine): Promise<void> {
    const text = JSON.stringify({ ...line, at: this.now().toISOString() })
    return this.files.append(`${token}${SUFFIX}`, `\n${text}\n`)
  }

  private async alone<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await this.files.alone(this.processes, work)
    } catch (error) {
      throw error instanceof KmsctlError ? error : journalError('written', error)
    }
  }
}

const SUFFIX = '.json'
const TOKEN = /^[0-9a-f]{32}$/

interface FirstLine extends NewClaim {
  readonly kmsctl: 'claim'
  readonly format: number
  readonly at: string
  readonly owner: Owner
}

type LaterLine = Partial<Pick<Claim, 'state' | 'keyId' | 'owner'>>

/** The journal's own failures, found before anything is made. */
function journalError(done: 'read' | 'written', error: unknown): KmsctlError {
  return new KmsctlError('Journal', `the journal cannot be ${done}: ${words(error)}`, {
    hints: [
      'mend that, for the journal is what finds a key again whose creation was cut off',
      'or create with --no-journal: the claim token is then printed instead',
    ],
    cause: error,
  })
}

function words(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return (text.split(/[\n\r]/)[0] ?? '').replace(/\.$/, '')
}

/** @throws Error that says what is wrong with the text */
function parseClaim(token: string, text: string): Claim {
  const [head = '', ...rest] = text.split('\n')
  const first = object(head)
  if (first === undefined) throw new Error('it is damaged')
  if (first.kmsctl !== 'claim' || typeof first.format !== 'number') {
    throw new Error('it is no claim of kmsctl')
  }
  if (first.format > FORMAT) throw new Error(`it is of a newer kmsctl (format ${first.format})`)
  if (!isFirstLine(first) || first.token !== token) throw new Error('it is damaged')
  const { accountId, region, tagged, inputHash, aliases, rotation, disabled } = first
  const known = rest.map(object).filter((line) => line !== undefined)
  const last = <T>(name: string, is: (value: unknown) => value is T, otherwise: T): T =>
    known
      .map((line) => line[name])
      .filter(is)
      .at(-1) ?? otherwise
  return {
    ...{ token, tagged, accountId, region, inputHash, aliases, rotation, disabled },
    state: last('state', isState, 'begun'),
    keyId: last<string | null>('keyId', isKeyId, null),
    begunAt: new Date(first.at),
    changedAt: new Date(last('at', isDate, first.at)),
    owner: last('owner', isOwner, first.owner),
  }
}

type Members = Readonly<Record<string, unknown>>

function object(text: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Members) : undefined
  } catch {
    return undefined
  }
}

function isFirstLine(line: Members): line is Members & FirstLine {
  const { token, tagged, accountId, region, inputHash, aliases, rotation, disabled } = line
  const { enabled, periodInDays } = (rotation ?? {}) as Partial<Wish['rotation']>
  return (
    matches(token, TOKEN) &&
    typeof tagged === 'boolean' &&
    matches(accountId, /^(\d{12}|unknown)$/) &&
    matches(region, /^([a-z]+-){2,3}\d+$/) &&
    matches(inputHash, /^[0-9a-f]{64}$/) &&
    Array.isArray(aliases) &&
    aliases.every((name) => matches(name, /^alias\/[\w/-]{1,250}$/)) &&
    typeof enabled === 'boolean' &&
    (periodInDays === null || Number.isInteger(periodInDays)) &&
    typeof disabled === 'boolean' &&
    isDate(line.at) &&
    isOwner(line.owner)
  )
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

function isState(value: unknown): value is ClaimState {
  return value === 'begun' || value === 'created' || value === 'surplus'
}

function isKeyId(value: unknown): value is string {
  return matches(value, /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/)
}

function isDate(value: unknown): value is string {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value))
}

function isOwner(value: unknown): value is Owner {
  const { pid, machine, boot, space, started } = (value ?? {}) as Partial<Owner>
  const textOrNull = (text: unknown) => text === null || typeof text === 'string'
  return (
    Number.isInteger(pid) && typeof machine === 'string' && [boot, space, started].every(textOrNull)
  )
}
