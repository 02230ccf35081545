import type { Connection } from '../aws/connection.js'
import type { Identity, Session } from '../aws/session.js'
import { type ExitCode, KmsctlError } from '../errors.js'
import type { Sandbox } from '../sandbox/index.js'
import { escapeText } from '../views/escape.js'
import type { Style, Ui } from '../views/style.js'
import type { Editing } from './editor.js'
import { inputText, isFile } from './input-text.js'
import { tellError } from './present-error.js'
import { type Prompter, terminalPrompter } from './prompter.js'
import type { Run } from './run.js'
import { canAsk, type Runtime } from './runtime.js'
import { forgetSandboxKeys, openSandbox, sandboxError, usesSandbox } from './sandbox.js'
import { memoryDirectory } from './state-directory.js'

/** The flags that a context reads; commands that do not talk to AWS have only the global ones. */
export interface ContextFlags {
  readonly json?: boolean | undefined
  readonly profile?: string | undefined
  readonly region?: string | undefined
  readonly 'endpoint-url'?: string | undefined
  readonly 'allow-insecure-endpoint'?: boolean | undefined
  readonly sandbox?: boolean | undefined
  readonly trace?: boolean | undefined
}

/** A question that must be answered before a change (contract, section 6.3). */
export type Confirmation =
  | { readonly kind: 'yes'; readonly question: string }
  | {
      readonly kind: 'typed'
      /** What is about to happen, shown before the question. */
      readonly question: string
      /** What a person has to type: the alias, or the ID where there is none. */
      readonly expected: string
      /** What `--confirm` has to name: the key's ID. */
      readonly keyId: string
    }

export interface GateFlags {
  readonly 'dry-run'?: boolean | undefined
  readonly yes?: boolean | undefined
  readonly confirm?: string | undefined
}

/**
 * What a command may use of the world, each part made when it is first asked for: clients, the
 * embedded KMS, the caller, questions, notes. One context lives for one run.
 */
export class Context {
  /** Whether the embedded KMS has answered, in the process or behind an endpoint. */
  sandboxAnswered = false
  private sandboxSaid = false
  private readonly warned = new Set<string>()
  private connecting: Promise<Session> | undefined
  private connection: Connection | undefined
  private sandbox: Promise<Sandbox> | undefined
  private clock: (() => Date) | undefined

  constructor(
    readonly runtime: Runtime,
    readonly run: Run,
    private readonly flags: ContextFlags,
    private readonly style: Style,
  ) {}

  /** The clock of the KMS that answers. */
  now(): Date {
    return this.clock?.() ?? this.runtime.now()
  }

  /** The Region's clients and the caller, for the operations of lib/kms. */
  session(): Promise<Session> {
    this.connecting ??= this.connect()
    return this.connecting
  }

  /** Where the session's calls go, and what decided that. */
  async whereabouts(): Promise<Pick<Connection, 'profile' | 'endpoint' | 'sources'>> {
    await this.session()
    if (this.connection === undefined) throw new Error('a session has a connection')
    return this.connection
  }

  /** Works on the embedded KMS itself, for the commands that are about it. */
  async withSandbox<T>(work: (sandbox: Sandbox) => Promise<T>): Promise<T> {
    this.sandboxAnswered = true
    try {
      this.sandbox ??= openSandbox(this.runtime)
      return await work(await this.sandbox)
    } catch (error) {
      throw sandboxError(error)
    }
  }

  /** Empties the embedded KMS, and forgets what was remembered of its keys. */
  async resetSandbox(): Promise<void> {
    await this.withSandbox(async (sandbox) => {
      await sandbox.reset()
      await forgetSandboxKeys(this.runtime)
    })
  }

  /** Waits for SIGINT or SIGTERM, and ends the command with that signal's exit code. */
  async untilStopped(): Promise<void> {
    const { reads } = this.run
    if (!reads.aborted) {
      await new Promise((resolve) => reads.addEventListener('abort', resolve, { once: true }))
    }
    this.endWith((reads.reason as KmsctlError).exitCode)
  }

  close(): void {
    this.connection?.close()
  }

  private async connect(): Promise<Session> {
    const { flags, run, runtime } = this
    const embedded = usesSandbox(runtime, flags) ? await this.openEmbedded() : undefined
    const { connect, callerIdentity } = await import('../aws/connection.js')
    const connection = await connect({
      env: runtime.env,
      region: flags.region,
      profile: flags.profile,
      endpointUrl: flags['endpoint-url'],
      allowInsecureEndpoint: flags['allow-insecure-endpoint'] ?? false,
      lifeline: run,
      trace: flags.trace === true ? (line) => this.say(`trace: ${line}`) : undefined,
      askMfaCode: canAsk(runtime) ? (serial, role) => this.askMfaCode(serial, role) : undefined,
      onSandbox: () => {
        this.sandboxAnswered = true
      },
      ...(embedded === undefined ? {} : { sandbox: embedded }),
    })
    this.connection = connection
    let caller: Promise<Identity> | undefined
    return {
      kms: connection.kms,
      region: connection.region,
      identity() {
        caller ??= callerIdentity(connection)
        return caller
      },
      now: () => this.now(),
      memory: async () => {
        const custom = embedded === undefined ? await connection.customEndpoint() : 'sandbox'
        const kms = custom === null || custom === 'sandbox' ? custom : new URL(custom)
        return memoryDirectory(runtime, kms)
      },
      sleep: (milliseconds) => run.sleep(milliseconds),
    }
  }

  private openEmbedded() {
    return this.withSandbox(async (sandbox) => {
      const { inProcessHandler } = await import('../sandbox/index.js')
      const offset = (await sandbox.now()).getTime() - this.runtime.now().getTime()
      this.clock = () => new Date(this.runtime.now().getTime() + offset)
      return inProcessHandler(this.runtime.embedded?.front ?? sandbox)
    })
  }

  /** What a command that succeeded ends with, where a flag asks for more than 0. */
  endWith(exitCode: ExitCode): void {
    this.runtime.exitCode = exitCode
  }

  /** One line on stderr, made harmless. */
  say(line: string): void {
    this.runtime.stderr.write(`${escapeText(line)}\n`)
  }

  /** A warning, once: one that was given before a question is not repeated with the result. */
  warn(warning: string): void {
    if (this.warned.has(warning)) return
    this.warned.add(warning)
    this.say(`warning: ${this.aim(warning)}`)
  }

  /**
   * A text whose `kmsctl …` commands go where this run goes: a hint copied from a rehearsal must not act
   * on AWS, nor one of another Region on this one.
   */
  aim(text: string): string {
    const target = targetFlags(this.flags)
    return text.replace(/kmsctl [a-z][^`]*/g, (command) => {
      if (GOES_NOWHERE.test(command)) return command
      const missing = target.filter(([flag]) => !command.includes(flag))
      return [command.trimEnd(), ...missing.flat()].join(' ')
    })
  }

  /** Says once that the embedded KMS answers, where nothing else has said it. */
  saySandbox(): void {
    if (!this.sandboxAnswered || this.sandboxSaid) return
    this.sandboxSaid = true
    this.say('[sandbox] the embedded KMS answered; nothing reached AWS')
  }

  /** How a change is announced, confirmed and shown dry: the part of a change that is the terminal's. */
  gate(flags: GateFlags, evidence?: (ui: Ui) => string) {
    return {
      dryRun: flags['dry-run'] === true,
      announce: (accountId: string, region: string) => this.announce(accountId, region),
      confirm: async (confirmation: Confirmation, warnings: readonly string[]) => {
        // Who is asked has to know before; who has answered by a flag hears of them with the result.
        const asks = confirmation.kind === 'typed' || flags.yes !== true
        if (asks) for (const warning of warnings) this.warn(warning)
        await this.confirm(confirmation, flags, evidence)
      },
    }
  }

  /** The gate of a change whose evidence is for people alone: on a terminal, where a dry run shows it too. */
  gateForPeople(flags: GateFlags, evidence: (ui: Ui) => string) {
    if (this.runtime.stderr.isTTY !== true) return this.gate(flags)
    if (flags['dry-run'] === true) this.show(evidence)
    return this.gate(flags, evidence)
  }

  /** Refuses what will have to be confirmed and cannot be, before work is put into it (6.2). */
  requireConfirmable(flags: GateFlags, hints: readonly string[]): void {
    if (flags['dry-run'] !== true && flags.yes !== true && !canAsk(this.runtime)) {
      throw unconfirmed(hints)
    }
  }

  /** Has a person edit a text until it is taken. */
  async edit<R>(editing: Editing<R>): Promise<R> {
    const { edit } = await import('./editor.js')
    const { run, runtime, style } = this
    return edit(
      {
        runtime,
        run,
        confirm: (question) => this.prompter().confirm(question),
        tell: (error) => tellError(error, runtime, style, this),
        say: (line) => this.say(this.aim(line)),
      },
      editing,
    )
  }

  private show(evidence: (ui: Ui) => string): void {
    const { stderr } = this.runtime
    const width = stderr.isTTY === true ? stderr.columns || 80 : undefined
    stderr.write(`${evidence({ style: this.style, now: this.now(), width })}\n`)
  }

  /** Contract, section 3: before a change, one line names the account, the Region, the endpoint. */
  private async announce(accountId: string, region: string): Promise<void> {
    const endpoint = await this.connection?.customEndpoint()
    const where = `account ${accountId}, Region ${region}${endpoint ? `, endpoint ${endpoint}` : ''}`
    this.say(this.sandboxAnswered ? `[sandbox] ${where}` : where)
    this.sandboxSaid = this.sandboxAnswered
  }

  private async confirm(
    confirmation: Confirmation,
    flags: GateFlags,
    evidence?: (ui: Ui) => string,
  ): Promise<void> {
    const asking = canAsk(this.runtime)
    if (evidence !== undefined) this.show(evidence)
    if (confirmation.kind === 'yes') {
      if (flags.yes === true) return
      if (!asking) throw unconfirmed(['add --dry-run to see the calls first'])
      if (await this.prompter().confirm(escapeText(confirmation.question))) return
      throw new KmsctlError('Declined', 'declined: nothing was changed')
    }
    // Said even where `--confirm` answers: it holds the date and the command that cancels (6.4).
    this.say(this.aim(confirmation.question))
    if (flags.confirm !== undefined) {
      if (flags.confirm.toLowerCase() === confirmation.keyId) return
      throw new KmsctlError(
        'ConfirmationRequired',
        `--confirm names ${flags.confirm || "''"}, but the key's ID is ${confirmation.keyId}: nothing was changed`,
      )
    }
    if (!asking) {
      throw new KmsctlError(
        'ConfirmationRequired',
        `this needs a confirmation: pass --confirm ${confirmation.keyId}`,
        { hints: ['--yes is not enough for a deletion', 'add --dry-run to see the calls first'] },
      )
    }
    const typed = await this.prompter().input(`Type ${escapeText(confirmation.expected)} to go on:`)
    const { expected } = confirmation
    if (typed.trim() === expected) return
    throw new KmsctlError('Declined', `what was typed is not ${expected}: nothing was changed`)
  }

  /** No confirmation of a change: `--dry-run`, too, has to read with somebody's credentials. */
  private async askMfaCode(serial: string, role: string): Promise<string> {
    this.say(`role ${role} needs a code of MFA device ${serial}`)
    const typed = await this.prompter().secret('Type its code to go on:', (text) =>
      /^\d{6}$/.test(text.trim()) ? true : 'six digits, as the device shows them',
    )
    return typed.trim()
  }

  private prompter(): Prompter {
    return terminalPrompter(this.runtime, this.run, this.style)
  }

  /** The KEYs of a command that takes several: with one alone it answers as every other change does. */
  async keys(
    words: readonly string[],
  ): Promise<{ single: string; several: [] } | { single: null; several: string[] }> {
    const [first] = words
    if (first !== undefined && isSingle(words)) return { single: first, several: [] }
    const several: string[] = []
    for (const word of words) {
      if (word !== '-') several.push(word)
      else several.push(...(await this.readText('-', 'KEY')).split(/\s+/).filter(Boolean))
    }
    return { single: null, several }
  }

  /** The text of a file, or of standard input for `-`. */
  readText(path: string, what: string): Promise<string> {
    return inputText(path, what, this.runtime, this.run)
  }

  /** Whether there is a file of that name. */
  isFile(path: string): Promise<boolean> {
    return isFile(path)
  }
}

function unconfirmed(hints: readonly string[]): KmsctlError {
  return new KmsctlError('ConfirmationRequired', 'this needs a confirmation: pass --yes', { hints })
}

/** What asks nothing of any KMS, and takes no flag that says of which. */
const GOES_NOWHERE = /--help|^kmsctl policy services\b/

/** Whether the words name one key, and not several or standard input. */
export function isSingle(words: readonly string[]): boolean {
  return words.length === 1 && words[0] !== '-'
}

/** The flags that say where a run goes, as words of a command line. */
function targetFlags(flags: ContextFlags): [flag: string, ...value: string[]][] {
  const words: [string, ...string[]][] = flags.sandbox === true ? [['--sandbox']] : []
  for (const flag of ['profile', 'region', 'endpoint-url'] as const) {
    const value = flags[flag]
    if (value !== undefined) words.push([`--${flag}`, quoted(value)])
  }
  return words
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
