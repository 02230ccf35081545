import { expect, test } from 'vitest'
import { admitStrangers, tellLocked, tryLocked } from './oracle.js'

// The long runs are `npm run test:deep`.
test('whoever comes from outside is let in only by what was told to be public', () => {
  expect(admitStrangers(800, 41)).toBeGreaterThan(100)
})

test('nobody whom a lockout names could change the policy: none is refused wrongly', () => {
  expect(tryLocked(300, 42)).toBeGreaterThan(30)
})

test('without conditions, who is locked out is told, and nobody else', () => {
  tellLocked(250, 43)
})
