import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'

const made: string[] = []

afterAll(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder for what a session remembers; it is gone after the file's last test. */
export function emptyMemory(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kmsctl-memory-'))
  made.push(folder)
  return folder
}
