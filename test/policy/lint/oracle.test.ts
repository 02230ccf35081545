import { expect, test } from 'vitest'
import { admitStrangers, tellLocked, tryLocked } from './oracle.js'

// The long runs are `npm run test:deep`.
test('whoever comes from outside is let in only by what was told to be public', () => {
  expect(admitStrangers(240, 41)).toBeGreaterThan(30)
})

test('nobody whom a lockout names could change the policy: none is refused wrongly', () => {
  expect(tryLocked(100, 42)).toBeGreaterThan(10)
})

test('without conditions, who is locked out is told, and nobody else', () => {
  tellLocked(80, 43)
})
