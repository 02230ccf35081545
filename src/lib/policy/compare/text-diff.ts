/** Policies compared as texts. */
import { structuredPatch } from 'diff'
import { type PolicyDocument, policyText } from '../document/document.js'
import { normalDocuments } from './normal-document.js'

/**
 * The lines of a unified diff of two policies, written in one spelling first, so that only what means
 * something is in it. No lines where they mean the same.
 *
 * @param names of the two, for its head
 * @param partition in which account IDs stand
 */
export function textDiff(
  before: PolicyDocument,
  after: PolicyDocument,
  names: { readonly before: string; readonly after: string },
  partition: string,
): string[] {
  const [old, now] = normalDocuments(before, after, partition).map((one) => `${policyText(one)}\n`)
  const { hunks } = structuredPatch('', '', old as string, now as string, '', '', { context: 3 })
  if (hunks.length === 0) return []
  return [
    `--- ${names.before}`,
    `+++ ${names.after}`,
    ...hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ]),
  ]
}
