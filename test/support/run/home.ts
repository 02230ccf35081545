import { join } from 'node:path'
import { emptyHome } from './binary.js'
import { preparedShell } from './shell.js'

/**
 * A home for the built binary whose sandbox holds the keys `app` and `next`. What happens around the
 * run that is tested is done in this process (`type`), which is cheaper by far.
 */
export async function preparedHome() {
  const type = await preparedShell()
  const env: Record<string, string> & { KMSCTL_SANDBOX_DIR: string } = {
    ...emptyHome(),
    KMSCTL_SANDBOX: '1',
    KMSCTL_SANDBOX_DIR: join(type.directory, 'sandbox'),
  }
  return {
    env,
    type,
    keyId: type.fill('{app}'),
    async stateOf(name: string): Promise<string> {
      return (await type(`describe ${name} --json`)).json.keyState
    },
  }
}
