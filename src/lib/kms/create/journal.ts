/** The journal of creations as `create` and `recover` use it: claims by account, and what each one needs. */
import { join } from 'node:path'
import { explain } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { DISK, type Disk } from '../../store/claim-files.js'
import { type Claim, Claims } from '../../store/claims.js'
import type { Processes } from '../../store/processes.js'

/** Stands for the account where STS could not be asked. */
export const UNKNOWN_ACCOUNT = 'unknown'

/** The machine that a run is on, where it is not this process's own. */
export interface MachineTools {
  readonly processes?: Processes
  readonly disk?: Disk
}

/** A claim and the list that it is kept in. */
export interface OpenClaim {
  readonly claim: Claim
  readonly home: Claims
}

export interface OpenClaims {
  /** The oldest first. */
  readonly open: readonly OpenClaim[]
  /** Warnings of files that cannot be read. */
  readonly unreadable: readonly string[]
  /** The tokens of claims in such files. */
  readonly unreadTokens: readonly string[]
}

/** How many claims there are in an account and Region. */
export interface Elsewhere {
  readonly accountId: string
  readonly region: string
  readonly claims: readonly Claim[]
}

/** The claims that may be of one account in one Region of one KMS. */
export class CreationJournal {
  private constructor(
    private readonly session: Session,
    private readonly root: string,
    private readonly accountId: string,
    private readonly machine: MachineTools,
  ) {}

  static async open(
    session: Session,
    accountId: string,
    machine: MachineTools,
  ): Promise<CreationJournal> {
    const account = /^\d{12}$/.test(accountId) ? accountId : UNKNOWN_ACCOUNT
    return new CreationJournal(session, await session.memory(), account, machine)
  }

  /** The list that new claims go to. */
  own(): Claims {
    return this.claimsOf(this.accountId, this.session.region)
  }

  /** The account's claims, and those that were begun when the account could not be asked for. */
  async list(): Promise<OpenClaims> {
    const accounts = [...new Set([this.accountId, UNKNOWN_ACCOUNT])]
    const homes = accounts.map((account) => this.claimsOf(account, this.session.region))
    const lists = await Promise.all(homes.map((home) => home.list()))
    const open = lists.flatMap(({ claims }, index) =>
      claims.map((claim) => ({ claim, home: homes[index] as Claims })),
    )
    open.sort((a, b) => a.claim.begunAt.getTime() - b.claim.begunAt.getTime())
    const unreadable = lists.flatMap((list) => list.unreadable)
    return {
      open,
      unreadTokens: lists.flatMap((list) => list.unreadTokens),
      unreadable: unreadable.map((words) => `a file of the journal cannot be read: ${words}`),
    }
  }

  /** The claims of other accounts and Regions of the same KMS. */
  async elsewhere(): Promise<Elsewhere[]> {
    const found: Elsewhere[] = []
    const { disk = DISK } = this.machine
    for (const accountId of await disk.foldersIn(this.root)) {
      for (const region of await disk.foldersIn(join(this.root, accountId))) {
        const here = region === this.session.region
        if (here && (accountId === this.accountId || accountId === UNKNOWN_ACCOUNT)) continue
        const { claims } = await this.claimsOf(accountId, region).list()
        if (claims.length > 0) found.push({ accountId, region, claims })
      }
    }
    return found
  }

  private claimsOf(accountId: string, region: string): Claims {
    const { disk = DISK, processes } = this.machine
    const folder = join(this.root, accountId, region, 'claims')
    return new Claims(disk.claims(folder), () => this.session.now(), processes)
  }
}

/**
 * What a run writes of the creation that it works on. After CreateKey nothing stops for the journal: what
 * cannot be written is a warning.
 */
export class Entry {
  constructor(
    private readonly claim: { readonly home: Claims; readonly token: string } | null,
    private readonly warnings: string[],
  ) {}

  /** Whether another run can find the creation by it. */
  get kept(): boolean {
    return this.claim !== null
  }

  async created(keyId: string): Promise<void> {
    await this.write(({ home, token }) => home.note(token, { state: 'created', keyId }))
  }

  async surplus(keyId: string): Promise<void> {
    await this.write(({ home, token }) => home.note(token, { state: 'surplus', keyId }))
  }

  async end(): Promise<void> {
    await this.write(({ home, token }) => home.end(token))
  }

  release(): void {
    this.claim?.home.release(this.claim.token)
  }

  private async write(
    work: (claim: { home: Claims; token: string }) => Promise<void>,
  ): Promise<void> {
    if (this.claim === null) return
    await work(this.claim).catch((error) => {
      this.warnings.push(`${explain(error).message}; the creation went on`)
    })
  }
}
