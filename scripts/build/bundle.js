import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { build, transform } from 'esbuild'
import { DEFERRED, deferred } from './deferred.js'
import { packed } from './packs.js'

/**
 * Bundles kmsctl and all that it needs into CommonJS files of dist/. esbuild parts only ES modules into
 * chunks, and Node starts CommonJS faster: so the chunks are made as ES modules and turned afterwards.
 */
const TARGET = 'node20'

/** IDs of the commands, by their files: `deletion:schedule`. */
export function commandIds(root) {
  return readdirSync(join(root, 'src/commands'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -3).replaceAll(/[/\\]/g, ':'))
    .sort()
}

/**
 * Writes the bundle.
 *
 * @returns of each file written, the modules of which it contains something, as paths from the root
 */
export async function bundle(root, outdir) {
  const entryPoints = { kmsctl: 'entry:start', commands: 'entry:commands', ...DEFERRED }
  const result = await build({
    entryPoints,
    absWorkingDir: root,
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    minifySyntax: true,
    minifyWhitespace: true,
    // oclif's, for transpiling commands: never here.
    external: ['typescript'],
    write: false,
    outExtension: { '.js': '.cjs' },
    chunkNames: '[name]-[hash]',
    logLevel: 'warning',
    plugins: [entries(commandIds(root)), onlyWhatIsNamed(), withoutDebug(), deferred()],
  })
  const { outputs } = result.metafile
  const chunks = new Map(
    await Promise.all(
      result.outputFiles.map(async ({ path, text }) => [basename(path), await commonJs(text)]),
    ),
  )
  const files = packed(
    chunks,
    outputs,
    Object.keys(entryPoints).map((name) => `${name}.cjs`),
  )
  mkdirSync(outdir, { recursive: true })
  await Promise.all(
    [...files].map(async ([name, { text }]) => {
      const { code } = await transform(text, { format: 'cjs', target: TARGET, minify: true })
      writeFileSync(join(outdir, name), inAscii(code))
    }),
  )
  const modules = new Map(
    Object.entries(outputs).map(([path, { inputs }]) => [
      basename(path),
      Object.keys(inputs).filter((input) => inputs[input].bytesInOutput > 0),
    ]),
  )
  return Object.fromEntries(
    [...files]
      .sort()
      .map(([name, file]) => [
        name,
        file.chunks.flatMap((chunk) => modules.get(chunk) ?? []).sort(),
      ]),
  )
}

/**
 * With a single character outside of Latin 1, V8 keeps and reads the whole file at two bytes a character.
 * esbuild escapes such characters everywhere but in regular expressions, where the same escape holds.
 */
function inAscii(code) {
  return code.replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

async function commonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    target: TARGET,
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
  })
  // esbuild copies the exports of a module into an object with the mark of an ES module. The copy of
  // each takes a start longer than to set the mark.
  return code.replace(
    /\bmodule\.exports=__toCommonJS\((\w+)\)/,
    (_, exported) => `${exported}.__esModule=true,module.exports=${exported}`,
  )
}

/** The two entry points, written from the list of the commands' files. */
function entries(ids) {
  const path = (id) => JSON.stringify(`./src/commands/${id.replaceAll(':', '/')}.ts`)
  const table = ids.map((id) => `  [${JSON.stringify(id)}, () => import(${path(id)})],`)
  const contents = {
    'entry:start': [
      `import { start as begin } from './src/lib/start/start.ts'`,
      `const commands = new Map([\n${table.join('\n')}\n])`,
      `export const start = (root) => begin({ root, commands })`,
    ],
    // For oclif's own loading: the manifest is made with it, and no start reads it.
    'entry:commands': [
      ...ids.map((id, index) => `import command${index} from ${path(id)}`),
      `export const COMMANDS = {\n${ids.map((id, index) => `  ${JSON.stringify(id)}: command${index},`).join('\n')}\n}`,
    ],
  }
  return {
    name: 'entries',
    setup(build) {
      build.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path, namespace: 'entry' }))
      build.onLoad({ filter: /./, namespace: 'entry' }, ({ path }) => ({
        contents: contents[path].join('\n'),
        resolveDir: build.initialOptions.absWorkingDir,
        loader: 'ts',
      }))
    },
  }
}

/** oclif's index loads all of oclif; what commands need is taken from its own modules instead. */
const OCLIF = `
  export { Command } from '@oclif/core/command'
  export * as Args from '@oclif/core/args'
  export * as Flags from '@oclif/core/flags'
`

function onlyWhatIsNamed() {
  const again = Symbol('again')
  return {
    name: 'only-what-is-named',
    setup(build) {
      build.onResolve({ filter: /^@oclif\/core$/ }, () => ({
        path: 'oclif',
        namespace: 'named',
        sideEffects: false,
      }))
      build.onResolve({ filter: /^@oclif\/core\//, namespace: 'named' }, async (request) => {
        if (request.pluginData === again) return undefined
        const { resolveDir, kind } = request
        const found = await build.resolve(request.path, { resolveDir, kind, pluginData: again })
        return { ...found, sideEffects: false }
      })
      build.onLoad({ filter: /./, namespace: 'named' }, () => ({
        contents: OCLIF,
        resolveDir: build.initialOptions.absWorkingDir,
      }))
    },
  }
}

/** The package `debug` writes to stderr what DEBUG names, proxies' headers among it: never here. */
function withoutDebug() {
  return {
    name: 'without-debug',
    setup(build) {
      build.onResolve({ filter: /^debug$/ }, ({ path }) => ({ path, namespace: 'silent' }))
      build.onLoad({ filter: /./, namespace: 'silent' }, () => ({
        contents: `
          const silent = () => Object.assign(() => {}, { enabled: false, extend: silent })
          module.exports = Object.assign(silent, { default: silent, debug: silent })
        `,
      }))
    },
  }
}
