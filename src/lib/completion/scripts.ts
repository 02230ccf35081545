/** The shells that can be told how to complete. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const

export type Shell = (typeof SHELLS)[number]

// `kmsctl` is called by its name, so that it may be an alias or a function, too.
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# Completion of kmsctl for bash: source it, or put it where bash-completion looks.
_kmsctl() {
  local replies
  replies=$(kmsctl __complete bash "$COMP_LINE" "$COMP_POINT" "$COMP_WORDBREAKS" 2>/dev/null </dev/null)
  COMPREPLY=()
  if [[ $replies == ':files' ]]; then
    compopt -o default 2>/dev/null
  elif [[ -n $replies ]]; then
    local IFS=$'\\n'
    COMPREPLY=($replies)
  fi
}
complete -F _kmsctl kmsctl
`,
  zsh: `#compdef kmsctl
# Completion of kmsctl for zsh: source it, or save it as _kmsctl in a folder of $fpath.
_kmsctl() {
  local -a replies described
  local reply
  replies=("\${(@f)$(kmsctl __complete zsh "\${(@Q)words[2,CURRENT]}" 2>/dev/null </dev/null)}")
  if [[ \${replies[1]} == ':files' ]]; then
    _files
  elif [[ \${replies[1]} == *$'\\t'* ]]; then
    for reply in "\${replies[@]}"; do
      described+=("\${\${reply%%$'\\t'*}//:/\\\\:}:\${reply#*$'\\t'}")
    done
    _describe kmsctl described
  elif [[ -n \${replies[1]} ]]; then
    compadd -a replies
  fi
}
if [[ \${funcstack[1]} == _kmsctl ]]; then
  _kmsctl "$@"
else
  compdef _kmsctl kmsctl
fi
`,
  fish: `# Completion of kmsctl for fish: save it as ~/.config/fish/completions/kmsctl.fish.
function __kmsctl_complete
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l replies (kmsctl __complete fish $before[2..-1] "$current" 2>/dev/null </dev/null)
    if test "$replies[1]" = ':files'
        __fish_complete_path "$current"
    else
        string join \\n -- $replies
    end
end
complete --command kmsctl --no-files --arguments '(__kmsctl_complete)'
`,
}

/** The script that makes a shell ask kmsctl what may stand at the cursor. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell]
}
