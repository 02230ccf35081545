import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RULES, SEVERITIES } from '../src/lib/policy/lint/index.ts'

/**
 * Writes docs/reference/policy-rules.md from the rules in src/lib/policy/lint. `--check` writes nothing and fails
 * where the file is not what would be written.
 */
const path = fileURLToPath(new URL('../docs/reference/policy-rules.md', import.meta.url))

const row = ({ id, severity, finds, source }) =>
  `| \`${id}\` | ${severity} | ${finds.replaceAll('|', '\\|')} | [${titleOf(source)}](${source}) |`

/** The last part of an address says enough in a table. */
function titleOf(source) {
  const { hostname, pathname } = new URL(source)
  return hostname === 'github.com' ? pathname.slice(1) : pathname.replace(/^.*\/|\.html$/g, '')
}

const rows = SEVERITIES.flatMap((severity) =>
  RULES.filter((rule) => rule.severity === severity).map(row),
)

const wanted = `<!-- Written by scripts/policy-rules.js (\`npm run policy-rules\`). Change src/lib/policy/lint. -->
# The rules of the policy linter

\`policy lint\` judges the policy of a key, or one in a file; commands that send a policy judge it
before they send it. \`--allow RULE\` lets what a rule finds pass; \`--fail-on\` says from which severity on
\`policy lint\` ends with 5. Tests hold each rule to documents that trip it and to their nearest twins, which
do not.

- **Who can change the policy** is judged from the policy alone. A statement for the account's root counts
  as able, because IAM policies decide then; KMS itself checks the caller's real permissions. A condition
  that cannot be decided here is never taken for a lockout. Calls of people have no \`aws:SourceArn\`,
  \`aws:SourceAccount\`, \`aws:SourceOrgID\` or \`aws:SourceOrgPaths\`, and PutKeyPolicy has no encryption context.
- **Public** is an Allow for \`*\`, or with NotPrincipal, unless a condition that an absent key does not satisfy
  names who calls: by \`aws:PrincipalOrgID\`, \`aws:PrincipalOrgPaths\`, \`aws:PrincipalAccount\`,
  \`aws:PrincipalArn\` with its account, \`aws:userid\`, \`kms:CallerAccount\`, \`aws:SourceAccount\`,
  \`aws:SourceArn\`, \`aws:SourceOrgID\`, \`aws:SourceOrgPaths\`, \`aws:SourceVpc\`, \`aws:SourceVpce\`,
  \`aws:VpceAccount\`, \`aws:VpceOrgID\`, \`aws:SourceIp\` with a range that is not too wide; or unless a Deny
  leaves out all but such. \`kms:ViaService\` alone limits to a service: a warning. \`aws:PrincipalTag/…\`,
  \`aws:SecureTransport\`, \`aws:username\` and the encryption context limit nobody: every account can have them.
- What is no policy document (no JSON, no Statement, a number for an account) is a usage error, 2.

| severity | meaning |
|---|---|
| error | KMS would refuse it, it locks out, it opens the key to the public, or it names what does not exist. \`create\` and every command that sets a policy refuse it before anything is sent; \`policy lint\` ends with 5. |
| warning | Legal, but probably not intended. Reported on stderr and in \`warnings\` of the result. |
| note | Worth knowing. Only \`policy lint\` reports it. |

| rule | severity | finds | source |
|---|---|---|---|
${rows.join('\n')}
`

if (process.argv.includes('--check')) {
  if (read() === wanted) process.stdout.write(`policy-rules: ${RULES.length} rules\n`)
  else {
    process.stderr.write('policy-rules: docs/reference/policy-rules.md is not what the rules say\n')
    process.stderr.write('mend it with `npm run policy-rules`\n')
    process.exitCode = 1
  }
} else {
  writeFileSync(path, wanted)
  process.stdout.write(`policy-rules: ${RULES.length} rules\n`)
}

function read() {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
