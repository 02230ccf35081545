/**
 * Principals as people write them. Source: "AWS JSON policy elements: Principal" in the IAM User Guide
 * (accounts, users, roles, role sessions and federated users are principals of kind AWS; groups and
 * instance profiles are not; no wildcards within an ARN), contract 2.
 */
import { usageError } from '../../errors.js'

/** Whose account completes what is written short. */
export interface Identity {
  readonly partition: string
  readonly accountId: string
}

const FORMS =
  'give an ARN of iam or sts, a 12-digit account ID (its root), root, user/NAME or role/NAME'
const ACCOUNT_ID = /^\d{12}$/
/** A name, with its path where it has one. IAM allows letters, digits and +=,.@_- in names. */
const NAMED = /^(?:user|role)\/(?:[\x21-\x2e\x30-\x7e]+\/)*[\w+=,.@-]+$/
const SESSION = /^(?:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+|federated-user\/[\w+=,.@-]+)$/

/**
 * The ARN of a principal: an ARN as it is, and a 12-digit account ID, `root`, `user/NAME` and `role/NAME`
 * completed with the caller's partition and account.
 */
export function completePrincipal(text: string, identity: Identity): string {
  if (!principalNeedsIdentity(text)) return checkedArn(text)
  const iam = `arn:${identity.partition}:iam::`
  if (ACCOUNT_ID.test(text)) return `${iam}${text}:root`
  if (text === 'root' || isNamed(text)) return `${iam}${identity.accountId}:${text}`
  throw usageError(`principal ${shown(text)} is not complete: ${FORMS}`)
}

/** Whether a principal's ARN takes the caller's partition or account: that of everything but an ARN does. */
export function principalNeedsIdentity(text: string): boolean {
  return !text.startsWith('arn:')
}

function checkedArn(text: string): string {
  const [, service, resource] = /^arn:aws(?:-[a-z]+)*:(iam|sts)::\d{12}:(.+)$/u.exec(text) ?? []
  if (service === undefined || resource === undefined) {
    throw usageError(`principal ${shown(text)} is no principal's ARN: ${FORMS}`)
  }
  if (/^(?:group|instance-profile)\//.test(resource)) {
    throw usageError(
      `principal ${shown(text)} cannot be a principal, being a ${resource.split('/')[0]}: ${FORMS}`,
    )
  }
  if (resource.includes('*') || resource.includes('?')) {
    throw usageError(
      `principal ${shown(text)} contains a wildcard, which IAM does not match in principals: ${FORMS}`,
    )
  }
  const known =
    service === 'iam' ? resource === 'root' || isNamed(resource) : SESSION.test(resource)
  if (!known) throw usageError(`principal ${shown(text)} is no principal's ARN: ${FORMS}`)
  return text
}

function isNamed(text: string): boolean {
  return NAMED.test(text) && !/[*?]/.test(text)
}

function shown(text: string): string {
  return JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)
}
