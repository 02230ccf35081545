import { afterAll } from 'vitest'

/** Takes note of what has to be undone after the last test, in the reverse order. */
export type Later = (undo: () => unknown) => void

/** To be called while tests are being defined: hooks that are added later never run. */
export function afterwards(): Later {
  const undoing: (() => unknown)[] = []
  afterAll(async () => {
    const failures: unknown[] = []
    for (const undo of undoing.reverse()) {
      try {
        await undo()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, String(failures[0]))
  })
  return (undo) => undoing.push(undo)
}
