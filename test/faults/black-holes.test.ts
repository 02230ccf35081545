/** Every command ends within its `--timeout` where nothing answers (all places: `npm run test:deep`). */
import { blackHoles } from './support/black-holes.js'

blackHoles((requests) => [...new Set([1, requests])].filter((from) => from <= requests))
