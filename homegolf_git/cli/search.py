"""Commands about the search: plateau, next, deltas, blockers, transfer, backtest."""

from pathlib import Path
from typing import Annotated

from homegolf_git.cli.app import Context, Lane, Option, end, example, group, workspace
from homegolf_git.errors import usage_error

entry = group("Search")

OneLane = Annotated[
    str | None, Option("--lane", metavar="LANE", help="The lane; needed where there are several.")
]


@entry(epilog=example("while homegolf plateau --lane local-cluster --quiet; do ./train.sh; done"))
def plateau(context: Context, lane: OneLane = None) -> None:
    """Say whether local search has plateaued: exit 0 to go on, 10 to stop."""
    from homegolf_git.commands.plateau import plateau as command

    end(context, command(workspace(context), lane))


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
) -> None:
    """Say what the next runs are best spent on: exit 10 when it is time to stop."""
    from homegolf_git.commands.next import Budget
    from homegolf_git.commands.next import next_runs as command

    if runs is not None and hours is not None:
        raise usage_error("give --runs N or --hours H, not both")
    end(context, command(workspace(context), lane, Budget(runs, hours), settles=settle))


@entry(epilog=example("homegolf deltas --lane h100"))
def deltas(context: Context, lane: OneLane = None) -> None:
    """List what improved the score: each change of incumbent, and totals a side."""
    from homegolf_git.commands.deltas import deltas as command

    end(context, command(workspace(context), lane))


@entry(epilog=example("homegolf blockers", "homegolf blockers --lane local-cluster"))
def blockers(context: Context, lane: Lane = None) -> None:
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
