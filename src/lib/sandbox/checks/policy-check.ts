/**
 * Key policies: the default one, and the check that a new one does not lock the caller out.
 *
 * The check evaluates the document alone, for kms:PutKeyPolicy by the sandbox's user: explicit
 * Deny first, then Allow. A statement for the account (its root or ID) reaches the user, as if
 * IAM policies allowed everything. It does not evaluate conditions: a statement with a Condition
 * neither allows nor denies here. It knows no IAM policies, SCPs, sessions or permission
 * boundaries.
 */
import { callerArn, partitionOf, rootArn } from '../model/arn.js'
import { malformedPolicy } from '../model/errors.js'
import { ACCOUNT_ID } from '../model/model.js'
import { parsePolicy, type Statement } from './policy-document.js'

/** The only policy name that KMS has. */
export const POLICY_NAME = 'default'

/** Refuses a policy that KMS would refuse. */
export function checkPolicy(text: string, region: string, bypass: boolean | undefined): void {
  const statements = parsePolicy(text, partitionOf(region))
  if (bypass !== true && !allowsPutKeyPolicy(statements, region)) {
    throw malformedPolicy(
      'The new key policy will not allow you to update the key policy in the future.',
    )
  }
}

/** The text that AWS attaches when CreateKey gets none, spaced as AWS spaces it. */
export function defaultPolicy(region: string): string {
  return [
    '{',
    '  "Version" : "2012-10-17",',
    '  "Id" : "key-default-1",',
    '  "Statement" : [ {',
    '    "Sid" : "Enable IAM User Permissions",',
    '    "Effect" : "Allow",',
    '    "Principal" : {',
    `      "AWS" : "${rootArn(region)}"`,
    '    },',
    '    "Action" : "kms:*",',
    '    "Resource" : "*"',
    '  } ]',
    '}',
  ].join('\n')
}

function allowsPutKeyPolicy(statements: readonly Statement[], region: string): boolean {
  const mine = new Set(['*', ACCOUNT_ID, rootArn(region), callerArn(region)])
  const applies = (statement: Statement) =>
    !statement.conditional &&
    statement.principals.some((name) => mine.has(name)) !== statement.principalsExcluded &&
    statement.actions.some(coversPutKeyPolicy) !== statement.actionsExcluded
  const applying = statements.filter(applies)
  return applying.length > 0 && applying.every((statement) => statement.allows)
}

/** Actions are compared without regard to case, with `*` and `?` as wildcards. */
function coversPutKeyPolicy(action: string): boolean {
  const pattern = action.replaceAll('*', '.*').replaceAll('?', '.')
  return new RegExp(`^${pattern}$`, 'i').test('kms:PutKeyPolicy')
}
