"""Files of a new ledger, in the work tree or on a branch of its own: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.autoresearch import NOTE, PREPARE, RESULTS, Trainer
from homegolf_git.core.model.naming import LADDER_PATH, LaneId, Oid, lane_path
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.findings import findings_json


class Begun(Value, frozen=True):
    """Lanes, the files that were written, and those that were there already."""

    lanes: Sequence[LaneId]
    written: Sequence[str]
    left: Sequence[str]


def text(begun: Begun) -> Iterator[str]:
    """A line a file, and what to do next."""
    yield from (f"wrote {name}" for name in begun.written)
    yield from (f"left {name}: it is there already" for name in begun.left)
    new = [lane for lane in begun.lanes if lane_path(lane) in begun.written]
    if new:
        rules = " and ".join(map(lane_path, new))
        yield f"next: set the numbers in {rules}, then commit it all"
        if LADDER_PATH in begun.left:
            yield f"and add {' and '.join(new)} to the lanes of {LADDER_PATH}"
        yield "in every clone: git config pull.rebase true, because rows count in the order of the main line"


def json(begun: Begun) -> dict[str, Json]:
    """The files."""
    return {"written": list(begun.written), "left": list(begun.left), "findings": findings_json([])}


class Opened(Value, frozen=True):
    """A branch of the ledger's own: what was committed to it, and what was written beside it.

    `taken_from` is the remote's ref that it was made from; `beside` are workflows in the work tree.
    """

    lanes: Sequence[LaneId]
    written: Sequence[str]
    left: Sequence[str] = ()
    commit: Oid | None = None
    is_new: bool = False
    branch: str = ""
    taken_from: str | None = None
    beside: Sequence[str] = ()


def opened_text(opened: Opened) -> Iterator[str]:
    """What is on the branch, and what to push where."""
    branch = opened.branch
    yield from (f"committed {name} to {branch}" for name in opened.written)
    yield from (f"left {name}: it is there already" for name in opened.left)
    yield from (f"wrote {name}" for name in opened.beside)
    if opened.taken_from is not None:
        yield f"made {branch} from {opened.taken_from.removeprefix('refs/remotes/')}"
    yield f"the ledger is on branch {branch}; work tree and index are not part of it"
    new = [lane for lane in opened.lanes if lane_path(lane) in opened.written]
    if new:
        rules = " and ".join(map(lane_path, new))
        yield f"next: set the numbers in {rules}: git worktree add ../{_folder(branch)}-ledger {branch}, edit, commit there"
        if LADDER_PATH in opened.left:
            yield f"and add {' and '.join(new)} to the lanes of {LADDER_PATH}"
    if opened.commit is not None:
        yield f"then push it: git push -u origin {branch}"
    if opened.beside:
        files = " ".join(opened.beside)
        yield f"and commit to the default branch, from which alone forges run them: {files}"
    if opened.is_new:
        yield f"in every clone: homegolf init --branch {branch}, which takes it from the remote"


def opened_json(opened: Opened) -> dict[str, Json]:
    """The branch, its commit, and the files."""
    return {
        "branch": opened.branch,
        "commit": opened.commit,
        "taken_from": opened.taken_from,
        "written": list(opened.written),
        "left": list(opened.left),
        "beside": list(opened.beside),
        "findings": findings_json([]),
    }


class Moved(Value, frozen=True):
    """A trainer's repository that got a ledger beside it: `lane` is what its runs go to.

    `past` is the lane of the runs that its log tells of, where there are any.
    """

    opened: Opened
    lane: str
    trainer: Trainer
    past: str | None = None


def moved_text(moved: Moved) -> Iterator[str]:
    """What the lane asks of a run, and the commands that come next."""
    opened, lane, trainer, branch = moved.opened, moved.lane, moved.trainer, moved.opened.branch
    rules = lane_path(LaneId(lane))
    if rules in opened.written:
        yield f"committed {rules} and {len(opened.written) - 1} more to branch {branch}, which no reset or clean reaches"
        budget = f"{trainer.seconds} s" + (
            "" if trainer.budget else f", for {PREPARE} states no TIME_BUDGET"
        )
        yield f"  a run is:     {trainer.command}, {budget}"
        yield f"  it may edit:  {', '.join(trainer.editable)}"
        yield f"  pinned:       {trainer.frozen}"
    else:
        yield f"left {rules} on branch {branch}: it is there already"
    yield from (f"wrote {name}" for name in opened.beside)
    here = f"in {trainer.folder}: " if trainer.folder else ""
    if moved.past is not None:
        yield f"the runs of {RESULTS} come in with: {here}homegolf import autoresearch {RESULTS} --lane {moved.past}"
    yield f"other rules: git worktree add ../{_folder(branch)}-ledger {branch}, edit {rules}, commit there"
    yield f'for an agent: write in program.md "Read {NOTE} and do as it says.", and commit both before the baseline'
    yield f"next: {here}homegolf capture --lane {lane}, which makes the baseline"


def moved_json(moved: Moved) -> dict[str, Json]:
    """As of any ledger on a branch of its own."""
    return opened_json(moved.opened)


def _folder(branch: str) -> str:
    return branch.replace("/", "-")
