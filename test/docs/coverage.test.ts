import * as sdk from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { COMMANDS } from '../support/shell.js'
import { read, session } from './markdown.js'

/** Names in the first column of a document's tables, where each stands in backquotes. */
function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| ([^|]*) \|/gm)].flatMap(([, cell]) =>
    [...(cell as string).matchAll(/`([^`]+)`/g)].map(([, name]) => name as string),
  )
}

/** A part of a document: from a heading to the next of its kind. */
function section(path: string, heading: string): string {
  const [, body] = read(path).split(`\n## ${heading}\n`)
  expect(body).toBeDefined()
  return (body as string).split('\n## ')[0] as string
}

describe('README.md', () => {
  const shown = session(read('README.md')).map(({ command }) => command)

  test.each(COMMANDS.map(({ name }) => name))('shows %s', (name) => {
    const pattern = new RegExp(`(^|\\| )kmsctl ${name}( |$)`)
    expect(shown.filter((command) => pattern.test(command))).not.toEqual([])
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
