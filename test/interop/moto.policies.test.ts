import { beforeAll, describe, expect, test } from 'vitest'
import { SERVICES } from '../../src/lib/policy/services/index.js'
import { keyFor, SERVICE_FLAGS } from '../policy/build/builder-samples.js'
import { afterwards } from './support/afterwards.js'
import {
  type Aws,
  awsFor,
  type Json,
  type Kmsctl,
  kmsctlFor,
  temporaryFolder,
} from './support/programs.js'
import { startMoto } from './support/servers.js'

const REGION = 'us-east-1'
const EVERYBODY = [
  ...[
    '--admin',
    'user/alice',
    '--no-admin-delete',
    '--user',
    'role/app',
    '--grant-user',
    'role/svc',
  ],
  ...['--account', '444455556666', '--guardrails'],
]

/** The kinds of keys that the catalogue knows, with the services that work with each. */
const KINDS = [...new Set(SERVICES.map((entry) => keyFor(entry).keySpec))].map((keySpec) => ({
  keySpec,
  flags: SERVICE_FLAGS.filter(({ entry }) => keyFor(entry).keySpec === keySpec).map(
    ({ flag }) => flag,
  ),
}))

/** Built policies, to KMS and back: they arrive as they were printed, and are found again as the same. */
describe('policies that are built, against moto', () => {
  const later = afterwards()
  let aws: Aws
  let kmsctl: Kmsctl

  beforeAll(async () => {
    const home = temporaryFolder(later)
    const { url } = await startMoto(home, later)
    aws = awsFor(home, url)
    kmsctl = kmsctlFor(home, url)
  })

  test.each([
    ...KINDS.map(({ keySpec, flags }) => ({ kind: keySpec, flags })),
    { kind: 'RSA_2048', flags: [] },
    { kind: 'HMAC_256', flags: [] },
  ])('$kind, with every flag and its services', async ({ kind, flags }) => {
    const usage = /^(ECC|RSA)/.test(kind) ? ['--usage', 'SIGN_VERIFY'] : []
    const wishes = [
      ...['--region', REGION, '--spec', kind, ...usage, ...EVERYBODY],
      ...flags.flatMap((flag) => ['--service', flag]),
    ]
    const alias = ['--alias', kind.toLowerCase()]

    const built = await kmsctl.ok('policy', 'build', ...wishes)
    const { key } = await kmsctl.ok('create', ...alias, ...wishes)

    const policyOf = ['--key-id', key.keyId, '--policy-name', 'default', '--region', REGION]
    const { Policy } = await aws('kms', 'get-key-policy', ...policyOf)
    expect(JSON.parse(Policy)).toEqual(built)
    const sids = built.Statement.map(({ Sid }: Json) => Sid)
    expect(new Set(sids).size).toBe(sids.length)

    const again = await kmsctl.ok('create', ...alias, ...wishes, '--if-not-exists')
    expect(again).toMatchObject({ changed: false, key: { keyId: key.keyId } })
    const changed = wishes.filter((flag) => flag !== '--guardrails')
    const other = await kmsctl.fails(6, 'create', ...alias, ...changed, '--if-not-exists')
    expect(other.details.differences).toMatchObject([{ field: 'policy' }])
  })
})
