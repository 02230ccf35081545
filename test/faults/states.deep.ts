/** Every fault at every request of the commands that change what a key may do. */

import { matrix } from './support/matrix.js'
import { isOfStates } from './support/trials.js'

matrix(isOfStates)
