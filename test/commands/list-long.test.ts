import { expect, test } from 'vitest'
import { document } from '../support/documents.js'
import { preparedShell } from '../support/run/shell.js'

/** Price where it matters, in dollars a month (docs/facts/quotas.md): $1, and $1 for each of two rotations. */
test('list --long adds rotation and tags, --price the price, said to be a list price of a date', async () => {
  const type = await preparedShell()
  await type('tag set app Team=pay')
  await type('rotation now app --yes')
  await type('sandbox advance --days 1')
  const { keys, pricesAsOf } = document(await type('list --long --price --json'))
  expect(pricesAsOf).toMatch(/^\d{4}/)
  expect(keys).toMatchObject([
    {
      aliases: ['alias/app'],
      rotation: { enabled: true, rotationPeriodInDays: 365 },
      tags: { Team: 'pay' },
      monthlyCostUsd: 2,
    },
    { aliases: ['alias/next'], monthlyCostUsd: 1 },
  ])
  const { stdout } = await type('list --long --price')
  const [head = '', first = '', , last = ''] = stdout.split('\n')
  expect(head).toMatch(/KEY ID +ALIASES +STATE +SPEC +ROTATION +USD\/MONTH +TAGS +DESCRIPTION/)
  expect(first).toMatch(/every 365 days +2\.00 +Team=pay/)
  expect(last).toBe(`list prices of ${pricesAsOf}`)
})

test('a key of AWS’s and a key pending deletion cost nothing', async () => {
  const type = await preparedShell()
  await type('deletion schedule app --confirm {app}')
  const { keys } = document(await type('list --price --manager all --json'))
  const costs = Object.fromEntries(
    keys.map((key: { aliases: string[]; monthlyCostUsd: number }) => [
      key.aliases[0],
      key.monthlyCostUsd,
    ]),
  )
  expect(costs).toMatchObject({ 'alias/app': 0, 'alias/next': 1, 'alias/aws/s3': 0 })
})
