/**
 * Grant tokens. Every CreateGrant returns another one, and all tokens of a grant are equal (API
 * reference); a token therefore only names its grant.
 */
import { randomUUID } from 'node:crypto'
import { ServiceError } from '../http/service-error.js'
import { seal, unseal } from './ciphertext-blob.js'

interface NamedGrant {
  keyArn: string
  grantId: string
}

export function newGrantToken(grant: NamedGrant): string {
  return seal('grant token', [grant.keyArn, grant.grantId, randomUUID()])
}

export function readGrantToken(token: string): NamedGrant {
  const [keyArn, grantId] = unseal('grant token', token) ?? []
  if (keyArn === undefined || grantId === undefined) {
    throw new ServiceError('InvalidGrantTokenException', 'The grant token is not valid.')
  }
  return { keyArn, grantId }
}

/** The tokens of a request change no permission here; a text that is none is still refused. */
export function checkGrantTokens(tokens: readonly string[] | undefined): void {
  for (const token of tokens ?? []) readGrantToken(token)
}
