/** The making of one key: CreateKey is sent once for each wish, whatever becomes of its answer. */
import { randomBytes } from 'node:crypto'
import { explain } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import type { Change, KeyMetadata } from '../../results.js'
import type { Claim } from '../../store/claims.js'
import { aliasTaken } from '../alias/aliases.js'
import type { Call } from '../change/calls.js'
import type { Plan } from '../change/plan.js'
import { findKey } from '../key/resolve.js'
import { explainPolicyRefusal, whilePrincipalsAreNew } from '../policy/refusals.js'
import { newKeyPrice } from '../rules/price.js'
import { type Outlook, outlookOf } from './claim-status.js'
import { complete } from './complete.js'
import { creationOpen, creationUnsettled, otherAccounts } from './conflicts.js'
import { followUps, type Intent, plannedCalls, wishOf } from './create-spec.js'
import { createRefused } from './failures.js'
import {
  CreationJournal,
  Entry,
  type MachineTools,
  type OpenClaim,
  UNKNOWN_ACCOUNT,
} from './journal.js'
import { alsoCarries, makeKey, StaleClaim } from './make-key.js'
import { settleSecondsOf } from './search.js'

/** How often a creation is begun whose claim is too old before CreateKey goes out. */
const MOST_BEGINNINGS = 3

/** What a creation may use besides its session. */
export interface CreateTools extends MachineTools {
  /** Says one line to whoever watches, while it happens. */
  readonly say?: (line: string) => void
  /** Says what has been done of it, one step a line. */
  readonly step?: (line: string) => void
}

export interface CreationOptions extends CreateTools {
  /** `unknown` where STS could not be asked. */
  readonly accountId: string
  readonly claimTag: boolean
  readonly settleSeconds: number
  /** How long a policy is tried again of which KMS does not know a principal. */
  readonly waitSeconds: number
  readonly journal: boolean
  /** Those of the result; what is found out on the way is added. */
  readonly warnings: string[]
}

export class Creation {
  /** Claims whose creation has ended without a key, told by the plan and removed when it is carried out. */
  private readonly ended: OpenClaim[] = []

  private constructor(
    private readonly session: Session,
    private readonly intent: Intent,
    private readonly options: CreationOptions,
    private readonly journal: CreationJournal,
    private readonly claims: readonly OpenClaim[],
    /** The journal's last end when it was read, before the names were looked up. */
    private readonly lastEnd: string,
  ) {}

  /** @throws KmsctlError `Journal` (1) where it cannot be read, unless `journal` is off */
  static async open(session: Session, intent: Intent, options: CreationOptions): Promise<Creation> {
    const journal = await CreationJournal.open(session, options.accountId, options)
    try {
      const lastEnd = await journal.own().lastEnd()
      const { open, unreadable } = await journal.list()
      options.warnings.push(...unreadable)
      return new Creation(session, intent, options, journal, open, lastEnd)
    } catch (error) {
      if (options.journal) throw error
      options.warnings.push(`${explain(error).message}: earlier creations are not known`)
      return new Creation(session, intent, options, journal, [], 'unknown')
    }
  }

  /**
   * The plan that goes on with what an earlier run of the same wish has begun, or null where there is none.
   *
   * @throws KmsctlError `CreationOpen` (6) for one that is under way or was of another kind, `Ambiguous` (8)
   * for one whose end stays unknown, `Unreachable` (9) where it cannot be told whose it is
   */
  async earlier(): Promise<Plan<Change> | null> {
    const { intent, options, session } = this
    await this.warnOfOthers()
    if (options.accountId === UNKNOWN_ACCOUNT) {
      otherAccounts(await this.journal.elsewhere(), session.region, intent.wanted.aliases)
    }
    for (const open of await this.own()) {
      const { claim, home } = open
      if (await home.isHeld(claim)) throw creationOpen(claim, 'held')
      if (claim.inputHash !== intent.hash) throw creationOpen(claim, 'another')
      const outlook = await this.outlook(claim)
      if (outlook.kind === 'unknown') throw creationUnsettled(claim, outlook)
      if (outlook.kind === 'key') return this.goOn(open, outlook)
      if (outlook.kind === 'given up') {
        options.warnings.push(
          `key ${outlook.keyId}, which an earlier run made, is deleted or pending deletion: this makes another`,
        )
      }
      this.ended.push(open)
    }
    return null
  }

  /** The plan of a new key; every alias is free. */
  async plan(): Promise<Plan<Change>> {
    const surplus = await this.surplus()
    if (surplus !== null) return surplus
    const { session, intent, options } = this
    const token = randomBytes(16).toString('hex')
    const calls = plannedCalls(intent, options.claimTag ? token : null)
    return {
      accountId: options.accountId,
      region: session.region,
      calls,
      warnings: options.warnings,
      price: newKeyPrice(intent.wanted),
      unchanged: () => Promise.reject(new Error('a creation always has calls')),
      apply: () => this.make(token, calls),
    }
  }

  /** Claims of the same names; of keys without one, those of the same wish that nobody works on. */
  private async own(): Promise<OpenClaim[]> {
    const { hash, wanted } = this.intent
    const own: OpenClaim[] = []
    for (const open of this.claims) {
      const { claim, home } = open
      if (claim.state === 'surplus') continue
      if (wanted.aliases.length > 0) {
        if (overlaps(claim, wanted.aliases)) own.push(open)
      } else if (claim.aliases.length === 0 && claim.inputHash === hash) {
        if (!(await home.isHeld(claim))) own.push(open)
      }
    }
    return own
  }

  /** A key of the same wish that came too late for its name, which is free now. */
  private async surplus(): Promise<Plan<Change> | null> {
    for (const open of this.claims) {
      const { claim, home } = open
      if (claim.state !== 'surplus' || claim.inputHash !== this.intent.hash) continue
      if (await home.isHeld(claim)) continue
      const outlook = await outlookOf(this.session, claim, 0)
      if (outlook.kind === 'key') return this.goOn(open, outlook)
    }
    return null
  }

  private async outlook(claim: Claim): Promise<Outlook> {
    const { say } = this.options
    const settleSeconds = settleSecondsOf(this.session, this.options.settleSeconds)
    if (claim.keyId === null && claim.tagged) {
      say?.(
        `an earlier run has begun this creation (claim ${claim.token}): looking for its key, for up to ${settleSeconds} s`,
      )
    }
    return outlookOf(this.session, claim, settleSeconds * 1000)
  }

  private goOn(open: OpenClaim, outlook: Extract<Outlook, { kind: 'key' }>): Plan<Change> {
    const { session, intent, options } = this
    const { claim, home } = open
    const { key, calls, others } = outlook
    const { warnings } = options
    warnings.push(
      `this goes on with key ${key.keyId}, which an earlier run began to make at ${claim.begunAt.toISOString()}`,
      ...others.map((other) => alsoCarries(other, claim.token)),
    )
    const finish = async (): Promise<Change> => {
      const taken = await home.takeOver(claim.token)
      if (taken === 'held') throw creationOpen(claim, 'held')
      const entry = new Entry(taken === 'ended' ? null : { home, token: claim.token }, warnings)
      try {
        await entry.created(key.keyId)
        const wish = wishOf(intent.wanted)
        // Tags came with CreateKey; what they are by now is no longer this creation's.
        const { step } = options
        return await complete({
          ...{ session, key, wish, entry, warnings, step },
          ...{ tags: {}, calls, done: [] },
        })
      } finally {
        entry.release()
      }
    }
    const { accountId, region } = key
    return { accountId, region, arn: key.arn, calls, warnings, unchanged: finish, apply: finish }
  }

  private async make(token: string, calls: readonly [Call, ...Call[]]): Promise<Change> {
    const { session, intent, options } = this
    const { warnings } = options
    if (!options.journal && options.claimTag) options.say?.(`claim token ${token}`)
    const { key, entry } = await this.makeKey(token, calls[0])
    try {
      options.say?.(`key ${key.keyId} was created`)
      await entry.created(key.keyId)
      const wish = wishOf(intent.wanted)
      return await complete({
        ...{ session, key, wish, entry, warnings, step: options.step },
        tags: intent.wanted.tags,
        calls: followUps(wish, key.keyId),
        done: ['CreateKey'],
      })
    } finally {
      entry.release()
    }
  }

  /**
   * Makes the key. A policy whose principals are too new is tried again: it was refused, so that there is no key.
   * Each time is a creation of its own, which has a claim from just before CreateKey on, and none while it waits.
   */
  private async makeKey(
    token: string,
    call: Call,
  ): Promise<{ readonly key: KeyMetadata; readonly entry: Entry }> {
    const { session, intent, options } = this
    const { waitSeconds, say } = options
    const patience = { seconds: waitSeconds, onWait: (line: string) => say?.(line) }
    try {
      return await whilePrincipalsAreNew(session, patience, async () => {
        for (let beginnings = 1; ; beginnings += 1) {
          const begunAt = session.now()
          const entry = await this.begin(token)
          try {
            const making = { ...options, token, entry, begunAt }
            return { key: await makeKey(session, call, making), entry }
          } catch (error) {
            entry.release()
            if (!(error instanceof StaleClaim) || beginnings === MOST_BEGINNINGS) throw error
          }
        }
      })
    } catch (error) {
      const wanted = intent.policy
      throw createRefused(
        wanted === null
          ? error
          : await explainPolicyRefusal(session, error, { wanted, waitedSeconds: waitSeconds }),
      )
    }
  }

  /** Writes down what begins. From here on, nobody on this machine begins another key of these names. */
  private async begin(token: string): Promise<Entry> {
    const { intent, options, session } = this
    const { claimTag, warnings } = options
    if (!options.journal) return new Entry(null, warnings)
    const home = this.journal.own()
    const { accountId, region } = { ...options, ...session }
    const claim = {
      ...{ token, accountId, region, inputHash: intent.hash, tagged: claimTag },
      ...wishOf(intent.wanted),
    }
    const lastEnd = await home.begin(claim, async (others) => {
      for (const open of this.ended) await open.home.end(open.claim.token)
      const ended = new Set(this.ended.map((one) => one.claim.token))
      const [other] = others.claims.filter(
        (one) =>
          one.state !== 'surplus' && !ended.has(one.token) && overlaps(one, intent.wanted.aliases),
      )
      if (other !== undefined) throw creationOpen(other, 'held')
    })
    const entry = new Entry({ home, token }, warnings)
    if (lastEnd !== this.lastEnd) await this.requireFree(entry)
    return entry
  }

  /** Another run of this machine has ended since the names were looked up: they may be taken by now. */
  private async requireFree(entry: Entry): Promise<void> {
    for (const name of this.intent.wanted.aliases) {
      const holder = await findKey(this.session, name).catch(async (error) => {
        await entry.end()
        throw error
      })
      if (holder === null) continue
      await entry.end()
      throw aliasTaken(name, holder)
    }
  }

  /** Claims that this run has nothing to do with, and that nobody works on. */
  private async warnOfOthers(): Promise<void> {
    const own = new Set(await this.own())
    const names: string[] = []
    for (const open of this.claims) {
      if (own.has(open) || (await open.home.isHeld(open.claim))) continue
      names.push(open.claim.aliases[0] ?? `claim ${open.claim.token}`)
    }
    if (names.length === 0) return
    const what =
      names.length === 1 ? 'an earlier creation has' : `${names.length} earlier creations have`
    this.options.warnings.push(
      `${what} no ending (${names.join(', ')}): kmsctl recover --region ${this.session.region}`,
    )
  }
}

function overlaps({ aliases }: Claim, names: readonly string[]): boolean {
  return aliases.some((name) => names.includes(name))
}
