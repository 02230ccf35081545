import type { Session } from '../aws/session.js'
import {
  type DeletionPlan,
  planScheduleDeletion,
  type ScheduleInput,
} from '../kms/deletion/deletion.js'
import { DAYS_QUESTION, daysOf } from '../wizard/deletion.js'
import { type Asker, BACK } from '../wizard/question.js'

/** What a deletion that is led through may use of the world. */
export interface DeletionDesk {
  readonly asker: Asker
  /** Shows what speaks for and against. */
  show(plan: DeletionPlan): void
  /** Another key, where the person goes back. */
  chooseAnother(): Promise<string>
}

/**
 * Plans the deletion of a key that a person chose: shows the evidence, then asks for the days. From there
 * they can go back and choose another key.
 */
export async function planChosenDeletion(
  session: Session,
  chosen: string,
  input: ScheduleInput,
  desk: DeletionDesk,
): Promise<DeletionPlan> {
  for (let key = chosen; ; key = await desk.chooseAnother()) {
    const plan = await planScheduleDeletion(session, key, input)
    desk.show(plan)
    if (input.days !== undefined) return plan
    const answer = await desk.asker.ask(DAYS_QUESTION, { canGoBack: true })
    // What was shown may be minutes old.
    if (answer !== BACK)
      return planScheduleDeletion(session, key, { ...input, days: daysOf(answer) })
  }
}
