import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Counted, Listening, ServerOptions } from './server.js'

const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url))

export interface KmsServer extends Listening {
  /** What arrived since the last count. */
  counted(): Promise<Counted>
  close(): void
}

/** Starts the benchmark's KMS in a process of its own. */
export async function startKms(options: ServerOptions): Promise<KmsServer> {
  const child = fork(SERVER, [JSON.stringify(options)])
  const message = <T>() =>
    new Promise<T>((resolve, reject) => {
      child.once('message', (received) => resolve(received as T))
      child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    })
  const listening = await message<Listening>()
  return {
    ...listening,
    counted() {
      const answer = message<Counted>()
      child.send('count')
      return answer
    },
    close: () => void child.kill(),
  }
}
