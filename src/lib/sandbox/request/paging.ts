/**
 * Pages of the list operations.
 *
 * AWS may return fewer items than Limit, and even none, while Truncated is true (API reference of
 * every list operation). Callers that stop early are a classic fault, so here it happens always
 * and in the same way:
 * - a page holds at most `pageSize` items, whatever Limit allows;
 * - the second page of ListKeys and of an unfiltered ListAliases is empty when more follows;
 * - filters are applied after a page was cut, so that a filtered page is often short or empty.
 *
 * A marker names the last item seen and not a position: what is added or removed between two
 * pages neither repeats nor hides another item.
 */

import { ServiceError } from '../http/service-error.js'
import { seal, unseal } from './ciphertext-blob.js'
import type { Call } from './request-context.js'

export interface Paging<T> {
  items: readonly T[]
  /** Unique, and what the pages are ordered by. */
  id: (item: T) => string
  defaultLimit: number
  /** What the list is of: a marker of another list is refused. */
  scope: string
  matches?: (item: T) => boolean
  emptySecondPage?: boolean
}

interface Page<T> {
  items: T[]
  /** Truncated and NextMarker, as they stand in the answer. */
  more: { Truncated: boolean; NextMarker?: string }
}

interface Request {
  Limit: number | undefined
  Marker: string | undefined
}

export function page<T>(call: Call, request: Request, paging: Paging<T>): Page<T> {
  const kind = `${call.operation} ${call.region} ${paging.scope}`
  const from = request.Marker === undefined ? start() : position(kind, request.Marker)
  const entries = paging.items
    .map((item) => ({ item, id: paging.id(item) }))
    .filter(({ id }) => from.last === undefined || id > from.last)
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  const wanted = Math.min(request.Limit ?? paging.defaultLimit, call.pageSize)
  const size = paging.emptySecondPage === true && from.number === 2 ? 0 : wanted
  const cut = entries.length <= wanted ? entries : entries.slice(0, size)
  const matches = paging.matches ?? (() => true)
  const items = cut.map(({ item }) => item).filter(matches)
  if (cut.length === entries.length) return { items, more: { Truncated: false } }
  const last = cut.at(-1)?.id ?? from.last ?? ''
  const NextMarker = seal(kind, [last, String(from.number + 1)])
  return { items, more: { Truncated: true, NextMarker } }
}

function start(): { last: string | undefined; number: number } {
  return { last: undefined, number: 1 }
}

function position(kind: string, marker: string): { last: string | undefined; number: number } {
  const [last, number] = unseal(kind, marker) ?? []
  if (last === undefined) {
    throw new ServiceError('InvalidMarkerException', `Could not deserialize marker '${marker}'`)
  }
  return { last, number: Number(number) }
}
