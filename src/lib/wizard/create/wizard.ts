/** The wizard of `create`: from what the command line said, by questions, to the flags of the key. */
import { KmsctlError } from '../../errors.js'
import type { CreateFlags } from '../../kms/rules/create-flags.js'
import { keySpecFacts } from '../../kms/rules/key-spec.js'
import { policyText } from '../../policy/document/document.js'
import { SERVICES } from '../../policy/services/index.js'
import { reviewView } from '../../views/review.js'
import { escapeText, harmless } from '../../views/text/escape.js'
import { wrap } from '../../views/text/layout.js'
import type { Ui } from '../../views/text/style.js'
import { type Asker, BACK, type Question } from '../question.js'
import { type Interview, MENU, REVIEW, Script } from '../step-graph.js'
import { builtAgain, type Draft, draftOf, finalFlags, type Place, withFlags } from './draft.js'
import { specsOfUsage } from './kinds.js'
import { wayOf } from './main-steps.js'
import { stepsBeside } from './optional-steps.js'
import {
  CREATE,
  type Examined,
  LEAVE,
  menuQuestion,
  refusedBy,
  reviewOf,
  reviewQuestion,
} from './review.js'

/** What the wizard of `create` may use of the world. `P` is a plan, which it hands on. */
export interface CreateWorld<P> {
  readonly place: Place
  /** Flags that say where the run goes, as words of a command line. */
  readonly target: readonly string[]
  readonly dryRun: boolean
  /** Whether the review is agreed to beforehand. */
  readonly yes: boolean
  ui(): Ui
  /** The ID of the key that an alias names, or null. */
  holder(alias: string): Promise<string | null>
  /** @throws KmsctlError `AliasTaken` */
  requireFree(aliases: readonly string[]): Promise<void>
  /** @throws KmsctlError `Usage` for what the input breaks */
  examine(flags: CreateFlags, policyText: string | undefined): Promise<Examined>
  /** Checks all that can be checked before a key is made, and makes none. */
  plan(flags: CreateFlags, policyText: string | undefined): Promise<P>
  /** Has a text edited. @throws KmsctlError `Usage` or `EditorFailed` where it came to nothing */
  edit(text: string): Promise<string>
  /** Writes a text into a file, which must be a new one unless it is written again. True, or why not. */
  keep(path: string, text: string, again: boolean): Promise<string | true>
  /** Tells a failure that is not the end. */
  tell(error: KmsctlError): void
}

/** Failures that another answer can mend. */
const MENDABLE = ['Usage', 'AliasTaken', 'PolicyRejected', 'CreationOpen', 'EditorFailed']

/**
 * Asks until there is a plan that was agreed to. Nothing is made meanwhile.
 *
 * @param given what the command line said, of which nothing is asked
 * @param text of the policy that it names
 * @throws KmsctlError `Usage` (2) and `AliasTaken` (6) for what the command line breaks, before anything is asked;
 * `Declined` (5), `Interrupted` (130), and what the world throws
 */
export async function createByQuestions<P>(
  asker: Asker,
  world: CreateWorld<P>,
  given: CreateFlags,
  text: string | undefined,
): Promise<P> {
  await world.examine(completed(given, world.place), text)
  if (given['if-not-exists'] !== true) await world.requireFree(given.alias ?? [])
  return new CreateWizard(asker, world).run(draftOf(given, text))
}

/** What was given, with answers that go with it in place of those that are still to come. */
function completed(given: CreateFlags, { region }: Place): CreateFlags {
  const { alias = [], spec, usage, admin = [], policy, service: [service = ''] = [] } = given
  const need = SERVICES.find(({ name }) => name === service.split('=')[0])?.key
  const facts = keySpecFacts(spec ?? 'SYMMETRIC_DEFAULT')
  return {
    ...given,
    ...(alias.length === 0 ? { 'no-alias': true } : {}),
    ...(usage === undefined && facts !== undefined ? { usage: facts.usages[0] } : {}),
    ...(spec === undefined && usage !== undefined ? { spec: specsOfUsage(usage, region)[0] } : {}),
    // A service leaves no choice.
    ...(spec === undefined && need !== undefined && need.keyUsage === (usage ?? need.keyUsage)
      ? { spec: need.keySpec, usage: need.keyUsage }
      : {}),
    ...(admin.length === 0 && policy === undefined ? { 'no-admin-delete': undefined } : {}),
  }
}

class CreateWizard<P> {
  private readonly script: Script<Draft>
  /** The files with edited policies that this run has made. */
  private readonly kept = new Set<string>()
  private examined: Examined | undefined
  /** What was examined last, and shown. */
  private shown: Draft | undefined
  /** Why the key cannot be made as it is. */
  private problem: string | null = null
  private agreed: boolean

  constructor(
    private readonly asker: Asker,
    private readonly world: CreateWorld<P>,
  ) {
    const { place } = world
    this.agreed = world.yes
    this.script = new Script(
      wayOf({ place, holder: (alias) => world.holder(alias) }),
      stepsBeside(place, (path, { edited = '' }) => this.keep(path, edited)),
    )
  }

  async run(draft: Draft): Promise<P> {
    const { asker, script, world } = this
    const { accountId, region } = world.place
    const account =
      accountId === null ? 'an account that STS does not tell' : `account ${accountId}`
    const intro = `A new key in ${account}, Region ${region}. Nothing is created before the review.`
    asker.show(wrap(escapeText(intro), '', world.ui()).join('\n'))
    let interview = script.begin(draft)
    for (;;) {
      const { at, state } = interview
      if (at === 'policy') interview = await this.edit(interview)
      else if (at === 'build')
        interview = script.done(interview, this.noted(builtAgain(state, world.place)))
      else if (at !== REVIEW) interview = await this.step(interview)
      else {
        const answer = await this.review(interview)
        if (answer === LEAVE) throw new KmsctlError('Declined', 'declined: nothing was created')
        const plan = answer === CREATE ? await this.plan(state) : null
        if (plan !== null) return plan
        if (answer !== CREATE) interview = script.next(interview, answer)
      }
    }
  }

  private async step(interview: Interview<Draft>): Promise<Interview<Draft>> {
    const { at, state } = interview
    const question = at === MENU ? this.menu(state) : this.script.step(at).question(state)
    const next = this.script.next(interview, await this.ask(question, interview))
    if (next.state !== state) this.noted(next.state)
    return next
  }

  private noted(draft: Draft): Draft {
    for (const words of draft.dropped)
      this.asker.show(wrap(escapeText(`note: ${words}`), '', this.world.ui()).join('\n'))
    return draft
  }

  private ask(question: Question, { trail }: Interview<Draft>) {
    return this.asker.ask(question, { canGoBack: trail.length > 0 })
  }

  private menu(draft: Draft): Question {
    const { findings = [], document } = this.examined ?? {}
    return menuQuestion(draft, findings, this.world.place, document !== null)
  }

  /** Shows the review where it says anything new, and asks what is to become of it. */
  private async review(interview: Interview<Draft>): Promise<string | typeof BACK> {
    const { state } = interview
    const { world } = this
    if (this.shown !== state) await this.show(state)
    const { findings = [] } = this.examined ?? {}
    const able = this.problem === null && refusedBy(state, findings).length === 0
    if (this.agreed && able) return CREATE
    const question = reviewQuestion(state, findings, this.problem, world.dryRun)
    return this.ask(question, interview)
  }

  private async show(draft: Draft): Promise<void> {
    const { asker, world } = this
    this.shown = draft
    this.problem = null
    try {
      this.examined = await world.examine(finalFlags(draft), draft.policyText)
    } catch (error) {
      if (!(error instanceof KmsctlError) || error.code !== 'Usage') throw error
      this.problem = error.message
      asker.show(escapeText(error.message))
      return
    }
    const review = reviewOf(draft, this.examined, world.place, world.target)
    const { document, command } = review
    // What these two hold is made harmless in their own ways, which keep them what they are.
    asker.show(`\n${reviewView({ ...harmless(review), document, command }, world.ui())}\n`)
  }

  private async plan(draft: Draft): Promise<P | null> {
    try {
      return await this.world.plan(finalFlags(draft), draft.policyText)
    } catch (error) {
      this.agreed = false
      this.mended(error)
      return null
    }
  }

  private async edit(interview: Interview<Draft>): Promise<Interview<Draft>> {
    const { script, world } = this
    const { state } = interview
    const { document } = this.examined ?? {}
    const before = state.edited ?? state.policyText ?? policyText(document ?? { Statement: [] })
    let edited: string
    try {
      edited = await world.edit(before)
    } catch (error) {
      this.mended(error)
      return script.next(interview, BACK)
    }
    if (state.edited === undefined && edited === before) return script.done(interview, state)
    const { policy = '' } = state.flags
    if (this.kept.has(policy) && (await this.keep(policy, edited)) === true) {
      return script.done(interview, { ...withFlags(state, {}), policyText: edited })
    }
    return script.onTo(interview, 'policy-file', { ...state, edited })
  }

  private async keep(path: string, text: string): Promise<string | true> {
    const kept = await this.world.keep(path, text, this.kept.has(path))
    if (kept === true) this.kept.add(path)
    return kept
  }

  private mended(error: unknown): void {
    if (!(error instanceof KmsctlError) || !MENDABLE.includes(error.code)) throw error
    this.world.tell(error)
  }
}
