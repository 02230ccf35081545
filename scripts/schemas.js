import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createGenerator } from 'ts-json-schema-generator'

/**
 * Writes the JSON Schema of every command's result from the types in src/lib/results.ts, so that they
 * cannot differ. `--check` writes nothing and fails where a file is not what would be written.
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'schemas')

const CHANGES = ['Change', 'DryRun']
const BULK = ['Change', 'Batch', 'DryRun']
const SANDBOX = ['SandboxStatus']
/** The types that a command prints under `--json`, by its ID. */
const RESULTS = {
  'alias:create': CHANGES,
  'alias:delete': CHANGES,
  'alias:list': ['AliasList'],
  'alias:update': CHANGES,
  create: CHANGES,
  'deletion:cancel': BULK,
  'deletion:check': ['DeletionCheck'],
  'deletion:list': ['KeyList'],
  'deletion:schedule': CHANGES,
  describe: ['Key', 'KeyDescriptions'],
  disable: BULK,
  enable: BULK,
  list: ['KeyList'],
  'policy:build': ['KeyPolicy'],
  'policy:services': ['PolicyServices'],
  'policy:edit': CHANGES,
  'policy:history': ['PolicyVersions', 'KeyPolicy'],
  'policy:rollback': CHANGES,
  'policy:set': CHANGES,
  'policy:lint': ['PolicyLint'],
  recover: ['Recovery', 'DryRun'],
  'policy:diff': ['PolicyDiff'],
  'policy:show': ['KeyPolicy', 'PolicyExplanation'],
  'rotation:disable': CHANGES,
  'rotation:enable': BULK,
  'rotation:now': CHANGES,
  'rotation:status': ['RotationStatus'],
  'sandbox:advance': [...SANDBOX, 'DryRun'],
  'sandbox:reset': [...SANDBOX, 'DryRun'],
  'sandbox:serve': ['SandboxServed'],
  completion: ['CompletionScript'],
  'sandbox:status': SANDBOX,
  'tag:list': ['TagList'],
  'tag:remove': CHANGES,
  'tag:set': BULK,
  update: CHANGES,
  whoami: ['WhoAmI'],
}

const generator = createGenerator({
  path: join(root, 'src/lib/results.ts'),
  tsconfig: join(root, 'tsconfig.json'),
  skipTypeCheck: true,
  additionalProperties: false,
})

function schema(title, types) {
  const definitions = Object.assign(
    {},
    ...types.map((type) => generator.createSchema(type).definitions),
  )
  for (const type of types) {
    // Where the embedded KMS answered, the document says so.
    if (type !== 'KeyPolicy') definitions[type].properties.sandbox = { const: true }
  }
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title,
    anyOf: types.map((type) => ({ $ref: `#/definitions/${type}` })),
    definitions: Object.fromEntries(Object.entries(definitions).sort()),
  }
}

const files = new Map([['error.json', schema('A failure of any command', ['Failure'])]])
for (const [id, types] of Object.entries(RESULTS)) {
  files.set(`${id.replace(':', '-')}.json`, schema(`kmsctl ${id.replace(':', ' ')}`, types))
}

const { commands } = JSON.parse(readFileSync(join(root, 'oclif.manifest.json'), 'utf8'))
const problems = Object.keys(commands)
  .filter((id) => !(id in RESULTS))
  .map((id) => `${id} has no result type in scripts/schemas.js`)

if (process.argv.includes('--check')) {
  for (const [name, wanted] of files) {
    if (read(name) !== text(wanted)) problems.push(`schemas/${name} is not what the types say`)
  }
  for (const name of readdirSync(folder)) {
    if (!files.has(name)) problems.push(`schemas/${name} belongs to no command`)
  }
} else {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [name, wanted] of files) writeFileSync(join(folder, name), text(wanted))
}

function text(value) {
  return `${JSON.stringify(value, null, 2)}\n`
}

function read(name) {
  try {
    return readFileSync(join(folder, name), 'utf8')
  } catch {
    return null
  }
}

for (const problem of problems) process.stderr.write(`schemas: ${problem}\n`)
if (problems.length > 0) {
  process.stderr.write('mend it with `npm run schemas`\n')
  process.exitCode = 1
} else process.stdout.write(`schemas: ${files.size} files\n`)
