const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A date with its distance: `2026-12-21T10:00:00.000Z (in 30 days)`. Null is a dash. */
export function date(iso: string | null, now: Date): string {
  if (iso === null) return '-'
  const milliseconds = Date.parse(iso)
  return Number.isNaN(milliseconds) ? iso : `${iso} (${distance(milliseconds - now.getTime())})`
}

/** How far away in the largest fitting unit, in words. */
export function distance(milliseconds: number): string {
  const far = Math.abs(milliseconds)
  if (far < MINUTE) return milliseconds <= 0 ? 'just now' : 'in less than a minute'
  // Rounded, so that a deletion scheduled a second ago for 30 days is "in 30 days", and "24 hours" a day.
  const [count, unit] = largest(far)
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return milliseconds < 0 ? `${words} ago` : `in ${words}`
}

function largest(far: number): [number, string] {
  const [minutes, hours] = [Math.round(far / MINUTE), Math.round(far / HOUR)]
  if (minutes < 60) return [minutes, 'minute']
  return hours < 24 ? [hours, 'hour'] : [Math.round(far / DAY), 'day']
}
