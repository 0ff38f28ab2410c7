"""Commands that write: retract, scoreboard, demo."""

from pathlib import Path
from typing import Annotated

from homegolf_git.cli.app import Argument, Option, app, end, example, output, settings


@app.command(
    epilog=example(
        "homegolf retract 20260328a --reason 'half of the split was scored' --evidence issue-12 --by me"
    )
)
def retract(
    run: Annotated[str, Argument(metavar="RUN", help="The run that does not count.")],
    reason: Annotated[str, Option("--reason", metavar="TEXT", help="Why not.")],
    evidence: Annotated[str, Option("--evidence", metavar="TEXT", help="Where that can be seen.")],
    by: Annotated[str, Option("--by", metavar="NAME", help="Who says so.")],
    dry_run: Annotated[
        bool, Option("--dry-run", help="List the verdicts it would change.")
    ] = False,
) -> None:
    """Commit a retraction and list the verdicts it changes."""
    from homegolf_git.commands.retract import Grounds
    from homegolf_git.commands.retract import retract as command

    grounds = Grounds(reason, evidence, by)
    end(command(output("retract"), settings.repo, run, grounds, is_dry_run=dry_run))


@app.command(epilog=example("homegolf init --lane local-cluster"))
def init(
    lane: Annotated[
        str | None,
        Option("--lane", metavar="LANE", help="A lane to add; local-cluster for the first."),
    ] = None,
) -> None:
    """Give this repository a ledger: rules, workflows, owners and editor settings."""
    from homegolf_git.commands.init import init as command

    end(command(output("init"), settings.repo, lane))


@app.command(epilog=example("homegolf scoreboard", "homegolf scoreboard --check"))
def scoreboard(
    check: Annotated[
        bool, Option("--check", help="Write nothing; exit 1 if a file is stale.")
    ] = False,
) -> None:
    """Write the scoreboards and the stored verdicts below ledger/."""
    from homegolf_git.commands.scoreboard import scoreboard as command

    end(command(output("scoreboard"), settings.repo, only_check=check))


@app.command(epilog=example("homegolf demo", "homegolf demo --into demo-ledger"))
def demo(
    into: Annotated[
        Path | None,
        Option("--into", metavar="DIR", help="Empty folder to work in; a new one if not given."),
    ] = None,
) -> None:
    """Train a small model many times and keep a ledger of it, in a scratch folder."""
    from homegolf_git.commands.demo import demo as command

    end(command(output("demo"), into))
