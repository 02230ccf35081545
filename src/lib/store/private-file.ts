/**
 * Files that are this user's alone and are there whole or not at all: what kmsctl must not forget (begun
 * creations, replaced policies) is kept in them.
 */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file that only its owner may read (0600, its folders 0700), so that a crash at any point leaves
 * the old file or the new one. When this returns, the text is on the disk.
 *
 * @throws Node's error: no space, no permission, a read-only disk. The old file is then untouched.
 */
export async function writePrivate(path: string, text: string): Promise<void> {
  await viaScratch(path, text, (scratch) => rename(scratch, path))
}

/**
 * As `writePrivate`, but never over a file that is there already, whoever made it and when. Where the file
 * system has no hard links (exFAT, some of the network), a crash may leave a file that is cut off.
 *
 * @returns whether the file was made; false where there is one already
 * @throws Node's error for everything else
 */
export async function createPrivate(path: string, text: string): Promise<boolean> {
  try {
    await viaScratch(path, text, async (scratch) => {
      // Unlike a rename, a link fails where there is a file.
      await link(scratch, path).catch((error) => {
        if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error
        return writeNew(path, text)
      })
      await unlink(scratch)
    })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'])

/** Writes the text into a file beside the path, and has it put in its place. */
async function viaScratch(
  path: string,
  text: string,
  place: (scratch: string) => Promise<void>,
): Promise<void> {
  const folder = dirname(path)
  await makeFolder(folder)
  const scratch = `${path}.${randomBytes(8).toString('hex')}.tmp`
  try {
    await writeNew(scratch, text)
    await place(scratch)
  } catch (error) {
    await unlink(scratch).catch(() => undefined)
    throw error
  }
  await syncFolder(folder)
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text, 'utf8')
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Makes a folder and those above it, whoever else does so at the same time. Node's own recursive mkdir never
 * ends where the system says that a parent is missing which is not (/proc).
 */
export async function makeFolder(path: string): Promise<void> {
  if (await made(path)) return
  await makeFolder(dirname(path))
  if (!(await made(path))) throw new Error(`${path} cannot be made`)
}

/** Makes a folder or finds it there; false where the one above it is missing. */
async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    // Like a rename, a new folder is on the disk only when the one above it is.
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return true
    if (code === 'ENOENT' && dirname(path) !== path) return false
    throw error
  }
}

/** A rename is on the disk only when its folder is. Windows cannot open folders, and needs it not. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  if (handle === undefined) return
  try {
    await handle.sync().catch(() => undefined)
  } finally {
    await handle.close()
  }
}

/**
 * The text of a file, or null where there is none.
 *
 * @throws Node's error for everything else: what cannot be read is not what is not there
 */
export async function readPrivate(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
