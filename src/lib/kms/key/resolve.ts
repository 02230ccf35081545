import { DescribeKeyCommand, paginateListAliases } from '@aws-sdk/client-kms'
import { isNotFound } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { KmsctlError } from '../../errors.js'
import type { KeyMetadata } from '../../results.js'
import { checkRefScope, type KeyRef, parseKeyRef } from '../rules/key-ref.js'
import { callerIfReachable } from './caller.js'
import { isPendingDeletion, toKeyMetadata } from './metadata.js'

/** The text that names a key to DescribeKey, which takes aliases and IDs alike. */
export function refText(ref: KeyRef): string {
  switch (ref.kind) {
    case 'id':
      return ref.id
    case 'alias':
      return ref.name
    default:
      return ref.arn
  }
}

/** Parses a KEY and refuses an ARN of another Region or account than those in use. */
export async function scopedRef(session: Session, text: string): Promise<KeyRef> {
  const ref = parseKeyRef(text)
  checkRefScope(ref, { region: session.region })
  if (ref.kind === 'arn' || ref.kind === 'aliasArn') {
    const { identity } = await callerIfReachable(session)
    if (identity !== null) checkRefScope(ref, { region: session.region, ...identity })
  }
  return ref
}

/**
 * A KEY as its key, resolved once: every later call of the run acts on the ARN found here
 * (contract 1).
 */
export async function resolveKey(session: Session, text: string): Promise<KeyMetadata> {
  const ref = await scopedRef(session, text)
  return describeRef(session, ref)
}

export async function describeRef(session: Session, ref: KeyRef): Promise<KeyMetadata> {
  const keyId = isAwsAlias(ref) ? await awsAliasTarget(session, ref.name) : refText(ref)
  return readMetadata(session, keyId)
}

export async function readMetadata(session: Session, keyId: string): Promise<KeyMetadata> {
  const { KeyMetadata } = await session.kms.send(new DescribeKeyCommand({ KeyId: keyId }))
  return toKeyMetadata(KeyMetadata)
}

/** A key as `readMetadata` gives it, or null where KMS says that there is none. */
export async function findKey(session: Session, keyId: string): Promise<KeyMetadata | null> {
  try {
    return await readMetadata(session, keyId)
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

function isAwsAlias(ref: KeyRef): ref is Extract<KeyRef, { name: string }> {
  return (ref.kind === 'alias' || ref.kind === 'aliasArn') && ref.name.startsWith('alias/aws/')
}

/**
 * The key of one of AWS's own aliases, looked up in the list. DescribeKey on a predefined alias
 * without a key makes AWS create that key (API Reference, DescribeKey), and asking must not create.
 */
async function awsAliasTarget(session: Session, name: string): Promise<string> {
  for await (const page of paginateListAliases({ client: session.kms }, {})) {
    const alias = page.Aliases?.find(({ AliasName }) => AliasName === name)
    if (alias === undefined) continue
    if (alias.TargetKeyId !== undefined) return alias.TargetKeyId
    throw new KmsctlError('KeyNotFound', `alias ${name} is predefined by AWS and has no key yet`, {
      hints: ['the AWS service creates the key when it first needs it'],
    })
  }
  throw new KmsctlError('KeyNotFound', `alias ${name} does not exist in ${session.region}`, {
    hints: ['see `kmsctl alias list`'],
  })
}

/** Resolves the KEY of a change, and refuses keys that only AWS may change (contract 6.5). */
export async function resolveForChange(session: Session, text: string): Promise<KeyMetadata> {
  const key = await resolveKey(session, text)
  if (key.keyManager === 'AWS') {
    throw new KmsctlError(
      'NotEligible',
      `key ${key.keyId} is managed by AWS: it rotates yearly, which is not yours to set, and its policy, aliases, tags and state are AWS's; it cannot be deleted`,
      { details: { keyId: key.keyId, keyManager: 'AWS' } },
    )
  }
  return key
}

/**
 * Refuses an action in a state that KMS's key-state table rules out (docs/facts/key-states.csv).
 *
 * @param allowed the states in which KMS accepts the action
 */
export function requireState(key: KeyMetadata, action: string, allowed: readonly string[]): void {
  if (allowed.includes(key.keyState)) return
  const details = { keyId: key.keyId, keyState: key.keyState }
  const say = (message: string, hints: string[] = []) =>
    new KmsctlError('WrongState', message, { hints, details })
  if (isPendingDeletion(key.keyState)) {
    throw say(`key ${key.keyId} is pending deletion and cannot be ${action}`, [
      `kmsctl deletion cancel ${key.keyId}`,
    ])
  }
  switch (key.keyState) {
    case 'Disabled':
      throw say(`key ${key.keyId} is disabled and cannot be ${action}`, [
        `kmsctl enable ${key.keyId}`,
      ])
    case 'PendingImport':
      throw say(`key ${key.keyId} has no key material yet and cannot be ${action}`)
    default:
      throw say(`key ${key.keyId} is in state ${key.keyState} and cannot be ${action} now`)
  }
}
