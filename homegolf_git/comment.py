"""The gate's report as a comment on the pull request.

The workflow `comment` holds the very text of this file in its step `Render it`, because its token may
write: it checks out nothing and installs nothing. `homegolf init` and `make golden` put it there, and
a test compares. So the standard library is all there is to import, and nothing of a report is trusted:
what is not of the expected shape is dropped, and every text is shown in a code span.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_REPORT = Path("homegolf-check.json")
_COMMENT = Path("comment.md")
_API = "homegolf/report/v1"
_REPORT_BYTES_MAX = 2_000_000
_COMMENT_MAX = 60_000  # characters; a forge takes 65,536
_SHOWN = 20
_SIDES = ("before", "after")
_CLASSES = ("improvement", "noise", "regression", "blocked", "invalid")
_STATES = ("no_incumbent", "improving", "inconclusive", "plateaued")


def render(report: bytes) -> str:
    """The comment as Markdown.

    Raises:
        ValueError: for what is no report of the gate.
    """
    found = _parse(report)
    answer = "may be merged" if found.get("ok") is True else "not to be merged"
    lines = ["<!-- homegolf-check -->", f"### homegolf: {answer}", ""]
    lines += _rows(found.get("rows"))
    lines += _states(found.get("plateau"))
    lines += _findings(found.get("findings"))
    return "\n".join(lines)[:_COMMENT_MAX] + "\n"


def _parse(report: bytes) -> dict[str, Any]:
    try:
        found: object = json.loads(report.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("the report is no JSON") from None
    if not isinstance(found, dict) or found.get("api") != _API or found.get("command") != "check":
        raise ValueError("the report is none of homegolf's")
    return found


def _rows(rows: object) -> Iterator[str]:
    for row in _dicts(rows)[:_SHOWN]:
        if row.get("class") in _CLASSES:
            yield f"- {_code(row.get('run_id'), 80)}: {row['class']}. {_code(row.get('sentence'))}"


def _states(plateau: object) -> Iterator[str]:
    for lane, pair in list(plateau.items())[:_SHOWN] if isinstance(plateau, dict) else []:
        sides = [pair.get(side) for side in _SIDES] if isinstance(pair, dict) else []
        states = [side["state"] for side in _dicts(sides) if side.get("state") in _STATES]
        if len(states) == len(_SIDES):
            yield f"- search in {_code(lane, 32)}: {states[0]} to {states[1]}"


def _findings(findings: object) -> Iterator[str]:
    for item in _dicts(findings)[:_SHOWN]:
        parts = (_code(item.get("code"), 40), _code(item.get("path")), _code(item.get("message")))
        yield "- " + " ".join(parts)


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _code(text: object, most: int = 300) -> str:
    """Text in a code span, where nothing acts; of anything but text, an empty one."""
    text = text if isinstance(text, str) else ""
    shown = "".join(c if c.isprintable() else "?" for c in text[:most])
    return "`" + shown.replace("`", "'") + "`"


def main() -> None:
    """Read the report that the check kept, and write the comment beside it."""
    if not _REPORT.is_file() or _REPORT.stat().st_size > _REPORT_BYTES_MAX:
        sys.exit("no report, or one that is too large")
    try:
        text = render(_REPORT.read_bytes())
    except ValueError as error:
        sys.exit(str(error))
    _COMMENT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
