import type { Connection } from '../../aws/connection.js'
import type { Session } from '../../aws/session.js'
import { type ErrorJson, type ExitCode, type KmsctlError, usageError } from '../../errors.js'
import type { Confirmation } from '../../results.js'
import type { Sandbox } from '../../sandbox/index.js'
import { escapeText } from '../../views/text/escape.js'
import type { Style, Ui } from '../../views/text/style.js'
import { type NamedKeys, namedKeys, regionsOf } from '../flags/key-arguments.js'
import { aim, targetFlags } from '../flags/target-flags.js'
import { TerminalAsker } from '../prompts/asker.js'
import { confirm, type GateFlags, unconfirmed } from '../prompts/confirmation.js'
import { type Prompter, prompterOf } from '../prompts/prompter.js'
import type { Run } from '../runtime/run.js'
import { canAsk, type Runtime } from '../runtime/runtime.js'
import type { Editing } from '../terminal/editor.js'
import { inputText, isFile } from '../terminal/input-text.js'
import { outputFile } from '../terminal/output-file.js'
import { ProgressLine, watching } from '../terminal/progress.js'
import { tellError } from './present-error.js'
import { forgetSandboxKeys, openSandbox, sandboxError, usesSandbox } from './sandbox.js'
import { openSession, type SessionFlags } from './session.js'

/** The flags that a context reads; commands that do not talk to AWS have only the global ones. */
export interface ContextFlags extends SessionFlags {
  readonly json?: boolean | undefined
  readonly plain?: boolean | undefined
  readonly 'dry-run'?: boolean | undefined
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
  private progress: ProgressLine | undefined
  private whoAsks: TerminalAsker | undefined
  /** A result that is being printed, which a failure has to close. */
  output: { fail(error: ErrorJson): boolean } | undefined

  constructor(
    readonly runtime: Runtime,
    readonly run: Run,
    private readonly flags: ContextFlags,
    private readonly style: Style,
    /** The command's ID with colons. */
    private readonly command = '',
  ) {}

  /** The clock of the KMS that answers. */
  now(): Date {
    return this.clock?.() ?? this.runtime.now()
  }

  /**
   * The Region's clients and the caller, for the operations of lib/kms.
   *
   * @param manyCalls for a run over many keys
   * @throws KmsctlError `Usage` where `--region` names several
   */
  session({ manyCalls = false } = {}): Promise<Session> {
    if (regionsOf(this.flags).length > 1) {
      throw usageError(
        `--region ${this.flags.region} names several Regions: this command works in one`,
        ['`kmsctl list` and `kmsctl deletion list` take several'],
      )
    }
    this.connecting ??= this.connect(manyCalls)
    return this.connecting
  }

  /** The sessions of all Regions that `--region` names, for a run over many keys. */
  async sessions(): Promise<Session[]> {
    const [, ...others] = regionsOf(this.flags)
    this.connecting ??= this.connect(true)
    const first = await this.connecting
    const { connection } = this
    return [first, ...others.map((name) => ({ ...first, ...connection?.inRegion(name) }))]
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

  /**
   * What a run over many keys tells while it is under way: a line on a terminal that says how far it has
   * come, and on any stderr a warning of what takes long.
   */
  watch() {
    const { stderr } = this.runtime
    if (stderr.isTTY === true && !this.plain) {
      this.progress ??= new ProgressLine(stderr, () => performance.now())
    }
    return watching(this.progress, (line) => this.say(line))
  }

  /** Takes the line of progress off the terminal, before something else is written to it. */
  hideProgress({ forGood = false } = {}): void {
    if (forGood) this.progress?.pause()
    else this.progress?.hide()
  }

  close(): void {
    this.progress?.close()
    this.connection?.close()
  }

  private async connect(manyCalls: boolean): Promise<Session> {
    const { flags, run, runtime } = this
    const embedded = usesSandbox(runtime, flags) ? await this.openEmbedded() : undefined
    const { connection, session } = await openSession(flags, manyCalls, {
      runtime,
      run,
      embedded,
      now: () => this.now(),
      say: (line) => this.say(line),
      askMfaCode: (serial, role) => this.askMfaCode(serial, role),
      onSandbox: () => {
        this.sandboxAnswered = true
      },
    })
    this.connection = connection
    return session
  }

  private openEmbedded() {
    return this.withSandbox(async (sandbox) => {
      const { inProcessHandler } = await import('../../sandbox/index.js')
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
    const say = () => {
      this.hideProgress()
      this.runtime.stderr.write(`${escapeText(line)}\n`)
    }
    if (this.whoAsks === undefined) say()
    else this.whoAsks.between(say)
  }

  /** A warning, once: one that was given before a question is not repeated with the result. */
  warn(warning: string): void {
    if (this.warned.has(warning)) return
    this.warned.add(warning)
    this.say(`warning: ${this.aim(warning)}`)
  }

  /** A text whose commands go where this run goes (`aim.ts`). */
  aim(text: string, region?: string): string {
    return aim(text, this.flags, region)
  }

  /** An error within a result, with its hints aimed as those of a failure are. */
  aimed(error: ErrorJson, region?: string): ErrorJson {
    return { ...error, hints: error.hints.map((hint) => this.aim(hint, region)) }
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
        this.hideProgress({ forGood: true })
        if (evidence !== undefined) this.show(evidence)
        await confirm(confirmation, flags, {
          canAsk: canAsk(this.runtime),
          prompter: () => this.prompter(),
          say: (line) => this.say(this.aim(line)),
          show: (view) => this.show(view),
        })
      },
    }
  }

  /** The gate of a change whose evidence is for people alone: on a terminal, where a dry run shows it too. */
  gateForPeople(flags: GateFlags, evidence: (ui: Ui) => string) {
    if (this.runtime.stderr.isTTY !== true) return this.gate(flags)
    if (flags['dry-run'] === true) this.show(evidence)
    return this.gate(flags, evidence)
  }

  /** Refuses what will have to be confirmed and cannot be, before work is put into it (contract 6.2). */
  requireConfirmable(flags: GateFlags, hints: readonly string[]): void {
    if (flags['dry-run'] !== true && flags.yes !== true && !canAsk(this.runtime)) {
      throw unconfirmed(hints)
    }
  }

  /** Has a person edit a text until it is taken. */
  async edit<R>(editing: Editing<R>): Promise<R> {
    const { edit } = await import('../terminal/editor.js')
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

  /** Shows what whoever is asked has to know, on stderr. */
  show(evidence: (ui: Ui) => string): void {
    this.hideProgress()
    this.runtime.stderr.write(`${evidence(this.ui())}\n`)
  }

  /** How stderr is written to. */
  private ui(): Ui {
    const { stderr } = this.runtime
    const width = stderr.isTTY === true ? stderr.columns || 80 : undefined
    return { style: this.style, now: this.now(), width }
  }

  /** Contract 3: before a change, one line names the account, the Region, the endpoint. */
  private async announce(accountId: string, region: string): Promise<void> {
    const endpoint = await this.connection?.customEndpoint()
    const where = `account ${accountId}, Region ${region}${endpoint ? `, endpoint ${endpoint}` : ''}`
    this.say(this.sandboxAnswered ? `[sandbox] ${where}` : where)
    this.sandboxSaid = this.sandboxAnswered
  }

  /** No confirmation of a change: `--dry-run`, too, has to read with somebody's credentials. */
  private async askMfaCode(serial: string, role: string): Promise<string> {
    const ask = () => this.askForCode(serial, role)
    return this.progress === undefined ? ask() : this.progress.making(ask)
  }

  private async askForCode(serial: string, role: string): Promise<string> {
    this.say(`role ${role} needs a code of MFA device ${serial}`)
    const typed = await this.prompter().secret('Type its code to go on:', (text) =>
      /^\d{6}$/.test(text.trim()) ? true : 'six digits, as the device shows them',
    )
    return typed.trim()
  }

  /** What the wizards may use of the terminal and of this machine, besides who asks. */
  get wizardTools() {
    const { flags, runtime } = this
    return {
      /** Flags that say where the run goes, as words of a command line. */
      target: targetFlags(flags, undefined, (word) => word).flat(),
      ui: () => this.ui(),
      keep: outputFile,
      tell: (error: KmsctlError) => tellError(error, runtime, this.style, this),
    }
  }

  /** Who asks the person at the terminal. Whether one is there says `canAsk`. */
  asker(): TerminalAsker {
    this.hideProgress()
    this.whoAsks ??= new TerminalAsker(this.runtime, this.run, this.style, this.plain)
    return this.whoAsks
  }

  /** Whether to ask in plain lines: `--plain`, KMSCTL_PLAIN, and a terminal that cannot be drawn on. */
  private get plain(): boolean {
    const { KMSCTL_PLAIN: asked = '', TERM } = this.runtime.env
    return this.flags.plain === true || !['', '0'].includes(asked) || TERM === 'dumb'
  }

  private prompter(): Prompter {
    return prompterOf(this.asker())
  }

  /** Whether somebody is at a terminal who can be asked. */
  get canAsk(): boolean {
    return canAsk(this.runtime)
  }

  /** Whether somebody can be asked for what the command line left out. A dry run never asks (contract 6.2). */
  get asks(): boolean {
    return canAsk(this.runtime) && this.flags['dry-run'] !== true
  }

  /** Whether the person at the terminal chose the key. */
  chose = false

  /**
   * What the person at the terminal chooses for arguments that the command line left out.
   *
   * @param names of arguments
   * @returns by their names
   */
  async choose<N extends string>(names: readonly N[]): Promise<Record<N, string>> {
    const { choose } = await import('../../key-picker/choose.js')
    const desk = {
      asker: this.asker(),
      session: () => this.session({ manyCalls: true }),
      watch: () => this.watch(),
      hideProgress: () => this.hideProgress({ forGood: true }),
      words: this.command.replaceAll(':', ' '),
    }
    this.chose = true
    return choose(desk, this.command, names)
  }

  /**
   * The keys of a command that takes several: with one KEY alone it answers as every other change does.
   *
   * @param filter what the command's selector selects; undefined where none was given
   */
  async keys<F>(words: readonly string[] | undefined, filter?: F): Promise<NamedKeys<F>> {
    if ((words ?? []).length === 0 && filter === undefined && this.asks) {
      const { key } = await this.choose(['key'])
      return { kind: 'one', key }
    }
    return namedKeys(words ?? [], filter, {
      missing: () => this.missing('KEY'),
      read: () => this.readText('-', 'KEY'),
    })
  }

  /** What a command line without a necessary argument ends with. */
  missing(argument: string): KmsctlError {
    const words = this.command.replaceAll(':', ' ')
    return usageError(`missing argument ${argument}`, [`see \`kmsctl ${words} --help\``])
  }

  /** What a change of many keys needs of the terminal and of its flags. */
  overKeys(flags: GateFlags & { readonly concurrency?: number | undefined }) {
    return { gate: this.gate(flags), concurrency: flags.concurrency, watch: this.watch() }
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
