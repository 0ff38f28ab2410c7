"""Several workers of one loop on one machine, each a process with a work tree of its own."""

import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from homegolf_git.commands import loop_share
from homegolf_git.commands.common import one_lane, open_ledger
from homegolf_git.commands.loop import answered, loop
from homegolf_git.commands.loop_request import LoopRequest
from homegolf_git.commands.loop_share import Share, Shared
from homegolf_git.commands.loop_source import Source
from homegolf_git.commands.loop_work import Loop
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.values import replace
from homegolf_git.core.search.looping import Reason
from homegolf_git.core.views import loop as view
from homegolf_git.errors import environment_error, usage_error
from homegolf_git.shell.files.unwritten import writing
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.landing.hooks import require
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.machine import host
from homegolf_git.shell.trainer import trainer_around

# What a loop of several says of its end: the first of these that one of its workers ended for.
_FIRST: tuple[Reason, ...] = ("tampered", "failures", "plateaued", "budget", "exhausted")
WORKER = "--worker"
_BRANCH = "homegolf-worker-"
Ideas = Callable[[Path | None], Source]


def loops(
    workspace: Workspace,
    request: LoopRequest,
    ideas: Ideas,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> Answer[view.Looped] | Answer[view.Planned]:
    """One loop, or as many workers as are asked for.

    Args:
        workspace: Where the ledger is.
        request: What is run, and when it ends.
        ideas: Makes the source of ideas for a work tree; None: the one of the working directory.
        environment: Of the command, as the user has it.
        say: Gets a line a run.
    """
    if request.workers < 1:
        raise usage_error(f"--workers takes a number from 1, not {request.workers}")
    if request.is_dry_run or (request.workers == 1 and request.worker is None):
        share = None if request.remote is None else _share(workspace, request, 0)
        return loop(workspace, request, ideas(request.source), environment, say, share)
    trainer = trainer_around(request.source or Path.cwd(), workspace.repo())
    if trainer is None:
        fix = "run it in the trainer's repository, or name it with --source"
        message = "workers need work trees of a trainer's repository"
        raise environment_error("no_repository", message, fix)
    folder = trainer.common_dir / OWN_FOLDER / "workers"
    if (worker := request.worker) is not None:
        own = replace(request, source=folder / str(worker), folder=folder / str(worker))
        share = _share(workspace, request, worker)
        answer = loop(workspace, own, ideas(own.source), environment, say, share)
        if isinstance(answer.result, view.Looped):
            with writing(file := _reason_file(folder, worker)):
                file.write_text(answer.result.reason, encoding="ascii")
            return Answer(answer.result, _nothing, view.json, answer.code)  # others are not done
        return answer
    for number in range(request.workers):
        _work_tree(trainer, folder / str(number), f"{_BRANCH}{number}")
    reasons = _in_processes(request.words, request.workers, folder)
    reason: Reason = next((item for item in _FIRST if item in reasons), "exhausted")
    ended = Loop(workspace, request, ideas(request.source), environment, say).ended(reason)
    return answered(ended)


def _nothing(_: view.Looped) -> tuple[()]:
    return ()


def _share(workspace: Workspace, request: LoopRequest, number: int) -> Share:
    repo = workspace.repo()
    lane = one_lane(open_ledger(workspace), request.lane)
    clone = hashlib.sha256(os.fsencode(repo.common_dir)).hexdigest()[:8]
    holder = f"{host()}-{clone}-{number}"
    return Shared(
        repo, request.remote, lane, holder, seconds=loop_share.CLAIM_SECONDS, tell=workspace.tell
    )


def _work_tree(trainer: GitRepo, place: Path, branch: str) -> None:
    """A work tree for a worker, at the commit that is checked out; the one of the call before."""
    head = str(trainer.head())
    if not (place / ".git").exists():
        trainer.run("worktree", "prune")
        words = ("worktree", "add", "--quiet", "--force", "-B", branch, "--", str(place), head)
        require(trainer.run(*words))
        return
    tree = GitRepo(place)
    require(tree.run("checkout", "--quiet", "--force", "-B", branch, head))
    require(tree.run("clean", "-ffdq"))


def _in_processes(words: Sequence[str], count: int, folder: Path) -> set[Reason]:
    """Run the same call once for each worker; why each ended."""
    for number in range(count):
        _reason_file(folder, number).unlink(missing_ok=True)
    children = [
        subprocess.Popen(  # noqa: S603 - this program
            [sys.executable, "-m", "homegolf_git", *words, WORKER, str(number)]
        )
        for number in range(count)
    ]
    try:
        for child in children:
            child.wait()
    except BaseException:
        for child in children:  # each ends its own command, and keeps what is whole
            child.send_signal(signal.SIGINT)
        for child in children:
            child.wait()
        raise
    said = {_text(_reason_file(folder, number)) for number in range(count)}
    found: set[Reason] = {reason for reason in _FIRST if reason in said}
    return found if "" not in said else {*found, "failures"}


def _reason_file(folder: Path, number: int) -> Path:
    return folder / f"{number}.reason"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return ""
