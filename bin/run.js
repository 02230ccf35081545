#!/usr/bin/env node
import { fileURLToPath } from 'node:url'
import { start } from '../dist/lib/cli/start.js'

await start(fileURLToPath(new URL('..', import.meta.url)))
