import { explain } from '../../aws/call/errors.js'
import { DEFAULT_CONCURRENCY, sideBySide } from '../../aws/rate/pacing.js'
import type { Session } from '../../aws/session.js'
import { ends, errorJson, usageError } from '../../errors.js'
import type { Key, KeyDescriptions } from '../../results.js'
import { describeKey } from '../key/describe.js'
import { parseKeyRef } from '../rules/key-ref.js'
import type { KeyStream, ListOptions } from './list.js'
import { OrderedReads } from './ordered-reads.js'
import { UNWATCHED } from './progress-reporter.js'

/** What stands beside the keys of `describe` with several KEYs. */
export type DescriptionsEnd = Pick<KeyDescriptions, 'warnings' | 'errors'>

/** Keys that are kept at most because one before them is not described yet. */
const AHEAD = 1_000

/**
 * Everything known of several keys, in the order in which they were given, each once. One that fails is
 * told in the end and hides no other.
 *
 * @throws KmsctlError `Usage` for a KEY that is none, before anything is sent, and what ends the run
 */
export async function* describeKeys(
  session: Session,
  keys: readonly string[],
  { concurrency = DEFAULT_CONCURRENCY, watch = UNWATCHED }: ListOptions = {},
): KeyStream<Key, DescriptionsEnd> {
  if (keys.length === 0) throw usageError('no KEY was given: standard input holds none')
  for (const key of keys) parseKeyRef(key)
  const each = [...new Set(keys)]
  const perSecond = session.rateOf?.('GetKeyLastUsage') ?? Number.POSITIVE_INFINITY
  const { region } = session
  watch.slow({ part: 'last use', does: 'tells', region, keys: each.length, perSecond })
  watch.phase('describing keys')
  watch.expect(each.length)
  const reads = new OrderedReads<string, Key | { readonly failure: unknown }>({
    id: (key) => key,
    read: async (key) => {
      const described = await describeKey(session, key).catch((failure: unknown) => {
        if (ends('run', failure)) throw failure
        return { failure }
      })
      watch.step()
      return described
    },
    concurrency: sideBySide(concurrency),
    ahead: AHEAD,
  })
  const errors: DescriptionsEnd['errors'] = []
  try {
    reads.add(each)
    for (const key of each) {
      const described = await reads.fetch(key)
      if ('failure' in described) errors.push({ key, error: errorJson(explain(described.failure)) })
      else yield described
    }
    return { warnings: [], errors }
  } finally {
    reads.stop(new Error('the list is over'))
  }
}
