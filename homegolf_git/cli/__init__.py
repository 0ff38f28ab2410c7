"""The command line: parses, calls one command, and turns every end into an exit code."""

import os


def main() -> None:
    """Run the command line and exit; bytecode that is cut short is taken away, and written anew."""
    while True:
        try:
            from homegolf_git.cli.main import main as run
        except EOFError as error:
            from homegolf_git.cli.bytecode import mended

            place = mended(error)
            if place is None or os.path.exists(place):  # noqa: PTH110 - nothing heavy before the work
                raise
        else:
            break
    run()


__all__ = ["main"]
