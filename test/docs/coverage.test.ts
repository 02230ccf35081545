import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as sdk from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES, EXIT } from '../../src/lib/errors.js'
import { COMMANDS } from '../support/run/shell.js'
import { codeBlocks, DOCUMENTS, GUIDES, ROOT, read, session } from './markdown.js'

/** Names in the first column of a document's tables, which are marked there: by backquotes, or as asked for. */
function firstColumn(text: string, marked = /`([^`]+)`/g): string[] {
  return [...text.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) =>
    [...(cell as string).matchAll(marked)].map(([, name]) => name as string),
  )
}

/** A part of a document: from a heading to the next of its kind. */
function section(path: string, heading: string): string {
  const [, body] = read(path).split(`\n## ${heading}\n`)
  expect(body).toBeDefined()
  return (body as string).split('\n## ')[0] as string
}

const SHARED = 'docs/reference/commands/common-flags.md'
const pageOf = (name: string) => `docs/reference/commands/${name.replaceAll(' ', '-')}.md`

describe('README.md', () => {
  test('has 8 KB at most', () => {
    expect(statSync(join(ROOT, 'README.md')).size).toBeLessThanOrEqual(8192)
  })
})

describe('the README and the guides', () => {
  const shown = GUIDES.flatMap((path) => session(read(path))).map(({ command }) => command)

  test.each(COMMANDS.map(({ name }) => name))('show %s', (name) => {
    const pattern = new RegExp(`(^|\\| )kmsctl ${name}( |$)`)
    expect(shown.filter((command) => pattern.test(command))).not.toEqual([])
  })

  test('no other document has console blocks, which scripts/readme.js would not run', () => {
    const others = DOCUMENTS.filter((path) => !GUIDES.includes(path))
    expect(others.filter((path) => codeBlocks(read(path), 'console').length > 0)).toEqual([])
  })
})

describe('docs/reference/commands', () => {
  const index = firstColumn(read('docs/reference/commands/README.md'), /\[([^\]]+)\]/g)

  test.each(COMMANDS)(
    '$name has a page with its flags and arguments, and is in the index',
    (one) => {
      const named = [...firstColumn(read(pageOf(one.name))), ...firstColumn(read(SHARED))]
      const words = named.map((cell) => cell.split(/[ .]/)[0])
      const { baseFlags, flags, args, aliases } = one.Class
      const wanted = [
        ...Object.entries({ ...baseFlags, ...flags }).flatMap(([name, { char }]) => [
          `--${name}`,
          ...(char === undefined ? [] : [`-${char}`]),
        ]),
        ...Object.keys(args).map((name) => name.toUpperCase()),
      ]
      expect(wanted.filter((name) => !words.includes(name))).toEqual([])
      const page = read(pageOf(one.name))
      for (const alias of aliases) expect(page).toContain(`\`${alias.replaceAll(':', ' ')}\``)
      for (const example of one.examples) expect(page).toContain(example)
      expect(index).toContain(one.name)
    },
  )
})

describe('docs/reference', () => {
  const cells = (path: string) =>
    [...read(path).matchAll(/^\| ([^|]+) \| ([^|]+) \|/gm)].map(([, first, second]) => [
      first,
      second,
    ])

  test.each(Object.entries(EXIT))('exit-codes.md has %s = %i', (name, code) => {
    expect(cells('docs/reference/exit-codes.md')).toContainEqual([String(code), name])
  })

  test.each(Object.entries(ERROR_CODES))('json.md has %s, which ends with %i', (name, code) => {
    expect(cells('docs/reference/json.md')).toContainEqual([name, String(code)])
  })

  test('configuration.md has every variable of kmsctl’s own, and none that is not there', () => {
    const sources = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => read(join('src', path)))
      .join('\n')
    const names = (text: string) => [...new Set(text.match(/\bKMSCTL_[A-Z_]+/g))].sort()
    expect(names(sources).length).toBeGreaterThan(2)
    expect(names(read('docs/reference/configuration.md'))).toEqual(names(sources))
  })
})

describe('docs/guides/from-aws-kms.md', () => {
  const operations = Object.keys(sdk)
    .map((name) => /^([A-Z]\w+)Command$/.exec(name)?.[1])
    .filter((name) => name !== undefined)
  const named = firstColumn(read('docs/guides/from-aws-kms.md'))

  test('the SDK names its operations', () => {
    expect(operations.length).toBeGreaterThan(50)
  })

  test.each(operations)('names %s of the KMS API once', (operation) => {
    const name = operation.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
    expect(named.filter((one) => one === name)).toEqual([name])
  })
})

/** Arguments and attributes of the AWS provider's documentation, version 6. */
const TERRAFORM = {
  '`aws_kms_key`': [
    ...['region', 'description', 'key_usage', 'custom_key_store_id', 'customer_master_key_spec'],
    ...['policy', 'bypass_policy_lockout_safety_check', 'deletion_window_in_days', 'is_enabled'],
    ...['enable_key_rotation', 'rotation_period_in_days', 'multi_region', 'tags', 'xks_key_id'],
    ...['arn', 'key_id', 'tags_all', 'timeouts'],
  ],
  '`aws_kms_alias`': [
    ...['region', 'name', 'name_prefix', 'target_key_id', 'arn', 'target_key_arn'],
  ],
  '`aws_caller_identity`': ['account_id', 'arn', 'id', 'user_id'],
  '`aws_iam_policy_document`': [
    ...['statement', 'condition', 'not_actions', 'not_principals', 'source_policy_documents'],
    ...['override_policy_documents', 'policy_id', 'version', 'json'],
  ],
  'The others': [
    ...['aws_kms_key_policy', 'aws_kms_grant', 'aws_kms_replica_key', 'aws_kms_external_key'],
    ...['aws_kms_replica_external_key', 'aws_kms_custom_key_store', 'aws_kms_ciphertext'],
    ...['aws_kms_secrets', 'aws_kms_public_key', 'aws_kms_key', 'aws_kms_alias'],
  ],
}

describe('docs/guides/from-terraform.md', () => {
  test.each(
    Object.entries(TERRAFORM).flatMap(([heading, names]) => names.map((name) => [heading, name])),
  )('%s: %s has a row', (heading = '', name) => {
    expect(firstColumn(section('docs/guides/from-terraform.md', heading))).toContain(name)
  })
})
