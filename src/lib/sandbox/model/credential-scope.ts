import { ServiceError } from '../http/service-error.js'
import { isRegion } from './arn.js'

const DEFAULT_REGION = 'us-east-1'

/**
 * Region and service of the credential scope: `Credential=AKID/20260101/REGION/kms/aws4_request`
 * (Signature Version 4). Signatures themselves are not verified.
 */
export function credentialScope(authorization: string | undefined): {
  region: string
  service: string
} {
  const scope = /Credential=[^,\s/]+\/\d{8}\/([^,\s/]+)\/([^,\s/]+)\/aws4_request/.exec(
    authorization ?? '',
  )
  const [, region = DEFAULT_REGION, service = ''] = scope ?? []
  if (!isRegion(region)) {
    throw new ServiceError(
      'InvalidSignatureException',
      'Credential should be scoped to a valid region.',
    )
  }
  return { region, service }
}
