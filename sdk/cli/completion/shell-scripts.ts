/** The shells that completion is made for. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/**
 * What a shell reads once to complete `durableflow` from then on. Each asks the command itself, so a script does not age; where the command fails,
 * nothing is completed and nothing printed. The first line of an answer says which paths the shell adds, the others are candidates.
 */
export const shellScripts: Readonly<Record<Shell, string>> = {
  // Bash breaks words at : and =, which ids and options hold, so the command reads the line by itself and answers only with what comes after a break.
  bash: `_durableflow() {
  local line paths=''
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $paths ]]; then paths=$line; else COMPREPLY+=("$line"); fi
  done < <("$1" complete-words bash -- "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  case $paths in
    files) compopt -o default 2>/dev/null ;;
    folders) compopt -o dirnames 2>/dev/null ;;
    *) [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null ;;
  esac
  return 0
}
complete -F _durableflow durableflow
`,
  zsh: `#compdef durableflow
_durableflow() {
  local -a answer words_ notes
  local line
  answer=("\${(@f)$("\${(Q)words[1]}" complete-words zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case $answer[1] in
    files) _files ;;
    folders) _files -/ ;;
  esac
  for line in "\${(@)answer[2,-1]}"; do
    [[ -n $line ]] || continue
    words_+=("\${line%%$'\\t'*}")
    notes+=("\${line//$'\\t'/  }")
  done
  (( $#words_ )) && compadd -l -V durableflow -d notes -- "$words_[@]"
}
if [[ "\${funcstack[1]}" = _durableflow ]]; then _durableflow "$@"; else compdef _durableflow durableflow; fi
`,
  fish: `function __durableflow_complete
  set -l words (commandline -opc)
  set -l answer ($words[1] complete-words fish -- $words[2..-1] (commandline -ct | string unescape) 2>/dev/null)
  switch "$answer[1]"
    case files
      __fish_complete_path (commandline -ct)
    case folders
      __fish_complete_directories (commandline -ct)
  end
  for line in $answer[2..-1]
    echo $line
  end
end
complete -c durableflow -f -k -a '(__durableflow_complete)'
`,
};
