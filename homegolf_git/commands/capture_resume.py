"""Captures that were left behind: landed by `capture --resume`, or by the loop that had begun them."""

from pathlib import Path

from homegolf_git.commands.capture_run import Environment, Run, live_of
from homegolf_git.commands.common import open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.captured import Session
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import capture as view
from homegolf_git.errors import refused
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.keeping import Keeper
from homegolf_git.shell.running.process import end_marked
from homegolf_git.shell.running.source import RUNS, Source, source_of
from homegolf_git.shell.trainer import trainer_around


def resume(
    workspace: Workspace, run: str | None, environment: Environment, *, prints_to: int
) -> Answer[view.Captured] | Answer[None]:
    """Land every capture that was left behind, or the one that is named; the answer is the last one's."""
    repo, ledger = workspace.repo(), open_ledger(workspace)
    keeper = Keeper(repo)
    answer: Answer[view.Captured] | None = None
    for session in list(keeper.left()):
        if run not in (None, session.run_id):
            continue
        is_empty = not session.parts and not session.running  # killed before anything ran
        if is_empty or not session.is_recorded:
            end_marked(session.mark)
            _drop(keeper, session, trainer_around(Path(session.folder), repo))
            continue
        if session.lane not in ledger.lanes:
            raise refused(finding("no_such_lane", f"there is no lane {session.lane!r}"))
        lane = ledger.lanes[LaneId(session.lane)].current.lane
        trainer, source = _source(repo, session)
        live = live_of(workspace, lane, prints_to)
        answer = Run(workspace, lane, trainer, source, environment, live).resumed(session)
    if answer is None and run is not None:
        raise refused(
            finding(
                "no_such_run",
                f"no capture {run!r} was left behind",
                fix="see `homegolf log` for the runs that have landed",
            )
        )
    damaged = list(keeper.damaged())
    if answer is None:
        return Answer(None, view.nothing_text, view.nothing_json, findings=damaged)
    return replace(answer, findings=[*answer.findings, *damaged])


def resume_whole(
    workspace: Workspace, lane: LaneId, environment: Environment, *, prints_to: int = -1
) -> None:
    """Land what is whole of the captures that were left behind on a lane.

    A run that was cut short is dropped, for whoever asked for it asks again.
    """
    repo, ledger = workspace.repo(), open_ledger(workspace)
    keeper = Keeper(repo)
    for session in list(keeper.left()):
        if session.lane != lane or session.blocked is not None:
            continue
        end_marked(session.mark)
        trainer, source = _source(repo, session)
        if not session.parts:
            _drop(keeper, session, trainer)
            continue
        rules = ledger.lanes[lane].current.lane
        live = live_of(workspace, rules, prints_to)
        run = Run(workspace, rules, trainer, source, environment, live)
        run.resumed(replace(session, running=0))


def _drop(keeper: Keeper, session: Session, trainer: GitRepo | None) -> None:
    """Take away a capture of which nothing is worth a row."""
    keeper.forget(session.run_id)
    if trainer is not None:
        trainer.update_ref(RUNS + session.run_id, None)


def _source(repo: GitRepo, session: Session) -> tuple[GitRepo | None, Source | None]:
    trainer = trainer_around(Path(session.folder), repo)
    return trainer, None if trainer is None else source_of(trainer, repo)
