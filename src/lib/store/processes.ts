/** Who wrote something down, and whether that process still lives. */
import { readFile, readlink } from 'node:fs/promises'
import { getPriority, hostname } from 'node:os'

/** A process, told from every other one that there was or will be, as far as its system lets it. */
export interface Owner {
  readonly pid: number
  /** The machine's ID, or its name where it has none. */
  readonly machine: string
  /** Of Linux, null elsewhere: the boot, */
  readonly boot: string | null
  /** the namespace of process IDs (a container has one of its own), */
  readonly space: string | null
  /** and the start of the process, for process IDs come round again. */
  readonly started: string | null
}

/** `unknown`: it runs elsewhere (another machine or container on the same disk), or cannot be recognised. */
export type Liveness = 'alive' | 'dead' | 'unknown'

/** The processes of this machine, and this one among them. */
export interface Processes {
  self(): Promise<Owner>
  liveness(owner: Owner): Promise<Liveness>
  /** What this process works on now: its own ID alone does not tell that it still does. */
  readonly working: Set<string>
}

/** The real ones. */
export const PROCESSES: Processes = { self, liveness, working: new Set() }

let described: Promise<Owner> | undefined

function self(): Promise<Owner> {
  described ??= describeSelf()
  return described
}

async function describeSelf(): Promise<Owner> {
  // biome-ignore lint/style/noRestrictedGlobals: who owns a claim is a fact of the process itself
  const { pid } = process
  const [machine, boot, space, stat] = await Promise.all([
    readText('/etc/machine-id'),
    readText('/proc/sys/kernel/random/boot_id'),
    readlink('/proc/self/ns/pid').catch(() => null),
    processStat(pid),
  ])
  return { pid, machine: machine ?? hostname(), boot, space, started: stat?.started ?? null }
}

/**
 * Whether a process still runs. A dead one is never taken for a living one because its ID is in use
 * again, nor a living one for dead because it is another machine's or container's.
 */
async function liveness(owner: Owner): Promise<Liveness> {
  const { machine, boot, space } = await self()
  if (owner.machine !== machine) return 'unknown'
  if (owner.boot !== boot) return owner.boot === null || boot === null ? 'unknown' : 'dead'
  if (owner.space !== space) return 'unknown'
  if (!exists(owner.pid)) return 'dead'
  if (owner.started === null) return 'unknown'
  const stat = await processStat(owner.pid)
  // A zombie answers to its process ID and will never do anything again.
  return stat?.started === owner.started && !/[ZX]/.test(stat.state) ? 'alive' : 'dead'
}

/** Asking for its priority harms nobody and works across users, unlike a signal. */
function exists(pid: number): boolean {
  try {
    getPriority(pid)
    return true
  } catch (error) {
    const { code, info } = error as { code?: string; info?: { code?: string } }
    return (info?.code ?? code) !== 'ESRCH'
  }
}

async function readText(path: string): Promise<string | null> {
  const text = await readFile(path, 'utf8').catch(() => '')
  return text.trim() || null
}

/** Fields 3 and 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold anything. */
async function processStat(pid: number): Promise<{ state: string; started: string } | undefined> {
  const text = await readText(`/proc/${pid}/stat`)
  if (text === null) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', started: fields[19] ?? '' }
}
