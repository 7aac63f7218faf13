# bash completion of efgen. To have it in every shell, put this into ~/.bashrc:
#   eval "$(efgen completion bash)"
_efgen() {
  local line
  local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$(printf %q "${line%%$'\t'*}")")
  done < <("$1" complete -- "${words[@]//\\/}" 2>/dev/null)
}
complete -o default -F _efgen efgen
