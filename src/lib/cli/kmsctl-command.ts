import { Command, type Interfaces } from '@oclif/core'
import type { DryRun } from '../results.js'
import { dryRunView } from '../views/dry-run.js'
import { harmless, toJson } from '../views/escape.js'
import type { Ui } from '../views/style.js'
import { askedFor } from './asked-for.js'
import { Context, isSingle } from './context.js'
import { GLOBAL_FLAGS } from './flags.js'
import { presentError } from './present-error.js'
import { Run } from './run.js'
import { runtimeOf, styleFor } from './runtime.js'

/** What `execute` gets: the parsed flags and arguments, and the world. */
export interface Invocation<C extends typeof Command> {
  readonly flags: Interfaces.InferredFlags<C['flags'] & (typeof KmsctlCommand)['baseFlags']>
  readonly args: Interfaces.InferredArgs<C['args']>
  readonly context: Context
}

/**
 * The base of every command: parse → one call into lib → return the result. What a command returns
 * is its JSON contract; how people see it is its view. Errors, exit codes, streams and escaping are
 * decided here, once.
 */
export abstract class KmsctlCommand<C extends typeof Command, R> extends Command {
  static override baseFlags = GLOBAL_FLAGS

  /** A document (a key policy) is printed as it is, with `--json` and without, and nothing is added. */
  protected readonly printsDocument: boolean = false
  /** Seconds that a run may take without `--timeout`; undefined for runs over many keys. */
  protected readonly defaultTimeout: number | undefined = 300

  /** Does the work and returns what `--json` prints; undefined where it has printed that itself. */
  protected abstract execute(invocation: Invocation<C>): Promise<R | DryRun | undefined>

  /** The result for people. Every string in it has been made harmless. */
  protected abstract view(result: R, ui: Ui): string

  /** The lines of `--quiet`: key IDs only. Commands with that flag define it. */
  protected quiet(_result: R): string[] {
    return []
  }

  override async run(): Promise<void> {
    const runtime = runtimeOf(this.config)
    const asked = askedFor(this.argv)
    let context: Context | undefined
    let run: Run | undefined
    try {
      const { flags, args } = await this.parse(this.ctor)
      run = new Run(runtime, flags.timeout ?? this.timeLimit(args.key))
      const style = await styleFor(runtime, runtime.stderr, asked.noColor)
      context = new Context(runtime, run, flags, style)
      const invocation = { flags, args, context } as unknown as Invocation<C>
      const result = await Promise.race([this.execute(invocation), run.overdue])
      if (result !== undefined) await this.present(result, invocation)
    } catch (error) {
      await presentError(error, { runtime, ...asked, command: this.id ?? '', context })
    } finally {
      context?.close()
      run?.close()
    }
  }

  /** Prints a result. Only a command that goes on after its result calls this itself. */
  protected async present(result: R | DryRun, { flags, context }: Invocation<C>): Promise<void> {
    const { json, noColor } = askedFor(this.argv)
    const { runtime } = context
    context.saySandbox()
    if (json) {
      runtime.stdout.write(`${toJson(this.json(result, context))}\n`)
      return
    }
    const style = await styleFor(runtime, runtime.stdout, noColor)
    const width = runtime.stdout.isTTY === true ? (runtime.stdout.columns ?? 80) : undefined
    const text = this.text(result, flags as { quiet?: boolean }, {
      style,
      width,
      now: context.now(),
    })
    if (text !== '') runtime.stdout.write(`${text}\n`)
    for (const warning of warningsOf(result)) context.warn(warning)
  }

  private json(result: R | DryRun, context: Context): unknown {
    if (!context.sandboxAnswered || (this.printsDocument && !isDryRun(result))) return result
    return { ...result, sandbox: true }
  }

  private text(result: R | DryRun, flags: { quiet?: boolean }, ui: Ui): string {
    if (isDryRun(result)) return dryRunView(result, ui.style)
    if (this.printsDocument) return toJson(result)
    const safe = harmless(result)
    return flags.quiet === true ? this.quiet(safe).join('\n') : this.view(safe, ui)
  }

  /** A command that takes several KEYs has no limit where it got more than one. */
  private timeLimit(key: unknown): number | undefined {
    return Array.isArray(key) && !isSingle(key) ? undefined : this.defaultTimeout
  }

  /** oclif's own handling of errors is not used: `run` has told them already. */
  protected override async catch(error: Error): Promise<void> {
    throw error
  }

  override jsonEnabled(): boolean {
    return false
  }
}

function isDryRun(result: unknown): result is DryRun {
  return (result as { dryRun?: unknown } | null)?.dryRun === true
}

function warningsOf(result: unknown): readonly string[] {
  const warnings = (result as { warnings?: unknown } | null)?.warnings
  return Array.isArray(warnings) ? warnings.map(String) : []
}
