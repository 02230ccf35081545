/**
 * A process that uses a sandbox's folder, for the tests of the store:
 *   create DIRECTORY COUNT   creates keys and prints the ID of each as soon as it is answered
 *   die DIRECTORY            takes the lock and is killed with it
 */
import { join } from 'node:path'
import { Sandbox } from '../../../src/lib/sandbox/index.js'
import { Lock } from '../../../src/lib/sandbox/storage/lock.js'
import { send } from '../support.js'

const [task, directory = '', count = '0'] = process.argv.slice(2)

if (task === 'create') {
  const sandbox = Sandbox.open({ directory })
  for (let made = 0; made < Number(count); made++) {
    const { KeyMetadata } = await send(sandbox, 'CreateKey', { Description: join('worker', task) })
    process.stdout.write(`${KeyMetadata.KeyId}\n`)
  }
} else {
  await Lock.acquire(directory)
  process.kill(process.pid, 'SIGKILL')
}
