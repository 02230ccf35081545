/** Every fault at every request of all other changing commands: names, tags, descriptions, policies. */

import { matrix } from './support/matrix.js'
import { isOfStates } from './support/trials.js'

matrix(
  (trial) =>
    !trial.change.startsWith('create ') && trial.unfinished === undefined && !isOfStates(trial),
)
