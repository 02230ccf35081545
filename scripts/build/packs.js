import { basename } from 'node:path'

/**
 * Puts the chunks that one start loads together into one file, because each file costs a start 0.2 ms.
 * A chunk stays a module of its own, made when it is first asked for; what is shared by two kinds of
 * starts gets a file of its own, so that neither reads what only the other needs.
 */

/** Kinds of starts, by the modules that each loads whatever the command line says. */
const STARTS = {
  start: [/^entry:entry:start$/],
  run: [
    /^src\/commands\/describe\.ts$/,
    /^src\/lib\/aws\/connection\.ts$/,
    /credential-provider-env\/dist-es\/index\.js$/,
  ],
  help: [/^src\/lib\/start\/help\.ts$/],
  sandbox: [/^src\/lib\/sandbox\/index\.ts$/, /^src\/lib\/sandbox\/kms\.ts$/],
}

/** The part of a chunk's text by which another is required. */
const REQUIRED = /\brequire\("\.\/([\w.-]+\.cjs)"\)/g

/**
 * @param chunks texts of CommonJS chunks by file name
 * @param outputs esbuild's metafile of them
 * @param entries file names that are required from outside and so keep their names
 * @returns by file name, the text and the names of the chunks in it
 */
export function packed(chunks, outputs, entries) {
  const packOf = assign(chunks, outputs)
  const files = new Map()
  const packs = new Map()
  for (const [name, text] of chunks) {
    const own = packOf.get(name)
    const linked = text.replaceAll(REQUIRED, (whole, required) => {
      const pack = packOf.get(required)
      if (pack === undefined) return whole
      const part = JSON.stringify(required)
      return pack === own ? `part(${part})` : `require("./${pack}")(${part})`
    })
    if (own === undefined) files.set(name, { text: linked, chunks: [name] })
    else packs.set(own, [...(packs.get(own) ?? []), [name, linked]])
  }
  for (const [pack, members] of packs) {
    files.set(pack, { text: packText(members), chunks: members.map(([name]) => name) })
  }
  for (const entry of entries) {
    const pack = packOf.get(entry)
    if (pack === undefined) continue
    const text = `module.exports=require("./${pack}")(${JSON.stringify(entry)})`
    files.set(entry, { text, chunks: [] })
  }
  return files
}

/** The parentheses make V8 compile a part at once: nearly all of them are used. */
function packText(members) {
  const table = members.map(
    ([name, text]) => `${JSON.stringify(name)}:(function(exports,module,require,part){${text}\n})`,
  )
  return `"use strict";const parts={${table.join(',')}},made=new Map;
function part(name){let module=made.get(name);if(module===undefined){module={exports:{}};made.set(name,module);parts[name](module.exports,module,require,part)}return module.exports}
module.exports=part
`
}

/** The pack of each chunk that is in one, by the kinds of starts that load it. */
function assign(chunks, outputs) {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]))
  const loads = Object.entries(STARTS).map(([kind, modules]) => {
    const roots = [...byName].filter(([, { entryPoint, inputs }]) =>
      modules.some((module) =>
        [entryPoint, ...Object.keys(inputs)].some(
          (path) => path !== undefined && module.test(path),
        ),
      ),
    )
    if (roots.length < modules.length) throw new Error(`no chunk has the modules of ${kind}`)
    return [
      kind,
      closure(
        roots.map(([name]) => name),
        byName,
      ),
    ]
  })
  const packOf = new Map()
  for (const name of chunks.keys()) {
    const kinds = loads.filter(([, names]) => names.has(name)).map(([kind]) => kind)
    if (kinds.length > 0)
      packOf.set(name, `${kinds.includes('start') ? 'start' : kinds.join('-')}.cjs`)
  }
  return packOf
}

/** The chunks that are loaded with these. */
function closure(names, byName) {
  const found = new Set()
  const add = (name) => {
    if (found.has(name)) return
    found.add(name)
    for (const { path, kind, external } of byName.get(name)?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) add(basename(path))
    }
  }
  for (const name of names) add(name)
  return found
}
