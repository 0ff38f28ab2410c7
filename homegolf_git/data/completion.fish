# Completion of homegolf for fish: it asks the program for what may stand at the cursor.
function __homegolf_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in (env _HOMEGOLF_COMPLETE=1 $words[1] $words[2..-1] "$current" 2>/dev/null)
        if string match -q \t'*' -- $line
            __fish_complete_path "$current"
        else
            printf '%s\n' $line
        end
    end
end
complete -c homegolf -f -a '(__homegolf_complete)'
complete -c git-homegolf -f -a '(__homegolf_complete)'
