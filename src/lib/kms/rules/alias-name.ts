/**
 * Alias names. Source: CreateAlias, AliasName in the API Reference: "must begin with alias/ followed by
 * a name", "string of 1-256 characters", "only alphanumeric characters, forward slashes (/),
 * underscores (_), and dashes (-)", "cannot begin with alias/aws/". Names are case-sensitive.
 */
import { usageError } from '../../errors.js'
import { shown } from './wording.js'

const PREFIX = 'alias/'
const RESERVED = 'alias/aws/'
const LONGEST = 256

/** A key ID: a UUID, or `mrk-` and 32 hexadecimal digits for a multi-Region key. */
export const KEY_ID =
  /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i

/**
 * The full name of an alias that a user makes, changes or deletes: `app` becomes `alias/app`, a name
 * that begins with `alias/` stays as it is (so `alias/alias/x` is the alias named `alias/x`).
 */
export function aliasName(name: string): string {
  const full = lookupAliasName(name)
  if (full.startsWith(RESERVED)) {
    throw usageError(`alias name ${full} is not yours to use: ${RESERVED} is reserved for AWS`)
  }
  return full
}

/** As `aliasName`, for finding a key: AWS's own aliases (`alias/aws/…`, `aws/…`) are permitted. */
export function lookupAliasName(name: string): string {
  if (name === '' || name === PREFIX) {
    throw usageError('the alias name is empty: give alias/NAME or just NAME')
  }
  if (/^arn:/i.test(name)) {
    throw usageError(`alias name ${shown(name)} is an ARN: give alias/NAME or just NAME`)
  }
  if (KEY_ID.test(name)) {
    throw usageError(
      `alias name ${shown(name)} is a key ID: give alias/NAME or just NAME (${PREFIX}${name} if it is meant as a name)`,
    )
  }
  const full = name.startsWith(PREFIX) ? name : `${PREFIX}${name}`
  const wrong = /[^a-zA-Z0-9/_-]/u.exec(full)?.[0]
  if (wrong !== undefined) {
    throw usageError(
      `alias name ${shown(name)} contains ${JSON.stringify(wrong)}: only letters a-z and A-Z, digits, /, _ and - are allowed`,
    )
  }
  if (full.length > LONGEST) {
    throw usageError(
      `alias name ${shown(name)} has ${full.length} characters with its ${PREFIX}: KMS takes at most ${LONGEST}`,
    )
  }
  return full
}
