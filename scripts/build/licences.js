import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Licences that what the package contains may have: all of them allow it with their text kept. */
const ALLOWED = new Set(['Apache-2.0', 'BlueOak-1.0.0', 'BSD-3-Clause', 'ISC', 'MIT'])

/** The package's folder in a module's path; stand-ins of the build have another scheme. */
const PACKAGE = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//
const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

/**
 * The licences of all packages of which the bundle contains something, each text once.
 *
 * @param contents of each file of the bundle, the modules that it contains, as paths from the root
 * @throws where a package's licence is none that is allowed
 */
export function licences(root, contents) {
  const byText = new Map()
  for (const folder of bundledPackages(contents)) {
    const { name, version, license, author } = JSON.parse(
      readFileSync(join(root, folder, 'package.json'), 'utf8'),
    )
    if (!ALLOWED.has(license)) throw new Error(`${name} is licensed as ${license}`)
    const text = textsOf(root, folder, license, author)
    const names = byText.get(text) ?? new Set()
    byText.set(text, names.add(`${name} ${version} (${license})`))
  }
  const rule = '-'.repeat(80)
  const parts = [...byText].map(([text, names]) => `${[...names].sort().join('\n')}\n\n${text}\n`)
  return [
    'kmsctl is distributed with the following packages, each under its own licence.\n',
    ...parts.sort(),
  ].join(`\n${rule}\n\n`)
}

/** Folders of the packages that something in the bundle is from, as paths from the root. */
function bundledPackages(contents) {
  const folders = new Set()
  for (const module of Object.values(contents).flat()) {
    const [, folder] = PACKAGE.exec(module.replaceAll('\\', '/')) ?? []
    if (folder !== undefined) folders.add(folder)
  }
  return [...folders].sort()
}

/** The licence and notices as the package has them; the licence's own text where it has none. */
function textsOf(root, folder, license, author) {
  const files = readdirSync(join(root, folder)).filter((name) =>
    /^(licen[cs]e|notice)\b/i.test(name),
  )
  const read = (path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim()
  if (files.length > 0)
    return files
      .sort()
      .map((name) => read(join(root, folder, name)))
      .join('\n\n')
  if (license === 'Apache-2.0') return read(join(root, 'LICENSE'))
  if (license === 'MIT') return `Copyright (c) ${author?.name ?? author ?? 'its authors'}\n\n${MIT}`
  throw new Error(`${folder} has no licence text`)
}
