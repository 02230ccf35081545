import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core'

/**
 * Writes oclif.manifest.json: with it a start loads only the module of the command that runs.
 * What `oclif manifest` does, without that package (its newest needs Node 22).
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const plugin = new Plugin({
  type: 'core',
  ignoreManifest: true,
  errorOnManifestCreate: true,
  respectNoCacheDefault: true,
  root,
})
await plugin.load()
if (plugin.manifest.commands === undefined || Object.keys(plugin.manifest.commands).length === 0) {
  throw new Error('the manifest would be empty: are the commands built?')
}
writeFileSync('oclif.manifest.json', `${JSON.stringify(plugin.manifest, null, 1)}\n`)
