"""The files that are written from the rows: scoreboards, verdicts and the overview."""

import json

from homegolf_git.core.judge.ledger import Judged, LaneLedger, Ledger
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane
from homegolf_git.core.model.naming import (
    LEDGER,
    LaneId,
    Oid,
    is_generated,
    month_of,
    verdicts_path,
)
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.views import inert
from homegolf_git.core.views.scoreboard import (
    Board,
    lane_heading,
    lane_sections,
    overview_table,
    scoreboard_json,
)
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.rendering import markdown_section, markdown_table

VERDICTS_BYTES_MAX = 400_000  # of a file of verdicts
_NOTICE = (
    "<!-- Written by `homegolf scoreboard` from the rows; changes by hand are overwritten. -->"
)


def generated_files(ledger: Ledger) -> dict[str, bytes]:
    """Every generated file by its path; the same bytes on every machine."""
    boards = [board_of(name, ledger.lanes[name]) for name in ledger.lane_order()]
    files = {f"{LEDGER}/SCOREBOARD.md": _overview(boards)}
    for board in boards:
        files |= _lane_files(board)
    return {path: text.encode("utf-8") for path, text in files.items()}


def stale_files(repo: GitRepo, head: Oid, ledger: Ledger) -> tuple[dict[str, bytes], list[str]]:
    """Generated files that a commit has not as the rows give them, and those that are to go."""
    files = generated_files(ledger)
    folders = [f"{LEDGER}/{lane}/verdicts/" for lane in ledger.lanes]
    listed = repo.fields(("ls-tree", "-r", "-z", "--name-only", "--full-tree", head, *folders))
    gone = [path for path in listed if is_generated(path) and path not in files]
    there = repo.lookups([f"{head}:{path}" for path in files])
    stale = {
        path: data
        for (path, data), blob in zip(files.items(), there, strict=True)
        if blob != repo.blob_id(data)
    }
    return stale, gone


def board_of(name: LaneId, lane: LaneLedger) -> Board:
    """Everything that a lane's scoreboard shows."""
    judged, changes = judge_lane(lane), incumbent_changes(lane)
    state = judged.state
    return Board(name, lane.current, judged, changes, stop_call(state), delta_ledger(state))


def _lane_files(board: Board) -> dict[str, str]:
    first, *rest = lane_sections(board)
    parts = [_NOTICE, markdown_section(first, 1), *(markdown_section(s, 2) for s in rest)]
    files = {
        f"{LEDGER}/{board.name}/SCOREBOARD.md": "\n\n".join(parts) + "\n",
        f"{LEDGER}/{board.name}/scoreboard.json": _json(scoreboard_json(board), 1),
    }
    return files | _verdict_files(board.name, board.judged)


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


def _overview(boards: list[Board]) -> str:
    parts = [_NOTICE, "# Scoreboard", markdown_table(overview_table(boards))]
    for board in boards:
        link = f"[All rows of {inert.markdown(board.name)}]({board.name}/SCOREBOARD.md)"
        parts += [markdown_section(lane_heading(board), 2), link]
    return "\n\n".join(parts) + "\n"


def _json(value: Json, indent: int | None = None) -> str:
    separators = (",", ":") if indent is None else (",", ": ")
    # Escaped, so that no text of a row or lane can act where the file is shown.
    return json.dumps(value, indent=indent, separators=separators) + "\n"
