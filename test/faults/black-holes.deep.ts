/** Every command, silent from each of its requests on: it ends within its `--timeout`. */
import { blackHoles } from './support/black-holes.js'

blackHoles((requests) => Array.from({ length: requests }, (_, index) => index + 1))
