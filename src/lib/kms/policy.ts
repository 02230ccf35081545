import { GetKeyPolicyCommand } from '@aws-sdk/client-kms'
import type { Session } from '../aws/session.js'
import { KmsctlError } from '../errors.js'
import type { PolicyDocument } from '../policy/document.js'
import { resolveKey } from './resolve.js'

/** A key's policy. KMS keys have exactly one, named "default" (API Reference, GetKeyPolicy). */
export async function showPolicy(session: Session, text: string): Promise<PolicyDocument> {
  const { arn } = await resolveKey(session, text)
  return readPolicy(session, arn)
}

export async function readPolicy(session: Session, arn: string): Promise<PolicyDocument> {
  const { Policy } = await session.kms.send(
    new GetKeyPolicyCommand({ KeyId: arn, PolicyName: 'default' }),
  )
  try {
    return JSON.parse(Policy ?? '') as PolicyDocument
  } catch (error) {
    throw new KmsctlError('BadResponse', `the policy of ${arn} is not JSON`, { cause: error })
  }
}
