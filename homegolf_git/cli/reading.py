"""Commands that read: verify, doctor, verdicts, status, explain, log."""

from typing import Annotated

from homegolf_git.cli.app import Argument, Lane, Option, app, end, example, output, settings


@app.command(epilog=example("homegolf verify", "homegolf verify --json"))
def verify(
    jobs: Annotated[
        int | None,
        Option("--jobs", metavar="N", min=1, help="Processes that read rows; two by default."),
    ] = None,
) -> None:
    """Check every row, every rule and the history they landed in."""
    from homegolf_git.commands.verify import verify as command

    end(command(output("verify"), settings.repo, jobs))


@app.command(epilog=example("homegolf doctor", "homegolf doctor --fix"))
def doctor(
    fix: Annotated[
        bool, Option("--fix", help="Mend what can be mended without a question.")
    ] = False,
) -> None:
    """Say what keeps this clone from working, or from working quickly."""
    from homegolf_git.commands.doctor import doctor as command

    end(command(output("doctor"), settings.repo, mends=fix))


@app.command(epilog=example("homegolf verdicts --lane h100 --json"))
def verdicts(lane: Lane = None) -> None:
    """Print the verdict of every row."""
    from homegolf_git.commands.verdicts import verdicts as command

    end(command(output("verdicts"), settings.repo, lane))


@app.command(epilog=example("homegolf status", "homegolf status --lane local-cluster"))
def status(lane: Lane = None) -> None:
    """Show incumbent, noise, blockers and the latest row of each lane."""
    from homegolf_git.commands.status import status as command

    end(command(output("status"), settings.repo, lane))


@app.command(epilog=example("homegolf explain 20260328d-g64-clip1"))
def explain(run: Annotated[str, Argument(metavar="RUN", help="The run.")]) -> None:
    """Explain a verdict: every number of it, in sentences."""
    from homegolf_git.commands.explain import explain as command

    end(command(output("explain"), settings.repo, run))


@app.command(epilog=example("homegolf log", "homegolf log --lane h100 --most 5"))
def log(
    lane: Lane = None,
    most: Annotated[int, Option("--most", metavar="N", min=1, help="Rows to show.")] = 20,
) -> None:
    """List the latest rows, the newest first."""
    from homegolf_git.commands.verdicts import log as command

    end(command(output("log"), settings.repo, lane, most))
