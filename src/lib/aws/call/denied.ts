import type { DeserializeMiddleware } from '@smithy/types'
import { failureOf, noteFailure } from './failure.js'
import { operationName } from './operations.js'

/** Notes for each error which action was asked for, so that a denial can name it where AWS's message does not. */
export const notedActions: DeserializeMiddleware<object, object> =
  (next, context) => async (args) => {
    try {
      return await next(args)
    } catch (error) {
      const service = (context.clientName ?? '').replace(/Client$/, '').toLowerCase()
      if (service !== '') {
        noteFailure(error, { action: `${service}:${operationName(context.commandName)}` })
      }
      throw error
    }
  }

/** The action that a denial is about: as AWS's message names it, else that of the call which failed. */
export function deniedAction(error: { message?: string }): {
  action: string | undefined
  /** Whether AWS's message names it. */
  told: boolean
} {
  const told = /not authorized to perform:?\s+([a-z0-9-]+:[A-Za-z]+)/.exec(error.message ?? '')?.[1]
  return { action: told ?? failureOf(error).action, told: told !== undefined }
}

/** Actions on no key: only an IAM policy can allow them (docs/facts/actions.csv, policyType iam). */
const IAM_ONLY = new Set(['kms:CreateKey', 'kms:ListAliases', 'kms:ListKeys'])
/** Actions on an alias and its key, which are allowed in two places (docs/facts/actions.csv). */
const ON_ALIASES = new Set(['kms:CreateAlias', 'kms:DeleteAlias', 'kms:UpdateAlias'])

/** What to do about a denial, with where the action has to be allowed. */
export function deniedHints(action: string | undefined, message = ''): string[] {
  const hints = /explicit deny/i.test(message)
    ? ['an explicit deny is in force: as long as it is there, no other policy can allow it']
    : []
  // A role that cannot be assumed, say: not among what a command needs of KMS.
  if (action !== undefined && !/^(kms|iam):/.test(action)) return hints
  return [
    ...hints,
    whereToAllow(action),
    'the actions that each command needs: docs/reference/permissions.md',
  ]
}

function whereToAllow(action = 'the action'): string {
  if (IAM_ONLY.has(action) || action.startsWith('iam:')) {
    return `${action} is allowed by an IAM policy on all resources; a key policy cannot`
  }
  if (ON_ALIASES.has(action)) {
    return `${action} must be allowed on the alias by an IAM policy, and on the key by its key policy, or by IAM where the key policy leaves it to IAM`
  }
  return `${action} must be allowed by the key policy, or by an IAM policy where the key policy leaves it to IAM`
}
