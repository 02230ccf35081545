import { keepCompiled } from '../cli/runtime/compile-cache.js'
import { processRuntime } from '../cli/runtime/runtime.js'
import { type Installation, main } from './main.js'

/**
 * Starts kmsctl in this process. stderr is the user's: Node's and the SDK's own warnings do not
 * reach it (contract 3).
 */
export async function start(installation: Installation): Promise<void> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
  process.removeAllListeners('warning')
  // Should ever nothing be left to wait for before the command has ended, that is no success.
  process.exitCode = 1
  // A reader that went away (`kmsctl list | head -1`) ends the output, not the change under way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
  const runtime = processRuntime()
  keepCompiled(runtime)
  const exitCode = await main(process.argv.slice(2), installation, runtime)
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  // Idle connections and a credential process may still hold the event loop.
  process.exit(exitCode)
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve()
  return new Promise((resolve) => {
    stream.write('', () => resolve())
  })
}
