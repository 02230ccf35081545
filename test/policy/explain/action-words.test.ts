import { describe, expect, test } from 'vitest'
import { actionsMatching } from '../../../src/lib/policy/document/match.js'
import { ACTIONS, FUTURE_ACTION } from '../../../src/lib/policy/explain/access.js'
import { actionWords } from '../../../src/lib/policy/explain/action-words.js'

const NAMES = ACTIONS.filter((name) => name !== FUTURE_ACTION)
const all = (...patterns: string[]) => new Set(patterns.flatMap(actionsMatching))

describe('actions in few words', () => {
  test.each<[string, ReadonlySet<string>]>([
    ['', new Set()],
    ['kms:*', new Set(ACTIONS)],
    ['kms:Decrypt', all('kms:Decrypt')],
    ['kms:Decrypt, kms:Encrypt, kms:GenerateDataKey*', all('kms:?*crypt', 'kms:GenerateDataKey*')],
    ['kms:GenerateDataKeyPair*, kms:ReEncrypt*', all('kms:GenerateDataKeyPair*', 'kms:Re?ncrypt*')],
    ['kms:Get*, kms:List*', all('kms:Get*', 'kms:List*')],
    ['kms:GetKeyPolicy, kms:GetPublicKey', all('kms:GetKeyPolicy', 'kms:GetPublicKey')],
    ['kms:* but kms:Decrypt', new Set(ACTIONS.filter((name) => name !== 'kms:Decrypt'))],
    ['kms:* but kms:GenerateDataKey*', new Set(ACTIONS.filter((name) => !/DataKey/.test(name)))],
    ['actions that KMS may add', new Set([FUTURE_ACTION])],
    ['kms:Sign, actions that KMS may add', new Set(['kms:Sign', FUTURE_ACTION])],
  ])('%s', (words, actions) => {
    expect(actionWords(actions)).toBe(words)
  })

  test('each of the words covers actions that are there, and no other', () => {
    for (const words of [all('kms:*'), all('kms:*Key*'), all('kms:*e*'), all('kms:D*')]) {
      const shown = actionWords(words).split(', ')
      expect(new Set(shown.flatMap(actionsMatching))).toEqual(words)
    }
    expect(actionWords(new Set(NAMES))).not.toContain('kms:*')
  })
})
