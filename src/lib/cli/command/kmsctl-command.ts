import { Command, type Interfaces } from '@oclif/core'
import type { ErrorJson } from '../../errors.js'
import type { DryRun } from '../../results.js'
import { dryRunView } from '../../views/dry-run.js'
import { harmless, toJson } from '../../views/text/escape.js'
import type { Ui } from '../../views/text/style.js'
import { GLOBAL_FLAGS } from '../flags/flags.js'
import { isSingle } from '../flags/key-arguments.js'
import { askedFor } from '../flags/scan-output-flags.js'
import { Run } from '../runtime/run.js'
import { canAsk, type Runtime, runtimeOf, styleFor } from '../runtime/runtime.js'
import { Context } from './context.js'
import { missingArguments, presentError } from './present-error.js'

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

  /** Refuses flags that are wrong whatever the key, before anybody is asked for one. */
  protected check(_flags: Invocation<C>['flags']): void {}

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
      const { flags, args, missing } = await this.commandLine(runtime)
      run = new Run(runtime, flags.timeout ?? this.timeLimit(args.key, flags))
      const style = await styleFor(runtime, runtime.stderr, asked.noColor)
      context = new Context(runtime, run, flags, style, this.id ?? '')
      const invocation = { flags, args, context } as unknown as Invocation<C>
      const work = async () => {
        this.check(flags as Invocation<C>['flags'])
        // Without a way back, whoever is asked answers.
        if (missing.length > 0) Object.assign(args, await invocation.context.choose(missing))
        return this.execute(invocation)
      }
      const result = await Promise.race([work(), run.overdue])
      if (result !== undefined) await this.present(result, invocation)
    } catch (error) {
      await presentError(error, { runtime, ...asked, command: this.id ?? '', context })
    } finally {
      context?.close()
      run?.close()
    }
  }

  /**
   * The command line. Arguments that it lacks are no error where somebody can be asked for all of them.
   */
  private async commandLine(runtime: Runtime) {
    try {
      return { ...(await this.parse(this.ctor)), missing: [] }
    } catch (error) {
      const missing = missingArguments(error)
      const known = missing.length > 0 && missing.every((name) => ASKED_FOR.includes(name))
      if (!known || !canAsk(runtime)) throw error
      const { args, flags, baseFlags } = this.ctor
      const relaxed = Object.entries(args).map(([name, arg]) => [name, { ...arg, required: false }])
      const input = { flags, baseFlags, args: Object.fromEntries(relaxed) }
      const parsed = await this.parse(input as typeof this.ctor)
      if ((parsed.flags as { 'dry-run'?: boolean })['dry-run'] === true) throw error
      return { ...parsed, missing }
    }
  }

  /** Prints a result. Only a command that goes on after its result calls this itself. */
  protected async present(result: R | DryRun, { flags, context }: Invocation<C>): Promise<void> {
    const { json, noColor } = askedFor(this.argv)
    const { runtime } = context
    context.hideProgress({ forGood: true })
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

  private json(given: R | DryRun, context: Context): unknown {
    const result = withAimedHints(given, context)
    if (!context.sandboxAnswered || (this.printsDocument && !isDryRun(result))) return result
    return { ...result, sandbox: true }
  }

  private text(result: R | DryRun, flags: { quiet?: boolean }, ui: Ui): string {
    if (isDryRun(result)) return dryRunView(result, ui.style)
    if (this.printsDocument) return toJson(result)
    const safe = harmless(result)
    return flags.quiet === true ? this.quiet(safe).join('\n') : this.view(safe, ui)
  }

  /** A command that takes several KEYs has no limit where it may have got more than one. */
  private timeLimit(key: unknown, flags: object): number | undefined {
    const overMany = 'concurrency' in (this.ctor.flags ?? {})
    const selects = SELECTOR.some((flag) => (flags as Record<string, unknown>)[flag] !== undefined)
    const several = Array.isArray(key) && !isSingle(key)
    return overMany && (several || selects) ? undefined : this.defaultTimeout
  }

  /** oclif's own handling of errors is not used: `run` has told them already. */
  protected override async catch(error: Error): Promise<void> {
    throw error
  }

  override jsonEnabled(): boolean {
    return false
  }
}

/** Arguments that a person can be asked for. */
const ASKED_FOR = ['key', 'key-or-file', 'name']

/** The flags that select keys, of commands over many. */
const SELECTOR = ['tag', 'alias-prefix', 'state']

/** The hints of a change of several keys, of each of them. */
function withAimedHints<T>(result: T, context: Context): T {
  const { results } = (result ?? {}) as { results?: { error: ErrorJson | null }[] }
  if (!Array.isArray(results)) return result
  const aimed = results.map((one) => ({ ...one, error: one.error && context.aimed(one.error) }))
  return { ...result, results: aimed }
}

function isDryRun(result: unknown): result is DryRun {
  return (result as { dryRun?: unknown } | null)?.dryRun === true
}

function warningsOf(result: unknown): readonly string[] {
  const warnings = (result as { warnings?: unknown } | null)?.warnings
  return Array.isArray(warnings) ? warnings.map(String) : []
}
