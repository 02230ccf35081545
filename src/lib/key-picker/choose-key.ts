import type { Session } from '../aws/session.js'
import { ends, KmsctlError } from '../errors.js'
import { readLastUsage } from '../kms/key/describe.js'
import { type KeyStream, streamKeys } from '../kms/list/list.js'
import type { ListedKey } from '../results.js'
import type { BACK, Choice, SearchQuestion } from '../wizard/question.js'
import { keyChoice, lastUseInWords } from './key-choices.js'
import type { KeyWish } from './key-filters.js'
import { type Desk, withoutPermission } from './picker-host.js'

/**
 * Has a person choose a key of the account and Region. The question is asked as soon as one can be chosen,
 * and the others come while it stands there.
 *
 * @throws KmsctlError `KeyNotFound` where no key can be chosen; what keeps the keys from being listed
 */
export async function chooseKey(
  desk: Desk,
  wish: KeyWish,
  { canGoBack }: { readonly canGoBack: boolean },
): Promise<string | typeof BACK> {
  const session = await desk.session()
  const watch = desk.watch()
  watch.phase('reading keys')
  const stream = streamKeys(session, { manager: wish.manager }, { watch })
  const keys = new ReadKeys(ownFirst(stream), wish, session.now())
  try {
    await keys.untilOneFits()
    desk.hideProgress()
    if (!keys.anyFits) throw nothing(wish, session)
    const question: SearchQuestion = {
      kind: 'search',
      id: 'key',
      message: wish.message,
      help: `Keys in ${session.region}, account ${keys.accountId}.${keys.nameless ? ' Their aliases could not be read.' : ''}`,
      choices: keys.soFar(),
      more: keys.rest(),
      ...(wish.lastUse === true
        ? { detail: (id: string) => lastUse(session, keys.arnOf(id)) }
        : {}),
    }
    return await desk.asker.ask(question, { canGoBack })
  } catch (error) {
    throw withoutPermission(error, 'keys', `name the key instead: kmsctl ${desk.words} KEY`)
  } finally {
    desk.hideProgress()
    keys.stop()
  }
}

/** Of one key; what cannot be read is unknown, and never stands for "unused". */
async function lastUse(session: Session, arn: string): Promise<string> {
  try {
    return lastUseInWords(await readLastUsage(session, arn), session.now())
  } catch (error) {
    if (ends('task', error)) throw error
    return lastUseInWords(null, session.now())
  }
}

function nothing({ none }: KeyWish, { region }: Session): KmsctlError {
  return new KmsctlError('KeyNotFound', `there is nothing to choose in ${region}: ${none}`, {
    hints: ['see the keys there are: kmsctl list', 'another Region: --region REGION'],
  })
}

/** The keys that AWS manages come after all others: they are rarely meant. */
async function* ownFirst(stream: KeyStream): AsyncGenerator<ListedKey, void> {
  const managed: ListedKey[] = []
  for await (const key of stream) {
    if (key.keyManager === 'AWS') managed.push(key)
    else yield key
  }
  yield* managed
}

/** The keys of a stream as choices, some of them read before the question is asked. */
class ReadKeys {
  accountId = ''
  /** Whether the aliases could not be read. */
  nameless = false
  private readonly choices: Choice[] = []
  private readonly arns = new Map<string, string>()
  private ended = false

  constructor(
    private readonly keys: AsyncGenerator<ListedKey, void>,
    private readonly wish: KeyWish,
    private readonly now: Date,
  ) {}

  get anyFits(): boolean {
    return this.choices.some(({ disabled }) => disabled === undefined)
  }

  arnOf(id: string): string {
    return this.arns.get(id) ?? id
  }

  async untilOneFits(): Promise<void> {
    while (!this.ended && !this.anyFits) await this.readOne()
  }

  soFar(): Choice[] {
    return [...this.choices]
  }

  /** Those that were not read when this was called. */
  async *rest(): AsyncGenerator<Choice> {
    while (!this.ended) {
      const choice = await this.readOne()
      if (choice !== null) yield choice
    }
  }

  /** Reading is over; what is under way is not waited for. */
  stop(): void {
    this.ended = true
    this.keys.return().catch(() => {})
  }

  private async readOne(): Promise<Choice | null> {
    const next = await this.keys.next()
    if (next.done) {
      this.ended = true
      return null
    }
    const key = next.value
    this.accountId ||= key.accountId
    this.nameless = key.aliases === null
    this.arns.set(key.keyId, key.arn)
    const choice = keyChoice(key, this.wish, this.now)
    if (choice !== null) this.choices.push(choice)
    return choice
  }
}
