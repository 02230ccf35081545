/** What has a sound default and is reached from the review. */
import { CUSTOM_STORE_ORIGINS } from '../../kms/rules/key-spec.js'
import { checkRules } from '../../policy/lint/index.js'
import type { ServiceEntry } from '../../policy/services/model/service.js'
import type { Choice, ConfirmQuestion } from '../question.js'
import type { Step } from '../step-graph.js'
import {
  type Draft,
  fitting,
  fittingServices,
  kindFacts,
  type Place,
  problemIn,
  problemOf,
  withFlags,
  withOwnPolicy,
} from './draft.js'
import { dashAt, PRINCIPALS_HELP, principalsStep, words } from './main-steps.js'

/** Writes the edited policy into a file, and says true or why not. */
export type Keep = (path: string, draft: Draft) => Promise<string | true>

const never = () => false
/** The value of the choice that takes all services away. */
const NO_SERVICE = '-'
const USUAL_PERIOD = 365

export function stepsBeside(place: Place, keep: Keep): Step<Draft>[] {
  return [
    principalsStep(place, 'grant-user', {
      message: 'Grant users: who may let AWS services use the key?',
      help: PRINCIPALS_HELP,
      otherwise: 'nobody by this policy',
    }),
    principalsStep(place, 'account', {
      message: 'Other accounts: whose principals may use the key?',
      help: 'Account IDs, with blanks between; their IAM policies say who',
      otherwise: 'none',
    }),
    ...serviceSteps(place),
    yesNo(place, {
      id: 'admin-delete',
      message: 'May administrators delete the key?',
      help: 'No leaves kms:ScheduleKeyDeletion out of what they get.',
      default: ({ flags }) => flags['no-admin-delete'] !== true,
      take: (yes) => ({ 'no-admin-delete': !yes }),
    }),
    yesNo(place, {
      id: 'guardrails',
      message: 'Deny deleting and disabling the key soon after its last use?',
      help: 'To everybody, within 30 days; and waiting periods under 30 days.',
      default: ({ flags }) => flags.guardrails === true,
      take: (yes) => ({ guardrails: yes }),
    }),
    tagsStep(place),
    {
      ...yesNo(place, {
        id: 'rotation',
        message: 'Rotate the key automatically?',
        help: 'New key material from time to time; what was encrypted before stays readable.',
        default: ({ flags }) => flags.rotation !== false,
        take: (yes) =>
          yes ? { rotation: undefined } : { rotation: false, 'rotation-period-days': undefined },
      }),
      onward: ({ flags }) => (flags.rotation === false ? undefined : 'rotation-period-days'),
    },
    periodStep(place),
    originStep(place),
    yesNo(place, {
      id: 'multi-region',
      message: 'Make it a multi-Region key?',
      help: 'Only such a key can have replicas in other Regions; it cannot be changed later.',
      default: ({ flags }) => flags['multi-region'] === true,
      take: (yes) => ({ 'multi-region': yes }),
    }),
    yesNo(place, {
      id: 'disabled',
      message: 'Leave the key disabled?',
      help: 'Nobody can use it until it is enabled.',
      default: ({ flags }) => flags.disabled === true,
      take: (yes) => ({ disabled: yes }),
    }),
    policyFileStep(keep),
    {
      id: 'allow',
      asked: never,
      question: ({ flags }) => ({
        id: 'allow',
        kind: 'text',
        message: 'Which rules may the policy break?',
        help: 'Their names, as the findings say them, with blanks between.',
        default: (flags.allow ?? []).join(' '),
        mayBeEmpty: true,
        check: (typed) => problemIn(() => checkRules(words(typed))) ?? true,
      }),
      take: (draft, typed) => withFlags(draft, { allow: words(typed) }),
    },
  ]
}

interface YesNo extends Pick<ConfirmQuestion, 'message' | 'help'> {
  readonly id: string
  default(draft: Draft): boolean
  take(yes: boolean): Draft['flags']
}

function yesNo(place: Place, { id, message, help, ...rules }: YesNo): Step<Draft> {
  return {
    id,
    asked: never,
    question: (draft) => ({ id, kind: 'confirm', message, help, default: rules.default(draft) }),
    take: (draft, answer) => fitting(withFlags(draft, rules.take(answer === 'yes')), place),
  }
}

/** No tag has a comma in it (KMS's restrictions), so commas stand between them. */
function tagsStep(place: Place): Step<Draft> {
  const tags = (typed: string) =>
    typed
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
  return {
    id: 'tag',
    asked: never,
    question: (draft) => ({
      id: 'tag',
      kind: 'text',
      message: 'Tags',
      help: 'KEY=VALUE, with commas between, such as Team=shop, Stage=test.',
      default: (draft.flags.tag ?? []).join(', '),
      mayBeEmpty: true,
      check: (typed) =>
        tags(typed).map(dashAt).find(Boolean) ??
        problemOf(withFlags(draft, { tag: tags(typed) }), place) ??
        true,
    }),
    take: (draft, typed) => withFlags(draft, { tag: tags(typed) }),
  }
}

function periodStep(place: Place): Step<Draft> {
  const id = 'rotation-period-days'
  const period = (typed: string) => {
    const days = /^\d{1,9}$/.test(typed.trim()) ? Number(typed) : undefined
    return days === USUAL_PERIOD ? undefined : days
  }
  return {
    id,
    asked: never,
    question: (draft) => ({
      id,
      kind: 'text',
      message: 'Days between rotations',
      help: 'A whole number from 90 to 2560.',
      default: String(draft.flags[id] ?? USUAL_PERIOD),
      check(typed) {
        if (!/^\s*\d{1,9}\s*$/.test(typed)) return 'type a whole number of days, 90 to 2560'
        return problemOf(withFlags(draft, { [id]: period(typed) }), place) ?? true
      },
    }),
    take: (draft, typed) => withFlags(draft, { [id]: period(typed) }),
  }
}

function originStep(place: Place): Step<Draft> {
  return {
    id: 'origin',
    asked: never,
    question(draft) {
      const { origin } = kindFacts(draft)
      return {
        id: 'origin',
        kind: 'select',
        message: 'Where does the key material come from?',
        help: 'It cannot be changed later. Key stores are for the flags of create.',
        choices: originChoices(draft),
        default: origin,
      }
    },
    take: (draft, origin) =>
      fitting(withFlags(draft, { origin: origin === 'AWS_KMS' ? undefined : origin }), place),
  }
}

function originChoices({ flags }: Draft): Choice[] {
  const store = (value: string, label: string, words: string): Choice =>
    flags.origin === value
      ? { value, label, hint: 'as the flags say' }
      : { value, label, disabled: `only by flags: ${words}` }
  const inStore = CUSTOM_STORE_ORIGINS.includes(flags.origin ?? '')
  const own = (value: string, label: string, hint: string): Choice =>
    inStore ? { value, label, disabled: 'the flags name a key store' } : { value, label, hint }
  return [
    own('AWS_KMS', 'AWS_KMS', 'KMS makes it'),
    own('EXTERNAL', 'EXTERNAL', 'you import it later'),
    store('AWS_CLOUDHSM', 'AWS_CLOUDHSM', '--origin --custom-key-store-id'),
    store('EXTERNAL_KEY_STORE', 'EXTERNAL_KEY_STORE', '--origin, --xks-key-id'),
  ]
}

/** The service first, then its resource where it is for one. */
function serviceSteps(place: Place): Step<Draft>[] {
  const entryOf = ({ service }: Draft, entries: readonly ServiceEntry[]) =>
    entries.find(({ name }) => name === service)
  const sourced = (entry: ServiceEntry | undefined) =>
    entry?.uses.some(({ source }) => source !== null) === true
  const sourceless = (entry: ServiceEntry | undefined) =>
    entry?.uses.some(({ source }) => source === null) === true
  const added = (draft: Draft, text: string): Draft => {
    const services = [...new Set([...(draft.flags.service ?? []), text])]
    return { ...withFlags(draft, { service: services }), service: undefined }
  }
  const texts = (draft: Draft, typed: string) =>
    `${draft.service}${typed === '' ? '' : `=${typed}`}`
  return [
    {
      id: 'service',
      asked: never,
      question(draft) {
        const chosen = draft.flags.service ?? []
        const entries = fittingServices(draft, place)
        return {
          id: 'service',
          kind: 'select',
          message: 'Which AWS service may use the key?',
          help: 'One at a time: come back for another. Shown are those that can use such a key.',
          choices: [
            ...entries.map(({ name, title }) => ({ value: name, label: name, hint: title })),
            {
              value: NO_SERVICE,
              label: 'None',
              hint: chosen.length === 0 ? '' : `take away ${chosen.join(', ')}`,
            },
          ],
          default: entries[0]?.name ?? NO_SERVICE,
        }
      },
      take(draft, name) {
        if (name === NO_SERVICE) return withFlags(draft, { service: undefined })
        const asked: Draft = { ...draft, service: name, dropped: [] }
        const entry = entryOf(asked, fittingServices(draft, place))
        return sourced(entry) ? asked : added(asked, name)
      },
      onward: ({ service }) => (service === undefined ? undefined : 'service-source'),
    },
    {
      id: 'service-source',
      asked: never,
      question(draft) {
        const entry = entryOf(draft, fittingServices(draft, place))
        const kinds = (entry?.uses ?? []).flatMap(({ source }) => (source === null ? [] : [source]))
        const what = kinds.map((kind) => kind.what).join(' or ')
        const none = sourceless(entry) ? '; Enter: for all that uses it' : ''
        return {
          id: 'service-source',
          kind: 'text',
          message: `For which ${what.replace(/^an? /, '')}? Its ARN`,
          help: `Such as ${kinds[0]?.example}${none}.`,
          default: '',
          check: (typed) => problemOf(added(draft, texts(draft, typed.trim())), place) ?? true,
        }
      },
      take: (draft, typed) => added(draft, texts(draft, typed.trim())),
    },
  ]
}

/** Where the edited policy is kept, so that the command line can name it. */
function policyFileStep(keep: Keep): Step<Draft> {
  return {
    id: 'policy-file',
    asked: never,
    question: (draft) => ({
      id: 'policy-file',
      kind: 'text',
      message: 'In which file is the edited policy to be kept?',
      help: 'A new file; the command that makes the same key reads it.',
      default: fileNameFor(draft),
      check: (typed) => keep(asPath(typed), draft),
    }),
    take: (draft, typed) => withOwnPolicy(draft, asPath(typed)),
  }
}

function fileNameFor({ flags }: Draft): string {
  const [name = 'key'] = flags.alias ?? []
  return `${name
    .replace(/^alias\//, '')
    .replaceAll('/', '-')
    .slice(0, 100)}.policy.json`
}

/** A name that no flag and no standard input is mistaken for. */
function asPath(typed: string): string {
  const path = typed.trim()
  return path.startsWith('-') ? `./${path}` : path
}
