import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/lib/results.js'
import { findingsView } from '../../src/lib/views/policy/lint.js'
import { PLAIN } from '../../src/lib/views/text/style.js'
import { ui } from '../support/cases/samples.js'

const finding = (change: Partial<Finding> = {}): Finding => ({
  rule: 'public-principal',
  severity: 'error',
  statement: 2,
  sid: 'open',
  message: 'allows kms:Decrypt to everybody, in every account of AWS: it has no condition',
  fix: 'name the principals',
  ...change,
})

const MANY = [
  finding(),
  finding({ severity: 'error', rule: 'lockout', statement: null, sid: null }),
  finding({ severity: 'warning', sid: null }),
  finding({ severity: 'note', sid: '' }),
]

describe('findings on exact text', () => {
  test('each with its rule, its place, and what to do; then their number', () => {
    expect(findingsView(MANY.slice(0, 3), ui())).toBe(`\
error public-principal statement 2 (open)
  allows kms:Decrypt to everybody, in every account of AWS: it has no condition
  fix: name the principals
error lockout the whole policy
  allows kms:Decrypt to everybody, in every account of AWS: it has no condition
  fix: name the principals
warning public-principal statement 2
  allows kms:Decrypt to everybody, in every account of AWS: it has no condition
  fix: name the principals
2 errors, 1 warning`)
    expect(findingsView([], ui())).toBe('nothing found')
  })

  test('a narrow terminal', () => {
    expect(findingsView([finding()], { ...ui(), width: 40 })).toBe(`\
error public-principal statement 2
  (open)
  allows kms:Decrypt to everybody, in
  every account of AWS: it has no
  condition
  fix: name the principals
1 error`)
  })
})

test.each([24, 40, 80])('no line is wider than a terminal of %i columns', (width) => {
  const words = 'a few words '.repeat(40)
  const wide = [...MANY, finding({ sid: words, message: words, fix: words })]
  for (const line of findingsView(wide, { ...ui(), width }).split('\n')) {
    expect(stringWidth(line)).toBeLessThanOrEqual(width)
  }
})

test('severity has a colour where there is colour', () => {
  const style = { ...PLAIN, red: (text: string) => `<r>${text}</r>` }
  expect(findingsView([finding()], { ...ui(), style })).toMatch(/^<r>error<\/r> /)
})
