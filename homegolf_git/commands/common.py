"""What commands share: the ledger, lanes and runs by name, and settings."""

import json
from collections.abc import Iterable
from pathlib import Path

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import LaneLedger, Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.findings import finding, has_errors
from homegolf_git.core.model.naming import LaneId, LedgerPath, parse_path, run_id_of
from homegolf_git.core.model.nearest import nearest
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import Json
from homegolf_git.errors import Exit, HomegolfError, refused, usage_error
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.load import current_ledger


def open_ledger(workspace: Workspace) -> Ledger:
    """The ledger, judged.

    Raises:
        HomegolfError: outside a repository, in a shallow clone, or where no lane can be read.
    """
    repo = workspace.repo()
    return require_ledger(repo, current_ledger(repo, progress=workspace.progress))


def require_ledger(repo: GitRepo, ledger: Ledger) -> Ledger:
    """Refuse a repository without a lane that can be read.

    Raises:
        HomegolfError: exit 1 with what is wrong with its lanes, exit 4 where there is none.
    """
    if ledger.lanes:
        return ledger
    if has_errors(ledger.findings):
        raise refused(*ledger.findings)
    from homegolf_git.shell.setup import no_ledger  # noqa: PLC0415 - rarely needed

    raise HomegolfError(Exit.ENVIRONMENT, no_ledger(repo), *ledger.findings)


def lanes_named(ledger: Ledger, lane: str | None) -> list[LaneId]:
    """The one lane that was named, or all in the order of the ladder."""
    if lane is None:
        return ledger.lane_order()
    if lane not in ledger.lanes:
        if faults := ledger.faults_of(lane):
            raise refused(*faults)
        close = nearest(lane, ledger.lanes)
        fix = f"did you mean {close}?" if close else f"lanes: {', '.join(ledger.lane_order())}"
        raise refused(finding("no_such_lane", f"there is no lane {lane!r}", fix=fix))
    return [LaneId(lane)]


def lane_of(ledger: Ledger, name: LaneId) -> LaneLedger:
    """The lane that a run stands in; refused where its rules are gone or cannot be read."""
    if name not in ledger.lanes:
        raise refused(finding("unknown_lane", f"{name} has no rules"), *ledger.faults_of(name))
    return ledger.lanes[name]


def one_lane(ledger: Ledger, lane: str | None) -> LaneId:
    """The lane that was named, or the only one there is."""
    names = lanes_named(ledger, lane)
    if len(names) > 1:
        message = f"say which lane: {', '.join(names)}"
        raise usage_error(message, "give --lane")
    return names[0]


def one_state(ledger: Ledger, lane: str | None) -> LaneState:
    """How the lane that was named, or the only one, stands behind its last row."""
    return judge_lane(ledger.lanes[one_lane(ledger, lane)]).state


def place_of_run(ledger: Ledger, run_id: str) -> LedgerPath:
    """Where a run landed: its lane, and its id as the ledger has it."""
    known = run_id_of(run_id)
    if known is None or known not in ledger.row_paths:
        close = nearest(run_id, ledger.row_paths)
        fix = f"did you mean {close}?" if close else ""
        raise refused(finding("no_such_run", f"there is no run {run_id!r}", fix=fix))
    place = parse_path(ledger.row_paths[known])
    assert place is not None  # noqa: S101 - the ledger holds paths of the grammar
    return place


def landed_run(ledger: Ledger, run_id: str) -> tuple[LaneLedger, LandedRow]:
    """A run that landed and can be read, with its lane."""
    place = place_of_run(ledger, run_id)
    lane = ledger.lanes.get(place.lane)
    landed = lane.find(place.run_id) if lane else None
    if lane is None or landed is None:
        path = ledger.row_paths[place.run_id]
        faults = [item for item in ledger.findings if item.path == path]
        message = f"{run_id} landed, but cannot be read, so it has no verdict"
        raise refused(finding("no_such_run", message, path, fix="see the findings below"), *faults)
    return lane, landed


def whole_config(file: Path | None, settings: Iterable[str]) -> dict[str, Json] | None:
    """The config of a file with settings put into it; None where neither is given.

    A dotted key of a setting replaces the value it leads to, or is a key of its own.
    """
    found: dict[str, Json] = {}
    if file is not None:
        from homegolf_git.shell.files.configs import read_config  # noqa: PLC0415 - rarely needed

        found.update(read_config(file))
    settings = list(settings)
    for text in settings:
        key, value = setting(text)
        found[key] = value
    return found if settings or file is not None else None


def setting(text: str) -> tuple[str, Json]:
    """Key and value of KEY=VALUE; the value is JSON, or text where it is none.

    Raises:
        HomegolfError: exit 2 for anything else.
    """
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise usage_error(f"--set takes KEY=VALUE, not {text!r}")
    try:
        return key, json.loads(value)
    except (ValueError, RecursionError):
        return key, value
