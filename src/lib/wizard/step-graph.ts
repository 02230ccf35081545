/**
 * The way through questions: on to the next, one step back, from the review to one of them and back to the review.
 * Knows nothing of what is asked.
 */
import { BACK, type Question } from './question.js'

/** Something that is asked, with a place in the way or outside of it. */
export interface Step<S> {
  readonly id: string
  /** Whether it is asked on the way; all can be reached from the review. */
  asked(state: S): boolean
  question(state: S): Question
  take(state: S, answer: string): S
  /** Whether there is nothing to review until it is answered. */
  missing?(state: S): boolean
  /** The step that belongs to this answer and comes right after it. */
  onward?(state: S): string | undefined
}

/** Where the review stands, at the end of the way. */
export const REVIEW = 'review'
/** The list of what can be changed, reached from the review. */
export const MENU = 'menu'

/** How far an interview has come. It is never changed; each answer makes another one. */
export interface Interview<S> {
  readonly state: S
  /** The step that is to be asked, `REVIEW` or `MENU`. */
  readonly at: string
  /** The steps that were asked before it, the last one last. */
  readonly trail: readonly string[]
  /** Off the way: what the review showed, to which going back returns. */
  readonly reviewed?: S
}

/** The rules of one interview: the steps of the way in their order, and those beside it. */
export class Script<S> {
  private readonly steps: ReadonlyMap<string, Step<S>>

  constructor(
    private readonly way: readonly Step<S>[],
    beside: readonly Step<S>[],
  ) {
    this.steps = new Map([...way, ...beside].map((step) => [step.id, step]))
  }

  begin(state: S): Interview<S> {
    return { state, at: this.after(undefined, state), trail: [] }
  }

  step(id: string): Step<S> {
    const step = this.steps.get(id)
    if (step === undefined) throw new Error(`no step is called ${id}`)
    return step
  }

  /** After an answer, or `BACK`, to the step where the interview stands. */
  next(interview: Interview<S>, answer: string | typeof BACK): Interview<S> {
    if (answer === BACK) return this.back(interview)
    const { state, at, trail } = interview
    if (at === REVIEW) return { state, at: MENU, trail: [REVIEW], reviewed: state }
    if (at === MENU) return { ...interview, at: answer, trail: [...trail, MENU] }
    const step = this.step(at)
    return this.taken(interview, step.take(state, answer), step)
  }

  /** After what is done without a question. */
  done(interview: Interview<S>, state: S): Interview<S> {
    return this.taken(interview, state, this.steps.get(interview.at))
  }

  /** Right on to another step, from what is done without a question. */
  onTo(interview: Interview<S>, id: string, state: S): Interview<S> {
    return { ...interview, state, at: id, trail: [...interview.trail, interview.at] }
  }

  private taken(interview: Interview<S>, state: S, step: Step<S> | undefined): Interview<S> {
    const { at, trail, reviewed } = interview
    const onward = step?.onward?.(state)
    const asked = [...trail, at]
    if (onward !== undefined) return { ...interview, state, at: onward, trail: asked }
    if (reviewed === undefined) return { state, at: this.after(at, state), trail: asked }
    const missing = this.way.find((one) => one.missing?.(state) === true)
    if (missing !== undefined) return { ...interview, state, at: missing.id, trail: asked }
    return this.review(state)
  }

  private back(interview: Interview<S>): Interview<S> {
    const { state, trail, reviewed } = interview
    const before = trail.at(-1)
    if (before === undefined) return interview
    if (before === REVIEW) return this.review(reviewed ?? state)
    // What was answered since the review is one change, which is made as a whole or not at all.
    const kept = before === MENU && reviewed !== undefined ? reviewed : state
    return { ...interview, state: kept, at: before, trail: trail.slice(0, -1) }
  }

  private review(state: S): Interview<S> {
    const trail = this.way.filter((step) => step.asked(state)).map(({ id }) => id)
    return { state, at: REVIEW, trail }
  }

  private after(id: string | undefined, state: S): string {
    const from = id === undefined ? 0 : this.way.findIndex((step) => step.id === id) + 1
    return this.way.slice(from).find((step) => step.asked(state))?.id ?? REVIEW
  }
}
