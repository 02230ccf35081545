/** `policy diff` and `policy show --explain` on the embedded KMS (contract 2, 4 and 5). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { document, failure, told } from '../support/documents.js'
import { preparedShell } from '../support/run/shell.js'

const ROOT = 'arn:aws:iam::000000000000:root'
const ALICE = 'arn:aws:iam::000000000000:user/alice'
const root = {
  Sid: 'Enable IAM User Permissions',
  Effect: 'Allow',
  Principal: { AWS: ROOT },
  Action: 'kms:*',
  Resource: '*',
}
const alice = { Effect: 'Allow', Principal: { AWS: ALICE }, Action: 'kms:Decrypt', Resource: '*' }

async function prepared() {
  const type = await preparedShell()
  const file = join(type.directory, 'policy.json')
  /** Types a line with FILE, which holds the text, or what is written of the document. */
  const on = (line: string, content: unknown, options = {}) => {
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
    return type(line.replace('FILE', file), options)
  }
  return { type, on, file }
}

const same = {
  Version: '2012-10-17',
  Statement: { ...root, Principal: { AWS: ['000000000000'] }, Action: ['KMS:*'], Sid: 'x' },
}
const more = { Version: '2012-10-17', Statement: [root, alice] }

describe('policy diff', () => {
  test('the same by meaning is 0, also with --exit-code', async () => {
    const { on } = await prepared()
    const ran = await on('policy diff app FILE --exit-code', same)
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: 'no difference: both policies mean the same\n',
    })
    const json = await on('policy diff app FILE --exit-code --json', same)
    expect(json.exitCode).toBe(0)
    expect(document(json)).toEqual({ equal: true, changes: [], sandbox: true })
  })

  test('a difference is 0, and 10 with --exit-code', async () => {
    const { on } = await prepared()
    const ran = await on('policy diff app FILE', more)
    expect(ran).toMatchObject({
      exitCode: 0,
      stdout: `added: statement 2 (Allow)\n  + ${ALICE}\n      gains kms:Decrypt\n      before only where IAM policies of account 000000000000 allow it\n`,
    })
    const coded = await on('policy diff app FILE --exit-code --json', more)
    expect(coded.exitCode).toBe(10)
    expect(document(coded)).toMatchObject({
      equal: false,
      changes: [{ kind: 'added', gains: [{ principal: ALICE, actions: ['kms:Decrypt'] }] }],
    })
  })

  test('the key’s policy is before, the file after', async () => {
    const { on, type } = await prepared()
    await on('create --alias second --policy FILE', more)
    const ran = await on('policy diff second FILE --json', same)
    expect(document(ran)).toMatchObject({
      changes: [{ kind: 'removed', gains: [], losses: [{ principal: ALICE }] }],
    })
    const shown = await type('policy show second')
    const back = await on('policy diff second - --exit-code', '', { stdin: shown.stdout })
    expect(back).toMatchObject({ exitCode: 0 })
  })

  test('--text shows the lines that differ, and --json has them', async () => {
    const { on, file, type } = await prepared()
    const ran = await on('policy diff app FILE --text', more)
    const lines = ran.stdout.split('\n')
    expect(lines[0]).toMatch(/^--- arn:aws:kms:us-east-1:000000000000:key\//)
    expect(lines[1]).toBe(`+++ ${file}`)
    expect(lines.filter((line) => line.startsWith('-'))).toHaveLength(1)
    expect(lines).toContain(`+        "AWS": "${ALICE}"`)
    const { text, equal } = document(await on('policy diff app FILE --text --json', more))
    expect(equal).toBe(false)
    expect(text.slice(1)).toEqual(lines.slice(1, -1))
    expect(document(await type(`policy diff app ${file} --json`))).not.toHaveProperty('text')
    expect((await on('policy diff app FILE --text', same)).stdout).toBe(
      'no difference: both policies mean the same\n',
    )
  })

  test.each([
    ['', 'is empty: a key policy is a JSON document'],
    ['{', 'is not JSON: line 1, column 2: expected a double-quoted name or }'],
    ['{"Statement":[]}', 'is no key policy: its list of statements is empty'],
    [
      '{"Statement":\n [{"Effect":"Allow","Action":"kms:*","Action":"kms:Sign"}]}',
      'gives "Action" again at line 2, column 38: only one of them can count',
    ],
  ])('FILE with %j is no policy: 2, and nothing is sent', async (content, message) => {
    const { on, file } = await prepared()
    const ran = await on('policy diff app FILE --json --trace', content)
    expect(failure(ran, 2)).toMatchObject({ code: 'Usage', message: `${file} ${message}` })
    expect(ran.stderr).not.toContain('trace:')
    const piped = await on('policy diff app - --json --trace', '', { stdin: content })
    expect(failure(piped, 2).message).toBe(`standard input ${message}`)
  })

  test('FILE that is not there, or a folder', async () => {
    const { type } = await prepared()
    expect(told((await type('policy diff app nowhere.json')).stderr).error).toBe(
      'error: policy file nowhere.json does not exist',
    )
    mkdirSync(join(type.directory, 'folder'))
    const folder = await type(`policy diff app ${type.directory}/folder`)
    expect(folder.exitCode).toBe(2)
    expect(told(folder.stderr).error).toContain('EISDIR')
  })

  test('a key of AWS can be compared too: nothing is changed', async () => {
    const { on, type } = await prepared()
    const before = type.sandboxBytes()
    const ran = await on('policy diff alias/aws/s3 FILE --exit-code', more)
    expect(ran.exitCode).toBe(10)
    expect(type.sandboxBytes()).toBe(before)
  })

  test('what a file says cannot steer the terminal', async () => {
    const { on } = await prepared()
    const hostile = { ...alice, Sid: 'a\u001b[2J\nb', Action: 'kms:RTLDecrypt' }
    const { stdout } = await on(
      'policy diff app FILE',
      JSON.stringify({ Statement: [root, hostile] }).replace('RTL', '\\u202e'),
    )
    expect(stdout).toContain('statement 2 "a\\x1b[2J\\nb"')
    expect(stdout).toContain('kms:\\u202eDecrypt is no action of KMS')
    expect(stdout).not.toMatch(/[\u001b\u202e]/)
  })
})

describe('policy show --explain', () => {
  test('for people, and as JSON; the document stays what it is', async () => {
    const { on, type } = await prepared()
    await on('create --alias second --policy FILE', more)
    const ran = await type('policy show second --explain')
    expect(ran).toMatchObject({ exitCode: 0 })
    expect(ran.stdout).toMatch(/^PRINCIPAL +ADMINISTER +USE +GRANT +DELETE +READ\n/)
    expect(ran.stdout).toContain('account 000000000000: IAM decides')
    const json = document(await type('policy show second --explain --json'))
    expect(json).toMatchObject({
      principals: [
        { principal: ROOT, scope: 'account', administer: { extent: 'all', conditional: false } },
        { principal: ALICE, scope: 'principal', use: { extent: 'some', conditional: false } },
      ],
      denies: [],
      notes: [],
      sandbox: true,
    })
    expect(document(await type('policy show second --json'))).toEqual(more)
  })

  test('by the kind of the key: a signing key is used by signing', async () => {
    const { on, type } = await prepared()
    const signer = { ...alice, Action: ['kms:Sign', 'kms:Verify'] }
    const policy = { Version: '2012-10-17', Statement: [root, signer] }
    await on(
      'create --alias signing --spec ECC_NIST_P256 --usage SIGN_VERIFY --policy FILE',
      policy,
    )
    const { principals } = document(await type('policy show signing --explain --json'))
    expect(principals[1]).toMatchObject({
      principal: ALICE,
      use: { extent: 'all' },
      read: { extent: 'none' },
    })
  })
})
