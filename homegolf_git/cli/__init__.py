"""The command line: parses, calls one command, and turns every end into an exit code."""

from homegolf_git.cli.main import main

__all__ = ["main"]
