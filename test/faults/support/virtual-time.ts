import { vi } from 'vitest'

/**
 * What is there without anybody waiting for it: everything else that Node waits for is work under way, and so is
 * a process (an editor) that was not there before. The clock stands still meanwhile.
 */
const AT_REST = new Set([
  'MessagePort',
  'PipeWrap',
  'TCPServerWrap',
  'TCPSocketWrap',
  'TTYWrap',
  'Timeout',
])

const PROCESS = 'ProcessWrap'
/** When the virtual clock begins. */
export const START = Date.parse('2026-06-01T12:00:00Z')

/**
 * Runs work whose waiting costs no time: whenever nothing else is left to do, the clock jumps to the next
 * timer. Timers, dates and `performance` are virtual; files and the event loop are real.
 *
 * @returns how it ended, and after how many virtual milliseconds
 */
export async function inVirtualTime<T>(
  work: () => Promise<T>,
): Promise<{ value: T; elapsedMs: number }> {
  const processes = await processesBefore()
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    now: START,
  })
  // The SDK waits between attempts for random times: always the longest here.
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.999)
  try {
    let ended = false
    const running = work().finally(() => {
      ended = true
    })
    running.catch(() => undefined)
    for (;;) {
      await atRest(processes)
      if (ended) return { value: await running, elapsedMs: Date.now() - START }
      if (vi.getTimerCount() === 0) throw new Error('it waits for something that never comes')
      vi.advanceTimersToNextTimer()
    }
  } finally {
    random.mockRestore()
    vi.clearAllTimers()
    vi.useRealTimers()
  }
}

/** Resolves when all that runs has come to wait for a timer. */
async function atRest(processes: number): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await new Promise((resolve) => setImmediate(resolve))
    if (isLoading()) await vi.dynamicImportSettled()
    quiet = isBusy(processes) || isLoading() ? 0 : quiet + 1
  }
}

function isBusy(processes: number): boolean {
  const active = process.getActiveResourcesInfo()
  if (processesOf(active) > processes) return true
  return active.some((resource) => resource !== PROCESS && !AT_REST.has(resource))
}

/** Those that go on: one that has ended may be seen a little longer. */
async function processesBefore(): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    const count = processesOf(process.getActiveResourcesInfo())
    if (count === 0 || tries === 100) return count
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function processesOf(active: readonly string[]): number {
  return active.filter((resource) => resource === PROCESS).length
}

interface Worker {
  readonly resolvingModules: ReadonlySet<string>
  readonly evaluatedModules: {
    readonly idToModuleMap: ReadonlyMap<string, { promise?: unknown; evaluated?: boolean }>
  }
}

/**
 * Whether a module is being loaded that is needed for the first time: what `dynamicImportSettled` looks
 * at, which takes a millisecond even where nothing is.
 */
function isLoading(): boolean {
  const worker = (globalThis as { __vitest_worker__?: Worker }).__vitest_worker__
  if (worker === undefined) throw new Error('vitest keeps its modules elsewhere now')
  if (worker.resolvingModules.size > 0) return true
  const modules = worker.evaluatedModules.idToModuleMap.values()
  return [...modules].some(({ promise, evaluated }) => promise !== undefined && !evaluated)
}
