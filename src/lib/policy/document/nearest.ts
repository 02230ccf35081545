/** The word that was probably meant. */

/** Longer words are compared by their beginning: a suggestion is for slips, not for whole texts. */
const LONGEST = 200

/** The word spelt most like the given one, or undefined when none is near. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  const wanted = plain(word.slice(0, LONGEST))
  let best: { word: string; distance: number } | undefined
  for (const candidate of words) {
    const distance = editDistance(wanted, plain(candidate))
    if (best === undefined || distance < best.distance) best = { word: candidate, distance }
  }
  return best !== undefined && best.distance <= Math.max(2, wanted.length / 3)
    ? best.word
    : undefined
}

/** Case, and which separator was typed, are the usual slips. */
function plain(word: string): string {
  return word.toUpperCase().replace(/[^A-Z0-9]+/g, '')
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
