/** Documents that the builder is asked for: every service in each of its uses, every flag, every kind of key. */
import type { PolicyInput, PolicyKey, PolicyWishes } from '../../../src/lib/policy/build/builder.js'
import { SERVICES } from '../../../src/lib/policy/services/index.js'

export const IDENTITY = { partition: 'aws', accountId: '111122223333' }

export const SYMMETRIC: PolicyKey = {
  keySpec: 'SYMMETRIC_DEFAULT',
  keyUsage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  multiRegion: false,
  region: 'us-east-1',
}

export const NOBODY: PolicyWishes = {
  admins: [],
  users: [],
  grantUsers: [],
  accounts: [],
  services: [],
  adminDelete: true,
  guardrails: false,
}

/** What the builder gets for account 111122223333: a symmetric key and nobody, changed. */
export function input(over: Partial<PolicyInput> = {}): PolicyInput {
  return { ...IDENTITY, ...SYMMETRIC, ...NOBODY, ...over }
}

export interface Sample {
  readonly name: string
  readonly input: PolicyInput
}

/** One of each kind whose policies differ: CreateKey's specs and usages, each usage once. */
export const KINDS: readonly PolicyKey[] = [
  SYMMETRIC,
  { ...SYMMETRIC, origin: 'EXTERNAL' },
  { ...SYMMETRIC, multiRegion: true },
  { ...SYMMETRIC, keySpec: 'RSA_2048' },
  { ...SYMMETRIC, keySpec: 'RSA_4096', keyUsage: 'SIGN_VERIFY' },
  { ...SYMMETRIC, keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' },
  { ...SYMMETRIC, keySpec: 'ECC_NIST_P384', keyUsage: 'KEY_AGREEMENT' },
  { ...SYMMETRIC, keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' },
  { ...SYMMETRIC, keySpec: 'ML_DSA_65', keyUsage: 'SIGN_VERIFY' },
  { ...SYMMETRIC, keySpec: 'ML_KEM_768', keyUsage: 'ENCAPSULATE_DECAPSULATE' },
]

const FLAGS: readonly (readonly [name: string, wishes: Partial<PolicyWishes>])[] = [
  ['nothing but the delegation', {}],
  ['--admin', { admins: ['user/waleed'] }],
  ['--admin --no-admin-delete', { admins: ['user/waleed'], adminDelete: false }],
  ['--user', { users: ['role/app', 'user/alice'] }],
  ['--grant-user', { grantUsers: ['role/app'] }],
  ['--account', { accounts: ['444455556666', '777788889999'] }],
  ['--guardrails', { guardrails: true }],
  [
    'everybody',
    {
      admins: ['user/waleed'],
      users: ['role/app'],
      grantUsers: ['role/app'],
      accounts: ['444455556666'],
      guardrails: true,
      adminDelete: false,
    },
  ],
]

/** The key that a service works with. */
export function keyFor(entry: (typeof SERVICES)[number]): PolicyKey {
  const { keySpec, keyUsage, region = 'us-east-1' } = entry.key
  return { ...SYMMETRIC, keySpec, keyUsage, region }
}

/** Each service in each of its uses, as `--service` names it. */
export const SERVICE_FLAGS = SERVICES.flatMap((entry) =>
  entry.uses.map(({ source }) => ({
    entry,
    flag: source === null ? entry.name : `${entry.name}=${source.example}`,
  })),
)

/** Every sample, by a name that says what was asked for. */
export const SAMPLES: readonly Sample[] = [
  ...KINDS.flatMap((key) =>
    FLAGS.map(([name, wishes]) => ({
      name: `${key.keySpec} ${key.keyUsage} ${key.origin}${key.multiRegion ? ' multi-Region' : ''}: ${name}`,
      input: input({ ...key, ...wishes }),
    })),
  ),
  ...SERVICE_FLAGS.flatMap(({ entry, flag }) =>
    [[], ['role/app', '444455556666']].map((users) => ({
      name: `--service ${flag}${users.length === 0 ? '' : ' with users'}`,
      input: input({ ...keyFor(entry), users, services: [flag] }),
    })),
  ),
  {
    name: 'every service of symmetric keys at once',
    input: input({
      services: SERVICE_FLAGS.flatMap(({ entry, flag }) =>
        entry.key.keySpec === 'SYMMETRIC_DEFAULT' ? [flag] : [],
      ),
      users: ['role/app'],
      guardrails: true,
    }),
  },
]
