import { KmsctlError } from '../../errors.js'
import type { Confirmation } from '../../results.js'
import { escapeText, harmless } from '../../views/text/escape.js'
import type { Ui } from '../../views/text/style.js'
import type { Prompter } from './prompter.js'

export interface GateFlags {
  readonly 'dry-run'?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly confirm?: string | undefined
}

/** What confirming needs of the terminal. */
export interface Terminal {
  readonly canAsk: boolean
  prompter(): Prompter
  /** One line on stderr, whose commands go where this run goes. */
  say(line: string): void
  show(view: (ui: Ui) => string): void
}

/**
 * Has a change confirmed, by its flag or by the person at the terminal (contract 6.3).
 *
 * @throws KmsctlError `ConfirmationRequired` (5) where nobody can be asked and no flag answers, or `--confirm`
 * names another key; `Declined` (5)
 */
export async function confirm(
  confirmation: Confirmation,
  flags: GateFlags,
  terminal: Terminal,
): Promise<void> {
  if (confirmation.kind === 'typed') await confirmTyped(confirmation, flags, terminal)
  else if (flags.yes !== true) await confirmYes(confirmation, terminal)
}

/** What a change ends with that needs `--yes` and was not given it. */
export function unconfirmed(hints: readonly string[]): KmsctlError {
  return new KmsctlError('ConfirmationRequired', 'this needs a confirmation: pass --yes', { hints })
}

async function confirmYes(
  { question, preview }: Confirmation & { kind: 'yes' },
  { canAsk, prompter, show }: Terminal,
): Promise<void> {
  if (!canAsk) throw unconfirmed(['add --dry-run to see the calls first'])
  if (preview !== undefined) {
    const { previewView } = await import('../../views/preview.js')
    show((ui) => previewView(harmless(preview), ui))
  }
  if (await prompter().confirm(escapeText(question))) return
  throw new KmsctlError('Declined', 'declined: nothing was changed')
}

async function confirmTyped(
  { question, expected, keyId }: Confirmation & { kind: 'typed' },
  flags: GateFlags,
  { canAsk, prompter, say }: Terminal,
): Promise<void> {
  // Said even where `--confirm` answers: it holds the date and the command that cancels (contract 6.4).
  say(question)
  if (flags.confirm !== undefined) {
    if (flags.confirm.toLowerCase() === keyId) return
    throw new KmsctlError(
      'ConfirmationRequired',
      `--confirm names ${flags.confirm || "''"}, but the key's ID is ${keyId}: nothing was changed`,
    )
  }
  if (!canAsk) {
    throw new KmsctlError(
      'ConfirmationRequired',
      `this needs a confirmation: pass --confirm ${keyId}`,
      { hints: ['--yes is not enough for a deletion', 'add --dry-run to see the calls first'] },
    )
  }
  const typed = await prompter().input(`Type ${escapeText(expected)} to go on:`)
  if (typed.trim() === expected) return
  throw new KmsctlError('Declined', `what was typed is not ${expected}: nothing was changed`)
}
