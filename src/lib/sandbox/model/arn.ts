/** Amazon Resource Names of KMS, and what a Region's name tells of its partition. */
import { ACCOUNT_ID } from './model.js'

const REGION = /^([a-z]+-){2,3}\d+$/

/** The pattern of RegionType in the API model. */
export function isRegion(text: string): boolean {
  return text.length <= 32 && REGION.test(text)
}

export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn'
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return 'aws'
}

export function isChina(region: string): boolean {
  return partitionOf(region) === 'aws-cn'
}

export function keyArn(region: string, keyId: string): string {
  return `arn:${partitionOf(region)}:kms:${region}:${ACCOUNT_ID}:key/${keyId}`
}

export function aliasArn(region: string, name: string): string {
  return `arn:${partitionOf(region)}:kms:${region}:${ACCOUNT_ID}:${name}`
}

export function rootArn(region: string): string {
  return `arn:${partitionOf(region)}:iam::${ACCOUNT_ID}:root`
}

/** Who calls: signatures are not checked, so it is always the same user. */
export function callerArn(region: string): string {
  return `arn:${partitionOf(region)}:iam::${ACCOUNT_ID}:user/sandbox`
}

interface KmsArn {
  partition: string
  region: string
  accountId: string
  /** `key/…` or `alias/…` */
  resource: string
}

/** The parts of a KMS ARN, or undefined when the text is none. */
export function parseKmsArn(text: string): KmsArn | undefined {
  const match = /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):(\d{12}):((?:key|alias)\/.+)$/s.exec(text)
  if (match === null) return undefined
  const [, partition, region, accountId, resource] = match
  if (partition === undefined || region === undefined) return undefined
  if (accountId === undefined || resource === undefined) return undefined
  return { partition, region, accountId, resource }
}
