/** How far a run over many keys has come, in words for the terminal. */

export interface Progress {
  /** What is being done: `reading keys`. */
  readonly doing: string
  readonly done: number
  readonly total: number
  /** Done a second, of late; 0 where that is not known yet. */
  readonly perSecond: number
}

const BAR = 20

/** One line of at most so many columns: `reading keys [####------] 4000 of 10000, 990/s, 6 s left`. */
export function progressView({ doing, done, total, perSecond }: Progress, columns: number): string {
  const part = total === 0 ? 0 : Math.min(1, done / total)
  const full = Math.round(part * BAR)
  const bar = `[${'#'.repeat(full)}${'-'.repeat(BAR - full)}]`
  const rate = perSecond >= 10 ? Math.round(perSecond).toString() : perSecond.toFixed(1)
  const left = total - done
  const rest =
    perSecond === 0
      ? ''
      : `, ${rate}/s${left > 0 ? `, ${durationView(left / perSecond)} left` : ''}`
  const count = `${done} of ${total}${rest}`
  const lines = [`${doing} ${bar} ${count}`, `${doing} ${count}`, count]
  return lines.find(({ length }) => length <= columns) ?? ''
}

/** `40 s`, `34 min`, `5 h 30 min`. */
export function durationView(seconds: number): string {
  if (seconds < 99.5) return `${Math.max(1, Math.round(seconds))} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 100) return `${minutes} min`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** What takes long because KMS tells it slowly, or takes it slowly: said before it begins. */
export function slowView(slow: {
  readonly part: string
  readonly does: 'tells' | 'changes'
  readonly region: string
  readonly keys: number
  readonly perSecond: number
}): string {
  const { part, does, region, keys, perSecond } = slow
  const long = durationView(keys / perSecond)
  if (does === 'changes') {
    return `${part}: KMS takes it for ${perSecond} keys a second, which for ${keys} keys in ${region} takes ${long}`
  }
  return `${part}: KMS tells it of ${perSecond} keys a second, which for up to ${keys} keys in ${region} takes ${long}`
}
