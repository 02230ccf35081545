/** Every fault at every request of `recover`, and of `create` that goes on with what was cut off. */
import { matrix } from './support/matrix.js'

matrix(({ unfinished }) => unfinished === true)
