/** Every fault at every request of every form of `create`. */
import { matrix } from './support/matrix.js'

matrix(({ change, unfinished }) => change.startsWith('create ') && unfinished === undefined)
