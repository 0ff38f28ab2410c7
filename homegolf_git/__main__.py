"""`python -m homegolf_git`."""

from homegolf_git.cli import main

main()
