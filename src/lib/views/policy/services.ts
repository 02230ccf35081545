import type { PolicyService, ServiceUse } from '../../results.js'
import { fields, table } from '../text/layout.js'
import type { Ui } from '../text/style.js'

/** Every service of the catalogue, one a line. */
export function servicesView(services: readonly PolicyService[], ui: Ui): string {
  const columns = [
    { title: 'SERVICE' },
    { title: 'CALLED BY', shrinks: true },
    { title: 'KEY', shrinks: true },
    { title: 'DOCUMENTATION', shrinks: true },
  ]
  const rows = services.map(({ name, calledBy, key, uses }) => [
    name,
    calledBy,
    key.keySpec === 'SYMMETRIC_DEFAULT'
      ? 'symmetric'
      : `${key.keySpec}${key.region === null ? '' : ` in ${key.region}`}`,
    (uses.at(-1)?.documentation ?? '').replace(/#.*/, ''),
  ])
  return table(columns, rows, ui)
}

/** One service: each of its uses with its statements, as JSON that can go into a policy. */
export function serviceView(service: PolicyService, ui: Ui): string {
  const { name, title, calledBy, key, uses, notes } = service
  const head = fields(
    [
      ['Service', `${name}: ${title}`],
      ['Called by', calledBy],
      ['Key', key.inWords],
    ],
    ui,
  )
  const remarks = notes.map((note) => `- ${note}`).join('\n')
  return [head, ...uses.map((use) => useView(name, use, ui)), ...(remarks === '' ? [] : [remarks])]
    .filter((part) => part !== '')
    .join('\n\n')
}

function useView(name: string, use: ServiceUse, ui: Ui): string {
  const { purpose, source, statements, example, documentation } = use
  const publishers = Object.entries(source?.publishers ?? {})
  const flag = source === null ? `--service ${name}` : `--service ${name}=SOURCE_ARN`
  return [
    ui.style.bold(`${flag}: ${purpose}`),
    fields(
      [
        ['SOURCE_ARN', source === null ? null : `${source.what}, such as ${source.example}`],
        ['SERVICE', publishers.length < 2 ? null : publishers.map(publisher).join(', ')],
        ['Example', example],
        ['From', documentation],
      ],
      ui,
    ),
    JSON.stringify(statements, null, 2),
  ].join('\n')
}

/** A service of ARNs, with its principal where that is not named like it. */
function publisher([service, principal]: [string, string]): string {
  return principal === `${service}.amazonaws.com` ? service : `${service} (${principal})`
}
