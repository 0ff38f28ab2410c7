"""The files that are written from the rows: scoreboards, pictures, verdicts and the overview."""

import json
from collections.abc import Iterator, Mapping

from homegolf_git.core.judge.ledger import Judged, LaneLedger, Ledger
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane
from homegolf_git.core.judge.tagseries import promoted_runs
from homegolf_git.core.model.naming import (
    LEDGER,
    PROMOTIONS,
    LaneId,
    Oid,
    RunId,
    board_path,
    is_generated,
    month_of,
    month_page_path,
    parse_tag,
    verdicts_path,
)
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.actions import first_action
from homegolf_git.core.search.advice import stop_call
from homegolf_git.core.search.blockers import open_groups
from homegolf_git.core.search.chart import chart_of
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.search.readiness import Readiness, readiness
from homegolf_git.core.views.boardpage import lane_page
from homegolf_git.core.views.boardrows import Cells, month_page, row_cells
from homegolf_git.core.views.overview import overview_page
from homegolf_git.core.views.picture import picture
from homegolf_git.core.views.scoreboard import LATEST, Board, scoreboard_json, subject_of
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.tagobjects import read_tags

MONTH_FOLDERS = ("verdicts", "months")
FILE_BYTES_MAX = 400_000  # of a month's verdicts, and of its page
_ROW_MARKUP = 16  # bytes of a line of a table beside its cells
_NOTICE = (
    "<!-- Written by `homegolf scoreboard` from the rows; changes by hand are overwritten. -->"
)


def generated_files(repo: GitRepo, ledger: Ledger) -> dict[str, bytes]:
    """Every generated file by its path; the same bytes on every machine."""
    boards = boards_of(repo, ledger)
    files = {f"{LEDGER}/SCOREBOARD.md": _page(overview_page(boards))}
    for board in boards:
        files |= _lane_files(board)
    return {path: text.encode("utf-8") for path, text in files.items()}


def stale_files(repo: GitRepo, head: Oid, ledger: Ledger) -> tuple[dict[str, bytes], list[str]]:
    """Generated files that a commit has not as the rows give them, and those that are to go."""
    files = generated_files(repo, ledger)
    folders = [f"{LEDGER}/{lane}/{kind}/" for lane in ledger.lanes for kind in MONTH_FOLDERS]
    listed = repo.fields(("ls-tree", "-r", "-z", "--name-only", "--full-tree", head, *folders))
    gone = [path for path in listed if is_generated(path) and path not in files]
    there = repo.lookups([f"{head}:{path}" for path in files])
    stale = {
        path: data
        for (path, data), blob in zip(files.items(), there, strict=True)
        if blob != repo.blob_id(data)
    }
    return stale, gone


def boards_of(repo: GitRepo, ledger: Ledger) -> list[Board]:
    """The boards of all lanes, in the order of the ladder."""
    promoted = _promoted(repo, ledger)
    return [board_of(name, ledger, promoted) for name in ledger.lane_order()]


def board_of(name: LaneId, ledger: Ledger, promoted: Mapping[str, RunId]) -> Board:
    """Everything that a lane's scoreboard shows; `promoted` are promotions that rows rest on."""
    lane = ledger.lanes[name]
    judged, changes = judge_lane(lane), incumbent_changes(lane)
    state, stop = judged.state, stop_call(judged.state)
    ways = list(_ways(lane, name, ledger, promoted))
    first = first_action(state, stop.plateau, lambda: [way.target for way in ways if way.is_go])
    return Board(
        name, lane.current, judged, changes, stop, delta_ledger(state), chart_of(judged),
        open_groups(state), ways, first,
    )  # fmt: skip


def _ways(
    lane: LaneLedger, name: LaneId, ledger: Ledger, promoted: Mapping[str, RunId]
) -> Iterator[Readiness]:
    """The lanes above, and whether the incumbent may go there; none before a row has landed."""
    judged = judge_lane(lane)
    if not judged.verdicts:
        return
    as_of = judged.verdicts[-1].finished_at
    for above in ledger.lane_order():
        target = ledger.lanes[above]
        if target.current.lane.needs_promotion_from == name:
            tags = {tag: run_id for tag, run_id in promoted.items() if _target(tag) == above}
            yield readiness(judged.state, judge_lane(target).state, as_of, tags)


def _target(tag: str) -> LaneId | None:
    """The lane that a promotion leads to."""
    parsed = parse_tag(tag)
    return parsed.lane if parsed else None


def _promoted(repo: GitRepo, ledger: Ledger) -> dict[str, RunId]:
    """Promotions that rows rest on, by tag: of any other a committed file must not know."""
    if not ledger.promotions_seen:
        return {}
    named = {
        landed.row.promotion
        for lane in ledger.lanes.values()
        if lane.current.lane.needs_promotion_from is not None
        for landed in lane.rows
        if landed.is_promoted
    }
    tags = read_tags(repo, PROMOTIONS) if named else {}
    return promoted_runs(tag for name, tag in sorted(tags.items()) if name in named)


def _page(text: str) -> str:
    return f"{_NOTICE}\n\n{text}\n"


def _lane_files(board: Board) -> dict[str, str]:
    name = board.name
    pages, months = _month_pages(board)
    return {
        board_path(name, "SCOREBOARD.md"): _page(lane_page(board, months)),
        board_path(name, "progress.svg"): picture(subject_of(board)),
        board_path(name, "scoreboard.json"): _json(scoreboard_json(board), 1),
        **pages,
        **_verdict_files(name, board.judged),
    }


def _verdict_files(name: LaneId, judged: Judged) -> dict[str, str]:
    """One line a row."""
    found: dict[tuple[str, int], list[str]] = {}
    part_of = _Parts()
    for verdict in judged.verdicts:
        line = _json(verdict_json(verdict))
        place = part_of(month_of(verdict.finished_at), len(line))
        found.setdefault(place, []).append(line)
    return {verdicts_path(name, *place): "".join(lines) for place, lines in found.items()}


def _month_pages(board: Board) -> tuple[dict[str, str], list[tuple[str, int]]]:
    """Pages of the months with rows that the scoreboard does not show, and how many parts each has."""
    judged, state = board.judged, board.judged.state
    older = len(judged.verdicts) - LATEST
    found: dict[tuple[str, int], list[Cells]] = {}
    part_of = _Parts()
    rows = zip(judged.verdicts, state.rows.values(), strict=True) if older > 0 else ()
    for verdict, row in rows:
        month = month_of(verdict.finished_at)
        if verdict.order <= older or (month, 1) in found:
            cells = row_cells(verdict, row, state, "../")
            size = sum(len(cell.encode()) for cell in cells) + _ROW_MARKUP
            found.setdefault(part_of(month, size), []).append(cells)
    metric = state.rules.metric
    pages = {
        month_page_path(board.name, *place): _page(month_page(board.name, *place, cells, metric))
        for place, cells in found.items()
    }
    return pages, sorted(part_of.last.items())


class _Parts:
    """The part of its month that a line goes into; where one is full the next begins.

    A part that is full stays as it is, so a row rewrites one small file.
    """

    def __init__(self) -> None:
        self.last: dict[str, int] = {}  # part by month
        self.sizes: dict[str, int] = {}  # bytes of that part

    def __call__(self, month: str, size: int) -> tuple[str, int]:
        """The month and the part of its next line, which has so many bytes."""
        before = self.sizes.get(month, FILE_BYTES_MAX)
        if before + size > FILE_BYTES_MAX:
            self.last[month], before = self.last.get(month, 0) + 1, 0
        self.sizes[month] = before + size
        return month, self.last[month]


def _json(value: Json, indent: int | None = None) -> str:
    separators = (",", ":") if indent is None else (",", ": ")
    # Escaped, so that no text of a row or lane can act where the file is shown.
    return json.dumps(value, indent=indent, separators=separators) + "\n"
