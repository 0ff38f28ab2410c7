"""`homegolf site build`: the ledger as pages for browsers, in a folder that needs no server."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from homegolf_git.commands.common import open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.views import site as view
from homegolf_git.core.views.explain import Explained
from homegolf_git.core.views.picture import picture
from homegolf_git.core.views.scoreboard import Board, subject_of
from homegolf_git.core.views.sitedata import data_script
from homegolf_git.core.views.siteindex import cards
from homegolf_git.core.views.sitelane import LanePage, lane_page
from homegolf_git.core.views.siteparts import Runs
from homegolf_git.core.views.siterun import RunPage, run_page
from homegolf_git.shell.export.output import whole_folder
from homegolf_git.shell.generated import boards_of
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.progress import Progress
from homegolf_git.shell.reading.rowdocuments import row_documents
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.sitepages import (
    ASSETS,
    DATA,
    INDEX,
    PICTURE,
    RUNS,
    Pages,
    assets,
    foreign_files,
)

RUNS_MAX = 5_000  # of a lane that have a page, beside those that took a title
_EVERY = 50  # pages between two signs of life


class _Writer:
    """Writes a site into a folder, and counts."""

    def __init__(self, repo: GitRepo, folder: Path, progress: Progress) -> None:
        self._repo, self._folder, self._progress = repo, folder, progress
        self._pages = Pages()
        self.files = self.runs = self.left_out = 0

    def _write(self, name: str, data: bytes) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.files += 1

    def whole(self, boards: Sequence[Board], lanes: Sequence[LaneLedger]) -> None:
        """Write everything."""
        for name, data in assets().items():
            self._write(f"{ASSETS}/{name}", data)
        pages = [self._lane(board, lane) for board, lane in zip(boards, lanes, strict=True)]
        found = cards(boards, pages)
        self._write(INDEX, self._pages.index(found))
        self._progress.clear()

    def _lane(self, board: Board, lane: LaneLedger) -> LanePage:
        """A lane and its runs; the page as the first page shows it, too."""
        ids = with_pages(board)
        page = lane_page(board, Runs(ids, f"{RUNS}/"))
        self._write(f"{board.name}/{INDEX}", self._pages.lane(page))
        self._write(f"{board.name}/{DATA}", data_script(board, Runs(ids, f"{RUNS}/")).encode())
        self._write(f"{board.name}/{PICTURE}", picture(subject_of(board)).encode())
        for run in run_pages(self._repo, board, lane, ids):
            self._write(f"{board.name}/{RUNS}/{run.run_id}.html", self._pages.run(run))
            self.runs += 1
            if self.runs % _EVERY == 0:
                self._progress.show(f"{board.name}: {self.runs:,} run pages")
        self.left_out += page.n_rows - len(ids)
        return page


def site_build(workspace: Workspace, output: Path) -> Answer[view.Built]:
    """Write the site of the whole ledger, or nothing."""
    repo = workspace.repo()
    ledger = open_ledger(workspace)
    boards = boards_of(repo, ledger)
    lanes = [ledger.lanes[board.name] for board in boards]
    with whole_folder(output, foreign_files, "site") as draft:
        writer = _Writer(repo, draft, workspace.progress)
        writer.whole(boards, lanes)
    done = view.Built(str(output), len(boards), writer.runs, writer.files, writer.left_out)
    return Answer(done, view.text, view.json)


def with_pages(board: Board) -> frozenset[RunId]:
    """The runs that have a page: the latest, and all that took a title."""
    latest = {verdict.run_id for verdict in board.judged.verdicts[-RUNS_MAX:]}
    return frozenset(latest | {title.run_id for title in board.chart.titles})


def run_pages(
    repo: GitRepo, board: Board, lane: LaneLedger, ids: frozenset[RunId]
) -> Iterator[RunPage]:
    """The pages of a lane's runs, each made when it is written."""
    judged, runs = board.judged, Runs(ids, "")
    retracted = {item.retraction.run_id: item.retraction for item in lane.retractions}
    numbers = [n for n, verdict in enumerate(judged.verdicts) if verdict.run_id in ids]
    rows: list[LandedRow] = [lane.rows[n] for n in numbers]
    for n, landed, document in zip(numbers, rows, row_documents(repo, rows), strict=True):
        run_id = landed.row.run_id
        found = Explained(
            judged.verdicts[n], landed, lane.rules_of(landed), retracted.get(run_id),
            judged.state.settled.get(run_id),
        )  # fmt: skip
        around = [n - 1, n + 1]
        beside = [
            runs.link(judged.verdicts[m].run_id) if 0 <= m < len(judged.verdicts) else None
            for m in around
        ]
        yield run_page(found, document, judged.state, runs, (beside[0], beside[1]))
