"""What every command of the command line shares; the only module that imports typer.

Commands import their work inside their functions, so that `--help` loads nothing heavy.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from homegolf_git import __version__
from homegolf_git.errors import Exit, HomegolfError

if TYPE_CHECKING:
    from homegolf_git.shell.reporters import Output

Option = typer.Option
Argument = typer.Argument

_GLOBALS = "Every command also takes --repo PATH, --json, --quiet and --no-color."

app = typer.Typer(
    name="homegolf",
    help="Which run is the incumbent, which run improved it, and when to stop: answered from git.",
    epilog="Start with: homegolf status",
    rich_markup_mode=None,  # else [id] vanishes from help, and start-up takes twice as long
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
class Settings:
    """The global options."""

    repo: Path = Path()
    as_json: bool = False
    is_quiet: bool = False
    no_colour: bool = False


settings = Settings()


def _version(is_asked: bool) -> None:
    if is_asked:
        print(__version__)  # noqa: T201 - the answer
        raise typer.Exit


@app.callback()
def _take_globals(
    repo: Annotated[Path, Option("--repo", metavar="PATH", help="Repository to work on.")] = Path(),
    as_json: Annotated[bool, Option("--json", help="Answer with one JSON document.")] = False,
    no_colour: Annotated[bool, Option("--no-color", help="No colours, as with NO_COLOR.")] = False,
    is_quiet: Annotated[bool, Option("--quiet", help="Say nothing but errors.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool,
        Option("--version", help="Print the version and end.", is_eager=True, callback=_version),
    ] = False,
) -> None:
    settings.repo, settings.as_json = repo, as_json
    settings.no_colour, settings.is_quiet = no_colour, is_quiet


Lane = Annotated[
    str | None, Option("--lane", metavar="LANE", help="One lane; all of them if not given.")
]


def example(*lines: str) -> str:
    """The last words of a command's help."""
    return "Example: " + "; ".join(lines) + ". " + _GLOBALS


def output(command: str) -> "Output":
    """Where the command's answer goes."""
    from homegolf_git.shell import progress
    from homegolf_git.shell.reporters import Output, wants_colour

    progress.is_wanted = sys.stderr.isatty() and not (settings.is_quiet or settings.as_json)
    colour = wants_colour(sys.stderr, no_colour=settings.no_colour)
    return Output(command, settings.as_json, settings.is_quiet, colour)


def end(code: Exit) -> NoReturn:
    """End the command with its exit code."""
    raise typer.Exit(int(code))


def usage(message: str) -> HomegolfError:
    """The options do not go together."""
    from homegolf_git.core.model.findings import finding

    return HomegolfError(Exit.USAGE, finding("usage", message))
