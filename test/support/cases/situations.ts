import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

/**
 * What each changing command is tried on, as command lines on a sandbox with the keys `app` and
 * `next`. A changing command without an entry fails the contract's tests: add it here.
 */
export interface Situation {
  /** What happens first. */
  readonly before?: readonly string[]
  /** Whether an earlier creation was cut off after CreateKey. */
  readonly unfinished?: true
  /** The change, confirmed by its flags where it asks. */
  readonly change: string
  /** The flags in it that confirm. */
  readonly confirms?: string
  /** Run after the change: the same wish, which then holds already. Null where every run is a new wish. */
  readonly again: string | null
  /** Calls that it sends, in their order. */
  readonly sends: readonly string[]
  /** What it prints, where that is no change of one key. */
  readonly prints?: object
}

/** A policy for a key of the sandbox's account, at which the linter finds nothing. */
export const POLICY_FILE = fileURLToPath(new URL('../policies/example.json', import.meta.url))

export const SITUATIONS: Readonly<Record<string, Situation>> = {
  create: {
    change: 'create --alias fresh --tag Team=pay',
    again: 'create --alias fresh --tag Team=pay --if-not-exists',
    sends: ['CreateKey', 'CreateAlias', 'EnableKeyRotation'],
  },
  recover: {
    unfinished: true,
    change: 'recover',
    again: null,
    sends: ['CreateAlias', 'EnableKeyRotation'],
    prints: {
      claims: [
        {
          token: expect.stringMatching(/^[0-9a-f]{32}$/),
          keyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
          alias: 'alias/fresh',
          state: 'finished',
          next: null,
        },
      ],
      warnings: [],
      sandbox: true,
    },
  },
  enable: {
    before: ['disable app --yes'],
    change: 'enable app',
    again: 'enable app',
    sends: ['EnableKey'],
  },
  disable: {
    change: 'disable app --yes',
    confirms: '--yes',
    again: 'disable app',
    sends: ['DisableKey'],
  },
  'rotation enable': {
    change: 'rotation enable app --period-days 180',
    again: 'rotation enable app --period-days 180',
    sends: ['EnableKeyRotation'],
  },
  'rotation disable': {
    change: 'rotation disable app',
    again: 'rotation disable app',
    sends: ['DisableKeyRotation'],
  },
  'rotation now': {
    change: 'rotation now app --yes',
    confirms: '--yes',
    again: null,
    sends: ['RotateKeyOnDemand'],
  },
  'deletion schedule': {
    change: 'deletion schedule app --days 7 --confirm {app}',
    confirms: '--confirm {app}',
    again: 'deletion schedule app',
    sends: ['ScheduleKeyDeletion'],
  },
  'deletion cancel': {
    before: ['deletion schedule app --confirm {app}'],
    change: 'deletion cancel app --enable',
    again: 'deletion cancel app --enable',
    sends: ['CancelKeyDeletion', 'EnableKey'],
  },
  'alias create': {
    change: 'alias create second app',
    again: 'alias create second app',
    sends: ['CreateAlias'],
  },
  'alias update': {
    change: 'alias update app next --yes',
    confirms: '--yes',
    again: 'alias update app next',
    sends: ['UpdateAlias'],
  },
  'alias delete': {
    change: 'alias delete app --yes',
    confirms: '--yes',
    again: null,
    sends: ['DeleteAlias'],
  },
  update: {
    change: 'update app --description Orders',
    again: 'update app --description Orders',
    sends: ['UpdateKeyDescription'],
  },
  'tag set': {
    change: 'tag set app Team=pay Stage=test',
    again: 'tag set app Stage=test',
    sends: ['TagResource'],
  },
  'tag remove': {
    before: ['tag set app Team=pay'],
    change: 'tag remove app Team',
    again: 'tag remove app Team',
    sends: ['UntagResource'],
  },
  'policy set': {
    change: `policy set app ${POLICY_FILE} --yes`,
    confirms: '--yes',
    again: `policy set app ${POLICY_FILE}`,
    sends: ['PutKeyPolicy'],
  },
  // The editor of every world of tests puts that file in the place of what it is to edit.
  'policy edit': {
    change: 'policy edit app --yes',
    confirms: '--yes',
    again: 'policy edit app --yes',
    sends: ['PutKeyPolicy'],
  },
  'policy rollback': {
    before: [`policy set app ${POLICY_FILE} --yes`],
    change: 'policy rollback app --to 1 --yes',
    confirms: '--yes',
    again: 'policy rollback app --to 1',
    sends: ['PutKeyPolicy'],
  },
}
