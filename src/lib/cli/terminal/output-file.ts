import { writeFile } from 'node:fs/promises'
import { escapeText } from '../../views/text/escape.js'

/**
 * Writes a text into a file of the user's.
 *
 * @param again whether the file is one that this run has made; else there must be none of that name
 * @returns true, or in one line why not
 */
export async function outputFile(
  path: string,
  text: string,
  again: boolean,
): Promise<string | true> {
  if (path === '') return 'a file name is needed'
  try {
    await writeFile(path, text, { flag: again ? 'w' : 'wx' })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const name = escapeText(path)
    if (code === 'EEXIST') return `file ${name} exists: name a new one`
    return `file ${name} cannot be written (${code ?? error}): name another one`
  }
}
