import { test } from 'vitest'
import { printedSeed } from '../support/seed.js'
import { admitStrangers, tellLocked, tryLocked } from './oracle.js'

test('the public and lockouts, held to the oracle', () => {
  const seed = printedSeed('lint')
  admitStrangers(20_000, seed)
  tryLocked(10_000, seed)
  tellLocked(5_000, seed)
})
