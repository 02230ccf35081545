/** How IAM matches names. Source: "Action" and "Resource" elements in the IAM User Guide. */
import { KMS_ACTIONS } from '../catalogue/actions.js'

/** Whether a pattern with `*` (any characters) and `?` (one) covers a text, letter case counting. */
export function matches(pattern: string, text: string): boolean {
  let at = 0
  let from = 0
  let star = -1
  let resume = 0
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at++
      resume = from
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from])) {
      at++
      from++
    } else if (star !== -1) {
      at = star + 1
      from = ++resume
    } else {
      return false
    }
  }
  while (pattern[at] === '*') at++
  return at === pattern.length
}

/** ASCII letters only, so that no two different spellings of other scripts meet. */
export function lowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** Whether an action, `kms:Encrypt`, is covered by a pattern such as `kms:Enc*`. Case is ignored, as IAM does. */
export function actionMatches(pattern: string, action: string): boolean {
  return matches(lowerCase(pattern), lowerCase(action))
}

/** KMS's actions that a pattern covers, in AWS's own spelling. */
export function actionsMatching(pattern: string): string[] {
  return KMS_ACTIONS.flatMap(({ name }) => (actionMatches(pattern, name) ? [name] : []))
}
