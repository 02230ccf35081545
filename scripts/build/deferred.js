import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Modules that the bundle loads when one of their exports is first used, and not when something
 * imports them: most runs never use them. In the sources they are imported as usual. Each gets a file
 * of its own, and a stand-in takes its place where it is imported.
 */

const require = createRequire(import.meta.url)

/** Of Node's own, those that take milliseconds to load. */
const BUILTINS = ['child_process', 'dns', 'http2', 'https', 'readline', 'tls', 'zlib']

/** Of oclif and its packages, what a command that is run never uses: configuration, help, colours. */
const OCLIF = dirname(require.resolve('@oclif/core/package.json'))
const OCLIF_MODULES = ['config/index', 'help/index', 'help/util', 'ux/index', 'ux/theme'].map(
  (name) => join(OCLIF, 'lib', `${name}.js`),
)
const OCLIF_PACKAGES = ['ansis', 'clean-stack', 'indent-string', 'wrap-ansi'].map((name) =>
  createRequire(join(OCLIF, 'package.json')).resolve(name),
)
/** These are deferred as a whole, so that among themselves nothing need be. */
const RARE_IMPORTERS = ['config/', 'help/', 'ux/', 'main.js'].map((name) =>
  join(OCLIF, 'lib', name),
)

/** ES modules of which the default export, a function, is used and nothing else. */
const FUNCTIONS = ['string-width'].map((name) => fileURLToPath(import.meta.resolve(name)))

const COMMONJS = [...OCLIF_MODULES, ...OCLIF_PACKAGES]
const fileNames = new Map(
  [...COMMONJS, ...FUNCTIONS].map((path, index) => [path, `deferred-${index}`]),
)

/** The files of the deferred modules: esbuild's entry points. */
export const DEFERRED = Object.fromEntries([...fileNames].map(([path, name]) => [name, path]))

const NAMESPACE = 'deferred'
const RESOLVED = Symbol('resolved')

/** An esbuild plugin that puts the stand-ins in. */
export function deferred() {
  return {
    name: 'deferred',
    setup(build) {
      // A stand-in requires at run time: from Node, or from the module's own file.
      build.onResolve({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({
        path,
        external: true,
      }))
      build.onResolve({ filter: new RegExp(`^(node:)?(${BUILTINS.join('|')})$`) }, ({ path }) => ({
        path,
        namespace: NAMESPACE,
        pluginData: path,
      }))
      build.onResolve({ filter: /./ }, async ({ path, pluginData, ...request }) => {
        if (pluginData === RESOLVED || request.kind === 'entry-point') return undefined
        const mayBe =
          request.kind === 'require-call'
            ? isOclif(request.importer)
            : request.kind === 'import-statement' && path === 'string-width'
        if (!mayBe) return undefined
        const { importer, resolveDir, kind } = request
        const found = await build.resolve(path, {
          importer,
          resolveDir,
          kind,
          pluginData: RESOLVED,
        })
        const name = fileNames.get(found.path)
        if (name === undefined) return undefined
        return { path: `./${name}.cjs`, namespace: NAMESPACE, pluginData: found.path }
      })
      build.onLoad({ filter: /./, namespace: NAMESPACE }, ({ path, pluginData }) => ({
        contents: standIn(path, pluginData),
      }))
    },
  }
}

function isOclif(importer) {
  return importer.startsWith(OCLIF) && !RARE_IMPORTERS.some((rare) => importer.startsWith(rare))
}

/**
 * A module that looks like another, and loads it when one of its exports is used.
 *
 * @param target what it requires then: one of Node's own, or a file of the bundle
 * @param path where the other is
 */
function standIn(target, path) {
  const required = `require(${JSON.stringify(target)})`
  if (FUNCTIONS.includes(path)) return `export default (...given) => ${required}.default(...given)`
  const exported = require(path)
  const names = Object.keys(exported).filter((key) => key !== '__esModule')
  const functions = names.filter((name) => typeof exported[name] === 'function')
  // A CommonJS module is the default export of its file.
  return `
    let loaded
    const load = () => (loaded ??= ${required}${fileNames.has(path) ? '.default' : ''})
    const standIns = new Map()
    // Nothing is an instance of a class that is not there yet: the SDK asks that of every agent.
    const standIn = (name) => new Proxy(function () {}, {
      apply: (_, self, given) => Reflect.apply(load()[name], self, given),
      construct: (_, given) => Reflect.construct(load()[name], given),
      get: (_, key) =>
        key === Symbol.hasInstance
          ? (value) => loaded !== undefined && value instanceof loaded[name]
          : load()[name][key],
    })
    const functions = new Set(${JSON.stringify(functions)})
    const get = (name) => {
      if (loaded !== undefined || !functions.has(name)) return load()[name]
      if (!standIns.has(name)) standIns.set(name, standIn(name))
      return standIns.get(name)
    }
    module.exports = ${typeof exported === 'function' ? '(...given) => load()(...given)' : '{}'}
    ${exported.__esModule ? "Object.defineProperty(module.exports, '__esModule', { value: true })" : ''}
    for (const name of ${JSON.stringify(names)})
      Object.defineProperty(module.exports, name, { enumerable: true, get: () => get(name) })
  `
}
