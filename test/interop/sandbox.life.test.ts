import { join } from 'node:path'
import type { Later } from './support/afterwards.js'
import { aKeysLife, type Kms } from './support/life.js'
import { awsFor, kmsctlFor, temporaryFolder } from './support/programs.js'
import { startSandbox } from './support/servers.js'

/** kmsctl is told of the endpoint by its flag here, and by the environment elsewhere. */
async function sandbox(later: Later): Promise<Kms> {
  const home = temporaryFolder(later)
  const { url } = await startSandbox(home, join(home, 'sandbox'), later)
  return {
    kmsctl: kmsctlFor(home, 'http://127.0.0.1:9', '--endpoint-url', url),
    aws: awsFor(home, url),
    accountId: '000000000000',
    endpoint: url,
    announcement: '[sandbox] ',
  }
}

aKeysLife('kmsctl against sandbox serve', sandbox, {
  tellsRotationPeriod: true,
  tellsLastUsage: true,
  suspendsRotation: true,
})
