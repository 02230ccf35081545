import type { Key } from '../results.js'

/** What may be done with a key now, and what not, in words. */
interface Abilities {
  readonly can: readonly string[]
  readonly cannot: readonly string[]
}

const USES: Readonly<Record<string, string>> = {
  ENCRYPT_DECRYPT: 'encrypt and decrypt',
  SIGN_VERIFY: 'sign and verify',
  GENERATE_VERIFY_MAC: 'make and verify MACs',
  KEY_AGREEMENT: 'derive shared secrets',
  ENCAPSULATE_DECAPSULATE: 'encapsulate and decapsulate',
}

/** What KMS accepts in every state (docs/facts/key-states.csv: PutKeyPolicy, DeleteAlias, RevokeGrant). */
const ALWAYS = ['have its policy changed', 'lose aliases and grants']
const LABELS = ['be tagged', 'get aliases', 'be given another description']
const ROTATION = ['have its rotation changed', 'be rotated']

/**
 * What the key-state table of the Developer Guide allows for a key's state
 * (docs/facts/key-states.csv, test/views/abilities.test.ts compares); null where the state is unknown.
 */
export function abilities(key: Key): Abilities | null {
  if (key.keyManager === 'AWS') {
    return {
      can: ['be used through the AWS service that it belongs to', 'be looked at'],
      cannot: [
        'be changed by you in any way: AWS rotates it every year and sets its policy; it cannot be deleted',
      ],
    }
  }
  const use = USES[key.keyUsage ?? ''] ?? 'be used'
  const rotates = key.rotation?.eligible === true ? ROTATION : []
  switch (key.keyState) {
    case 'Enabled':
      return {
        can: [use, 'be disabled', ...rotates, ...LABELS, ...ALWAYS, 'be scheduled for deletion'],
        cannot: [],
      }
    case 'Disabled':
      return {
        can: ['be enabled', ...LABELS, ...ALWAYS, 'be scheduled for deletion'],
        cannot: [use, 'get grants', ...rotates],
      }
    case 'PendingDeletion':
    case 'PendingReplicaDeletion':
      return {
        can: ['have its deletion cancelled', ...ALWAYS],
        cannot: [use, 'be enabled or disabled', 'get grants', ...rotates, ...LABELS],
      }
    case 'PendingImport':
      return {
        can: [...LABELS, ...ALWAYS, 'be scheduled for deletion'],
        cannot: [
          `${use}, because it has no key material yet`,
          'be enabled or disabled',
          'get grants',
        ],
      }
    case 'Unavailable':
      return {
        can: [...LABELS, ...ALWAYS, 'be scheduled for deletion'],
        cannot: [`${use}, because its key store is not connected`],
      }
    case 'Creating':
      return {
        can: [...LABELS, ...ALWAYS, 'be scheduled for deletion'],
        cannot: [`${use}, because it is still being made`, 'be enabled or disabled', 'get grants'],
      }
    case 'Updating':
      return {
        can: [use, ...LABELS, ...ALWAYS],
        cannot: ['be enabled or disabled', 'be replicated', 'be scheduled for deletion'],
      }
    default:
      return null
  }
}
