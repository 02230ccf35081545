import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { usesSandbox } from '../cli/command/sandbox.js'
import type { Runtime } from '../cli/runtime/runtime.js'
import { sandboxDirectory } from '../cli/runtime/state-directory.js'
import { escapeText } from '../views/text/escape.js'
import { type Candidate, type Catalogue, wanted } from './candidates.js'
import { aliasCandidates, isGood, type KeptNames, keyCandidates, readKept } from './names.js'
import { profileNames } from './profiles.js'
import { changedAt, lock, refresh } from './refresh.js'
import { namesFile, targetWords } from './target.js'
import { type Typed, wordsOfBash, wordsOfShell } from './words.js'

/** Milliseconds after its start at which a completion waits for nothing any more: 300 is what it may take. */
const LAST_MS = 200
const LOOK_MS = 15

/** What a completion needs of the process; tests bring their own. */
export interface Tools {
  /** Milliseconds since the process began. */
  elapsed(): number
  sleep(milliseconds: number): Promise<void>
  /** Begins to read the names, in a process that outlives this one. */
  begin(words: readonly string[]): void
}

/**
 * Answers a shell that asks what may stand at the cursor: `bash LINE POINT BREAKS`, or `zsh|fish WORD…` of
 * which the last is being typed. A line for each: the word, and after a tab what it is. `:files` alone
 * means that a file belongs there. What goes wrong is nothing that completes anything.
 *
 * Names of keys are kept for a minute. When they are older, a process that outlives this one reads them
 * anew; what it has not found in time is left out, or taken as it was, and is there when Tab is pressed again.
 */
export async function complete(
  argv: readonly string[],
  root: string,
  runtime: Runtime,
  tools: Tools,
): Promise<void> {
  const [shell = '', ...rest] = argv
  if (shell === 'refresh') return refresh(rest, runtime)
  const [line = '', point = '', breaks = ''] = rest
  const typed = shell === 'bash' ? wordsOfBash(line, Number(point), breaks) : wordsOfShell(rest)
  const found = await candidates(typed, root, runtime, tools)
  const lines = found === 'files' ? [':files'] : found.flatMap((one) => told(one, typed, shell))
  if (lines.length > 0) runtime.stdout.write(`${lines.join('\n')}\n`)
}

async function candidates(
  { before, current }: Typed,
  root: string,
  runtime: Runtime,
  tools: Tools,
): Promise<readonly Candidate[] | 'files'> {
  const want = wanted(catalogue(root), before, current)
  switch (want.kind) {
    case 'words':
      return want.words
    case 'files':
      return 'files'
    case 'profiles':
      return profileNames(runtime)
        .filter((name) => name.startsWith(want.prefix))
        .map((value) => ({ value, description: '' }))
    default: {
      const names = await currentNames(targetWords(before), runtime, tools)
      if (names === null) return []
      const all = want.kind === 'keys' ? keyCandidates : aliasCandidates
      return all(names, want.prefix)
    }
  }
}

/** oclif's manifest, and the topics that package.json describes. */
function catalogue(root: string): Catalogue {
  const json = (name: string) => JSON.parse(readFileSync(join(root, name), 'utf8'))
  const { commands } = json('oclif.manifest.json')
  return { commands, topics: json('package.json').oclif.topics }
}

async function currentNames(
  target: readonly string[],
  runtime: Runtime,
  tools: Tools,
): Promise<KeptNames | null> {
  const file = namesFile(runtime, target)
  const now = runtime.now().getTime()
  const changed = sandboxChangedAt(target, runtime)
  const good = (kept: KeptNames | null): kept is KeptNames =>
    isGood(kept, runtime.now().getTime()) && kept.at >= (changed ?? 0)
  let kept = readKept(file)
  if (good(kept)) return kept
  if (lock(file, now)) tools.begin(target)
  while (tools.elapsed() < LAST_MS) {
    await tools.sleep(LOOK_MS)
    const read = readKept(file)
    if (read !== null) kept = read
    if (good(kept)) break
  }
  return kept
}

/** The embedded KMS can be looked at: what is older than its last change is not good. */
function sandboxChangedAt(target: readonly string[], runtime: Runtime): number | undefined {
  if (!usesSandbox(runtime, { sandbox: target.includes('--sandbox') })) return undefined
  return changedAt(join(sandboxDirectory(runtime), 'state.json'))
}

/** Only of these characters is what a shell takes as it stands. */
const SAFE = /^[\w@%+=:,./-]+$/

function told({ value, description }: Candidate, typed: Typed, shell: string): string[] {
  if (!SAFE.test(value)) return []
  const word = value.slice(typed.kept)
  // bash shows words alone.
  return [shell === 'bash' || description === '' ? word : `${word}\t${escapeText(description)}`]
}
