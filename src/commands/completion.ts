import { Args } from '@oclif/core'
import { type Invocation, KmsctlCommand } from '../lib/cli/command/kmsctl-command.js'
import { completionScript, SHELLS, type Shell } from '../lib/completion/scripts.js'
import type { CompletionScript } from '../lib/results.js'

export default class Completion extends KmsctlCommand<typeof Completion, CompletionScript> {
  static override summary = 'Print a script that completes commands, flags and keys in a shell.'
  static override description =
    'bash: put `source <(kmsctl completion bash)` into ~/.bashrc. zsh: put `source <(kmsctl completion zsh)` into ~/.zshrc, after compinit. fish: `kmsctl completion fish > ~/.config/fish/completions/kmsctl.fish`. Aliases and IDs of keys are those that kms:ListAliases and kms:ListKeys show, read at most once a minute in the background.'
  static override examples = [
    '<%= config.bin %> completion bash',
    '<%= config.bin %> completion zsh',
    '<%= config.bin %> completion fish',
  ]
  static override args = {
    shell: Args.string({
      required: true,
      options: [...SHELLS],
      description: 'The shell to print it for.',
    }),
  }

  protected async execute({ args }: Invocation<typeof Completion>): Promise<CompletionScript> {
    const shell = args.shell as Shell
    return { shell, script: completionScript(shell) }
  }

  protected view({ shell }: CompletionScript): string {
    // The result's own text was made harmless for a terminal: a script must stay as it is.
    return completionScript(shell).trimEnd()
  }
}
