"""What a command says: for people as text, for machines as one JSON document."""

import json
import os
import sys
from collections.abc import Iterable

from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.values import Json, Record
from homegolf_git.core.views import inert
from homegolf_git.core.views.document import document
from homegolf_git.core.views.findings import findings_json
from homegolf_git.errors import Exit

_COLOURS = {"error": "31", "warning": "33", "note": "36"}


class Output(Record):
    """Where a command's answer goes; `command` names it in JSON."""

    command: str
    as_json: bool = False
    is_quiet: bool = False
    has_colour: bool = False

    @property
    def width(self) -> int | None:
        """Columns of the terminal; None where the text goes to a file or a pipe."""
        return os.get_terminal_size().columns if sys.stdout.isatty() else None

    def answer(self, text: str, **fields: Json) -> None:
        """Give the command's one answer. The text is already harmless."""
        if self.as_json:
            self._write_json(document(self.command, **fields))
        elif not self.is_quiet and text:
            print(text.rstrip("\n"))  # noqa: T201 - the one place that prints answers

    def findings(self, found: Iterable[Finding]) -> None:
        """Show findings as text, on stderr; in JSON they are part of the answer."""
        if not self.as_json:
            for item in found:
                if not (self.is_quiet and item.severity != "error"):
                    print(self._finding_text(item), file=sys.stderr)  # noqa: T201

    def refuse(self, found: list[Finding], **fields: Json) -> Exit:
        """Answer with findings alone; the exit code that goes with them."""
        self.findings(found)
        if self.as_json:
            is_ok = not has_errors(found)
            self._write_json(
                document(self.command, ok=is_ok, findings=findings_json(found), **fields)
            )
        return Exit.FINDINGS if has_errors(found) else Exit.OK

    def _finding_text(self, item: Finding) -> str:
        where = item.path + (f":{item.line}" if item.line else "")
        label = f"{item.severity}[{item.code}]"
        if self.has_colour:
            label = f"\x1b[{_COLOURS[item.severity]}m{label}\x1b[0m"
        text = f"{inert.plain(where)}: {label}: " if where else f"{label}: "
        text += inert.plain(item.message)
        return text + (f"\n    fix: {inert.plain(item.fix)}" if item.fix else "")

    def _write_json(self, value: Json) -> None:
        # Escaped, so that no text of a row can act on a terminal.
        sys.stdout.write(json.dumps(value, indent=1) + "\n")


def wants_colour(stream: object, *, no_colour: bool) -> bool:
    """Whether to colour: a terminal that was not told otherwise (see no-color.org)."""
    is_terminal = getattr(stream, "isatty", lambda: False)()
    return bool(is_terminal) and not no_colour and not os.environ.get("NO_COLOR")
