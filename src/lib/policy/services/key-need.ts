/** Whether a key is of the kind that a service works with. */
import { usageError } from '../../errors.js'
import type { KeyNeed, ServiceEntry } from './model/service.js'

/** What a service may ask of a key. */
export interface KeyOfKind {
  readonly keySpec: string
  readonly keyUsage: string
  readonly region: string
  readonly multiRegion: boolean
}

/**
 * Refuses a key that the service could not use, before there is one.
 *
 * @throws KmsctlError `Usage` (2) naming the flags that make the right kind
 */
export function refuseOtherKind({ name, key: need, uses }: ServiceEntry, key: KeyOfKind): void {
  const wrong = [
    ...differs('--spec', need.keySpec, key.keySpec),
    ...differs('--usage', need.keyUsage, key.keyUsage),
    ...(need.region === undefined ? [] : differs('--region', need.region, key.region)),
    ...(need.singleRegion && key.multiRegion ? ['no --multi-region'] : []),
  ]
  if (wrong.length === 0) return
  throw usageError(
    `service ${name} cannot use this key: it needs ${keyInWords(need)}: ${wrong.join(', ')}`,
    [`the service's own words: ${uses.at(-1)?.documentation}`],
  )
}

function differs(flag: string, wanted: string, actual: string): string[] {
  return wanted === actual ? [] : [`${flag} ${wanted} (not ${actual})`]
}

/** `a symmetric encryption key`, `a single-Region key of spec … in …`. */
export function keyInWords({ keySpec, keyUsage, region, singleRegion }: KeyNeed): string {
  if (keySpec === 'SYMMETRIC_DEFAULT') return 'a symmetric encryption key'
  const where = region === undefined ? '' : ` in ${region}`
  return `a ${singleRegion ? 'single-Region ' : ''}key of spec ${keySpec} for ${keyUsage}${where}`
}
