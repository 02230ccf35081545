/** How files lie in folders, and which folders need each other. */
import { dirname, join } from 'node:path'

/** The files of a repository that lie right in each folder. */
export function filesByFolder(files: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>()
  for (const file of files) {
    const folder = dirname(file)
    folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  return folders
}

/** Relative imports, of types too, also those that are made when they are needed. */
const IMPORT = /\b(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g

/** Of each folder, the folders that its files import from. */
export function needsOf(sources: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>()
  for (const [file, text] of sources) {
    const folder = dirname(file)
    const own = needs.get(folder) ?? new Set()
    needs.set(folder, own)
    for (const [, path = ''] of text.matchAll(IMPORT)) {
      const other = dirname(join(folder, path))
      if (other !== folder) own.add(other)
    }
  }
  return needs
}

/** Folders that come round to themselves, each with the way; none where there is no cycle. */
export function cyclesOf(needs: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const cycles: string[] = []
  const done = new Set<string>()
  const walk = (folder: string, way: readonly string[]): void => {
    const at = way.indexOf(folder)
    if (at >= 0) return void cycles.push([...way.slice(at), folder].join(' → '))
    if (done.has(folder)) return
    for (const next of needs.get(folder) ?? []) walk(next, [...way, folder])
    done.add(folder)
  }
  for (const folder of needs.keys()) walk(folder, [])
  return cycles
}
