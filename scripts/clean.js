import { rmSync } from 'node:fs'

/** Removes what a build makes, so that a deleted source leaves no command behind. */
for (const path of ['dist', 'oclif.manifest.json']) rmSync(path, { recursive: true, force: true })
