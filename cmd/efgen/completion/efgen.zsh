#compdef efgen
# zsh completion of efgen: save it as _efgen in a folder of $fpath, or put this into
# ~/.zshrc after compinit:
#   source <(efgen completion zsh)
_efgen() {
  local line
  local -a candidates
  for line in ${(f)"$(efgen complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)"}; do
    candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
  done
  if (( $#candidates )); then
    _describe efgen candidates
  else
    _files
  fi
}
if [[ $funcstack[1] == _efgen ]]; then
  _efgen "$@"
else
  compdef _efgen efgen
fi
