"""Characters that could act where a text is shown, as escapes."""

import re

# Controls, bidirectional and invisible formatting, line separators and lone surrogates.
_ACTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode-escape", "backslashreplace").decode("ascii")


def escaped(text: str) -> str:
    """One line in which nothing acts: whatever could is shown as an escape."""
    return _ACTIVE.sub(_escape, text)
