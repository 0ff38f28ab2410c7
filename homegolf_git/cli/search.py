"""Commands about the search: judge, seen, plateau, next, deltas, blockers, transfer, backtest."""

from pathlib import Path
from typing import Annotated

from homegolf_git.cli.app import (
    Argument,
    Context,
    Lane,
    OneLane,
    Option,
    Plain,
    end,
    example,
    group,
    workspace,
)
from homegolf_git.errors import usage_error

entry = group("Search")


@entry(epilog=example("while homegolf plateau --lane local-cluster --quiet; do ./train.sh; done"))
def plateau(context: Context, lane: OneLane = None) -> None:
    """Say whether local search has plateaued: exit 0 to go on, 10 to stop."""
    from homegolf_git.commands.plateau import plateau as command

    end(context, command(workspace(context), lane))


@entry(epilog=example("homegolf judge 20260328c", "homegolf judge --lane h100 --json"))
def judge(
    context: Context,
    run: Annotated[
        str | None,
        Argument(
            metavar="RUN", help="The run; the lane's latest if not given.", show_default=False
        ),
    ] = None,
    lane: OneLane = None,
) -> None:
    """Say whether to keep a run (exit 0), discard it (20) or run it again (21); 22 and 23: it has no say."""
    from homegolf_git.commands.judge import judge as command

    end(context, command(workspace(context), run, lane))


@entry(
    epilog=example(
        "homegolf seen --lane h100 --set learning_rate=0.02",
        "homegolf seen --lane h100 clip gradients at 1.0",
    )
)
def seen(
    context: Context,
    words: Annotated[
        list[str] | None,
        Argument(metavar="TEXT...", help="Words of a summary.", show_default=False),
    ] = None,
    lane: OneLane = None,
    settings: Annotated[
        list[str] | None,
        Option(
            "--set", metavar="KEY=VALUE", help="A key of the config, which these are the whole of."
        ),
    ] = None,
    config: Annotated[
        Path | None, Option("--config", metavar="FILE", help="The whole config, JSON or YAML.")
    ] = None,
    revision: Annotated[
        str | None, Option("--revision", metavar="REV", help="The trainer's revision.")
    ] = None,
    plain: Plain = False,  # noqa: ARG001 - `end` reads it
) -> None:
    """Say whether an idea was tried before: exit 0 if not, 1 if it was."""
    from homegolf_git.commands.common import whole_config
    from homegolf_git.commands.seen import seen as command
    from homegolf_git.core.search.seen import Idea

    idea = Idea(whole_config(config, settings or ()), revision, " ".join(words or ()))
    end(context, command(workspace(context), lane, idea))


@entry(
    name="next",
    epilog=example(
        "homegolf next --lane h100",
        "homegolf next --lane h100 --hours 4 --settle",
    ),
)
def next_runs(
    context: Context,
    lane: OneLane = None,
    runs: Annotated[
        int | None, Option("--runs", metavar="N", min=1, help="What so many runs are enough for.")
    ] = None,
    hours: Annotated[
        float | None,
        Option("--hours", metavar="H", min=0, help="What so many device-hours are enough for."),
    ] = None,
    settle: Annotated[
        bool, Option("--settle", help="Spend runs on a verdict of the stop condition as well.")
    ] = False,
    plain: Plain = False,  # noqa: ARG001 - `end` reads it
) -> None:
    """Say what the next runs are best spent on: exit 10 when it is time to stop."""
    from homegolf_git.commands.next import Budget
    from homegolf_git.commands.next import next_runs as command

    if runs is not None and hours is not None:
        raise usage_error("give --runs N or --hours H, not both")
    end(context, command(workspace(context), lane, Budget(runs, hours), settles=settle))


@entry(epilog=example("homegolf deltas --lane h100"))
def deltas(
    context: Context,
    lane: OneLane = None,
    plain: Plain = False,  # noqa: ARG001 - `end` reads it
) -> None:
    """List what improved the score: each change of incumbent, and totals a side."""
    from homegolf_git.commands.deltas import deltas as command

    end(context, command(workspace(context), lane))


@entry(epilog=example("homegolf blockers", "homegolf blockers --lane local-cluster"))
def blockers(
    context: Context,
    lane: Lane = None,
    plain: Plain = False,  # noqa: ARG001 - `end` reads it
) -> None:
    """List open blockers by failure and stage, and what settled the others."""
    from homegolf_git.commands.blockers import blockers as command

    end(context, command(workspace(context), lane))


@entry(epilog=example("homegolf transfer --from local-cluster --to h100"))
def transfer(
    context: Context,
    local: Annotated[str, Option("--from", metavar="LANE", help="The lane below.")],
    upstream: Annotated[str, Option("--to", metavar="LANE", help="The lane above.")],
) -> None:
    """Say how well gains of one lane have predicted gains of another."""
    from homegolf_git.commands.transfer import transfer as command

    end(context, command(workspace(context), local, upstream))


@entry(
    epilog=example(
        "homegolf backtest --lane h100 --set decision.delta_min=0.001",
        "homegolf backtest --lane h100 --lane-file ledger/h100/lane.yaml",
    )
)
def backtest(
    context: Context,
    lane: OneLane = None,
    changes: Annotated[
        list[str] | None,
        Option("--set", metavar="KEY=VALUE", help="A rule to change, by its dotted name."),
    ] = None,
    lane_file: Annotated[
        Path | None, Option("--lane-file", metavar="FILE", help="Rules to use instead.")
    ] = None,
) -> None:
    """List which verdicts, incumbents and stop calls other rules would have changed."""
    from homegolf_git.commands.backtest import backtest as command

    end(context, command(workspace(context), lane, changes or [], lane_file))
