"""`homegolf capture`: run a training command, and land the row."""

import secrets
import shlex
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from homegolf_git.commands.capture_landing import check
from homegolf_git.commands.capture_rank import follow
from homegolf_git.commands.capture_resume import resume
from homegolf_git.commands.capture_run import Environment, Run, live_of
from homegolf_git.commands.common import one_lane, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.captured import Session
from homegolf_git.core.model.draft import DraftFacts, run_id
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, run_id_of
from homegolf_git.core.model.patterns import pattern_findings
from homegolf_git.core.model.summary import summary_of
from homegolf_git.core.model.values import Json, Value, replace
from homegolf_git.core.views import capture as view
from homegolf_git.errors import refused, usage_error
from homegolf_git.shell.landing.readiness import require_committable
from homegolf_git.shell.landing.signing import require_key
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.keeping import Keeper
from homegolf_git.shell.running.launchers import LOCAL, launch
from homegolf_git.shell.running.machine import cluster_of, devices, host, now, session_of
from homegolf_git.shell.running.source import RUNS, Source, source_facts, source_of
from homegolf_git.shell.trainer import paths_between, trainer_around

__all__ = ["CaptureRequest", "capture", "capture_by_rank", "resume"]

ROLES = ("model", "code", "log", "checkpoint", "other")


class CaptureRequest(Value, frozen=True):
    """What to run and how: `command` empty takes the lane's."""

    lane: str | None
    command: tuple[str, ...]
    facts: DraftFacts
    repeat: int = 1
    reports: tuple[Path, ...] = ()
    receipt_kind: str | None = None
    artifacts: tuple[str, ...] = ()  # [ROLE=]PATH
    source: Path | None = None
    folder: Path | None = None  # where it runs; the working directory
    launcher: str = LOCAL  # what starts it there, or on a cluster
    is_recorded: bool = True
    out: Path | None = None  # where the row goes instead of the ledger; its name is the run's
    has_log: bool = True
    may_have_empty_config: bool = False


def capture(
    workspace: Workspace,
    request: CaptureRequest,
    environment: Environment,
    *,
    prints_to: int,
    before_landing: Callable[[], None] | None = None,
    beat: Callable[[], None] | None = None,
) -> "Answer[view.Captured]":
    """Run a command once for each seed, and land what came of it.

    Args:
        workspace: Where the ledger is.
        request: What to run.
        environment: The command's, as the user has it.
        beat: Called each second while the command runs.
        before_landing: Called when the command has ended, before anything lands; it may refuse by raising.
        prints_to: File descriptor that gets the command's output as it comes; -1: none.

    Raises:
        HomegolfError: for what cannot be run, before anything is; with what stands against the row,
            which is kept for `--resume` then.
    """
    repo, ledger = workspace.repo(), open_ledger(workspace)
    lane = ledger.lanes[_lane_of(ledger, request)].current.lane
    folder = (request.folder or Path.cwd()).absolute()
    limit = lane.capture.wall_seconds_max
    command = tuple(launch(request.launcher, _command(request, lane), folder, limit))
    faults = list(pattern_findings(lane.capture.patterns, lane.metric.name, "", {}))
    if faults:
        raise refused(*faults)
    if request.is_recorded:
        require_committable(repo)
        if lane.signatures.rows:
            require_key(repo, "signed rows")
    if request.out is not None and request.out.exists():
        raise refused(finding("in_the_way", f"{request.out} is there already", str(request.out)))
    trainer = trainer_around(request.source or request.folder or Path.cwd(), repo)
    source = None if trainer is None else source_of(trainer, repo)
    session = _begun(ledger, lane, request, command, source)
    if source is None and not request.facts.config and not request.may_have_empty_config:
        fix = "give --set KEY=VALUE or --config FILE, run it in the trainer's repository once that has a commit, or allow it with --allow-empty-config"
        raise refused(
            finding("empty_config", "config is empty, and no source tells runs apart", fix=fix)
        )
    # A job on a cluster runs on another machine than this, which only its report can name.
    measured = _measured(environment) if request.launcher == LOCAL else {}
    if trainer is not None and source is not None:
        ref = RUNS + session.run_id if session.is_kept else None
        base = ledger.row_of(session.facts.base)
        paths = paths_between(trainer, base.source.revision if base else None, source.revision)
        measured |= source_facts(trainer, source, ref, lane.contract.frozen_paths)
        measured["source.changed_paths"] = None if isinstance(paths, str) else list(paths)
    session = replace(session, measured=measured)
    check(workspace, ledger, session)
    live = live_of(workspace, lane, prints_to, beat)
    run = Run(workspace, lane, trainer, source, environment, live)
    return run.whole(ledger, session, before_landing=before_landing)


def capture_by_rank(
    workspace: Workspace, request: CaptureRequest, environment: Environment, *, prints_to: int
) -> Answer[view.Captured] | Answer[view.Followed]:
    """The same for what a launcher may have started several times: the first process lands the row.

    Raises:
        HomegolfError: as above.
    """
    cluster = cluster_of(environment)
    if cluster is None or not cluster.rank:
        return capture(workspace, request, environment, prints_to=prints_to)
    ledger = open_ledger(workspace)
    lane = ledger.lanes[_lane_of(ledger, request)].current.lane
    session = _begun(ledger, lane, request, _command(request, lane), None)
    live = live_of(workspace, lane, prints_to)
    return follow(Keeper(workspace.repo()), session, lane, cluster, environment, live)


def _lane_of(ledger: Ledger, request: CaptureRequest) -> LaneId:
    """The lane that was named, the only one, or the only one with a command where none is given."""
    if request.lane is None and not request.command:
        runnable = [
            name for name, lane in ledger.lanes.items() if lane.current.lane.capture.command
        ]
        if len(runnable) == 1:
            return runnable[0]
    return one_lane(ledger, request.lane)


def _command(request: CaptureRequest, lane: Lane) -> tuple[str, ...]:
    """The words of the command; refused where it cannot be found."""
    words = request.command or tuple(shlex.split(lane.capture.command or ""))
    if not words:
        raise usage_error(
            "there is no command", "give it behind --, or as capture.command of the lane"
        )
    if request.repeat < 1:
        raise usage_error(f"--repeat takes a number from 1, not {request.repeat}")
    seeds = request.facts.seeds
    twice = [seed for at, seed in enumerate(seeds) if seed in seeds[:at]]
    if twice:
        raise usage_error(f"seed {twice[0]} is given twice", "give each seed once, or --repeat N")
    if shutil.which(words[0]) is None and not _is_program(request, words[0]):
        raise refused(finding("no_command", f"there is no program {words[0]!r}"))
    return words


def _is_program(request: CaptureRequest, word: str) -> bool:
    """Whether a relative path names a program in the folder that the command runs in."""
    return request.folder is not None and shutil.which(str(request.folder / word)) is not None


def _begun(
    ledger: Ledger,
    lane: Lane,
    request: CaptureRequest,
    command: tuple[str, ...],
    source: Source | None,
) -> Session:
    """A capture with nothing measured yet."""
    facts = request.facts
    base = facts.base or judge_lane(ledger.lanes[lane.lane]).state.incumbent
    row = ledger.row_of(base)
    revision, subject = (source.revision, source.subject) if source else (None, "")
    summary = facts.change_summary or summary_of(row, facts.config, revision, subject)
    facts = replace(facts, base=base, change_summary=summary)
    planned = tuple(seed for seed in facts.seeds or (None,) for _ in range(request.repeat))
    artifacts = tuple(_artifact(text) for text in request.artifacts)
    named = facts.run_id or (None if request.out is None else run_id_of(request.out.stem))
    return Session(
        named or run_id(now(), summary, secrets.token_hex(2)), lane.lane, facts, planned,
        command, str((request.folder or Path.cwd()).absolute()), secrets.token_hex(8), artifacts=artifacts,
        reports=tuple(map(str, request.reports)), receipt_kind=request.receipt_kind,
        is_launched=request.launcher != LOCAL, has_log=request.has_log, is_recorded=request.is_recorded,
        out=None if request.out is None else str(request.out), may_have_empty_config=request.may_have_empty_config,
    )  # fmt: skip


def _artifact(text: str) -> tuple[str, str]:
    role, equals, path = text.partition("=")
    return (role, path) if equals and role in ROLES else ("model", text)


def _measured(environment: Environment) -> dict[str, Json]:
    """What the machine says of itself."""
    hardware: list[Json] = [
        {"device": name, "count": count, "host": host()} for name, count in devices(environment)
    ]
    return {"hardware": hardware, "session": session_of(datetime.now(UTC))}
