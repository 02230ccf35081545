import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Plugin } from '@oclif/core'
import { bundle } from './build/bundle.js'
import { licences } from './build/licences.js'

/**
 * Makes what the package holds besides what is written by hand: the bundle in dist/, oclif's manifest of
 * the commands, and the licences of what the bundle contains.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
// Removed first, so that a deleted source leaves no command behind.
for (const path of ['dist', 'oclif.manifest.json', 'THIRD-PARTY-LICENSES', 'bundle.json']) {
  rmSync(join(root, path), { recursive: true, force: true })
}
const contents = await bundle(root, join(root, 'dist'))
writeFileSync(join(root, 'THIRD-PARTY-LICENSES'), licences(root, contents))
// Not in the package: for the test of what a start loads.
writeFileSync(join(root, 'bundle.json'), `${JSON.stringify(contents, null, 1)}\n`)
writeFileSync(join(root, 'oclif.manifest.json'), `${JSON.stringify(await manifest(), null, 1)}\n`)

/** What `oclif manifest` makes, without that package (its newest needs Node 22). */
async function manifest() {
  const plugin = new Plugin({
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
    root,
  })
  await plugin.load()
  const { commands } = plugin.manifest
  if (commands === undefined || Object.keys(commands).length === 0) {
    throw new Error('the manifest would be empty: are the commands built?')
  }
  return plugin.manifest
}
