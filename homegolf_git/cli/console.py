"""The standard streams: UTF-8 whatever the console takes text for, and never missing."""

import os
import sys
from contextlib import suppress
from typing import TextIO

_STREAMS = ("stdout", "stderr")


def prepare() -> None:
    """Have streams that any text can be written to; one that is closed leads nowhere."""
    while (number := os.open(os.devnull, os.O_RDWR)) <= 2:  # noqa: PLR2004 - else a file would take its place
        pass
    os.close(number)
    for name in _STREAMS:
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - for as long as we live
        else:
            with suppress(AttributeError, ValueError):  # somebody else's stream
                stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def let_go_of_stdout() -> None:
    """Whoever read us has gone: what is left to write goes nowhere, and nobody is told."""
    _let_go(sys.stdout)


def _let_go(stream: TextIO) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def flush() -> OSError | None:
    """Write what is left; why that cannot be, but for a reader that has gone."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        let_go_of_stdout()
    except OSError as error:
        let_go_of_stdout()
        return error
    try:
        sys.stderr.flush()
    except OSError:  # else Python would try again at its end, and say so in the exit code
        _let_go(sys.stderr)
    return None
