"""A sign of life on a terminal while work takes more than a second."""

import sys
import time

_FROM = 1.0  # seconds
_BLANK = "\r\x1b[K"


class Progress:
    """The terminal's last line during one call of the command line."""

    def __init__(self, *, is_wanted: bool) -> None:
        """Begin to count; it is wanted where stderr is a terminal and nobody asked for silence."""
        self._is_wanted, self._is_shown = is_wanted, False
        self._started = time.monotonic()

    def show(self, text: str) -> None:
        """Put `text` into the line, in place of what was there."""
        if self._is_wanted and time.monotonic() - self._started > _FROM:
            self._is_shown = True
            sys.stderr.write(_BLANK + text)
            sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away again."""
        if self._is_shown:
            self._is_shown = False
            sys.stderr.write(_BLANK)
            sys.stderr.flush()


SILENT = Progress(is_wanted=False)
