"""What a command answers, and how it is told: text for people, one JSON document for machines."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.values import Json, Record, Value
from homegolf_git.core.views import findings as findings_view
from homegolf_git.core.views import inert
from homegolf_git.core.views.document import chunks, document
from homegolf_git.errors import Exit

if TYPE_CHECKING:  # most answers have no table
    from homegolf_git.core.views.layout import Block

T = TypeVar("T")
_COLOURS = {"error": "31", "warning": "33", "note": "36"}
_CLASS_COLOURS = {
    "improvement": "32", "noise": "90", "regression": "33", "blocked": "35", "invalid": "2"
}  # fmt: skip
# A class with its reason, or with how many rows it has.
_CLASS = re.compile(
    rf"\b({'|'.join(_CLASS_COLOURS)})/[a-z_]+|(?<=[0-9] )({'|'.join(_CLASS_COLOURS)})\b"
)
_DIGITS = 10  # of a width; a number of thousands cannot even be read
_HELD_MAX = 1 << 20  # bytes of a document in memory; a longer one goes through a file


class Answer(Value, Generic[T], frozen=True):
    """What a command has found or done, how to show it, and how the program ends.

    `findings` are shown beside the text; the JSON document holds those that the view puts in.
    """

    result: T
    text: Callable[[T], "Iterable[Block]"]
    json: Callable[[T], Mapping[str, Json]]
    code: Exit = Exit.OK
    findings: Sequence[Finding] = ()
    is_harmless: bool = False  # the text is made for another program and goes out as it is
    is_ok: bool | None = None  # None: as the exit code says
    plain: "Callable[[T], Iterable[Block]] | None" = None  # text for other programs

    def document(self, command: str) -> Iterator[str]:
        """The JSON document as text, piece by piece."""
        is_ok = self.code in _ANSWERS if self.is_ok is None else self.is_ok
        yield from chunks(document(command, self.json(self.result), is_ok=is_ok))
        yield "\n"


# Exit codes that answer a question, and are no refusal.
_ANSWERS = (Exit.OK, Exit.PLATEAUED, Exit.DISCARD, Exit.MORE, Exit.INVALID, Exit.BLOCKED)


Refusal = Answer[Sequence[Finding]]


def refusal(found: Sequence[Finding], code: Exit = Exit.FINDINGS) -> Refusal:
    """Findings are all there is to say."""
    return Answer(found, findings_view.text, findings_view.json, code, found)


class Reporter(Record):
    """Tells answers to whoever called the program."""

    as_json: bool = False
    is_quiet: bool = False
    has_colour: bool = False  # of findings, on standard error
    is_painted: bool = False  # classes, on standard output
    is_plain: bool = False  # text for other programs, where an answer has such

    def show(self, command: str, answer: Answer[Any]) -> None:
        """Give the one answer of a command, which JSON names."""
        if self.as_json:
            _write_whole(answer.document(command))
            return
        for item in answer.findings:
            self.remark(item)
        if not self.is_quiet:
            text = answer.plain if self.is_plain and answer.plain else answer.text
            for block in text(answer.result):
                print(block if answer.is_harmless else self._told(block))  # noqa: T201 - the one place that prints answers

    def remark(self, item: Finding) -> None:
        """Tell a finding beside the answer."""
        if not (self.is_quiet and item.severity != "error"):
            with suppress(OSError):  # who does not hear it may still read the answer
                print(self._finding_text(item), file=sys.stderr)  # noqa: T201

    def say(self, block: "Block") -> None:
        """Tell a story as it happens; an answer in JSON has none."""
        if not (self.as_json or self.is_quiet):
            print(self._told(block), flush=True)  # noqa: T201 - as above

    def _told(self, block: "Block") -> str:
        text = _laid_out(block)
        return _CLASS.sub(_painted, text) if self.is_painted and not self.is_plain else text

    def _finding_text(self, item: Finding) -> str:
        where = item.path + (f":{item.line}" if item.line else "")
        label = f"{item.severity}[{item.code}]"
        if self.has_colour:
            label = f"\x1b[{_COLOURS[item.severity]}m{label}\x1b[0m"
        text = f"{inert.plain(where)}: {label}: " if where else f"{label}: "
        text += inert.plain(item.message)
        return text + (f"\n    fix: {inert.plain(item.fix)}" if item.fix else "")


def _laid_out(block: "Block") -> str:
    """A line or a table, in which nothing acts on a terminal, as wide as there is room."""
    width = _width()
    if isinstance(block, str):
        return inert.plain(block) if width is None else _wrapped(inert.plain(block), width)
    from homegolf_git.core.views.layout import Brief, Cells  # noqa: PLC0415 - few answers have one

    if isinstance(block, Cells):
        return "\t".join(map(inert.plain, block.cells))
    if isinstance(block, Brief):
        return (
            inert.plain(block.text)
            if width is None
            else _wrapped(inert.plain(block.text), width, block.ids)
        )
    from homegolf_git.shell.rendering import text_table  # noqa: PLC0415 - as above

    return text_table(block, width)


def _wrapped(text: str, width: int, ids: Sequence[str] | None = None) -> str:
    """A line that goes on in further ones; with `ids` it is cut where these have been named."""
    if text.isascii() and len(text) <= width:
        return text
    from homegolf_git.core.views.fitting import brief, wrapped  # noqa: PLC0415 - most have room

    return "\n".join(wrapped(text, width) if ids is None else brief(text, ids, width))


def _painted(match: re.Match[str]) -> str:
    return f"\x1b[{_CLASS_COLOURS[match[1] or match[2]]}m{match[0]}\x1b[0m"


def _width() -> int | None:
    """How many columns there are: those of COLUMNS, else the terminal's; None for no limit."""
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdecimal() and len(told) < _DIGITS and int(told):
        return int(told)
    with suppress(OSError, ValueError):  # no terminal, or no file at all
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    return None


def _write_whole(text: Iterable[str]) -> None:
    """Write a document whole or not at all: its last row may turn out to be unreadable."""
    with tempfile.SpooledTemporaryFile(_HELD_MAX, "w+", encoding="utf-8") as draft:
        for piece in text:  # writelines would hold them all
            draft.write(piece)
        draft.seek(0)
        shutil.copyfileobj(draft, sys.stdout)


def wants_colour(stream: object, *, no_colour: bool) -> bool:
    """Whether to colour: a terminal that was not told otherwise (see no-color.org)."""
    is_terminal = getattr(stream, "isatty", lambda: False)()
    is_told = no_colour or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return bool(is_terminal and not is_told)
