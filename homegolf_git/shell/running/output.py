"""The output of a command as a receipt keeps it: its last lines, with no secret and no control character."""

import re
from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from homegolf_git.core.model.escapes import escaped
from homegolf_git.core.model.failures import LINES_MAX, TEXT_MAX, early_loss

LINE_MAX = 4096  # characters of a line that are kept
_FIRST = 400  # lines that are looked at for the loss that a run began with
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASS", re.IGNORECASE)
_SHORT = 4  # characters: a shorter value is no secret, and stands in half of all lines
_MASK = "[masked]"


class Tail:
    """The last lines of output, taken line by line."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """Values of variables that are named like a secret are masked."""
        values = {
            part
            for name, value in environment.items()
            if _SECRET.search(name)
            for part in (value, *value.splitlines())
            if len(part) >= _SHORT
        }
        longest_first = sorted(values, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, longest_first))) if values else None
        self._last: deque[str] = deque(maxlen=LINES_MAX)
        self._first: list[str] = []

    def take(self, line: str) -> str:
        """Take a line; without its secrets."""
        line = self.without_secrets(line)
        self._last.append(line)
        if len(self._first) < _FIRST:
            self._first.append(line)
        return line

    def without_secrets(self, line: str) -> str:
        """A line as it may be kept."""
        masked = line if self._secrets is None else self._secrets.sub(_MASK, line)
        return masked[:LINE_MAX]

    @property
    def lines(self) -> tuple[str, ...]:
        """The last lines."""
        return tuple(self._last)

    @property
    def early_loss(self) -> float | None:
        """The training loss that the run began with, where it says one."""
        return early_loss(self._first)


def log_receipt(parts: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """The last lines of each part under its title, within the limits of a receipt of kind `log`."""
    lines_max = LINES_MAX // max(1, len(parts))
    room = TEXT_MAX // max(1, len(parts))
    text = ""
    for title, lines in parts:
        head = [f"== {escaped(title)}"]
        text += "".join(
            f"{line}\n" for line in (*head, *_last(lines, lines_max - len(head), room - 200))
        )
    return text.encode()[-TEXT_MAX:]


def _last(lines: Sequence[str], count: int, room: int) -> Iterable[str]:
    found: list[str] = []
    for line in reversed(lines[-count:] if count > 0 else ()):
        shown = escaped(line.rstrip("\r").rpartition("\r")[2])
        room -= len(shown.encode()) + 1
        if room < 0:
            break
        found.append(shown)
    return reversed(found)
