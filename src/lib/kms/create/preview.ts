/** A key as `create` would make it, for whoever looks at it before. */
import type { Session } from '../../aws/session.js'
import type { PolicyDocument } from '../../policy/document/document.js'
import { policyText } from '../../policy/document/document.js'
import { partitionOf } from '../../policy/document/partition.js'
import { checkRules } from '../../policy/lint/index.js'
import type { Finding, NewKeyPrice } from '../../results.js'
import { aliasTaken, aliasTarget } from '../alias/aliases.js'
import { callerIfReachable } from '../key/caller.js'
import { findingsFor } from '../policy/lint.js'
import { aliasName } from '../rules/alias-name.js'
import type { ValidatedCreate } from '../rules/create.js'
import type { CreateFlags } from '../rules/create-flags.js'
import { newKeyPrice } from '../rules/price.js'
import type { CreateTools } from './creation.js'
import { type CreateRequest, planCreate, prepareCreate } from './plan.js'
import { createRequest } from './request.js'

/** What `create` would make of a request. */
export interface ExaminedCreate {
  readonly wanted: ValidatedCreate
  /** KMS's own where none is asked for; null where its account is not known. */
  readonly document: PolicyDocument | null
  readonly findings: readonly Finding[]
  readonly warnings: readonly string[]
  readonly price: NewKeyPrice
}

/**
 * Checks a request as `create` does and judges its policy; findings are told, and not thrown.
 *
 * @throws KmsctlError `Usage` (2) for what the input breaks
 */
async function examineCreate(session: Session, request: CreateRequest): Promise<ExaminedCreate> {
  checkRules(request.allow)
  const { wanted, caller, policy, recipient } = await prepareCreate(session, request)
  const document = policy?.document ?? defaultPolicy(caller.identity)
  const text = policy?.text ?? (document === null ? '' : policyText(document, 0))
  return {
    wanted,
    document,
    findings: document === null ? [] : findingsFor({ text, document }, recipient),
    warnings: caller.warnings,
    price: newKeyPrice(wanted),
  }
}

/**
 * What the wizard of `create` asks of KMS and STS. Nothing of it makes a key: `plan` only plans one.
 */
export async function createQueries(session: Session, tools: CreateTools) {
  const { region } = session
  const { identity } = await callerIfReachable(session)
  const partition = identity?.partition ?? partitionOf(region)
  return {
    place: { region, partition, accountId: identity?.accountId ?? null },
    /** The ID of the key that an alias names, or null. */
    holder: async (alias: string) => (await aliasTarget(session, alias))?.keyId ?? null,
    /** @throws KmsctlError `AliasTaken` (6) */
    async requireFree(aliases: readonly string[]) {
      for (const name of aliases.map(aliasName)) {
        const key = await aliasTarget(session, name)
        if (key !== null) throw aliasTaken(name, key)
      }
    },
    examine: (flags: CreateFlags, policyText: string | undefined) =>
      examineCreate(session, createRequest(flags, policyText)),
    plan: (flags: CreateFlags, policyText: string | undefined) =>
      planCreate(session, createRequest(flags, policyText), tools),
  }
}

/**
 * What a key gets for which no policy is given. Source: "Default key policy" in the KMS Developer Guide
 * (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
 */
function defaultPolicy(
  identity: { partition: string; accountId: string } | undefined,
): PolicyDocument | null {
  if (identity === undefined) return null
  const { partition, accountId } = identity
  return {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  }
}
