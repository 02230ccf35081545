import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { explainServices } from '../src/lib/policy/services/explanation.ts'

/**
 * Writes docs/reference/services.md from the catalogue in src/lib/policy/services. `--check` writes nothing and fails
 * where the file is not what would be written.
 */
const PATH = 'docs/reference/services.md'
const FILE = fileURLToPath(new URL(`../${PATH}`, import.meta.url))

const code = (text) => `\`${text}\``

function service({ name, title, calledBy, key, uses, notes }) {
  return [
    `## ${name}`,
    `${title}. Called by: ${calledBy}. Key: ${key.inWords}.`,
    ...uses.map((one) => use(name, one)),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ].join('\n\n')
}

function use(name, { purpose, source, example, statements, documentation }) {
  const flag = source === null ? `--service ${name}` : `--service ${name}=SOURCE_ARN`
  const services = Object.entries(source?.publishers ?? {})
  const facts = [
    ...(source === null ? [] : [`SOURCE_ARN: ${source.what}, such as ${code(source.example)}`]),
    ...(services.length < 2
      ? []
      : [`SERVICE.amazonaws.com, by the ARN: ${services.map(publisher).join(', ')}`]),
    `Example: ${code(example)}`,
    `From: <${documentation}>`,
  ]
  return [
    `### ${code(flag)}: ${purpose}`,
    facts.map((fact) => `- ${fact}`).join('\n'),
    `\`\`\`json\n${JSON.stringify(statements, null, 2)}\n\`\`\``,
  ].join('\n\n')
}

function publisher([arn, principal]) {
  return principal === `${arn}.amazonaws.com` ? arn : `${arn} (${code(principal)})`
}

const services = explainServices()
const document = `<!-- Written by scripts/services.js (\`npm run services\`). Change src/lib/policy/services. -->
# A key for a service

What \`--service\` of \`kmsctl create\` and \`kmsctl policy build\` adds to a key policy, service by service.
\`kmsctl policy services NAME\` shows the same. Every statement comes from the service's own documentation,
which is linked; where it is doubtful or silent, a note says so.

- The statement for the account's root never covers a service: without a statement of its own it is denied,
  and some services then lose data without a word.
- **The service** calls with a principal of its own. \`aws:SourceArn\` and \`aws:SourceAccount\` hold it to your
  resources; where a service supports neither, the statement has none.
- **Its users** call where a service acts with the permissions of its user. The statement is for the
  principals of \`--user\`, or for everybody in the account where there are none (as AWS managed keys do it), and
  holds only through the service, by \`kms:ViaService\` and \`kms:CallerAccount\`.
- A condition on the encryption context never stands with \`kms:DescribeKey\`, which has none and would be denied.
- In other partitions the ARNs and principals change: in China \`logs\` has the principal
  \`logs.REGION.amazonaws.com.cn\`, and \`kms:ViaService\` is given with both endings, since AWS's documents do
  not say which holds.

${services.map(({ name, title }) => `- [${name}](#${name}): ${title}`).join('\n')}

${services.map(service).join('\n\n')}
`

if (process.argv.includes('--check')) {
  if (read() === document) process.stdout.write(`services: ${services.length} services\n`)
  else {
    process.stderr.write(`services: ${PATH} is not what the catalogue says\n`)
    process.stderr.write('mend it with `npm run services`\n')
    process.exitCode = 1
  }
} else writeFileSync(FILE, document)

function read() {
  try {
    return readFileSync(FILE, 'utf8')
  } catch {
    return null
  }
}
