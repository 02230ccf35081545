/** Requests and answers, as both fronts bring and take them. */

export interface SandboxRequest {
  method: string
  path: string
  /** Names in lower case. */
  headers: Record<string, string>
  body: Uint8Array
}

export interface SandboxResponse {
  status: number
  headers: Record<string, string>
  body: string
}

/**
 * What reaches the caller: an answer, whole or with the connection broken after some bytes of its
 * body, or none at all.
 */
export type Delivery =
  | (SandboxResponse & { cutAfter?: number })
  | { lost: 'reset' | 'no-connection' | 'hang' }

/** What the fronts put before a caller: the embedded KMS, or one with faults. Never rejects. */
export interface Answering {
  handle(request: SandboxRequest): Promise<Delivery>
}

/** Every answer says whose it is. */
export function answer(
  status: number,
  contentType: string,
  requestId: string,
  body: string,
  headers: Record<string, string> = {},
): SandboxResponse {
  return {
    status,
    headers: {
      'content-type': contentType,
      'x-amzn-requestid': requestId,
      'x-kmsctl-sandbox': '1',
      ...headers,
    },
    body,
  }
}

const AMZ_JSON = 'application/x-amz-json-1.1'

/** An answer of the AWS JSON 1.1 protocol. Operations without output answer without a body. */
export function jsonAnswer(requestId: string, output: object | undefined): SandboxResponse {
  const body = output === undefined ? '' : JSON.stringify(output)
  return answer(200, AMZ_JSON, requestId, body)
}

/** Errors of AWS whose message is empty leave the member out. */
export function jsonError(
  requestId: string,
  error: { status: number; code: string; message: string },
): SandboxResponse {
  const { code, message, status } = error
  const body = JSON.stringify({ __type: code, ...(message !== '' && { message }) })
  return answer(status, AMZ_JSON, requestId, body, { 'x-amzn-errortype': code })
}
