"""Commands that read: status, log, explain, verdicts."""

from typing import Annotated

from homegolf_git.cli.app import (
    Argument,
    Context,
    Lane,
    Option,
    end,
    example,
    group,
    workspace,
)

entry = group("Read")


@entry(epilog=example("homegolf status", "homegolf status --lane local-cluster"))
def status(context: Context, lane: Lane = None) -> None:
    """Show incumbent, noise, blockers and the latest row of each lane."""
    from homegolf_git.commands.status import status as command

    end(context, command(workspace(context), lane))


@entry(epilog=example("homegolf log", "homegolf log --lane h100 --most 5"))
def log(
    context: Context,
    lane: Lane = None,
    most: Annotated[int, Option("--most", metavar="N", min=1, help="Rows to show.")] = 20,
) -> None:
    """List the latest rows, the newest first."""
    from homegolf_git.commands.log import log as command

    end(context, command(workspace(context), lane, most))


@entry(epilog=example("homegolf explain 20260328c"))
def explain(
    context: Context, run: Annotated[str, Argument(metavar="RUN", help="The run.")]
) -> None:
    """Explain a verdict: every number of it, in sentences."""
    from homegolf_git.commands.explain import explain as command

    end(context, command(workspace(context), run))


@entry(epilog=example("homegolf verdicts --lane h100 --json"))
def verdicts(context: Context, lane: Lane = None) -> None:
    """Print the verdict of every row."""
    from homegolf_git.commands.verdicts import verdicts as command

    end(context, command(workspace(context), lane))
