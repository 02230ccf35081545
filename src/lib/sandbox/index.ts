/**
 * The embedded KMS. Opening it is cheap: operations, cryptography and the HTTP server are loaded
 * when the first request asks for them. docs of the rules: the comments of each file, with sources.
 */
import type { Answering } from './http/http-messages.js'

export type { Answering, SandboxResponse } from './http/http-messages.js'
export { inProcessHandler } from './http/in-process.js'
export { Sandbox } from './sandbox.js'

interface ServeOptions {
  /** 127.0.0.1 by default; nothing but loopback is accepted. */
  host?: string
  /** 0 for any free port. */
  port: number
}

/** Answers on a local port until it is closed. */
export async function serveSandbox(
  kms: Answering,
  options: ServeOptions,
): Promise<{ url: string; close(): Promise<void> }> {
  const { listen } = await import('./http/server.js')
  return listen(kms, options.host ?? '127.0.0.1', options.port)
}
