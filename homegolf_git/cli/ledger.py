"""Commands about the ledger as a whole: init, verify, audit, doctor, scoreboard, site, publish, demo."""

from pathlib import Path
from typing import Annotated

from homegolf_git.cli.app import (
    Context,
    Option,
    call_of,
    end,
    example,
    group,
    subcommands,
    workspace,
)
from homegolf_git.errors import usage_error

entry = group("Ledger")


@entry(
    epilog=example(
        "homegolf init --lane local-cluster",
        "homegolf init --lane local-cluster --lane h100 --metric accuracy --unit '' --direction maximize",
        "homegolf init --branch homegolf",
        "homegolf init --from autoresearch",
    )
)
def init(
    context: Context,
    lane: Annotated[
        list[str] | None,
        Option("--lane", metavar="LANE", help="A lane to add; local-cluster for the first."),
    ] = None,
    metric: Annotated[
        str, Option("--metric", metavar="NAME", help="The score of the new lanes.")
    ] = "val_bpb",
    unit: Annotated[str, Option("--unit", metavar="TEXT", help="Its unit.")] = "bits/byte",
    direction: Annotated[
        str, Option("--direction", metavar="WAY", help="minimize or maximize.")
    ] = "minimize",
    branch: Annotated[
        str | None,
        Option(
            "--branch",
            metavar="NAME",
            help="Keep the ledger on a branch of its own, beside the work tree.",
        ),
    ] = None,
    from_: Annotated[
        str | None,
        Option(
            "--from",
            metavar="KIND",
            help="Make the lane for the trainer that is here: autoresearch; on branch homegolf if no other is named.",
        ),
    ] = None,
) -> None:
    """Give this repository a ledger: rules, workflows, owners and editor settings."""
    from homegolf_git.commands.init import init as command
    from homegolf_git.shell.ledgerfiles import NewLanes

    new = NewLanes(tuple(lane or ()), metric, unit, direction)
    end(context, command(workspace(context), new, branch, from_))


@entry(
    epilog=example(
        "homegolf verify",
        "homegolf verify --worktree",
        "homegolf verify --artifacts --sample 20",
        "homegolf verify --json",
    )
)
def verify(
    context: Context,
    jobs: Annotated[
        int | None,
        Option("--jobs", metavar="N", min=1, help="Processes that read and judge; two by default."),
    ] = None,
    worktree: Annotated[
        bool, Option("--worktree", help="Check files of the ledger that are in no commit too.")
    ] = False,
    accept_history: Annotated[
        bool,
        Option("--accept-history", help="Take the branch's line as it is now for the right one."),
    ] = False,
    artifacts: Annotated[
        bool,
        Option("--artifacts", help="Fetch what rows list, and compare its size and digest."),
    ] = False,
    sample: Annotated[
        int | None,
        Option("--sample", metavar="N", min=1, help="Fetch N of them, others at each commit."),
    ] = None,
    timeout: Annotated[
        float,
        Option("--timeout", metavar="SECONDS", min=0.1, help="Give an artifact up when silent."),
    ] = 60.0,
) -> None:
    """Check every row, every rule and the history they landed in."""
    from homegolf_git.commands.verify import ArtifactOptions
    from homegolf_git.commands.verify import verify as command

    if sample is not None and not artifacts:
        raise usage_error("--sample is of artifacts", "give --artifacts")
    answer = command(
        workspace(context),
        jobs,
        reads_worktree=worktree,
        accepts_history=accept_history,
        artifacts=ArtifactOptions(sample, timeout) if artifacts else None,
    )
    end(context, answer)


@entry(
    epilog=example(
        "homegolf audit",
        "homegolf audit --witness ../witness.json",
        "homegolf audit --against origin",
    )
)
def audit(
    context: Context,
    witness: Annotated[
        Path | None,
        Option("--witness", metavar="FILE", help="Check this witness; write it if it is absent."),
    ] = None,
    against: Annotated[
        str | None,
        Option("--against", metavar="REMOTE|FILE", help="Compare with a remote, or a witness."),
    ] = None,
    signers: Annotated[
        Path | None,
        Option(
            "--signers",
            metavar="FILE",
            help="Who may sign a witness (ALLOWED SIGNERS of ssh-keygen); the ledger's if not given.",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        Option("--jobs", metavar="N", min=1, help="Processes that read and judge; two by default."),
    ] = None,
) -> None:
    """Verify rows, rules and tags, and compare them with what others know of the ledger."""
    from homegolf_git.commands.audit import AuditOptions
    from homegolf_git.commands.audit import audit as command

    end(context, command(workspace(context), AuditOptions(witness, against, signers, jobs)))


@entry(epilog=example("homegolf doctor", "homegolf doctor --fix"))
def doctor(
    context: Context,
    fix: Annotated[
        bool, Option("--fix", help="Mend what can be mended without a question.")
    ] = False,
) -> None:
    """Say what keeps this clone from working, or from working quickly."""
    from homegolf_git.commands.doctor import doctor as command

    end(context, command(workspace(context), mends=fix))


@entry(epilog=example("homegolf scoreboard", "homegolf scoreboard --check"))
def scoreboard(
    context: Context,
    check: Annotated[
        bool, Option("--check", help="Write nothing; exit 1 if a file is stale.")
    ] = False,
) -> None:
    """Write the scoreboards and the stored verdicts below ledger/."""
    from homegolf_git.commands.scoreboard import scoreboard as command

    end(context, command(workspace(context), only_check=check))


@subcommands("Ledger", "site", "The ledger as pages for browsers.").command(
    "build", epilog=example("homegolf site build", "homegolf site build -o ../site")
)
def site_build(
    context: Context,
    output: Annotated[
        Path,
        Option(
            "-o",
            "--output",
            metavar="DIR",
            help="Folder of the site; _site where you are if not given.",
        ),
    ] = Path("_site"),
) -> None:
    """Write the ledger as pages: an overview, its lanes, its runs."""
    from homegolf_git.commands.site import site_build as command

    end(context, command(workspace(context), output))


@entry(epilog=example("homegolf publish", "homegolf publish --push origin"))
def publish(
    context: Context,
    push: Annotated[
        str | None,
        Option("--push", metavar="REMOTE", help="Catch up with its branch first, and push it all."),
    ] = None,
) -> None:
    """Make missing tags, write the scoreboards and commit them, if anything changed."""
    from homegolf_git.commands.publish import publish as command

    end(context, command(workspace(context), push))


@entry(epilog=example("homegolf demo", "homegolf demo --into demo-ledger"))
def demo(
    context: Context,
    into: Annotated[
        Path | None,
        Option("--into", metavar="DIR", help="Empty folder to work in; a new one if not given."),
    ] = None,
) -> None:
    """Train a small model many times and keep a ledger of it, in a scratch folder."""
    from homegolf_git.commands.demo import demo as command

    end(context, command(into, call_of(context).reporter().say))
