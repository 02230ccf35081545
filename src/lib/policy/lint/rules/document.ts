/** The document as a whole: its size and characters, and whether it suits the key. */

import { KMS_ACTIONS } from '../../catalogue/actions.js'
import { policyText } from '../../document/document.js'
import { actionMatches, actionsMatching } from '../../document/match.js'
import { eachStatement, type Rule, SOURCES } from '../analysis/rule.js'

/** PutKeyPolicy in the API model: characters. */
const MOST_CHARACTERS = 131_072
/** "Creating a key policy" in the KMS Developer Guide; contract 6.6: KMS decides. */
const USUAL_BYTES = 32_768

function isShown(character: string): boolean {
  return /[\t\n\r\x20-\x7e\xa0-\xff]/.test(character)
}

/** What a kind of key is used with, by its usage; what manages it suits all. */
const USES: Readonly<Record<string, readonly string[]>> = {
  ENCRYPT_DECRYPT: [
    'kms:Encrypt',
    'kms:Decrypt',
    'kms:ReEncryptFrom',
    'kms:ReEncryptTo',
    'kms:GenerateDataKey',
    'kms:GenerateDataKeyWithoutPlaintext',
    'kms:GenerateDataKeyPair',
    'kms:GenerateDataKeyPairWithoutPlaintext',
  ],
  SIGN_VERIFY: ['kms:Sign', 'kms:Verify'],
  GENERATE_VERIFY_MAC: ['kms:GenerateMac', 'kms:VerifyMac'],
  KEY_AGREEMENT: ['kms:DeriveSharedSecret'],
  ENCAPSULATE_DECAPSULATE: ['kms:Encapsulate', 'kms:Decapsulate'],
}

const EVERY_USE = Object.values(USES).flat()
/** Of symmetric keys alone, and of all others. */
const SYMMETRIC_ONLY = EVERY_USE.filter((name) => name.includes('GenerateDataKey'))
const NOT_SYMMETRIC = ['kms:GetPublicKey']

/** Uses of keys that this one has not. */
function unsuited(keySpec: string | undefined, keyUsage: string): readonly string[] {
  const own = Object.hasOwn(USES, keyUsage) ? (USES[keyUsage] ?? []) : EVERY_USE
  const other = EVERY_USE.filter((name) => !own.includes(name))
  if (keySpec === undefined || keyUsage !== 'ENCRYPT_DECRYPT') return other
  return [...other, ...(keySpec === 'SYMMETRIC_DEFAULT' ? NOT_SYMMETRIC : SYMMETRIC_ONLY)]
}

export const DOCUMENT_RULES: readonly Rule[] = [
  {
    id: 'too-large',
    severity: 'error',
    finds: 'More than 131,072 characters, which the API does not take',
    source: SOURCES.put,
    check: ({ document, text = policyText(document, 0) }) =>
      text.length <= MOST_CHARACTERS
        ? []
        : [
            {
              statement: null,
              message: `the policy has ${text.length} characters, and at most ${MOST_CHARACTERS} are taken`,
              fix: 'merge statements; or delegate to IAM policies, or use grants',
            },
          ],
  },
  {
    id: 'large',
    severity: 'warning',
    finds: 'More than 32 KB, which KMS may refuse',
    source: SOURCES.keyPolicy,
    check: ({ document, text = policyText(document, 0) }) => {
      const bytes = new TextEncoder().encode(text).length
      if (bytes <= USUAL_BYTES || text.length > MOST_CHARACTERS) return []
      return [
        {
          statement: null,
          message: `the policy has ${bytes} bytes; KMS’s guide says that ${USUAL_BYTES} is the most`,
          fix: 'send it without its white space, merge statements, or delegate to IAM policies',
        },
      ]
    },
  },
  {
    id: 'hidden-characters',
    severity: 'warning',
    finds:
      'Characters that are not shown, or look like others: written as \\u escapes, or control characters',
    source: SOURCES.put,
    check: eachStatement(({ source }) => {
      const hidden = [...charactersOf(source)].filter((one) => !isShown(one))
      if (hidden.length === 0) return []
      const points = hidden.slice(0, 5).map(codePoint)
      return [
        {
          message: `contains ${points.join(', ')}, which a key policy’s names and values do not have`,
          fix: 'type the name or value anew',
        },
      ]
    }),
  },
  {
    id: 'unsuited-action',
    severity: 'note',
    finds: 'An action that this kind of key does not have',
    source: SOURCES.permissions,
    check: eachStatement(({ actions }, { keySpec, keyUsage }) => {
      if (keyUsage === undefined || actions === null || actions.negated) return []
      const none = unsuited(keySpec, keyUsage)
      return actions.members
        .filter((pattern) => {
          const covered = actionsMatching(pattern)
          return covered.length > 0 && covered.every((name) => none.includes(name))
        })
        .map((pattern) => ({
          message: `${pattern} is not for a key of usage ${keyUsage}${keySpec === undefined ? '' : ` and spec ${keySpec}`}`,
          fix: 'remove it',
        }))
    }),
  },
  {
    id: 'repeated-action',
    severity: 'note',
    finds: 'An action that a pattern of the same statement covers already',
    source: SOURCES.action,
    check: eachStatement(({ actions }) => {
      const covers = (actions?.members ?? []).map((pattern) => ({ pattern, mask: mask(pattern) }))
      return covers.flatMap(({ pattern, mask: own }, index) => {
        const by = covers.find(
          (other, at) =>
            own !== 0n && (own & ~other.mask) === 0n && (other.mask === own ? at < index : true),
        )
        return by === undefined
          ? []
          : [{ message: `${pattern} is covered by ${by.pattern}`, fix: `remove ${pattern}` }]
      })
    }),
  },
]

/** The characters of every string of a value, names of members included; however deep, without recursion. */
function charactersOf(value: unknown): Set<string> {
  const found = new Set<string>()
  const rest: unknown[] = [value]
  while (rest.length > 0) {
    const one = rest.pop()
    if (typeof one === 'string') for (const character of one) found.add(character)
    else if (typeof one === 'object' && one !== null)
      rest.push(...Object.keys(one), ...Object.values(one))
  }
  return found
}

/** The actions that a pattern covers, as a set of bits. */
function mask(pattern: string): bigint {
  return KMS_ACTIONS.reduce(
    (bits, { name }, index) => (actionMatches(pattern, name) ? bits | (1n << BigInt(index)) : bits),
    0n,
  )
}

function codePoint(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return `U+${hex}`
}
