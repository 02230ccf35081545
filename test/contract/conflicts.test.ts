import { describe, expect, test } from 'vitest'
import { document, failure, told } from '../support/documents.js'
import { preparedShell, shell } from '../support/run/shell.js'

describe('what belongs to somebody else ends with 6 (contract 5)', () => {
  test.each(['create --alias app', 'alias create app next'])('%s', async (line) => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    const error = failure(await type(`${line} --json`), 6)
    expect(error).toMatchObject({
      code: 'AliasTaken',
      details: { aliasName: 'alias/app', keyId: type.fill('{app}') },
    })
    expect(error.message).toContain(type.fill('{app}'))
    expect(error.hints.join('\n')).toContain('kmsctl alias update alias/app')
    expect(type.sandboxBytes()).toBe(before)
  })
})

describe('create --if-not-exists (contract 2)', () => {
  const WISH = "create --alias one --description 'first key' --tag Team=pay --tag Env=prod"

  test.each([
    ['what was given is there', ''],
    ['tags are compared as a subset', 'less tags'],
  ])('equal: 0 and changed: false (%s)', async (_why, less) => {
    const type = shell()
    await type(WISH)
    const line = less === '' ? WISH : WISH.replace(' --tag Env=prod', '')
    const ran = await type(`${line} --if-not-exists --json`)
    expect(document(ran)).toMatchObject({ changed: false, key: { aliases: ['alias/one'] } })
    expect(ran.exitCode).toBe(0)
  })

  test.each([
    ['--description other', 'description'],
    ['--tag Team=ship', 'tag'],
    ['--spec RSA_2048 --usage SIGN_VERIFY', 'spec'],
    ['--spec HMAC_256', 'usage'],
    ['--origin EXTERNAL', 'origin'],
    ['--rotation-period-days 90', 'rotation'],
    ['--no-rotation', 'rotation'],
    ['--multi-region', 'multi-Region'],
    ['--admin user/alice', 'policy'],
  ])('%s differs: 6 with the difference', async (flags, field) => {
    const type = shell()
    await type(WISH)
    const before = type.sandboxBytes()
    const error = failure(await type(`create --alias one ${flags} --if-not-exists --json`), 6)
    expect(error).toMatchObject({ code: 'Different' })
    const fields = error.details.differences.map((one: { field: string }) => one.field)
    expect(fields.join(' ')).toContain(field)
    expect(type.sandboxBytes()).toBe(before)
  })

  test('disabled without --disabled, or pending deletion: 5', async () => {
    const type = await preparedShell()
    await type('disable app --yes')
    expect(failure(await type('create --alias app --if-not-exists --json'), 5).hints).toContain(
      type.fill('kmsctl enable {app}'),
    )
    const asked = await type('create --alias app --disabled --if-not-exists --json')
    expect(document(asked)).toMatchObject({ changed: false, key: { keyState: 'Disabled' } })
    await type('deletion schedule next --confirm {next}')
    const pending = failure(await type('create --alias next --if-not-exists --json'), 5)
    expect(pending.hints.join('\n')).toContain(type.fill('kmsctl deletion cancel {next}'))
  })
})

describe('deletion schedule (6.3 and 6.4)', () => {
  test('--yes is no flag of it, and --confirm must be the ID', async () => {
    const type = await preparedShell()
    const before = type.sandboxBytes()
    expect(failure(await type('deletion schedule app --yes --json'), 2).message).toContain('--yes')
    for (const wrong of ['app', 'alias/app', '{next}', "''"]) {
      const error = failure(await type(`deletion schedule app --confirm ${wrong} --json`), 5)
      expect(error.code).toBe('ConfirmationRequired')
      expect(error.message).toContain(type.fill('{app}'))
    }
    expect(type.sandboxBytes()).toBe(before)
  })

  test('shows the evidence, the date and what cancels it on stderr before it asks', async () => {
    const type = await preparedShell()
    const ran = await type('deletion schedule app --days 7 --confirm {app}')
    const { deletionDate } = document(await type('describe app --json'))
    for (const part of ['Aliases', 'Grants', 'Last used', 'Verdict', 'alias/app', deletionDate]) {
      expect(ran.stderr).toContain(part.slice(0, 13))
    }
    expect(ran.stderr).toContain(type.fill('kmsctl deletion cancel {app}'))
    expect(ran.exitCode).toBe(0)
  })

  test('again with another window: the date stays, and a warning says so', async () => {
    const type = await preparedShell()
    await type('deletion schedule app --days 7 --confirm {app}')
    const first = document(await type('describe app --json')).deletionDate
    const again = document(await type('deletion schedule app --days 30 --json'))
    expect(again).toMatchObject({ changed: false, key: { deletionDate: first } })
    expect(again.warnings.join('\n')).toContain(first)
    const same = document(await type('deletion schedule app --days 7 --json'))
    expect(same).toMatchObject({ changed: false, warnings: [] })
  })

  test('--release-aliases frees the names at once', async () => {
    const type = await preparedShell()
    const ran = await type('deletion schedule app --confirm {app} --release-aliases --json')
    expect(document(ran)).toMatchObject({ changed: true, key: { aliases: [] } })
    expect(await type('create --alias app')).toMatchObject({ exitCode: 0 })
  })

  test('deletion cancel leaves the key disabled; --enable never enables another', async () => {
    const type = await preparedShell()
    await type('deletion schedule app --confirm {app}')
    const cancelled = document(await type('deletion cancel app --json'))
    expect(cancelled).toMatchObject({ changed: true, key: { keyState: 'Disabled' } })
    const again = document(await type('deletion cancel app --enable --json'))
    expect(again).toMatchObject({ changed: false, key: { keyState: 'Disabled' } })
    expect(again.warnings).toHaveLength(1)
  })

  test('a key that is gone is not found: 3', async () => {
    const type = await preparedShell()
    await type('deletion schedule app --days 7 --confirm {app}')
    await type('sandbox advance --days 8')
    for (const line of ['describe app', 'deletion cancel {app}']) {
      const ran = await type(line)
      expect(ran.exitCode).toBe(3)
      expect(told(ran.stderr).hints.length).toBeGreaterThan(0)
    }
  })
})

describe('a state that forbids it ends with 5 (contract 5)', () => {
  test.each(['rotation enable app', 'rotation disable app', 'rotation now app --yes'])(
    '%s on a disabled key names what enables it',
    async (line) => {
      const type = await preparedShell()
      await type('disable app --yes')
      const error = failure(await type(`${line} --json`), 5)
      expect(error).toMatchObject({ code: 'WrongState', details: { keyState: 'Disabled' } })
      expect(error.hints).toContain(type.fill('kmsctl enable {app}'))
    },
  )

  test.each(['rotation enable mac', 'rotation now mac --yes'])(
    '%s on a key whose kind cannot rotate',
    async (line) => {
      const type = shell()
      await type('create --alias mac --spec HMAC_256')
      expect(failure(await type(`${line} --json`), 5)).toMatchObject({ code: 'NotEligible' })
    },
  )

  test('alias update to a key of another kind', async () => {
    const type = await preparedShell()
    await type('create --alias mac --spec HMAC_256')
    const error = failure(await type('alias update app mac --yes --json'), 5)
    expect(error.message).toContain('HMAC_256')
  })

  test.each(['alias update nosuch app --yes', 'alias delete nosuch --yes'])(
    '%s: an alias that does not exist is 3',
    async (line) => {
      const type = await preparedShell()
      expect(failure(await type(`${line} --json`), 3)).toMatchObject({
        code: 'AliasNotFound',
        message: expect.stringContaining('alias/nosuch'),
      })
    },
  )
})
