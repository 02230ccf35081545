import fc from 'fast-check'
import { KMS_ACTIONS } from '../../../src/lib/policy/catalogue/actions.js'
import { diffPolicies } from '../../../src/lib/policy/compare/diff.js'
import type { AccessChange, PolicyPrincipal } from '../../../src/lib/results.js'
import { type Caller, decide, type Request } from '../evaluator.js'
import { diceOf } from './dice.js'
import { anyDocument } from './documents.js'
import { differing, requestFor } from './requests.js'
import { changed, respelt } from './rewrites.js'

export interface DiffTally {
  pairs: number
  gained: number
  lost: number
}

/** Requests that are asked of each pair. */
const REQUESTS = 16

const NAMES = KMS_ACTIONS.map(({ name }) => name)

/**
 * Compares a policy with what becomes of it, or with another one. Whoever the oracle allows by the one and
 * not by the other something must stand among those who gain, or lose, that action.
 */
export function compareDiffs(pairs: number, seed: number): DiffTally {
  const tally: DiffTally = { pairs: 0, gained: 0, lost: 0 }
  fc.assert(
    fc.property(fc.gen(), (g) => {
      const dice = diceOf(g)
      const before = anyDocument(dice)
      const edited = dice.percent(80) ? changed(before, dice) : anyDocument(dice)
      const after = respelt(dice.percent(30) ? changed(edited, dice) : edited, dice)
      const focus = differing(before, edited)
      const diff = diffPolicies(before, after)
      const both = () => JSON.stringify({ before, after })
      if (diff.equal !== (diff.changes.length === 0)) throw new Error(`no changes: ${both()}`)
      const gains = diff.changes.flatMap((change) => change.gains)
      const losses = diff.changes.flatMap((change) => change.losses)
      for (let asked = 0; asked < REQUESTS; asked++) {
        const request = known(requestFor([before, after], focus, dice))
        const [old, now] = [before, after].map((one) => decide(one, request) === 'allow')
        if (old === now) continue
        if (now) tally.gained++
        else tally.lost++
        if (!(now ? gains : losses).some((change) => tells(change, request))) {
          throw new Error(
            `not among those who ${now ? 'gain' : 'lose'}: ${JSON.stringify(request)} ${both()}`,
          )
        }
      }
      tally.pairs++
    }),
    { numRuns: pairs, seed },
  )
  return tally
}

/** The request for an action that the catalogue knows, or for one that KMS may add. */
function known(request: Request): Request {
  const { action } = request
  const name = NAMES.find((one) => one.toLowerCase() === action.toLowerCase())
  return { ...request, action: name ?? (action.length % 2 === 0 ? 'kms:Newest' : 'kms:Sign') }
}

/** Whether a change says that this caller gained, or lost, this action. */
export function tells(change: AccessChange, { caller, action }: Request): boolean {
  const future =
    /^kms:\*( but|$)/.test(change.summary) || change.summary.includes('actions that KMS may add')
  return (
    isAbout(change, caller) && (action === 'kms:Newest' ? future : change.actions.includes(action))
  )
}

function isAbout({ principal, kind, scope, except }: AccessChange, caller: Caller): boolean {
  const names = namesOf(caller)
  const named = (one: PolicyPrincipal) =>
    names.some((name) => name.kind === one.kind && name.principal === one.principal)
  if (scope === 'everybody') return !except.some(named)
  if (scope === 'principal') return named({ principal, kind })
  return 'arn' in caller && caller.arn.split(':')[4] === principal.split(':')[4]
}

function namesOf(caller: Caller): PolicyPrincipal[] {
  if (caller.type === 'service') return [{ principal: caller.name, kind: 'Service' }]
  if (caller.type === 'provider') return [{ principal: caller.name, kind: 'Federated' }]
  if (caller.type === 'anonymous') return []
  const arns = caller.type === 'session' ? [caller.arn, caller.role] : [caller.arn]
  return arns.map((principal) => ({ principal, kind: 'AWS' }))
}
