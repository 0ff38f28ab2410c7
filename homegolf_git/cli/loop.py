"""The command that tries ideas by itself: loop."""

import os
import shlex
from pathlib import Path
from typing import Annotated

from homegolf_git.cli.app import (
    Context,
    OneLane,
    Option,
    Source,
    call_of,
    end,
    example,
    group,
    workspace,
)
from homegolf_git.errors import usage_error

entry = group("Loop")


@entry(
    epilog=example(
        "homegolf loop --lane local-cluster --queue ideas.jsonl --run 'python train.py --seed {seed} --config {config}'",
        "homegolf loop --lane local-cluster --queue ideas.jsonl --run ./train.sh --max-hours 8 --dry-run",
        "homegolf loop --agent 'my-agent --file train.py' --run 'python train.py' --max-hours 8",
    )
)
def loop(
    context: Context,
    lane: OneLane = None,
    queue: Annotated[
        Path | None,
        Option(
            "--queue",
            metavar="FILE",
            help="Ideas: a YAML list, or JSON lines, of summary and config.",
        ),
    ] = None,
    agent: Annotated[
        str,
        Option(
            "--agent",
            metavar="CMD",
            help="A program that changes the trainer's work tree; it is told how the lane stands.",
        ),
    ] = "",
    agent_seconds: Annotated[
        float, Option("--agent-seconds", metavar="S", help="What one answer of the agent may take.")
    ] = 1800,
    optuna: Annotated[
        Path | None,
        Option(
            "--optuna",
            metavar="FILE",
            help="A search space that an Optuna study takes configs from.",
        ),
    ] = None,
    run: Annotated[
        str, Option("--run", metavar="CMD", help="The training command; the lane's if not given.")
    ] = "",
    config: Annotated[
        Path | None,
        Option("--config", metavar="FILE", help="The baseline's config; empty if not given."),
    ] = None,
    max_runs: Annotated[
        int | None, Option("--max-runs", metavar="N", help="Runs at most, over all calls.")
    ] = None,
    max_hours: Annotated[
        float | None,
        Option("--max-hours", metavar="H", help="Hours of running at most, over all calls."),
    ] = None,
    max_failures: Annotated[
        int, Option("--max-failures", metavar="N", help="Equal failures in a row that end it.")
    ] = 5,
    receipt: Annotated[
        list[Path] | None,
        Option(
            "--receipt", metavar="FILE", help="A report that each run writes, beside the lane's."
        ),
    ] = None,
    artifact: Annotated[
        list[str] | None,
        Option("--artifact", metavar="[ROLE=]FILE", help="A file that each run saves."),
    ] = None,
    source: Source = None,
    publish: Annotated[
        str | None,
        Option(
            "--publish",
            metavar="REMOTE",
            help="Share the lane with other machines through this remote.",
        ),
    ] = None,
    launcher: Annotated[
        str, Option("--launcher", metavar="NAME", help="What starts runs: local, ray or slurm.")
    ] = "local",
    workers: Annotated[
        int, Option("--workers", metavar="N", help="Ideas at once, each in a work tree of its own.")
    ] = 1,
    worker: Annotated[
        int | None,
        Option("--worker", metavar="N", hidden=True, help="Which one of several this is."),
    ] = None,
    settle: Annotated[
        bool,
        Option("--settle", help="Look at each idea until it is ruled out, to reach a plateau."),
    ] = False,
    dry_run: Annotated[
        bool, Option("--dry-run", help="Say what would be run next; run nothing.")
    ] = False,
) -> None:
    """Try ideas until it is honest to stop: plateaued 10, budget spent or nothing left 0, failures 1."""
    environment = dict(os.environ)  # as the user has it, before git's own is cleaned
    from homegolf_git.commands.common import whole_config
    from homegolf_git.commands.loop import LoopRequest
    from homegolf_git.commands.loop_agent import agent_of
    from homegolf_git.commands.loop_source import Source as Ideas
    from homegolf_git.commands.loop_source import queue as queue_of
    from homegolf_git.commands.loop_source import study_of, tree_around
    from homegolf_git.commands.loop_workers import loops
    from homegolf_git.shell.files.queues import read_queue
    from homegolf_git.shell.running.launchers import LAUNCHERS

    if [queue is not None, bool(agent), optuna is not None].count(True) != 1:
        message = (
            "say where ideas come from: --queue FILE, --agent CMD or --optuna FILE, one of them"
        )
        raise usage_error(message)
    if launcher not in LAUNCHERS:
        raise usage_error(f"--launcher takes {', '.join(LAUNCHERS)}, not {launcher!r}")
    wanted = LoopRequest(
        lane=lane, command=tuple(shlex.split(run)), baseline=whole_config(config, ()) or {},
        max_runs=max_runs, max_hours=max_hours, max_failures=max_failures, remote=publish,
        workers=workers,
        launcher=launcher, worker=worker, words=call_of(context).words, source=source, reports=tuple(receipt or ()),
        artifacts=tuple(artifact or ()), is_dry_run=dry_run, wants_plateau=settle,
    )  # fmt: skip
    place = workspace(context)
    say = call_of(context).reporter().say

    def ideas(folder: Path | None) -> Ideas:
        if agent:
            return agent_of(place, folder, agent, environment, agent_seconds)
        tree = tree_around(place, folder)
        if optuna is not None:
            return study_of(place, lane, optuna, tree)
        assert queue is not None  # noqa: S101 - one of the three was given
        return queue_of(read_queue(queue), queue.stem, tree)

    end(context, loops(place, wanted, ideas, environment, say))
