import { join } from 'node:path'
import { emptyHome } from './binary.js'
import { preparedShell } from './shell.js'

/**
 * A home for the built binary whose sandbox holds the keys `app` and `next`. What happens around the
 * run that is tested is done in this process (`type`), which is cheaper by far.
 */
export async function preparedHome() {
  const type = await preparedShell()
  const env = { ...emptyHome(), KMSCTL_SANDBOX: '1' }
  return {
    env: { ...env, KMSCTL_SANDBOX_DIR: join(type.directory, 'sandbox') },
    type,
    keyId: type.fill('{app}'),
    async stateOf(name: string): Promise<string> {
      return (await type(`describe ${name} --json`)).json.keyState
    },
  }
}
