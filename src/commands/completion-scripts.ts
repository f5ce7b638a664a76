/**
 * What `nomadctl completion` prints. Each script hands the words up to the cursor to `nomadctl __complete`, which answers
 * a line per candidate: the word, a tab, what it is. No answer lets the shell offer files.
 */
export const completionScripts: Readonly<Record<string, string>> = {
  bash: String.raw`# nomadctl completion for bash
_nomadctl() {
  local line words=() prefix
  # Bash breaks words at = and :, nomadctl does not: take the line apart at blanks only.
  line="${'$'}{COMP_LINE:0:COMP_POINT}"
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  prefix="${'$'}{words[${'$'}{#words[@]}-1]}"
  local IFS=$'\n'
  COMPREPLY=($("${'$'}{words[0]}" __complete "${'$'}{words[@]:1}" 2>/dev/null | cut -f1))
  # What readline has already (up to the last = or :) must not come again.
  if [[ "$prefix" == *[=:]* ]]; then
    prefix="${'$'}{prefix%"${'$'}{prefix##*[=:]}"}"
    COMPREPLY=("${'$'}{COMPREPLY[@]#"$prefix"}")
  fi
  # A flag that takes its value after = goes on without a blank.
  [[ ${'$'}{#COMPREPLY[@]} -eq 1 && "${'$'}{COMPREPLY[0]}" == *= ]] && compopt -o nospace
  return 0
}
complete -o bashdefault -o default -F _nomadctl nomadctl
`,
  zsh: String.raw`#compdef nomadctl
# nomadctl completion for zsh
_nomadctl() {
  local -a candidates
  local word about
  while IFS=$'\t' read -r word about; do
    candidates+=("${'$'}{word//:/\\:}${'$'}{about:+:$about}")
  done < <("${'$'}{words[1]}" __complete "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)
  if (( ${'$'}{#candidates} )); then
    _describe -V nomadctl candidates
  else
    _files
  fi
}
if [[ "${'$'}{funcstack[1]}" == _nomadctl ]]; then
  _nomadctl "$@"
else
  (( ${'$'}{+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _nomadctl nomadctl
fi
`,
  fish: String.raw`# nomadctl completion for fish
function __nomadctl_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l candidates ($words[1] __complete $words[2..-1] 2>/dev/null)
  if test (count $candidates) -gt 0
    printf '%s\n' $candidates
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c nomadctl -f -a '(__nomadctl_complete)'
`,
};
