"""A sign of life on a terminal while work takes more than a second."""

import sys
import time

_FROM = 1.0  # seconds
_BLANK = "\r\x1b[K"

is_wanted = False  # whether stderr is a terminal and nobody asked for silence
_started = time.monotonic()
_shown = ""


def show_progress(text: str) -> None:
    """Put `text` into the terminal's last line, in place of what was there."""
    global _shown  # noqa: PLW0603 - a process has one terminal
    if is_wanted and time.monotonic() - _started > _FROM:
        _shown = text
        sys.stderr.write(_BLANK + text)
        sys.stderr.flush()


def clear_progress() -> None:
    """Take the line away again."""
    global _shown  # noqa: PLW0603 - as above
    if _shown:
        _shown = ""
        sys.stderr.write(_BLANK)
        sys.stderr.flush()
