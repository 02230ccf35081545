/** What a KEY argument says (contract 1), before anything is asked of AWS. */
import { usageError } from '../../errors.js'
import { KEY_ID, lookupAliasName } from './alias-name.js'
import { shown } from './wording.js'

interface ArnScope {
  readonly arn: string
  readonly region: string
  readonly accountId: string
  readonly partition: string
}

export type KeyRef =
  | { readonly kind: 'id'; readonly id: string }
  | ({ readonly kind: 'arn'; readonly id: string } & ArnScope)
  | { readonly kind: 'alias'; readonly name: string }
  | ({ readonly kind: 'aliasArn'; readonly name: string } & ArnScope)

const ARN_FORMS =
  'a key ARN reads arn:aws:kms:REGION:ACCOUNT:key/ID, an alias ARN arn:aws:kms:REGION:ACCOUNT:alias/NAME'
/** Region as in the service model, account as everywhere in AWS. */
const KMS_ARN = /^arn:(aws(?:-[a-z]+)*):kms:((?:[a-z]+-){2,3}\d+):(\d{12}):(key|alias)\/(.+)$/

/**
 * A key ID, key ARN, alias name (with or without `alias/`, AWS's own too) or alias ARN. Anything that is
 * not an ID or an ARN is an alias name. IDs come back in lower case, as KMS writes them.
 */
export function parseKeyRef(text: string): KeyRef {
  if (text.trim() === '') {
    throw usageError('the key is empty: give a key ID, a key ARN, an alias name or an alias ARN')
  }
  if (/^arn:/i.test(text)) return parseArn(text)
  if (KEY_ID.test(text)) return { kind: 'id', id: text.toLowerCase() }
  return { kind: 'alias', name: lookupAliasName(text) }
}

/**
 * Whether a word names a key or a file, where a command takes either: `-` and what cannot be an alias are
 * files; IDs, ARNs and `alias/…` are keys; any other word is a file if there is one, else an alias.
 */
export function keyOrFile(word: string): 'key' | 'file' | 'either' {
  if (/^(?:arn:|alias\/)/i.test(word) || KEY_ID.test(word)) return 'key'
  return word !== '-' && /^[\w/-]+$/.test(word) ? 'either' : 'file'
}

function parseArn(text: string): KeyRef {
  const service = text.split(':')[2] ?? ''
  if (service !== '' && service !== 'kms') {
    throw usageError(`key ${shown(text)} is an ARN of ${shown(service)}, not of kms: ${ARN_FORMS}`)
  }
  const [, partition, region, accountId, kind, rest] = KMS_ARN.exec(text) ?? []
  if (
    partition === undefined ||
    region === undefined ||
    accountId === undefined ||
    rest === undefined
  ) {
    throw usageError(`key ${shown(text)} is no complete ARN: ${ARN_FORMS}`)
  }
  const scope = { region, accountId, partition }
  if (kind === 'alias') {
    const name = lookupAliasName(`alias/${rest}`)
    return { kind: 'aliasArn', arn: text, name, ...scope }
  }
  if (!KEY_ID.test(rest)) {
    throw usageError(
      `key ${shown(text)} names no key: after key/ comes a UUID, or mrk- and 32 hex digits`,
    )
  }
  const id = rest.toLowerCase()
  return { kind: 'arn', arn: `arn:${partition}:kms:${region}:${accountId}:key/${id}`, id, ...scope }
}

/**
 * Refuses an ARN of another Region or account than the ones in use: lifecycle calls work only in a
 * key's own ("Cross-account use: No" of each of them in the API Reference).
 */
export function checkRefScope(ref: KeyRef, scope: { region: string; accountId?: string }): void {
  if (ref.kind !== 'arn' && ref.kind !== 'aliasArn') return
  if (ref.region !== scope.region) {
    throw usageError(
      `key ${ref.arn} is in Region ${ref.region}, but this run uses ${scope.region}`,
      [`add --region ${ref.region}`],
    )
  }
  if (scope.accountId !== undefined && ref.accountId !== scope.accountId) {
    throw usageError(
      `key ${ref.arn} is in account ${ref.accountId}, but the credentials are of ${scope.accountId}`,
      [`use --profile NAME with credentials of account ${ref.accountId}`],
    )
  }
}
