import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './markdown.js'

/** What may be cited: sections and points of the contract, files and folders of the repository. */
export interface Citable {
  readonly sections: ReadonlySet<string>
  readonly paths: ReadonlySet<string>
}

/** The files that git tracks, and that are there. */
export const TRACKED: readonly string[] = execFileSync('git', ['ls-files', '-z'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(ROOT, path)))

/** The sections of the contract, and their numbered points: "6", "6.1", "6.2" and so on. */
export function sectionsOf(contract: string): Set<string> {
  const found = new Set<string>()
  for (const [, section = '', body = ''] of contract.matchAll(
    /^## (\d+)\. .*\n([\s\S]*?)(?=^## |$(?![\s\S]))/gm,
  )) {
    found.add(section)
    for (const [, point] of body.matchAll(/^(\d+)\. /gm)) found.add(`${section}.${point}`)
  }
  return found
}

/** Files, and the folders that they are in. */
export function pathsOf(files: readonly string[]): Set<string> {
  const found = new Set(files)
  for (const file of files) {
    for (let path = dirname(file); path !== '.'; path = dirname(path)) found.add(path)
  }
  return found
}

const NUMBER = String.raw`\d+(?:\.\d+)*`
const CONTRACT = new RegExp(
  String.raw`\bcontract (${NUMBER}(?:(?:, and |, | and | to )${NUMBER})*)`,
  'gi',
)
const LONG_FORM =
  /\bcontract(?:['’]s)?,? sections? \d|\bsections? \d[\d.]* of the contract\b|\(sections? \d/gi
const ISSUE = /\bissues? #?\d+/gi
const PATH =
  /(?<![\w./@$}:-])(?:bench|docs|examples|schemas|scripts|src|test|truth)\/[\w@./-]*(?:[*{$<[][^\s]*)?/g

/** A text on one line: a citation may be broken between two lines of a comment. */
function unwrapped(text: string): string {
  return text.replaceAll(/\s*\n[ \t]*(?:\*|\/\/|#)?[ \t]*/g, ' ')
}

/** The path that is meant: without the full stop behind it, of a pattern the folder that it is in. */
function meant(cited: string): string {
  const [plain = ''] = cited.split(/[*{$<[]/)
  const path = plain === cited ? plain : plain.slice(0, plain.lastIndexOf('/'))
  return path.replace(/[./-]+$/, '')
}

/** The citations of a text that name nothing, or stand in no form that can be looked up. */
export function brokenCitations(text: string, { sections, paths }: Citable): string[] {
  const line = unwrapped(text)
  const numbers = [...line.matchAll(CONTRACT)].flatMap(
    ([, list = '']) => list.match(/[\d.]+/g) ?? [],
  )
  return [
    ...numbers.filter((number) => !sections.has(number)).map((number) => `contract ${number}`),
    ...(line.match(LONG_FORM) ?? []),
    ...(line.match(ISSUE) ?? []),
    ...(text.match(PATH) ?? []).filter((cited) => !paths.has(meant(cited))),
  ]
}
