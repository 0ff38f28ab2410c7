"""The command line: parses, calls one command, and turns every end into an exit code."""

import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from homegolf_git import __version__
from homegolf_git.core.findings import finding
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.reporters import Output, wants_colour

_GLOBAL_FLAGS = ("--json", "--quiet", "--no-color")
_EPILOG = "Every command also takes --repo PATH, --json, --quiet and --no-color."

app = typer.Typer(
    name="homegolf",
    help="Which run is the incumbent, which run improved it, and when to stop: answered from git.",
    epilog="Start with: homegolf status",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
tags_app = typer.Typer(
    help="Incumbent tags: made from the rows, checked against them.",
    rich_markup_mode=None,
    no_args_is_help=True,
)
app.add_typer(tags_app, name="tags")


@dataclass(slots=True)
class _Settings:
    """The global options."""

    repo: Path = Path()
    as_json: bool = False
    is_quiet: bool = False
    no_colour: bool = False


_settings = _Settings()


def _example(*lines: str) -> str:
    return "Example: " + "; ".join(lines) + ". " + _EPILOG


def _out(command: str) -> Output:
    colour = wants_colour(sys.stderr, no_colour=_settings.no_colour)
    return Output(command, _settings.as_json, _settings.is_quiet, colour)


@app.callback()
def _globals(
    repo: Annotated[
        Path, typer.Option("--repo", metavar="PATH", help="Repository to work on.")
    ] = Path(),
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer with one JSON document.")
    ] = False,
    no_colour: Annotated[
        bool, typer.Option("--no-color", help="No colours, as with NO_COLOR.")
    ] = False,
    is_quiet: Annotated[bool, typer.Option("--quiet", help="Say nothing but errors.")] = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False,
) -> None:
    if version:
        print(__version__)  # noqa: T201 - the answer
        raise typer.Exit
    _settings.repo, _settings.as_json = repo, as_json
    _settings.no_colour, _settings.is_quiet = no_colour, is_quiet


Lane = Annotated[
    str | None, typer.Option("--lane", metavar="LANE", help="One lane; all of them if not given.")
]


# --- writing


@app.command(
    epilog=_example(
        "homegolf record 20260328d-g64-clip1.yaml",
        "homegolf record --many rows/",
        "homegolf record --receipt report.json --lane h100 --run-id r1 --seed 1337 --mode non_overlapping --kind system --summary 'fused step'",  # noqa: E501
    )
)
def record(  # noqa: PLR0913 - the options of one command
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE", help="Row files.", show_default=False)
    ] = None,
    many: Annotated[
        Path | None,
        typer.Option("--many", metavar="DIR", help="Record every row of a folder, one commit each."),
    ] = None,
    receipts: Annotated[
        list[Path] | None,
        typer.Option("--receipts", metavar="DIR", help="Folder to look for listed receipts in."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be committed.")
    ] = False,
    keep_invalid: Annotated[
        bool,
        typer.Option("--keep-invalid", help="Let rows land that their submitter could mend."),
    ] = False,
    receipt: Annotated[
        list[Path] | None,
        typer.Option("--receipt", metavar="FILE", help="Build the row from this report."),
    ] = None,
    receipt_kind: Annotated[
        str | None,
        typer.Option("--receipt-kind", metavar="KIND", help="Reader to use; found out if not given."),
    ] = None,
    lane: Annotated[
        str | None, typer.Option("--lane", metavar="LANE", help="With --receipt: the row's lane.")
    ] = None,
    run_id: Annotated[
        str | None, typer.Option("--run-id", metavar="ID", help="With --receipt: the row's id.")
    ] = None,
    finished_at: Annotated[
        str | None,
        typer.Option("--finished-at", metavar="TIME", help="With --receipt: UTC, with a Z."),
    ] = None,
    submitter: Annotated[
        str | None,
        typer.Option("--submitter", metavar="NAME", help="With --receipt; git's user.name if not given."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option("--base", metavar="ID", help="With --receipt: the run it was derived from."),
    ] = None,
    kind: Annotated[
        str,
        typer.Option("--kind", metavar="KIND", help="With --receipt: system, model, data, eval, mixed or rerun."),  # noqa: E501
    ] = "rerun",
    summary: Annotated[
        str | None,
        typer.Option("--summary", metavar="TEXT", help="With --receipt: what was changed."),
    ] = None,
    repository: Annotated[
        str | None,
        typer.Option("--repository", metavar="URL", help="With --receipt: the trainer's repository."),
    ] = None,
    revision: Annotated[
        str | None,
        typer.Option("--revision", metavar="HEX", help="With --receipt: the trainer's commit."),
    ] = None,
    dirty: Annotated[
        bool | None,
        typer.Option("--dirty/--clean", help="With --receipt: whether the source had changes."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="MODE", help="With --receipt: the evaluation mode."),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option("--split", metavar="NAME", help="With --receipt: the validation split."),
    ] = None,
    seed: Annotated[
        list[int] | None,
        typer.Option("--seed", metavar="N", help="With --receipt: a seed that no receipt names."),
    ] = None,
    seeds_planned: Annotated[
        int | None,
        typer.Option("--seeds-planned", metavar="N", help="With --receipt: seeds planned."),
    ] = None,
    seeds_run: Annotated[
        int | None,
        typer.Option("--seeds-run", metavar="N", help="With --receipt: all seeds that finished."),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option("--budget", metavar="SECONDS", help="With --receipt: the training budget."),
    ] = None,
    config: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="With --receipt: a config key, JSON value."),
    ] = None,
    device: Annotated[
        list[str] | None,
        typer.Option("--device", metavar="NAME:COUNT", help="With --receipt: devices that trained."),
    ] = None,
    failure: Annotated[
        str | None,
        typer.Option("--failure", metavar="KIND", help="With --receipt: why there is no score."),
    ] = None,
    stage: Annotated[
        str, typer.Option("--stage", metavar="STAGE", help="With --failure: where it failed.")
    ] = "train",
    detail: Annotated[
        str, typer.Option("--detail", metavar="TEXT", help="With --failure: one line.")
    ] = "",
    notes: Annotated[
        str, typer.Option("--notes", metavar="TEXT", help="With --receipt: free text.")
    ] = "",
) -> None:
    """Validate rows, put them in their place with their receipts, and commit each."""
    from homegolf_git.commands import record as command

    out = _out("record")
    options = command.RecordOptions(tuple(receipts or ()), dry_run, keep_invalid)
    sources = (bool(files), many is not None, bool(receipt))
    if sum(sources) != 1:
        raise _usage("give row files, or --many DIR, or --receipt FILE: one of the three")
    if receipt is None or not receipt:
        rows = command.rows_in(many) if many is not None else files or []
        _end(command.record(out, _settings.repo, rows, options))
    if lane is None:
        raise _usage("--receipt needs --lane")
    from homegolf_git.commands.record_receipt import record_receipts
    from homegolf_git.core.draft import DraftFacts

    facts = DraftFacts(
        run_id=run_id, finished_at=finished_at, submitter=submitter, base=base, change_kind=kind,
        change_summary=summary, repository=repository, revision=revision, is_dirty=dirty,
        evaluation_mode=mode, split=split, seeds=tuple(seed or ()), seeds_planned=seeds_planned,
        seeds_run=seeds_run, train_seconds_budget=budget, config=_config(config or []),
        hardware=tuple(map(_device, device or [])),
        failure=(failure, stage, detail) if failure else None, notes=notes,
    )  # fmt: skip
    _end(record_receipts(out, _settings.repo, lane, receipt, facts, options, receipt_kind))


def _config(pairs: list[str]) -> dict[str, Any]:
    import json

    config: dict[str, Any] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            raise _usage(f"--set takes KEY=VALUE, not {pair!r}")
        try:
            config[key] = json.loads(value)
        except ValueError:
            config[key] = value
    return config


def _device(text: str) -> tuple[str, int]:
    name, _, count = text.rpartition(":")
    if not name or not count.isdecimal():
        raise _usage(f"--device takes NAME:COUNT, not {text!r}")
    return name, int(count)


@app.command(
    epilog=_example(
        "homegolf retract 20260328a --reason 'half of the split was scored' --evidence issue-12 --by me"
    )
)
def retract(
    run: Annotated[str, typer.Argument(metavar="RUN", help="The run that does not count.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why not.")],
    evidence: Annotated[
        str, typer.Option("--evidence", metavar="TEXT", help="Where that can be seen.")
    ],
    by: Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List the verdicts it would change.")
    ] = False,
) -> None:
    """Commit a retraction and list the verdicts it changes."""
    from homegolf_git.commands.retract import retract as command
    from homegolf_git.core.model import Retraction
    from homegolf_git.core.naming import RunId

    facts = Retraction(RunId(run), reason, evidence, by)
    _end(command(_out("retract"), _settings.repo, facts, is_dry_run=dry_run))


@app.command(epilog=_example("homegolf scoreboard", "homegolf scoreboard --check"))
def scoreboard(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 if a file is stale.")
    ] = False,
) -> None:
    """Write the scoreboards and the stored verdicts below ledger/."""
    from homegolf_git.commands.scoreboard import scoreboard as command

    _end(command(_out("scoreboard"), _settings.repo, only_check=check))


# --- reading


@app.command(epilog=_example("homegolf verify", "homegolf verify --json"))
def verify() -> None:
    """Check every row, every rule and the history they landed in."""
    from homegolf_git.commands.verify import verify as command

    _end(command(_out("verify"), _settings.repo))


@app.command(epilog=_example("homegolf verdicts --lane h100 --json"))
def verdicts(lane: Lane = None) -> None:
    """Print the verdict of every row."""
    from homegolf_git.commands.verdicts import verdicts as command

    _end(command(_out("verdicts"), _settings.repo, lane))


@app.command(epilog=_example("homegolf status", "homegolf status --lane local-cluster"))
def status(lane: Lane = None) -> None:
    """Show incumbent, noise, blockers and the latest row of each lane."""
    from homegolf_git.commands.status import status as command

    _end(command(_out("status"), _settings.repo, lane))


@app.command(epilog=_example("homegolf explain 20260328d-g64-clip1"))
def explain(run: Annotated[str, typer.Argument(metavar="RUN", help="The run.")]) -> None:
    """Explain a verdict: every number of it, in sentences."""
    from homegolf_git.commands.explain import explain as command

    _end(command(_out("explain"), _settings.repo, run))


@app.command(epilog=_example("homegolf log", "homegolf log --lane h100 --most 5"))
def log(
    lane: Lane = None,
    most: Annotated[int, typer.Option("--most", metavar="N", min=1, help="Rows to show.")] = 20,
) -> None:
    """List the latest rows, the newest first."""
    from homegolf_git.commands.verdicts import log as command

    _end(command(_out("log"), _settings.repo, lane, most))


@app.command(epilog=_example("homegolf demo", "homegolf demo --into demo-ledger"))
def demo(
    into: Annotated[
        Path | None,
        typer.Option("--into", metavar="DIR", help="Empty folder to work in; a new one if not given."),
    ] = None,
) -> None:
    """Train a small model many times and keep a ledger of it, in a scratch folder."""
    from homegolf_git.commands.demo import demo as command

    _end(command(_out("demo"), into))


# --- tags


@tags_app.command("sync", epilog=_example("homegolf tags sync", "homegolf tags sync --push origin"))
def tags_sync(
    push: Annotated[
        str | None, typer.Option("--push", metavar="REMOTE", help="Push them in one transaction.")
    ] = None,
) -> None:
    """Create the tags that are missing; numbered ones are never moved."""
    from homegolf_git.commands.tags import sync as command

    _end(command(_out("tags sync"), _settings.repo, push))


@tags_app.command("verify", epilog=_example("homegolf tags verify"))
def tags_verify() -> None:
    """Recompute every tag and report those that are not what the rows say."""
    from homegolf_git.commands.tags import verify as command

    _end(command(_out("tags verify"), _settings.repo))


# --- how it ends


def _end(code: Exit) -> None:
    raise typer.Exit(int(code))


def _usage(message: str) -> HomegolfError:
    return HomegolfError(Exit.USAGE, finding("usage", message))


def hoist_globals(arguments: list[str]) -> list[str]:
    """Move global options to the front, so that they may stand behind the command as well."""
    front: list[str] = []
    rest: list[str] = []
    items = iter(arguments)
    for item in items:
        if item == "--":
            rest += [item, *items]
        elif item in _GLOBAL_FLAGS or item.startswith("--repo="):
            front.append(item)
        elif item == "--repo":
            front += [item, *([value] if (value := next(items, None)) is not None else [])]
        else:
            rest.append(item)
    return front + rest


def main() -> None:
    """Run the command line and exit."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    arguments = hoist_globals(arguments)
    command = next((item for item in arguments if not item.startswith("-")), "homegolf")
    _settings.as_json = "--json" in arguments
    try:
        return _guarded(lambda: app(arguments, standalone_mode=True, prog_name="homegolf"), command)
    except SystemExit as end:
        return int(end.code or 0) if isinstance(end.code, int | None) else int(Exit.USAGE)


def _guarded(call: Callable[[], Any], command: str) -> int:
    try:
        call()
    except HomegolfError as error:
        out = _out(command)
        out.refuse(error.findings)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except BrokenPipeError:
        sys.stderr.close()  # whoever read us has gone; say nothing more
        return int(Exit.OK)
    except Exception:  # noqa: BLE001 - the one funnel: a bug is reported, not shown
        return _report_bug(command)
    return int(Exit.OK)


def _report_bug(command: str) -> int:
    with tempfile.NamedTemporaryFile(
        "w", prefix="homegolf-", suffix=".txt", delete=False, encoding="utf-8"
    ) as report:
        report.write(f"homegolf {__version__} {command}\n{sys.version}\n\n{traceback.format_exc()}")
    _out(command).refuse([finding("bug", f"a report is in {report.name}")])
    return int(Exit.BUG)
