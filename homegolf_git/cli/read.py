"""Commands that read: status, log, show, diff, explain, verdicts, export."""

import re
from typing import Annotated

from homegolf_git.cli.app import (
    Argument,
    Context,
    Lane,
    Option,
    Plain,
    call_of,
    end,
    example,
    group,
    workspace,
)
from homegolf_git.errors import usage_error

entry = group("Read")
CLASSES = ("improvement", "noise", "regression", "blocked", "invalid")


@entry(epilog=example("homegolf status", "homegolf status --lane local-cluster"))
def status(
    context: Context,
    lane: Lane = None,
    plain: Plain = False,  # noqa: ARG001 - `end` reads it
) -> None:
    """Show incumbent, noise, latest row, search and what to do next of each lane."""
    from homegolf_git.commands.status import status as command

    end(context, command(workspace(context), lane))


@entry(
    epilog=example(
        "homegolf log --lane h100 --most 5",
        "homegolf log --brief --since 2026-03",
        "homegolf log --plain --class improvement",
    )
)
def log(
    context: Context,
    lane: Lane = None,
    most: Annotated[
        int | None,
        Option(
            "--most", metavar="N", min=1, help="Rows to show; 20, or all with --brief or --plain."
        ),
    ] = None,
    verdict_class: Annotated[
        str | None, Option("--class", metavar="CLASS", help="Rows of one class.")
    ] = None,
    since: Annotated[
        str | None, Option("--since", metavar="DATE", help="Rows that finished from then on.")
    ] = None,
    submitter: Annotated[
        str | None, Option("--submitter", metavar="NAME", help="Rows of one submitter.")
    ] = None,
    near_misses: Annotated[
        bool, Option("--near-misses", help="Rows that look better and are not proven.")
    ] = False,
    brief: Annotated[
        bool, Option("--brief", help="A row a line: decision, gain with its error, summary.")
    ] = False,
    plain: Plain = False,
) -> None:
    """List the latest rows, the newest first."""
    from homegolf_git.commands.log import Filter
    from homegolf_git.commands.log import log as command

    if verdict_class not in (None, *CLASSES):
        raise usage_error(f"--class takes {', '.join(CLASSES)}, not {verdict_class!r}")
    if since is not None and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2}(T[0-9:]*Z?)?)?)?", since):
        raise usage_error(f"--since takes a date such as 2026-03-28, not {since!r}")
    rows = Filter(verdict_class, since, submitter, near_misses)  # type: ignore[arg-type] # checked
    most = most or (None if brief or plain else 20)
    end(context, command(workspace(context), lane, most, rows, is_brief=brief))


@entry(epilog=example("homegolf show 20260328c"))
def show(context: Context, run: Annotated[str, Argument(metavar="RUN", help="The run.")]) -> None:
    """Show a run as it landed: its row, commit, receipts and verdict."""
    from homegolf_git.commands.show import show as command

    end(context, command(workspace(context), run))


@entry(epilog=example("homegolf diff homegolf-baseline-g64-roundtrip-600s-20260328b 20260328c"))
def diff(
    context: Context,
    before: Annotated[str, Argument(metavar="RUN", help="The first run.")],
    after: Annotated[str, Argument(metavar="OTHER", help="The second run.")],
) -> None:
    """Compare two runs: config, source, hardware, and scores with an interval."""
    from homegolf_git.commands.diff import diff as command

    end(context, command(workspace(context), before, after))


@entry(epilog=example("homegolf explain 20260328c"))
def explain(
    context: Context, run: Annotated[str, Argument(metavar="RUN", help="The run.")]
) -> None:
    """Explain a verdict: every number of it, in sentences."""
    from homegolf_git.commands.explain import explain as command

    end(context, command(workspace(context), run))


@entry(epilog=example("homegolf verdicts --lane h100 --json"))
def verdicts(
    context: Context,
    lane: Lane = None,
    plain: Plain = False,  # noqa: ARG001 - `end` reads it
) -> None:
    """Print the verdict of every row."""
    from homegolf_git.commands.verdicts import verdicts as command

    end(context, command(workspace(context), lane))


@entry(
    epilog=example(
        "homegolf export --format sqlite -o runs.db",
        "homegolf export --format csv --lane h100 -o tables",
        "homegolf export --format jsonl --table results -o -",
    )
)
def export(
    context: Context,
    style: Annotated[
        str, Option("--format", metavar="FORMAT", help="csv, jsonl, parquet or sqlite.")
    ],
    output: Annotated[
        str,
        Option(
            "-o",
            "--output",
            metavar="PATH",
            help="Folder for all tables; file for sqlite or one table; - for standard output.",
        ),
    ],
    lane: Lane = None,
    table: Annotated[
        str | None,
        Option("--table", metavar="TABLE", help="One of runs, results and steps; else all."),
    ] = None,
) -> None:
    """Write the ledger as tables for other programs: runs, results, steps."""
    from homegolf_git.commands.export import ExportOptions
    from homegolf_git.commands.export import export as command

    if output == "-" and call_of(context).as_json:
        raise usage_error("--json answers on standard output too", "name a file with -o")
    end(context, command(workspace(context), ExportOptions(style, output, lane, table)))
