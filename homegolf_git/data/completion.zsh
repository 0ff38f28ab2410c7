#compdef homegolf git-homegolf
# Completion of homegolf for zsh: it asks the program for what may stand at the cursor.
_homegolf() {
    local line
    local -a found
    for line in "${(@f)$(_HOMEGOLF_COMPLETE=1 ${words[1]} "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
            $'\t'*) _files ;;
            ?*) found+=("${line/$'\t'/:}") ;;
        esac
    done
    (( ${#found} )) && _describe -t homegolf homegolf found
}
_git-homegolf() { _homegolf; }
if [[ ${funcstack[1]} == _homegolf ]]; then
    _homegolf "$@" # loaded by its name
else
    (( ${+functions[compdef]} )) || { autoload -Uz compinit && compinit; }
    compdef _homegolf homegolf git-homegolf
fi
