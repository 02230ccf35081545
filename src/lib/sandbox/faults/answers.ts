/** What faults answer with, in the protocol of who was asked. */
import { randomUUID } from 'node:crypto'
import { answer, type Delivery, jsonError, type SandboxResponse } from '../http/http-messages.js'
import { callerArn } from '../model/arn.js'
import type { Loss, Refusal } from './kinds.js'
import type { Asked } from './request.js'

interface Refused {
  readonly status: number
  readonly code: string
  readonly message: string
}

/** What the caller gets in place of the answer, which is there if the call was carried out. */
export function lost(fault: Loss, asked: Asked, answered: SandboxResponse | undefined): Delivery {
  switch (fault) {
    case 'reset':
    case 'hang':
      return { lost: fault }
    case 'internal-error':
      return refusedBy(asked, {
        status: 500,
        code: asked.sts ? 'InternalFailure' : 'KMSInternalException',
        message: 'An internal failure occurred.',
      })
    case 'unavailable':
      return refusedBy(asked, {
        status: 503,
        code: asked.sts ? 'ServiceUnavailable' : 'ServiceUnavailableException',
        message: 'Service is unavailable.',
      })
    case 'bare-500':
      return bare(500, '')
    case 'bare-503':
      return bare(503, '')
    case 'html-502':
      return bare(502, HTML, 'text/html')
    case 'empty':
      return bare(200, '')
    case 'truncated':
      return truncated(answered)
  }
}

/** The refusal, and that the call had no effect. */
export function refusal(fault: Refusal, asked: Asked): Delivery {
  const { sts, operation, region } = asked
  switch (fault) {
    case 'no-connection':
      return { lost: 'no-connection' }
    case 'throttle': {
      const code = sts ? 'Throttling' : 'ThrottlingException'
      return refusedBy(asked, { status: 400, code, message: 'Rate exceeded' })
    }
    case 'quota': {
      const code = sts ? 'LimitExceeded' : 'LimitExceededException'
      const message = 'The request was rejected because a quota was exceeded.'
      return refusedBy(asked, { status: 400, code, message })
    }
    case 'access-denied': {
      const action = `${sts ? 'sts' : 'kms'}:${operation}`
      const status = sts ? 403 : 400
      return refusedBy(asked, {
        status,
        code: sts ? 'AccessDenied' : 'AccessDeniedException',
        message: `User: ${callerArn(region)} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
      })
    }
    case 'expired-token':
      return refusedBy(asked, {
        status: sts ? 403 : 400,
        code: sts ? 'ExpiredToken' : 'ExpiredTokenException',
        message: 'The security token included in the request is expired',
      })
  }
}

function refusedBy({ sts }: Asked, error: Refused): SandboxResponse {
  const requestId = randomUUID()
  if (!sts) return jsonError(requestId, error)
  const type = error.status < 500 ? 'Sender' : 'Receiver'
  const body =
    '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">' +
    `<Error><Type>${type}</Type><Code>${error.code}</Code><Message>${error.message}</Message></Error>` +
    `<RequestId>${requestId}</RequestId></ErrorResponse>`
  return answer(error.status, 'text/xml', requestId, body)
}

const HTML = '<html><body><h1>502 Bad Gateway</h1></body></html>\n'

/** Something on the way answered, a proxy or a load balancer: without the mark of the embedded KMS. */
function bare(status: number, body: string, contentType = 'application/octet-stream') {
  return { status, headers: body === '' ? {} : { 'content-type': contentType }, body }
}

/** The first half of the answer; of one without a body, of the empty object that it might have been. */
function truncated(answered: SandboxResponse | undefined): Delivery {
  const whole = answered ?? { status: 200, headers: {}, body: '' }
  const body = whole.body.length > 1 ? whole.body : '{}'
  return { ...whole, body, cutAfter: Math.floor(Buffer.byteLength(body) / 2) }
}
