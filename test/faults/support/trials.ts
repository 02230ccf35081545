import { POLICY_FILE, SITUATIONS } from '../../support/cases/situations.js'
import { CUT_OFF } from '../../support/cases/unfinished.js'

/** A change that is tried with every fault, on a sandbox with the keys `app` and `next`. */
export interface Trial {
  readonly name: string
  readonly before?: readonly string[]
  /** Whether an earlier creation was cut off after CreateKey. */
  readonly unfinished?: true
  readonly change: string
}

/** Commands in other forms than the contract's tests have them. */
const FORMS: readonly Trial[] = [
  {
    name: 'create, all in one',
    change: 'create --alias one --alias two --description Web --tag A=b --disabled --admin root',
  },
  { name: 'create --no-alias', change: 'create --no-alias --no-rotation' },
  { name: 'create --no-claim-tag', change: 'create --alias fresh --no-claim-tag' },
  { name: 'create --if-not-exists', change: 'create --alias fresh --if-not-exists' },
  {
    name: 'create, asymmetric',
    change: 'create --alias fresh --spec ECC_NIST_P256 --usage SIGN_VERIFY',
  },
  { name: 'create, cut off before', unfinished: true, change: CUT_OFF },
  { name: 'recover --scan', unfinished: true, change: 'recover --scan' },
  {
    name: 'enable, several',
    before: ['disable app next --yes'],
    change: 'enable app next',
  },
  { name: 'disable, several', change: 'disable app next --yes' },
  {
    name: 'disable, selected by tag',
    before: ['tag set app next Team=shop'],
    change: 'disable --tag Team=shop --yes',
  },
  {
    name: 'enable, selected by state',
    before: ['disable app next --yes'],
    change: 'enable --state Disabled --yes',
  },
  {
    name: 'tag set, selected by alias',
    change: 'tag set --alias-prefix app Stage=live --yes',
  },
  {
    name: 'rotation enable, several',
    change: 'rotation enable app next --period-days 90',
  },
  {
    name: 'deletion cancel, selected',
    before: ['deletion schedule app --confirm {app}', 'deletion schedule next --confirm {next}'],
    change: 'deletion cancel --state PendingDeletion --enable --yes',
  },
  {
    name: 'deletion schedule --release-aliases',
    before: ['alias create second app'],
    change: 'deletion schedule app --release-aliases --confirm {app}',
  },
  {
    name: 'deletion cancel, left disabled',
    before: ['deletion schedule app --confirm {app}'],
    change: 'deletion cancel app',
  },
]

/** Every changing command, as the contract's tests run it, and its other forms. */
export const TRIALS: readonly Trial[] = [
  ...Object.entries(SITUATIONS).map(([name, { before, unfinished, change }]) => ({
    name,
    ...(before === undefined ? {} : { before }),
    ...(unfinished === undefined ? {} : { unfinished }),
    change,
  })),
  ...FORMS,
]

/** How a command is run that no example of its help can show without a file or a past. */
export function trialOf(name: string): Trial | undefined {
  if (name === 'policy diff') return { name, change: `policy diff app ${POLICY_FILE}` }
  return TRIALS.find((trial) => trial.name === name)
}

/** Whether a trial changes what a key may do; the others change what it is called or says. */
export function isOfStates({ change }: Trial): boolean {
  return /^(enable|disable|rotation|deletion) /.test(change)
}
