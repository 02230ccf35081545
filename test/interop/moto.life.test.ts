import type { Later } from './support/afterwards.js'
import { aKeysLife, type Kms } from './support/life.js'
import { awsFor, kmsctlFor, temporaryFolder } from './support/programs.js'
import { startMoto } from './support/servers.js'

async function moto(later: Later): Promise<Kms> {
  const home = temporaryFolder(later)
  const { url } = await startMoto(home, later)
  return {
    kmsctl: kmsctlFor(home, url),
    aws: awsFor(home, url),
    accountId: '123456789012',
    endpoint: url,
    announcement: '',
  }
}

aKeysLife('kmsctl against moto', moto, {
  tellsRotationPeriod: false,
  tellsLastUsage: false,
  suspendsRotation: false,
})
