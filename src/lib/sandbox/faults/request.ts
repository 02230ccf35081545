/** What a rule and a lagging read need to know of a request. */

import type { SandboxRequest } from '../http/http-messages.js'
import { parseKmsArn } from '../model/arn.js'
import { credentialScope } from '../model/credential-scope.js'

export interface Asked {
  /** The operation's name; empty where the request names none. */
  readonly operation: string
  /** Whether STS is asked, whose protocol is another. */
  readonly sts: boolean
  readonly region: string
  /** Key IDs and alias names that it names, as they stand in the request. */
  readonly names: readonly string[]
}

export function readRequest(request: SandboxRequest): Asked {
  const { headers } = request
  const target = headers['x-amz-target']
  const text = new TextDecoder().decode(request.body)
  const region = regionOf(headers.authorization)
  if (target === undefined) {
    const operation = new URLSearchParams(text).get('Action') ?? ''
    return { operation, sts: true, region, names: [] }
  }
  const operation = target.split('.').at(-1) ?? ''
  return { operation, sts: false, region, names: namesIn(operation, text) }
}

function regionOf(authorization: string | undefined): string {
  try {
    return credentialScope(authorization).region
  } catch {
    return ''
  }
}

/** The name that CreateAlias takes is not looked up by it: KMS knows of taken ones at once. */
function namesIn(operation: string, text: string): string[] {
  const members =
    operation === 'CreateAlias' ? ['TargetKeyId'] : ['KeyId', 'TargetKeyId', 'AliasName']
  let input: Record<string, unknown>
  try {
    input = JSON.parse(text)
  } catch {
    return []
  }
  return members.flatMap((member) => {
    const value = input?.[member]
    if (typeof value !== 'string') return []
    return [(parseKmsArn(value)?.resource ?? value).replace(/^key\//, '')]
  })
}
