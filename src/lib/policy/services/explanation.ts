/** The catalogue as a result: what `policy services` and docs/reference/services.md show. */
import type { PolicyService, ServiceUse as UseResult } from '../../results.js'
import { SERVICES } from './index.js'
import { keyInWords } from './key-need.js'
import type { ServiceEntry, ServiceUse, SourceKind } from './model/service.js'
import { type ServiceRequest, serviceNamed } from './request.js'
import { serviceStatements } from './statements.js'

/** Stand in statements for what only the key, or the command line, tells. */
const PLACEHOLDERS = { partition: 'aws', region: 'REGION', accountId: 'ACCOUNT', callers: [] }
const SOURCE = {
  arn: 'SOURCE_ARN',
  partition: 'aws',
  service: '',
  region: '',
  account: 'ACCOUNT_OF_SOURCE_ARN',
  resource: '',
}

/** One service explained, or every one. */
export function explainServices(name?: string): PolicyService[] {
  return (name === undefined ? SERVICES : [serviceNamed(name)]).map(explained)
}

function explained(entry: ServiceEntry): PolicyService {
  const { name, title, calledBy, key, uses, notes } = entry
  return {
    name,
    title,
    calledBy,
    key: {
      inWords: keyInWords(key),
      keySpec: key.keySpec,
      keyUsage: key.keyUsage,
      region: key.region ?? null,
      singleRegion: key.singleRegion ?? false,
    },
    uses: uses.map((use) => explainedUse(entry, use)),
    notes: [...notes],
  }
}

function explainedUse(entry: ServiceEntry, use: ServiceUse): UseResult {
  const { purpose, source, documentation } = use
  const publishers = source === null ? {} : publishersOf(source)
  return {
    purpose,
    source: source === null ? null : { what: source.what, example: source.example, publishers },
    example: exampleOf(entry, source),
    statements: serviceStatements(placeholders(entry, use), PLACEHOLDERS).map((one) => ({
      ...one,
    })),
    documentation,
  }
}

function publishersOf({ services }: SourceKind): Record<string, string> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, principal]) =>
      principal === null ? [] : [[service, principal]],
    ),
  )
}

/** A request with every gap filled by the gap's name. */
function placeholders(entry: ServiceEntry, use: ServiceUse): ServiceRequest {
  if (use.source === null) return { entry, use, source: null }
  const { services, account } = use.source
  const principals = Object.values(services)
  const publisher = principals.length === 1 ? (principals[0] ?? null) : 'SERVICE.amazonaws.com'
  return {
    entry,
    use: { ...use, source: { ...use.source, services: { '': publisher } } },
    source: account === 'none' ? { ...SOURCE, account: '' } : SOURCE,
  }
}

function exampleOf({ name, key }: ServiceEntry, source: SourceKind | null): string {
  const kind =
    key.keySpec === 'SYMMETRIC_DEFAULT' ? '' : ` --spec ${key.keySpec} --usage ${key.keyUsage}`
  const region =
    key.region ?? (source?.region === 'same' ? source.example.split(':')[3] : undefined)
  return [
    `kmsctl create --alias ${name}-key${kind}`,
    ...(region === undefined ? [] : [`--region ${region}`]),
    `--service ${name}${source === null ? '' : `=${source.example}`}`,
  ].join(' ')
}
