/** Where claims are kept: files in a folder, of which one process at a time may begin or take over any. */
import { constants } from 'node:fs'
import { open, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { exclusively } from './folder-lock.js'
import { readPrivate, writePrivate } from './private-file.js'
import type { Processes } from './processes.js'

/** The files of one account and Region; names are without a folder. All of it throws Node's errors. */
export interface ClaimFiles {
  /** For people. */
  readonly folder: string
  names(): Promise<string[]>
  /** Null where there is no such file. */
  read(name: string): Promise<string | null>
  /** When this returns, the text is on the disk. */
  write(name: string, text: string): Promise<void>
  /** Adds to a file that is there. A killed process loses nothing of it; a loss of power may. */
  append(name: string, text: string): Promise<void>
  /** Removes a file, which need not be there. */
  retire(name: string): Promise<void>
  /** Another text after each file that was retired. */
  lastRetired(): Promise<string>
  /** Works while no other process does so in this folder. */
  alone<T>(processes: Processes, work: () => Promise<T>): Promise<T>
}

/** What holds the journal. */
export interface Disk {
  claims(folder: string): ClaimFiles
  /** The names of the folders in one; none where it is not there. */
  foldersIn(path: string): Promise<string[]>
}

export const DISK: Disk = {
  claims: (folder) => new FolderFiles(folder),
  async foldersIn(path) {
    const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  },
}

/** What the file that was retired last becomes: a rename costs what a removal does, and leaves a mark. */
const RETIRED = 'ended'

class FolderFiles implements ClaimFiles {
  constructor(readonly folder: string) {}

  async names(): Promise<string[]> {
    return readdir(this.folder).catch((error) => unless(error, 'ENOENT', []))
  }

  read(name: string): Promise<string | null> {
    return readPrivate(join(this.folder, name))
  }

  write(name: string, text: string): Promise<void> {
    return writePrivate(join(this.folder, name), text)
  }

  async append(name: string, text: string): Promise<void> {
    const file = await open(join(this.folder, name), constants.O_WRONLY | constants.O_APPEND)
    try {
      await file.writeFile(text)
    } finally {
      await file.close()
    }
  }

  async retire(name: string): Promise<void> {
    const { folder } = this
    await rename(join(folder, name), join(folder, RETIRED)).catch((error) =>
      unless(error, 'ENOENT', undefined),
    )
  }

  async lastRetired(): Promise<string> {
    const found = await stat(join(this.folder, RETIRED)).catch(() => undefined)
    return found === undefined ? 'none' : `${found.ino} ${found.ctimeMs}`
  }

  alone<T>(processes: Processes, work: () => Promise<T>): Promise<T> {
    return exclusively(this.folder, processes, work)
  }
}

function unless<T>(error: NodeJS.ErrnoException, code: string, value: T): T {
  if (error.code === code) return value
  throw error
}
