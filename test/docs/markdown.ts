import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The documents of a folder and of those in it, as paths within the repository. */
function documentsIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .sort()
}

/** All documents, as paths within the repository. */
export const DOCUMENTS: readonly string[] = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...['docs', 'examples'].flatMap(documentsIn),
]

/** The documents whose console blocks scripts/readme.js runs. */
export const GUIDES: readonly string[] = [
  'README.md',
  ...DOCUMENTS.filter((path) => path.startsWith('docs/guides/')),
]

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The text without its code blocks. */
export function prose(text: string): string {
  return text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '')
}

/** The code blocks of a language. */
export function codeBlocks(text: string, language: string): string[] {
  const fences = text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))
  return [...fences].map(([, body]) => body as string)
}

/** Each `$ command` of the console blocks, and what is shown below it. */
export function session(text: string): { command: string; output: string }[] {
  return codeBlocks(text, 'console').flatMap((block) =>
    block
      .replaceAll(/\\\n\s*/g, '')
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command = '', ...lines] = part.split('\n')
        return { command, output: lines.join('\n') }
      }),
  )
}
