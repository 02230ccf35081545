/** Which keys each command can be meant for, where it has to be chosen. */
import { isPendingDeletion } from '../kms/key/metadata.js'
import { rotationEligibility } from '../kms/rules/rotation.js'
import type { KeyMetadata } from '../results.js'

/** Whether a key can be chosen; if not, why, in a few words, or `none` where it is left out. */
export type Fit = { readonly fits: true } | { readonly fits: false; readonly why: string | 'none' }

export interface KeyWish {
  readonly message: string
  /** `customer` leaves out the keys that AWS manages. */
  readonly manager: 'customer' | 'all'
  /** Asked of keys whose metadata could be read; others can be chosen, and the command tells. */
  fit(key: KeyMetadata): Fit
  /** Whether the last use of the keys in sight is asked for: KMS tells it of 5 a second. */
  readonly lastUse?: true
  /** Said where no key can be chosen. */
  readonly none: string
}

const FITS: Fit = { fits: true }
const HIDDEN: Fit = { fits: false, why: 'none' }
const not = (why: string): Fit => ({ fits: false, why })

const any = (message: string): KeyWish => ({
  message,
  manager: 'all',
  fit: () => FITS,
  none: 'there is no key',
})

/** A change that KMS accepts in all states but some (docs/facts/key-states.csv). */
const change = (
  message: string,
  states: readonly string[],
  { none = 'no key can be', already }: { none?: string; already?: string } = {},
): KeyWish => ({
  message,
  manager: 'customer',
  fit: ({ keyState }) => {
    if (keyState === already) return HIDDEN
    return states.includes(keyState) ? FITS : not(stateInWords(keyState))
  },
  none,
})

const NOT_PENDING = ['Enabled', 'Disabled', 'PendingImport', 'Unavailable', 'Creating', 'Updating']
const SWITCHABLE = ['Enabled', 'Disabled', 'Unavailable']
const DELETABLE = ['Enabled', 'Disabled', 'PendingImport', 'Unavailable', 'Creating']

/** By the command's ID. */
export const KEY_WISHES: Readonly<Record<string, KeyWish>> = {
  'alias:create': change('Which key gets the alias?', NOT_PENDING, { none: 'no key can get one' }),
  'alias:update': change('To which key does the alias move?', NOT_PENDING, {
    none: 'no key can get one',
  }),
  'deletion:cancel': {
    message: 'Which deletion is to be cancelled?',
    manager: 'customer',
    fit: ({ keyState }) => (isPendingDeletion(keyState) ? FITS : HIDDEN),
    none: 'no key is pending deletion',
  },
  'deletion:check': { ...any('Which key?'), manager: 'customer', lastUse: true },
  'deletion:schedule': {
    ...change('Which key is to be deleted?', DELETABLE, { none: 'no key can be deleted' }),
    lastUse: true,
  },
  describe: any('Which key?'),
  disable: change('Which key is to be disabled?', SWITCHABLE, {
    already: 'Disabled',
    none: 'no key is enabled',
  }),
  enable: change('Which key is to be enabled?', SWITCHABLE, {
    already: 'Enabled',
    none: 'no key is disabled',
  }),
  'policy:edit': { ...any('The policy of which key?'), manager: 'customer' },
  'policy:history': { ...any('The policies of which key?'), manager: 'customer' },
  'policy:lint': any('The policy of which key?'),
  'policy:rollback': { ...any('The policy of which key?'), manager: 'customer' },
  'policy:show': any('The policy of which key?'),
  'rotation:disable': rotation('Which key is to rotate no more?', ['Enabled', 'Updating']),
  'rotation:enable': rotation('Which key is to rotate?', ['Enabled', 'Updating']),
  'rotation:now': rotation('Which key is to be rotated?', ['Enabled'], { imported: true }),
  'rotation:status': any('The rotation of which key?'),
  'tag:list': any('The tags of which key?'),
  'tag:set': change('Which key gets the tags?', NOT_PENDING, { none: 'no key can get tags' }),
  update: change('Which key gets the description?', NOT_PENDING, {
    none: 'no key can get another description',
  }),
}

/** Keys that rotate, by themselves or on demand; imported material on demand alone, and not in several Regions. */
function rotation(message: string, states: readonly string[], { imported = false } = {}): KeyWish {
  const byState = change(message, states)
  return {
    ...byState,
    none: 'no key can rotate',
    fit(key) {
      const own = imported && key.origin === 'EXTERNAL' && !key.multiRegion
      const eligible = rotationEligibility(own ? { ...key, origin: 'AWS_KMS' } : key).eligible
      if (!eligible) return not('cannot rotate')
      const isReplica = key.multiRegionConfiguration?.multiRegionKeyType === 'REPLICA'
      return isReplica ? not('rotates with its primary key') : byState.fit(key)
    },
  }
}

function stateInWords(state: string): string {
  if (isPendingDeletion(state)) return 'pending deletion'
  if (state === 'PendingImport') return 'has no key material yet'
  return `in state ${state}`
}
