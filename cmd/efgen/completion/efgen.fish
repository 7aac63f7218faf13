# fish completion of efgen: save it as ~/.config/fish/completions/efgen.fish
function __efgen_complete
    set -l words (commandline -opc) "$(commandline -ct)"
    set -l candidates (efgen complete -- $words[2..] 2>/dev/null)
    if set -q candidates[1]
        string join \n -- $candidates
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c efgen -f -a '(__efgen_complete)'
