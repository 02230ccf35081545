/** Who holds a lock, and whether that process still lives. */
import { readFile } from 'node:fs/promises'
import { getPriority, hostname } from 'node:os'

export interface Owner {
  /** Tells this locking from every other one. */
  nonce: string
  pid: number
  host: string
  /** Of Linux: the boot and the start of the process, for process IDs come round again. */
  boot: string | null
  started: string | null
  /** When it was locked, in milliseconds since 1970. */
  at: number
}

/**
 * Where a process cannot be asked about (another host) or recognised (no /proc), a lock this old
 * counts as left behind: it is held for milliseconds, and seconds while an RSA key is made.
 */
const LEFT_BEHIND = 60_000

let self: Promise<Omit<Owner, 'nonce' | 'at'>> | undefined

export async function newOwner(nonce: string): Promise<Owner> {
  self ??= describeSelf()
  return { ...(await self), nonce, at: Date.now() }
}

async function describeSelf(): Promise<Omit<Owner, 'nonce' | 'at'>> {
  // biome-ignore lint/style/noRestrictedGlobals: who holds a lock is a fact of the process itself
  const { pid } = process
  const [boot, stat] = await Promise.all([bootId(), processStat(pid)])
  return { pid, host: hostname(), boot, started: stat?.started ?? null }
}

export async function isDead(owner: Owner): Promise<boolean> {
  const old = Date.now() - owner.at > LEFT_BEHIND
  if (owner.host !== hostname()) return old
  if (owner.boot !== null) {
    const boot = await bootId()
    if (boot !== null && boot !== owner.boot) return true
  }
  if (!exists(owner.pid)) return true
  if (owner.started === null) return old
  const stat = await processStat(owner.pid)
  // A zombie answers to its process ID and will never unlock anything.
  return stat === undefined || stat.started !== owner.started || /[ZX]/.test(stat.state)
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

async function bootId(): Promise<string | null> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => null)
  return text?.trim() ?? null
}

/** Fields 3 and 22 of /proc/PID/stat (proc(5)); the name in field 2 may hold anything. */
async function processStat(pid: number): Promise<{ state: string; started: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (text === null) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', started: fields[19] ?? '' }
}
