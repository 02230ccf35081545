import { randomUUID } from 'node:crypto'

/** A key as the benchmark's KMS keeps it. */
interface StoredKey {
  readonly keyId: string
  readonly arn: string
  readonly description: string
  readonly policy: string
  readonly tags: Tag[]
  readonly aliases: string[]
  readonly creationDate: number
  rotationPeriodInDays: number | undefined
}

interface Tag {
  readonly TagKey: string
  readonly TagValue: string
}

type Input = Record<string, unknown>
type Output = Record<string, unknown>

/** An answer that is an AWS error. */
export class Refusal extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message)
  }
}

export const ACCOUNT = '111122223333'
const REGION = 'us-east-1'
const KEYS_PAGE = 1000
const ALIASES_PAGE = 100

/**
 * A KMS that answers from memory, as little work as possible: what is measured is the client. It knows
 * the calls that the benchmark's commands send and checks nothing.
 */
export class MemoryKms {
  private readonly keys = new Map<string, StoredKey>()
  private readonly byAlias = new Map<string, StoredKey>()

  /**
   * @param count keys there are from the beginning, each with an alias `alias/key-N` and one tag: the same
   *   one for each hundredth
   */
  constructor(count: number) {
    for (let index = 0; index < count; index += 1) {
      const key = this.add({
        Description: `key ${index}`,
        Tags: [{ TagKey: 'Team', TagValue: `team-${index % 100}` }],
      })
      this.name(key, `alias/key-${index}`)
      key.rotationPeriodInDays = 365
    }
  }

  /** @throws Refusal */
  answer(operation: string, input: Input): Output {
    switch (operation) {
      case 'CreateKey':
        return { KeyMetadata: metadata(this.add(input)) }
      case 'CreateAlias':
        this.name(this.key(input.TargetKeyId), String(input.AliasName))
        return {}
      case 'EnableKeyRotation':
        this.key(input.KeyId).rotationPeriodInDays = Number(input.RotationPeriodInDays ?? 365)
        return {}
      case 'TagResource':
        this.tag(this.key(input.KeyId), input.Tags as Tag[])
        return {}
      case 'DescribeKey':
        return { KeyMetadata: metadata(this.key(input.KeyId)) }
      case 'GetKeyPolicy':
        return { Policy: this.key(input.KeyId).policy, PolicyName: 'default' }
      case 'GetKeyRotationStatus':
        return rotation(this.key(input.KeyId))
      case 'GetKeyLastUsage': {
        const key = this.key(input.KeyId)
        return { KeyId: key.keyId, KeyCreationDate: key.creationDate, TrackingStartDate: 1.7e9 }
      }
      case 'ListResourceTags':
        return { Tags: this.key(input.KeyId).tags, Truncated: false }
      case 'ListGrants':
        return { Grants: [], Truncated: false }
      case 'ListKeys':
        return page('Keys', [...this.keys.values()], KEYS_PAGE, input, ({ keyId, arn }) => ({
          KeyId: keyId,
          KeyArn: arn,
        }))
      case 'ListAliases': {
        const named = input.KeyId === undefined ? this.byAlias : this.aliasesOf(input.KeyId)
        return page('Aliases', [...named], ALIASES_PAGE, input, ([name, key]) => ({
          AliasName: name,
          AliasArn: `arn:aws:kms:${REGION}:${ACCOUNT}:${name}`,
          TargetKeyId: key.keyId,
          CreationDate: key.creationDate,
          LastUpdatedDate: key.creationDate,
        }))
      }
      default:
        throw new Refusal('UnsupportedOperationException', `no ${operation} here`)
    }
  }

  private add(input: Input): StoredKey {
    const keyId = randomUUID()
    const key: StoredKey = {
      keyId,
      arn: `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId}`,
      description: String(input.Description ?? ''),
      policy: String(input.Policy ?? '{}'),
      tags: [...((input.Tags ?? []) as Tag[])],
      aliases: [],
      creationDate: Date.now() / 1000,
      rotationPeriodInDays: undefined,
    }
    this.keys.set(keyId, key)
    return key
  }

  private name(key: StoredKey, alias: string): void {
    key.aliases.push(alias)
    this.byAlias.set(alias, key)
  }

  private tag(key: StoredKey, tags: readonly Tag[]): void {
    for (const tag of tags) {
      const at = key.tags.findIndex(({ TagKey }) => TagKey === tag.TagKey)
      key.tags.splice(at < 0 ? key.tags.length : at, 1, tag)
    }
  }

  private aliasesOf(keyId: unknown): [string, StoredKey][] {
    const key = this.key(keyId)
    return key.aliases.map((name) => [name, key])
  }

  private key(reference: unknown): StoredKey {
    const name = String(reference).replace(/^arn:[^/]*:(key\/|(?=alias\/))/, '')
    const key = this.keys.get(name) ?? this.byAlias.get(name)
    if (key === undefined) throw new Refusal('NotFoundException', `${name} is not found`)
    return key
  }
}

function metadata({ keyId, arn, description, creationDate }: StoredKey): Output {
  return {
    AWSAccountId: ACCOUNT,
    KeyId: keyId,
    Arn: arn,
    CreationDate: creationDate,
    Enabled: true,
    Description: description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: 'Enabled',
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  }
}

function rotation({ keyId, creationDate, rotationPeriodInDays: days }: StoredKey): Output {
  if (days === undefined) return { KeyId: keyId, KeyRotationEnabled: false }
  return {
    KeyId: keyId,
    KeyRotationEnabled: true,
    RotationPeriodInDays: days,
    NextRotationDate: creationDate + days * 86_400,
  }
}

/** A page of a list; the marker is the index of its first entry. */
function page<T>(
  member: string,
  all: readonly T[],
  standard: number,
  input: Input,
  shown: (entry: T) => Output,
): Output {
  const from = Number(input.Marker ?? 0)
  const to = from + Number(input.Limit ?? standard)
  const truncated = to < all.length
  return {
    [member]: all.slice(from, to).map(shown),
    Truncated: truncated,
    ...(truncated ? { NextMarker: String(to) } : {}),
  }
}
