/** What is no grammatical key policy. Source: the IAM JSON policy grammar and "Elements in a key policy". */
import type { Statement } from '../../document/document.js'
import { listOf } from '../../document/document.js'
import { duplicateKeys } from '../../document/json-text.js'
import { lowerCase } from '../../document/match.js'
import { conditionClauses } from '../../document/model.js'
import { nearest } from '../../document/nearest.js'
import { eachStatement, type Hit, type Rule, SOURCES, shown } from '../analysis/rule.js'

const DOCUMENT = ['Version', 'Id', 'Statement']
const STATEMENT = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
]
const VERSIONS = ['2012-10-17', '2008-10-17']

const document = (message: string, fix: string): Hit => ({ statement: null, message, fix })

function unknown(name: string, known: readonly string[]): { message: string; fix: string } {
  const near = nearest(name, known)
  return {
    message: `element ${shown(name)} does not exist${near === undefined ? '' : `: did you mean ${near}?`}`,
    fix: near === undefined ? 'remove it' : `write ${near}`,
  }
}

/** A rule about an element that must be there, once, as itself or as its negation. */
function required(element: 'Principal' | 'Action'): Rule['check'] {
  const negation = `Not${element}` as const
  return eachStatement(({ source }) => {
    const [is, isNot] = [source[element], source[negation]]
    if (is !== undefined && isNot !== undefined) {
      return [
        { message: `${element} and ${negation} exclude each other`, fix: 'leave one of them out' },
      ]
    }
    const named = is ?? isNot
    if (named !== undefined && !isEmpty(named)) return []
    return [
      {
        message: `${named === undefined ? `no ${element}` : `${element} names nothing`}: the statement would allow and deny nothing`,
        fix: `add ${element}`,
      },
    ]
  })
}

function isEmpty(named: NonNullable<Statement['Principal' | 'Action']>): boolean {
  if (typeof named === 'string') return named === ''
  if (Array.isArray(named)) return named.length === 0
  return Object.values(named).flatMap((ids) => listOf(ids)).length === 0
}

export const GRAMMAR_RULES: readonly Rule[] = [
  {
    id: 'unknown-element',
    severity: 'error',
    finds: 'An element that IAM’s grammar does not have, often a slip of the pen',
    source: SOURCES.grammar,
    check: ({ document: policy, statements }) => [
      ...Object.keys(policy)
        .filter((name) => !DOCUMENT.includes(name))
        .map((name) => ({ statement: null, ...unknown(name, DOCUMENT) })),
      ...statements.flatMap((statement) =>
        Object.keys(statement.source)
          .filter((name) => !STATEMENT.includes(name))
          .map((name) => ({ statement, ...unknown(name, STATEMENT) })),
      ),
    ],
  },
  {
    id: 'unknown-version',
    severity: 'error',
    finds: 'A Version that does not exist',
    source: SOURCES.version,
    check: ({ document: { Version } }) =>
      Version === undefined || VERSIONS.includes(Version)
        ? []
        : [document(`Version ${shown(Version)} does not exist`, `write ${VERSIONS.join(' or ')}`)],
  },
  {
    id: 'missing-version',
    severity: 'warning',
    finds:
      'No Version, which KMS’s guide demands: IAM takes it for 2008-10-17, and policy variables literally',
    source: SOURCES.keyPolicy,
    check: ({ document: { Version } }) =>
      Version === undefined
        ? [document('the document has no Version', 'add "Version": "2012-10-17"')]
        : [],
  },
  {
    id: 'effect',
    severity: 'error',
    finds: 'An Effect that is neither Allow nor Deny, or none',
    source: SOURCES.effect,
    check: eachStatement(({ effect }) =>
      effect === 'Allow' || effect === 'Deny'
        ? []
        : [
            {
              message: effect === null ? 'no Effect' : `Effect ${shown(effect)} does not exist`,
              fix: 'write Allow or Deny, with this case',
            },
          ],
    ),
  },
  {
    id: 'missing-principal',
    severity: 'error',
    finds: 'No Principal, or both Principal and NotPrincipal',
    source: SOURCES.keyPolicy,
    check: required('Principal'),
  },
  {
    id: 'missing-action',
    severity: 'error',
    finds: 'No Action, or both Action and NotAction: KMS refuses it since August 2025',
    source: SOURCES.keyPolicy,
    check: required('Action'),
  },
  {
    id: 'resource',
    severity: 'error',
    finds:
      'A Resource that is not `*`, or none: in a key policy `*` means the key, and KMS takes nothing else',
    source: SOURCES.keyPolicy,
    check: eachStatement(({ source }) => {
      const fix = 'write "Resource": "*", which means this key'
      if (source.NotResource !== undefined) {
        return [{ message: 'NotResource has no place in a key policy', fix }]
      }
      const resources = listOf(source.Resource)
      if (resources.length === 0) return [{ message: 'no Resource', fix }]
      return resources
        .filter((one) => one !== '*')
        .map((one) => ({ message: `Resource ${shown(one)} is not "*"`, fix }))
    }),
  },
  {
    id: 'duplicate-name',
    severity: 'error',
    finds: 'A name that a JSON object has twice: all but its last value are lost without a word',
    source: SOURCES.grammar,
    check: ({ text }) =>
      text === undefined
        ? []
        : duplicateKeys(text).map(({ key, line, column }) =>
            document(
              `${shown(key)} at line ${line}, column ${column} stands in its object already: one of the two would be lost`,
              'merge the two: their values into one list, or their statements into two',
            ),
          ),
  },
  {
    id: 'duplicate-condition-key',
    severity: 'error',
    finds: 'A condition key that stands twice under one operator, in different case',
    source: SOURCES.checks,
    check: eachStatement(({ source }) => {
      const seen = new Set<string>()
      return conditionClauses(source.Condition).flatMap(({ written, key }) => {
        const name = `${lowerCase(written)} ${lowerCase(key)}`
        if (!seen.has(name)) {
          seen.add(name)
          return []
        }
        return [
          {
            message: `${key} stands under ${written} already: case does not tell them apart`,
            fix: 'merge the values into one list',
          },
        ]
      })
    }),
  },
  {
    id: 'duplicate-sid',
    severity: 'warning',
    finds: 'A Sid that another statement has: it no longer says which is meant',
    source: SOURCES.invalidPrincipals,
    check: ({ statements }) =>
      statements.flatMap((statement, index) => {
        const first = statements.findIndex(({ sid }) => sid === statement.sid)
        if (statement.sid === null || statement.sid === '' || first === index) return []
        return [
          {
            statement,
            message: `Sid ${shown(statement.sid)} is that of statement ${first + 1} too`,
            fix: 'give it another',
          },
        ]
      }),
  },
]
