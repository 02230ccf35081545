/** AWS's partitions, as ARNs name them. Source: the partitions of the AWS SDKs' endpoint rules. */

const PARTITIONS = [
  { name: 'aws-cn', regions: /^cn-/, suffix: 'amazonaws.com.cn' },
  { name: 'aws-us-gov', regions: /^us-gov-/, suffix: 'amazonaws.com' },
  { name: 'aws-iso', regions: /^us-iso-/, suffix: 'c2s.ic.gov' },
  { name: 'aws-iso-b', regions: /^us-isob-/, suffix: 'sc2s.sgov.gov' },
  { name: 'aws-iso-e', regions: /^eu-isoe-/, suffix: 'cloud.adc-e.uk' },
  { name: 'aws-iso-f', regions: /^us-isof-/, suffix: 'csp.hci.ic.gov' },
  { name: 'aws-eusc', regions: /^eusc-/, suffix: 'amazonaws.eu' },
]

/** The partition that a Region is of. */
export function partitionOf(region: string): string {
  return PARTITIONS.find(({ regions }) => regions.test(region))?.name ?? 'aws'
}

/** How the names of services end in a partition, where they end in its own way. */
export function suffixOf(partition: string): string {
  return PARTITIONS.find(({ name }) => name === partition)?.suffix ?? 'amazonaws.com'
}
