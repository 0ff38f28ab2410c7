"""The files that are written from the rows: scoreboards, verdicts and the overview."""

import json

from homegolf_git.core.judge.ledger import Judged, LaneLedger, Ledger
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane
from homegolf_git.core.model.naming import LEDGER, LaneId, month_of, verdicts_path
from homegolf_git.core.model.values import Json
from homegolf_git.core.views import inert
from homegolf_git.core.views.scoreboard import (
    lane_heading,
    lane_sections,
    overview_table,
    scoreboard_json,
)
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.shell.rendering import markdown_section, markdown_table

VERDICTS_BYTES_MAX = 400_000  # of a file of verdicts
_NOTICE = (
    "<!-- Written by `homegolf scoreboard` from the rows; changes by hand are overwritten. -->"
)


def generated_files(ledger: Ledger) -> dict[str, bytes]:
    """Every generated file by its path; the same bytes on every machine."""
    files: dict[str, str] = {}
    boards = [(name, ledger.lanes[name]) for name in ledger.lane_order()]
    judged = [(name, lane, judge_lane(lane)) for name, lane in boards]
    files[f"{LEDGER}/SCOREBOARD.md"] = _overview(judged)
    for name, lane, result in judged:
        files |= _lane_files(name, lane, result)
    return {path: text.encode("utf-8") for path, text in files.items()}


def _lane_files(name: LaneId, lane: LaneLedger, judged: Judged) -> dict[str, str]:
    changes = incumbent_changes(lane)
    first, *rest = lane_sections(name, lane, judged, changes)
    parts = [_NOTICE, markdown_section(first, 1), *(markdown_section(s, 2) for s in rest)]
    files = {
        f"{LEDGER}/{name}/SCOREBOARD.md": "\n\n".join(parts) + "\n",
        f"{LEDGER}/{name}/scoreboard.json": _json(scoreboard_json(name, lane, judged, changes), 1),
    }
    return files | _verdict_files(name, judged)


def _verdict_files(name: LaneId, judged: Judged) -> dict[str, str]:
    """One line a row; a month that is full goes on in a part of its own.

    A part that is full stays as it is, so a row rewrites one small file.
    """
    parts: dict[str, list[list[str]]] = {}  # month -> parts -> lines
    sizes: dict[str, int] = {}  # month -> bytes of its last part
    for verdict in judged.verdicts:
        month, line = month_of(verdict.finished_at), _json(verdict_json(verdict))
        so_far = sizes.get(month)
        if so_far is None or so_far + len(line) > VERDICTS_BYTES_MAX:
            parts.setdefault(month, []).append([])
            so_far = 0
        parts[month][-1].append(line)
        sizes[month] = so_far + len(line)
    return {
        verdicts_path(name, month, number): "".join(lines)
        for month, found in parts.items()
        for number, lines in enumerate(found, 1)
    }


def _overview(boards: list[tuple[LaneId, LaneLedger, Judged]]) -> str:
    parts = [_NOTICE, "# Scoreboard", markdown_table(overview_table(boards))]
    for name, lane, judged in boards:
        link = f"[All rows of {inert.markdown(name)}]({name}/SCOREBOARD.md)"
        parts += [markdown_section(lane_heading(name, lane, judged), 2), link]
    return "\n\n".join(parts) + "\n"


def _json(value: Json, indent: int | None = None) -> str:
    separators = (",", ":") if indent is None else (",", ": ")
    # Escaped, so that no text of a row or lane can act where the file is shown.
    return json.dumps(value, indent=indent, separators=separators) + "\n"
