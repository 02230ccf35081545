import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { samePolicy } from '../../src/lib/policy/compare/equivalence.js'
import { SERVICES } from '../../src/lib/policy/services/index.js'
import { document, failure, told } from '../support/documents.js'
import { type Answer, endpoint } from '../support/network/endpoint.js'
import { CREDENTIALS } from '../support/run/binary.js'
import { shell } from '../support/run/shell.js'

const EXAMPLE = JSON.parse(
  readFileSync(new URL('../../docs/facts/example-policy.json', import.meta.url), 'utf8'),
)

const CALLER: Answer = {
  status: 200,
  body: '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account><Arn>arn:aws:iam::111122223333:user/waleed</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>',
}

describe('policy build, for account 111122223333', () => {
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example')
  })

  const aws = async () => {
    const server = await endpoint({
      unmarked: true,
      answer: (name) => (name === 'GetCallerIdentity' ? CALLER : 'sandbox'),
    })
    const type = shell(CREDENTIALS)
    return {
      seen: server.seen,
      type: (line: string) => type(`${line} --endpoint-url ${server.url} --region us-east-1`),
    }
  }

  test('gives docs/facts/example-policy.json by meaning, and asks STS alone', async () => {
    const names = [
      'user/waleed',
      'role/aws-service-role/trustedadvisor.amazonaws.com/AWSServiceRoleForTrustedAdvisor',
      'role/aws-service-role/support.amazonaws.com/AWSServiceRoleForSupport',
    ]
    const flags = ['admin', 'user', 'grant-user'].flatMap((flag) =>
      names.map((name) => `--${flag} ${name}`),
    )
    const { type, seen } = await aws()
    const ran = await type(`policy build ${flags.join(' ')}`)
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(samePolicy(document(ran), EXAMPLE)).toBe(true)
    expect(seen).toEqual(['GetCallerIdentity'])
  })

  test('without any flag: the delegation to IAM, which is KMS’s default', async () => {
    const { type } = await aws()
    expect(document(await type('policy build')).Statement).toEqual([EXAMPLE.Statement[0]])
  })

  test('what is wrong in the flags is told before anything is asked', async () => {
    const { type, seen } = await aws()
    const ran = await type('policy build --service nope')
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' })
    expect(told(ran.stderr).hints).toEqual(['hint: see what each is for: kmsctl policy services'])
    expect(seen).toEqual([])
  })
})

describe('policy build on the sandbox', () => {
  test('prints the document itself, with --json and without (contract 4)', async () => {
    const type = shell()
    const line = 'policy build --user role/app --service s3 --guardrails'
    const plain = await type(line)
    expect((await type(`${line} --json`)).stdout).toBe(plain.stdout)
    expect(Object.keys(document(plain))).toEqual(['Version', 'Statement'])
    expect(plain.stderr).toContain('[sandbox]')
  })

  test('goes into a file, and with create --policy to KMS', async () => {
    const type = shell()
    const { stdout } = await type('policy build --admin root --service ecr --no-admin-delete')
    const file = join(type.directory, 'policy.json')
    writeFileSync(file, stdout)
    expect(await type(`create --alias app --policy ${file}`)).toMatchObject({ exitCode: 0 })
    expect((await type('policy show app')).stdout).toBe(stdout)
  })

  test.each([
    ['--spec AES', 'key spec AES does not exist'],
    ['--spec RSA_2048', 'needs --usage'],
    ['--spec HMAC_256 --usage SIGN_VERIFY', 'is not possible with HMAC_256'],
    ['--origin HSM', 'origin HSM does not exist'],
    ['--spec HMAC_256 --origin AWS_CLOUDHSM', 'custom key stores'],
    ['--service dnssec --multi-region', 'no --multi-region'],
  ])('%s is 2', async (flags, why) => {
    expect(failure(await shell()(`policy build ${flags} --json`), 2).message).toContain(why)
  })

  test('--origin and --multi-region decide on what administrators need', async () => {
    const line = 'policy build --admin root --no-admin-delete --origin EXTERNAL --multi-region'
    const { stdout } = await shell()(line)
    expect(stdout).toContain('"kms:ImportKeyMaterial"')
    expect(stdout).toContain('"kms:ReplicateKey"')
  })
})

describe('policy services', () => {
  test('lists every service, and asks nobody', async () => {
    const type = shell({})
    const ran = await type('policy services')
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    const [head = '', ...rows] = ran.stdout.trimEnd().split('\n')
    expect(head).toMatch(/^SERVICE +CALLED BY +KEY +DOCUMENTATION$/)
    expect(rows.map((row) => row.split(' ')[0])).toEqual(SERVICES.map(({ name }) => name))
    expect(type.sandboxBytes()).toBe('')
  })

  test('--json has the same of one service and of all', async () => {
    const type = shell({})
    const all = document(await type('policy services --json'))
    expect(Object.keys(all)).toEqual(['services'])
    for (const service of all.services) {
      const one = document(await type(`policy services ${service.name} --json`))
      expect(one).toEqual({ services: [service] })
    }
  })

  test('explains one: what SOURCE_ARN is, statements, an example, the page', async () => {
    const { stdout } = await shell({})('policy services ssm')
    expect(stdout).toContain('Service    ssm: AWS Systems Manager Parameter Store')
    expect(stdout).toContain('--service ssm=SOURCE_ARN: encrypt one parameter')
    expect(stdout).toMatch(/^SOURCE_ARN {2}a parameter, such as arn:aws:ssm:/m)
    expect(stdout).toContain('"kms:EncryptionContext:PARAMETER_ARN": "SOURCE_ARN"')
    expect(stdout).toContain('"kms:ViaService": "ssm.REGION.amazonaws.com"')
    expect(stdout).toContain('--service ssm: encrypt any parameter')
    expect(stdout).toMatch(/^From {8}https:\/\/docs\.aws\.amazon\.com\//m)
  })

  test.each(SERVICES)('$name: its examples work as they are shown', async ({ name }) => {
    const type = shell()
    const { services } = document(await type(`policy services ${name} --json`))
    for (const { example } of services[0].uses) {
      const ran = await type(`${example.replace(/^kmsctl /, '')} --dry-run`)
      expect({ example, ...ran }).toMatchObject({ exitCode: 0 })
      expect(ran.stdout).toContain('CreateKey')
    }
  })

  test('one that does not exist is 2 and names those that do', async () => {
    const error = failure(await shell({})('policy services nope --json'), 2)
    expect(error.message).toMatch(/^service nope does not exist: choose one of autoscaling, /)
  })
})
