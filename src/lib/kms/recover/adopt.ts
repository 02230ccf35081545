/** `recover --adopt`: a name for a key whose claim this journal does not know. */
import { ListGrantsCommand } from '@aws-sdk/client-kms'
import { explain } from '../../aws/call/errors.js'
import type { Session } from '../../aws/session.js'
import { KmsctlError, usageError } from '../../errors.js'
import type { PolicyDocument } from '../../policy/document/document.js'
import type { KeyMetadata, Recovery } from '../../results.js'
import { aliasTaken, aliasTarget, MAY_GET_ALIAS } from '../alias/aliases.js'
import { type Call, failedAfter } from '../change/calls.js'
import { deliver } from '../change/deliver.js'
import type { Plan } from '../change/plan.js'
import { readBack } from '../change/read-back.js'
import { shows } from '../change/verify.js'
import { CreationJournal, type MachineTools } from '../create/journal.js'
import { readTags } from '../key/describe.js'
import { requireState, resolveForChange } from '../key/resolve.js'
import { readPolicy } from '../policy/read.js'
import { aliasName } from '../rules/alias-name.js'
import { parseKeyRef } from '../rules/key-ref.js'
import { CLAIM_TAG } from '../rules/tags.js'

/** What is shown of a key before it is adopted: a tag proves nothing, for whoever may tag keys can write it. */
export interface AdoptionEvidence {
  readonly key: KeyMetadata
  readonly policy: PolicyDocument
  readonly grants: readonly { readonly grantee: string; readonly operations: readonly string[] }[]
  /** Whether there are more grants than these. */
  readonly more: boolean
}

export interface AdoptionPlan extends Plan<Recovery> {
  readonly evidence: AdoptionEvidence
}

/**
 * Plans giving a key its name after its policy, kind and grants were shown.
 *
 * @throws KmsctlError `Usage` (2), `NotEligible` (5) for a key without a claim, `AliasTaken` (6)
 */
export async function planAdopt(
  session: Session,
  text: string,
  name: string | undefined,
  tools: MachineTools = {},
): Promise<AdoptionPlan> {
  if (name === undefined) throw usageError('--adopt needs --alias NAME, the name to give the key')
  if (parseKeyRef(text).kind.startsWith('alias')) {
    throw usageError(`--adopt ${text} is no key ID: name the key by its ID or ARN`)
  }
  const alias = aliasName(name)
  const key = await resolveForChange(session, text)
  const { keyId, arn, accountId, region } = key
  requireState(key, 'given an alias', MAY_GET_ALIAS)
  const token = (await readTags(session, arn))[CLAIM_TAG]
  if (token === undefined) {
    throw new KmsctlError('NotEligible', `key ${keyId} carries no claim of kmsctl's`, {
      hints: [`give any key a name: kmsctl alias create ${alias} ${keyId}`],
    })
  }
  const holder = await aliasTarget(session, alias)
  if (holder !== null && holder.arn !== arn) throw aliasTaken(alias, holder)
  const call: Call = { operation: 'CreateAlias', input: { AliasName: alias, TargetKeyId: arn } }
  const calls = holder === null ? [call] : []
  const warnings: string[] = []
  const apply = async (): Promise<Recovery> => {
    for (const one of calls) {
      await deliver(session, one).catch((error) => {
        throw failedAfter([], calls, error, keyId, [])
      })
      warnings.push(...(await readBack(session, async () => (await shows(session, one)) === true)))
    }
    await endClaim(session, key, token, tools).catch((error) => {
      // The key has its name: what the journal cannot be told is no reason to say otherwise.
      warnings.push(explain(error).message)
    })
    return { claims: [{ token, keyId, alias, state: 'adopted', next: null }], warnings }
  }
  return {
    ...{ accountId, region, arn, calls, warnings, unchanged: apply, apply },
    confirmation: {
      kind: 'yes',
      question: `Give key ${keyId} the name ${alias}? Whoever may tag keys can have written its claim: look at its policy and grants.`,
    },
    evidence: await evidenceOf(session, key),
  }
}

async function evidenceOf(session: Session, key: KeyMetadata): Promise<AdoptionEvidence> {
  const [policy, { Grants = [], Truncated = false }] = await Promise.all([
    readPolicy(session, key.arn),
    session.kms.send(new ListGrantsCommand({ KeyId: key.arn })),
  ])
  const grants = Grants.map(({ GranteePrincipal = '?', Operations = [] }) => {
    return { grantee: GranteePrincipal, operations: Operations }
  })
  return { key, policy, grants, more: Truncated }
}

/**
 * Where this journal knows the claim after all, it has its ending now; not while a run works on it, nor where its key
 * is another one, which the tag was copied from.
 */
async function endClaim(
  session: Session,
  { accountId, keyId }: KeyMetadata,
  token: string,
  tools: MachineTools,
): Promise<void> {
  const journal = await CreationJournal.open(session, accountId, tools)
  const { open } = await journal.list()
  for (const { claim, home } of open) {
    if (claim.token !== token || (claim.keyId !== null && claim.keyId !== keyId)) continue
    if (!(await home.isHeld(claim))) await home.end(token)
  }
}
