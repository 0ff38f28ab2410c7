# Completion of homegolf for bash: it asks the program for what may stand at the cursor.
_homegolf() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            $'\t'*) compopt -o default 2>/dev/null ;; # a file
            *) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <(_HOMEGOLF_COMPLETE="${4:-homegolf}" "$1" "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
# What git's own completion calls; its words begin with those for git.
_git_homegolf() { _homegolf homegolf "" "" git; }
complete -F _homegolf homegolf git-homegolf
