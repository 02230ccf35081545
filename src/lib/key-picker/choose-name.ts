import type { Session } from '../aws/session.js'
import { ends, KmsctlError } from '../errors.js'
import { aliasTaken, aliasTarget, listAliases } from '../kms/alias/aliases.js'
import { aliasName } from '../kms/rules/alias-name.js'
import type { BACK, TextQuestion } from '../wizard/question.js'
import { type Desk, withoutPermission } from './picker-host.js'

interface Options {
  readonly canGoBack: boolean
}

/**
 * Has a person choose one of the aliases that are theirs to change.
 *
 * @throws KmsctlError `AliasNotFound` where there is none; what keeps them from being listed
 */
export async function chooseAlias(
  desk: Desk,
  message: string,
  options: Options,
): Promise<string | typeof BACK> {
  const session = await desk.session()
  const { aliases } = await listAliases(session, undefined).catch((error) => {
    throw withoutPermission(error, 'aliases', `name the alias instead: kmsctl ${desk.words} NAME`)
  })
  const own = aliases.filter(({ aliasName: name }) => !name.startsWith('alias/aws/'))
  if (own.length === 0) {
    throw new KmsctlError('AliasNotFound', `there is no alias to choose in ${session.region}`, {
      hints: ['another Region: --region REGION'],
    })
  }
  const choices = own.map(({ aliasName: value, targetKeyId }) => ({
    value,
    label: value,
    hint: targetKeyId === null ? 'names no key' : `key ${targetKeyId}`,
  }))
  const question = { kind: 'search', id: 'name', message, choices } as const
  return desk.asker.ask({ ...question, help: `Aliases in ${session.region}.` }, options)
}

/** Has a person type the name of a new alias, which is checked while they are there. */
export async function typeAlias(desk: Desk, options: Options): Promise<string | typeof BACK> {
  const session = await desk.session()
  const question: TextQuestion = {
    kind: 'text',
    id: 'name',
    message: 'Which name?',
    help: 'An alias: letters a-z and A-Z, digits, /, _ and -; alias/ may be left out.',
    default: '',
    check: (typed) => problemOf(session, typed.trim()),
  }
  const answer = await desk.asker.ask(question, options)
  return typeof answer === 'string' ? answer.trim() : answer
}

async function problemOf(session: Session, typed: string): Promise<string | true> {
  try {
    const name = aliasName(typed)
    const holder = await aliasTarget(session, name)
    return holder === null ? true : aliasTaken(name, holder).message
  } catch (error) {
    if (error instanceof KmsctlError && error.code === 'Usage') return error.message
    if (ends('task', error)) throw error
    // Whether it is taken cannot be seen; the command will say what it is told.
    return true
  }
}
