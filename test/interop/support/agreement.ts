import { expect } from 'vitest'
import { type Aws, documentOf, type Json } from './programs.js'

const FIVE = [
  ['describe-key'],
  ['list-aliases'],
  // KMS knows the name of the only policy there is; moto has to be told.
  ['get-key-policy', '--policy-name', 'default'],
  ['list-resource-tags'],
  ['get-key-rotation-status'],
]

/**
 * A key as five commands of the AWS CLI show it, in the words of kmsctl's JSON. Written apart from
 * kmsctl's own translation, on purpose: it is the witness.
 */
export async function look(aws: Aws, keyId: string): Promise<Json> {
  const commands = FIVE.map((words) => ['kms', ...words, '--key-id', keyId])
  const [described, aliased, ruled, tagged, rotated] = (await aws.all(commands)).map(
    (ended, index) =>
      // KMS has no rotation status for keys that cannot rotate.
      ended.stderr.includes('(UnsupportedOperationException)') && index === 4
        ? { KeyRotationEnabled: false }
        : documentOf(commands[index] ?? [], ended),
  )
  const { KeyMetadata: key } = described
  const regional = ({ Arn, Region }: Json) => ({ arn: Arn, region: Region })
  const regions = key.MultiRegionConfiguration
  return {
    key: {
      keyId: key.KeyId,
      arn: key.Arn,
      accountId: key.AWSAccountId,
      region: key.Arn.split(':')[3],
      description: key.Description,
      keyState: key.KeyState,
      enabled: key.Enabled,
      keyManager: key.KeyManager,
      keySpec: key.KeySpec,
      keyUsage: key.KeyUsage,
      origin: key.Origin,
      // moto leaves out what is false.
      multiRegion: key.MultiRegion ?? false,
      multiRegionConfiguration: regions
        ? {
            multiRegionKeyType: regions.MultiRegionKeyType,
            primaryKey: regional(regions.PrimaryKey),
            replicaKeys: regions.ReplicaKeys.map(regional),
          }
        : null,
      creationDate: date(key.CreationDate),
      deletionDate: date(key.DeletionDate),
      pendingDeletionWindowInDays: key.PendingDeletionWindowInDays ?? null,
      aliases: aliased.Aliases.map(({ AliasName }: Json) => AliasName).sort(),
      tags: Object.fromEntries(tagged.Tags.map(({ TagKey, TagValue }: Json) => [TagKey, TagValue])),
      rotation: {
        enabled: rotated.KeyRotationEnabled,
        rotationPeriodInDays: rotated.RotationPeriodInDays ?? null,
        nextRotationDate: date(rotated.NextRotationDate),
        onDemandRotationStartDate: date(rotated.OnDemandRotationStartDate),
      },
    },
    policy: JSON.parse(ruled.Policy),
  }
}

/** Expects that the AWS CLI shows the key, field by field, as kmsctl said it is. */
export async function expectAgreement(aws: Aws, said: Json): Promise<Json> {
  const seen = await look(aws, said.keyId)
  const { enabled, rotationPeriodInDays, nextRotationDate, onDemandRotationStartDate } =
    said.rotation
  const compared = Object.fromEntries(Object.keys(seen.key).map((field) => [field, said[field]]))
  expect({
    ...compared,
    rotation: { enabled, rotationPeriodInDays, nextRotationDate, onDemandRotationStartDate },
  }).toEqual(seen.key)
  return seen
}

/** A date of the AWS CLI's, which has microseconds, to the millisecond. */
export function date(text: string | undefined): string | null {
  if (text === undefined || text === null) return null
  const [, whole = '', fraction = '', zone = ''] =
    /^(.+?)(\.\d+)?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? []
  const milliseconds = Date.parse(`${whole}${zone}`) + Math.round(Number(`0${fraction}`) * 1000)
  return new Date(milliseconds).toISOString()
}
