/** What everybody is asked who makes a key, in its order, unless the command line has said it. */
import { aliasName } from '../../kms/rules/alias-name.js'
import { keySpecFacts } from '../../kms/rules/key-spec.js'
import { description } from '../../kms/rules/limits.js'
import type { Step } from '../step-graph.js'
import {
  type Draft,
  fitting,
  type Place,
  problemIn,
  problemOf,
  withFlags,
  withoutIdleLimit,
} from './draft.js'
import {
  KIND_CHOICES,
  type Kind,
  kindOf,
  specChoices,
  specsOfKind,
  specsOfUsage,
  usageChoices,
  usageToName,
  usualSpec,
} from './kinds.js'

/** What the steps need of the world. */
export interface Surroundings {
  readonly place: Place
  /**
   * The ID of the key that an alias names; null where it is free.
   *
   * @throws KmsctlError where that cannot be found out: then no key could be created under it either
   */
  holder(alias: string): Promise<string | null>
}

/** The word for no alias at all. It cannot be mistaken: an alias of that name would be typed as `alias/-`. */
export const NO_ALIAS = '-'

export const PRINCIPALS_HELP = 'user/NAME, role/NAME, ARNs or account IDs'

export function wayOf({ place, holder }: Surroundings): Step<Draft>[] {
  const { region } = place
  const specs = ({ kind = 'encrypt', given }: Draft) =>
    given.usage !== undefined && given.spec === undefined
      ? specsOfUsage(given.usage, region)
      : specsOfKind(kind, region)
  return [
    {
      id: 'kind',
      asked: ({ given }) => given.spec === undefined && given.usage === undefined,
      question: ({ kind = 'encrypt' }) => ({
        id: 'kind',
        kind: 'select',
        message: 'What is the key for?',
        help: 'It stays so for the key’s whole life.',
        choices: KIND_CHOICES,
        default: kind,
      }),
      take(draft, answer) {
        const kind = answer as Kind
        const { spec } = draft.flags
        const fits = spec !== undefined && specsOfKind(kind, region).some((one) => one === spec)
        const usage = fits ? usageToName(kind, spec) : undefined
        // Once the kind is answered, what the command line said of it holds no longer.
        const given = { ...draft.given, spec: undefined, usage: undefined }
        const changed = { ...draft, kind, given }
        if (fits) return fitting(withFlags(changed, { spec, usage }), place)
        const usual = usualSpec(kind, specsOfKind(kind, region))
        const next = withFlags(changed, { spec: usual, usage: usageToName(kind, usual) })
        return withoutSpec(fitting(next, place))
      },
      onward: () => 'spec',
    },
    {
      id: 'spec',
      asked: ({ given }) => given.spec === undefined,
      missing: ({ flags }) => flags.spec === undefined,
      question: (draft) => ({
        id: 'spec',
        kind: 'select',
        message: 'Which key spec?',
        help: 'How the key works, and how strong it is. It cannot be changed later.',
        choices: specChoices(specs(draft)),
        default: draft.flags.spec ?? usualSpec(draft.kind, specs(draft)),
      }),
      take(draft, spec) {
        const kind = draft.kind ?? kindOf(spec, draft.given.usage)
        const usage = draft.given.usage ?? usageToName(kind, spec)
        return fitting(withFlags({ ...draft, kind }, { spec, usage }), place)
      },
    },
    {
      id: 'usage',
      asked: lacksUsage,
      missing: lacksUsage,
      question: ({ flags }) => ({
        id: 'usage',
        kind: 'select',
        message: `What is the ${flags.spec} key for?`,
        help: 'A key has one usage, for its whole life.',
        choices: usageChoices(flags.spec ?? ''),
        default: flags.usage ?? usageChoices(flags.spec ?? '')[0]?.value ?? '',
      }),
      take: (draft, usage) =>
        fitting(withFlags({ ...draft, kind: kindOf(draft.flags.spec, usage) }, { usage }), place),
    },
    {
      id: 'alias',
      asked: ({ given }) => (given.alias ?? []).length === 0 && given['no-alias'] !== true,
      missing: ({ flags }) => (flags.alias ?? []).length === 0 && flags['no-alias'] !== true,
      question: (draft) => ({
        id: 'alias',
        kind: 'text',
        message: 'Alias: what is the key called?',
        help: `Letters, digits, / _ and -, such as app; ${NO_ALIAS} for a key without a name.`,
        default: draft.flags['no-alias'] === true ? NO_ALIAS : (draft.flags.alias ?? []).join(' '),
        check: (typed) => checkAlias(draft, typed, { place, holder }),
      }),
      take: (draft, typed) => withFlags(draft, aliasFlags(typed)),
    },
    {
      id: 'description',
      asked: ({ given }) => given.description === undefined,
      question: ({ flags }) => ({
        id: 'description',
        kind: 'text',
        message: 'Description',
        help: `What the key is for, for whoever finds it later${enter(flags.description, 'none')}.`,
        default: flags.description ?? '',
        mayBeEmpty: true,
        check: (typed) => dashAt(typed) ?? problemIn(() => description(typed)) ?? true,
      }),
      take: (draft, typed) =>
        withFlags(draft, { description: typed.trim() === '' ? undefined : typed }),
    },
    principalsStep(place, 'admin', {
      message: 'Administrators: who may manage the key?',
      help: PRINCIPALS_HELP,
      otherwise: 'IAM policies decide',
    }),
    principalsStep(place, 'user', {
      message: 'Users: who may use the key?',
      help: PRINCIPALS_HELP,
      otherwise: 'IAM policies decide',
    }),
  ]
}

/** What Enter does where nothing is answered yet; where something is, the question shows that. */
function enter(answered: string | undefined, otherwise: string): string {
  return answered === undefined ? `; Enter: ${otherwise}` : ''
}

interface PrincipalsWords {
  readonly message: string
  readonly help: string
  /** What holds where nobody is named. */
  readonly otherwise: string
}

/** A question for principals, whose answer is the flag of the same name. */
export function principalsStep(
  place: Place,
  id: 'admin' | 'user' | 'grant-user' | 'account',
  { message, help, otherwise }: PrincipalsWords,
  onTheWay = id === 'admin' || id === 'user',
): Step<Draft> {
  const named = (draft: Draft, typed: string) =>
    withoutIdleLimit(withFlags(draft, { [id]: words(typed) }))
  return {
    id,
    asked: ({ flags, given }) =>
      onTheWay && (given[id] ?? []).length === 0 && flags.policy === undefined,
    question: (draft) => ({
      id,
      kind: 'text',
      message,
      help: `${help}${enter(draft.flags[id]?.[0], otherwise)}.`,
      default: (draft.flags[id] ?? []).join(' '),
      mayBeEmpty: true,
      check: (typed) => commaIn(typed) ?? problemOf(named(draft, typed), place) ?? true,
    }),
    take: named,
  }
}

/** What was typed, at the blanks. */
export function words(typed: string): string[] {
  return [...new Set(typed.split(/\s+/).filter(Boolean))]
}

/** IAM allows commas in names, so one at a word's end would become part of a name that nobody has. */
function commaIn(typed: string): string | undefined {
  const word = words(typed).find((one) => /^,|,$/.test(one))
  if (word === undefined) return undefined
  return `${word} has a comma at its edge: put blanks between names, and no commas`
}

/** Some such words are flags to the parser of command lines, even behind a `=`. */
export function dashAt(typed: string): string | undefined {
  if (!typed.startsWith('-')) return undefined
  return 'it begins with a dash, as flags do: no command could say it; begin with something else'
}

async function checkAlias(
  draft: Draft,
  typed: string,
  { place, holder }: Surroundings,
): Promise<string | true> {
  const flags = aliasFlags(typed)
  if (flags['no-alias'] === true) return true
  const names = flags.alias ?? []
  if (names.length === 0) {
    return `type a name such as app, or ${NO_ALIAS} for a key without one`
  }
  if (names.length > 1 && words(typed).includes(NO_ALIAS)) {
    return `${NO_ALIAS} stands for no name at all: type it alone`
  }
  const problem = problemOf(withFlags(draft, flags), place)
  if (problem !== null) return problem
  if (draft.flags['if-not-exists'] === true) return true
  for (const name of names) {
    const key = await holder(aliasName(name))
    if (key !== null) return `${aliasName(name)} is taken by key ${key}: type another name`
  }
  return true
}

function aliasFlags(typed: string) {
  const names = typed.split(/[\s,]+/).filter(Boolean)
  const [only, ...others] = names
  if (only === NO_ALIAS && others.length === 0) return { alias: undefined, 'no-alias': true }
  // In full, a name that begins with a dash is no flag of the command that makes the same key.
  const alias = names.map((name) => (name.startsWith('-') ? `alias/${name}` : name))
  return { alias, 'no-alias': undefined }
}

function lacksUsage({ flags, given }: Draft): boolean {
  if (given.spec === undefined || given.usage !== undefined) return false
  return keySpecFacts(flags.spec ?? '')?.defaultUsage === null
}

/** The spec is asked anew: the one before belonged to another kind. */
function withoutSpec(draft: Draft): Draft {
  const { spec: _, usage: __, ...flags } = draft.flags
  return { ...draft, flags }
}
