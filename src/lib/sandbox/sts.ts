/**
 * STS GetCallerIdentity, in the query protocol: a form comes, XML goes
 * (STS API reference, version 2011-06-15).
 */

import { answer, type SandboxResponse } from './http/http-messages.js'
import { callerArn } from './model/arn.js'
import { ACCOUNT_ID } from './model/model.js'

const VERSION = '2011-06-15'
const NAMESPACE = `https://sts.amazonaws.com/doc/${VERSION}/`
const USER_ID = 'AIDAKMSCTLSANDBOX0000'

export function answerSts(form: string, region: string, requestId: string): SandboxResponse {
  const action = new URLSearchParams(form).get('Action')
  if (action === 'GetCallerIdentity') {
    const result =
      `<Arn>${callerArn(region)}</Arn>` +
      `<UserId>${USER_ID}</UserId><Account>${ACCOUNT_ID}</Account>`
    const body =
      `<GetCallerIdentityResponse xmlns="${NAMESPACE}">` +
      `<GetCallerIdentityResult>${result}</GetCallerIdentityResult>` +
      `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>` +
      '</GetCallerIdentityResponse>'
    return answer(200, 'text/xml', requestId, body)
  }
  const [code, message] =
    action === null
      ? ['MissingAction', 'The request has no Action.']
      : ['InvalidAction', `Could not find operation ${action} for version ${VERSION}`]
  const error = `<Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message>`
  const body =
    `<ErrorResponse xmlns="${NAMESPACE}"><Error>${error}</Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  return answer(400, 'text/xml', requestId, body)
}

/** XML 1.0 has no form at all for most control characters; they become question marks. */
function escapeXml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '?')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
