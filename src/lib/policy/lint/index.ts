/**
 * The linter of key policies. What a rule is worth: an error is what KMS would refuse, what locks out, what
 * opens the key to the public, deleted principals and unknown actions; a warning is legal but unwise; a note
 * is worth knowing. See docs/reference/policy-rules.md.
 */
import { KmsctlError, usageError } from '../../errors.js'
import type { Finding } from '../../results.js'
import { typedStatements } from '../document/model.js'
import { nearest } from '../document/nearest.js'
import {
  cut,
  type Facts,
  type LintSubject,
  type Rule,
  type Severity,
  shown,
} from './analysis/rule.js'
import { ACTION_RULES } from './rules/actions.js'
import { VALUE_RULES } from './rules/condition-values.js'
import { CONDITION_RULES } from './rules/conditions.js'
import { DOCUMENT_RULES } from './rules/document.js'
import { GRAMMAR_RULES } from './rules/grammar.js'
import { LOCKOUT_RULES } from './rules/lockout.js'
import { PRINCIPAL_RULES } from './rules/principals.js'
import { PUBLIC_RULES } from './rules/public.js'
import { SERVICE_RULES } from './rules/services.js'
import { NEVER_RULES } from './rules/unsatisfiable.js'

export type { LintSubject, Severity } from './analysis/rule.js'

/** Every rule, in the order of docs/reference/policy-rules.md. */
export const RULES: readonly Rule[] = [
  ...LOCKOUT_RULES,
  ...PUBLIC_RULES,
  ...PRINCIPAL_RULES,
  ...GRAMMAR_RULES,
  ...ACTION_RULES,
  ...CONDITION_RULES,
  ...VALUE_RULES,
  ...NEVER_RULES,
  ...SERVICE_RULES,
  ...DOCUMENT_RULES,
]

/** From the worst to the mildest. */
export const SEVERITIES: readonly Severity[] = ['error', 'warning', 'note']

/** Names from the document stand in messages, and may be of any length. */
const LONGEST = 600

/** What the rules find in a policy: errors first, then by statement. */
export function lintPolicy(subject: LintSubject): Finding[] {
  const facts: Facts = { ...subject, statements: typedStatements(subject.document) }
  const findings = RULES.flatMap(({ id, severity, check }) =>
    check(facts).map(
      ({ statement, message, fix }): Finding => ({
        rule: id,
        severity,
        statement: statement?.number ?? null,
        sid: statement?.sid ?? null,
        message: cut(message, LONGEST),
        fix: cut(fix, LONGEST),
      }),
    ),
  )
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity)
  return findings.sort((a, b) => rank(a) - rank(b) || (a.statement ?? 0) - (b.statement ?? 0))
}

/** Whether a rule is about who can change the policy. */
export function isAboutLockout(id: string): boolean {
  return LOCKOUT_RULES.some((rule) => rule.id === id)
}

/** The findings that are as bad as a severity, or worse, and not of a rule that is allowed. */
export function stopping(
  findings: readonly Finding[],
  least: Severity,
  allowed: readonly string[],
): Finding[] {
  return findings.filter(
    ({ rule, severity }) =>
      SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(least) && !allowed.includes(rule),
  )
}

/** @throws KmsctlError `Usage` (2) where a rule that is to be allowed does not exist */
export function checkRules(ids: readonly string[]): void {
  for (const id of ids) {
    if (RULES.some((rule) => rule.id === id)) continue
    const near = nearest(
      id,
      RULES.map((rule) => rule.id),
    )
    throw usageError(
      `rule ${shown(id)} does not exist${near === undefined ? '' : `: did you mean ${near}?`}`,
      ['docs/reference/policy-rules.md lists the rules'],
    )
  }
}

/** More are no help any longer. */
const MOST_HINTS = 10

/**
 * Refuses a policy that has errors, before it is sent (contract 6.11).
 *
 * @param allowed rules that were named in `--allow`
 * @throws KmsctlError `Usage` (2) for an allowed rule that does not exist; `PolicyRejected` (5) naming the
 * rules, with all findings in its details
 */
export function refuseFindings(findings: readonly Finding[], allowed: readonly string[]): void {
  checkRules(allowed)
  const errors = stopping(findings, 'error', allowed)
  if (errors.length === 0) return
  const rules = [...new Set(errors.map(({ rule }) => rule))]
  throw new KmsctlError('PolicyRejected', `the policy is refused: ${rules.join(', ')}`, {
    hints: [
      ...errors.slice(0, MOST_HINTS).map((one) => `${place(one)}: ${one.message}; ${one.fix}`),
      ...(errors.length > MOST_HINTS
        ? [`and ${errors.length - MOST_HINTS} more: --json has them all`]
        : []),
      `to send it all the same: ${rules.map((rule) => `--allow ${rule}`).join(' ')}`,
    ],
    details: { findings: [...findings] },
  })
}

/** The warnings among findings, each in a line for `warnings` of a result. */
export function warningLines(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ severity }) => severity === 'warning')
    .map((finding) => `policy: ${place(finding)}: ${finding.message} (${finding.rule})`)
}

function place({ statement, sid }: Finding): string {
  if (statement === null) return 'the whole policy'
  return `statement ${statement}${sid === null || sid === '' ? '' : ` (${cut(sid)})`}`
}
