"""The output of a command as it comes, with the time beside the limit on a terminal."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress

from homegolf_git.shell.progress import Progress


class Live:
    """Where the output goes."""

    def __init__(
        self,
        to: int,
        progress: Progress,
        limit: float | None,
        beat: Callable[[], None] | None = None,
    ) -> None:
        """`to` is a file descriptor; -1 shows nothing. `beat` is called once a second."""
        self._beat = beat
        self._to, self._progress = to, progress
        self._limit = "" if limit is None else f" of {limit:,.0f}"
        self._shown = -1

    def show(self, data: bytes) -> None:
        """Pass output on; a reader that went away stops nothing."""
        self._progress.clear()
        while data and self._to >= 0:
            try:
                data = data[os.write(self._to, data) :]
            except BlockingIOError:
                continue
            except OSError:
                self._to = -1

    def tick(self, seconds: float) -> None:
        """Show the time, once a second."""
        if int(seconds) != self._shown:
            self._shown = int(seconds)
            self._progress.show(f"{self._shown:,}{self._limit} s")
            if self._beat is not None:
                self._beat()

    def clear(self) -> None:
        """The command has ended."""
        self._progress.clear()


def stream(*, as_json: bool, is_quiet: bool) -> int:
    """The descriptor that a command's output goes to: standard output, unless that is for one document."""
    if is_quiet:
        return -1
    with suppress(OSError, ValueError, AttributeError):
        chosen = sys.stderr if as_json else sys.stdout
        chosen.flush()
        return chosen.fileno()
    return -1
