"""What every command of the command line shares; the only module that imports typer.

Commands import their work inside their functions, so that `--help` loads nothing heavy.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, cast

import typer
from typer.core import TyperCommand, TyperGroup

from homegolf_git import __version__
from homegolf_git.cli.console import let_go_of_stdout
from homegolf_git.errors import Exit, HomegolfError, environment_error

if TYPE_CHECKING:
    from homegolf_git.commands.workspace import Workspace
    from homegolf_git.shell.reporters import Answer, Reporter

Option = typer.Option
Argument = typer.Argument
Context = typer.Context

# Headings of the command list, in their order; each is one module of this package.
GROUPS = ("Record", "Loop", "Read", "Search", "Gate", "Tags", "Ledger")
_GLOBALS = "Every command also takes --repo PATH, --json, --quiet and --no-color."


class _Grouped(TyperGroup):
    """Lists its commands below the headings of their groups."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - whatever typer passes on
        super().__init__(**attributes)
        places = {
            name: GROUPS.index(str(command.rich_help_panel))  # type: ignore[attr-defined] # typer's own commands have it
            for name, command in self.commands.items()
        }
        self.commands = {
            name: self.commands[name] for name in sorted(places, key=places.__getitem__)
        }

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 - as click calls it; its types are typer's own affair
        """Write a section a group, with all names in one column."""
        width = max(map(len, self.commands))
        for group in GROUPS:
            rows = [
                (name.ljust(width), command.get_short_help_str(formatter.width - 6 - width))
                for name, command in self.commands.items()
                if command.rich_help_panel == group  # type: ignore[attr-defined] # as above
            ]
            with formatter.section(group):
                formatter.write_dl(rows)


class _Command(TyperCommand):
    """Names everything that it needs and was not given at once; a parser stops at the first."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - as above
        """Parse, once nothing is missing."""
        given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        missing = [
            item
            for item in self.get_params(ctx)
            if item.required and not isinstance(given.get(str(item.name)), str | tuple | list)
        ]
        if missing and not given.get("help"):
            raise _missing(missing)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - as above
        """Call it; the parser would take the end of a cut file of bytecode for one of its input."""
        try:
            return super().invoke(ctx)
        except EOFError as error:
            raise _cut_short(error) from error


def _cut_short(error: EOFError) -> Exception:
    from homegolf_git.cli.bytecode import mended

    place = mended(error)
    if place is None:
        return RuntimeError("the input ended")  # a bug: nothing is read from it
    is_gone = not Path(place).exists()
    message = (
        f"{place} was cut short, as a full disk leaves it{'; it is gone now' if is_gone else ''}"
    )
    before = "" if is_gone else f"run `rm {quote(place)}` as its owner, and "
    return environment_error("cannot_write", message, f"{before}run the same command again")


def _missing(items: list[Any]) -> HomegolfError:
    from homegolf_git.core.model.findings import finding

    return HomegolfError(
        Exit.USAGE,
        *(
            finding("missing_option", f"not given: {_lower(item.help)}", fix=f"give {_call(item)}")
            for item in items
        ),
    )


def _call(item: Any) -> str:  # noqa: ANN401 - as above
    """How an option or argument is given."""
    name = item.opts[0] if item.opts[0].startswith("-") else ""
    return f"{name} {item.metavar}".strip()


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:].rstrip(".")


app = typer.Typer(
    name="homegolf",
    cls=_Grouped,
    help="Which run is the incumbent, which run improved it, and when to stop: answered from git.",
    epilog="Start with: homegolf status",
    rich_markup_mode=None,  # else [id] vanishes from help, and start-up takes twice as long
    pretty_exceptions_enable=False,
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@cache
def parser(command: str | None = None) -> Any:  # noqa: ANN401 - typer's own
    """All commands as the parser has them; where `command` is given that one alone has its options.

    The others have a name and a line of help, which is all that the list of them shows: two hundred
    options take a twentieth of the time of a short answer to make.
    """
    callbacks = [info.callback for info in app.registered_commands]
    try:
        for info in app.registered_commands:
            if command is not None and command != _name(info):
                info.callback = _bare(info.callback)
        return typer.main.get_command(app)
    finally:
        for info, callback in zip(app.registered_commands, callbacks, strict=True):
            info.callback = callback


def _name(info: Any) -> str:  # noqa: ANN401 - typer's own
    return info.name or typer.main.get_command_name(info.callback.__name__)


def _bare(callback: Callable[..., Any] | None) -> Callable[[], None]:
    def bare() -> None:
        """Nobody calls it."""

    bare.__name__, bare.__doc__ = getattr(callback, "__name__", ""), callback.__doc__
    return bare


def group(name: str) -> Callable[..., Callable[[Callable[..., None]], Callable[..., None]]]:
    """What makes a function a command of a group."""
    return partial(app.command, rich_help_panel=name, cls=_Command)


def subcommands(name: str, words: str, described: str) -> typer.Typer:
    """A command of a group that has commands of its own, called by `words`."""
    inner = typer.Typer(help=described, rich_markup_mode=None, no_args_is_help=True)
    app.add_typer(inner, name=words, rich_help_panel=name)
    return inner


@dataclass(slots=True)
class Call:
    """One call of the command line: its global options."""

    repo: Path = Path()
    as_json: bool = False
    is_quiet: bool = False
    no_colour: bool = False
    words: tuple[str, ...] = ()  # the call as it was made
    is_plain: bool = False

    def workspace(self) -> "Workspace":
        """Where the command works."""
        from homegolf_git.commands.workspace import Workspace
        from homegolf_git.shell.progress import Progress

        is_wanted = sys.stderr.isatty() and not (self.is_quiet or self.as_json)
        return Workspace(
            self.repo, Progress(is_wanted=is_wanted), lambda item: self.reporter().remark(item)
        )

    def reporter(self) -> "Reporter":
        """Who tells the command's answer."""
        from homegolf_git.shell.reporters import Reporter, wants_colour

        errors, answers = (
            wants_colour(stream, no_colour=self.no_colour) for stream in (sys.stderr, sys.stdout)
        )
        paints = answers and not self.as_json
        return Reporter(self.as_json, self.is_quiet, errors, paints, self.is_plain)


def call_of(context: Context) -> Call:
    """The call that a context belongs to."""
    return cast("Call", context.find_root().obj)


def workspace(context: Context) -> "Workspace":
    """Where the command works."""
    return call_of(context).workspace()


def _version(is_asked: bool) -> None:
    if is_asked:
        print(__version__)  # noqa: T201 - the answer
        raise typer.Exit


def _show_completion(context: Context, shell: str | None) -> None:
    if shell is not None:
        from homegolf_git.commands.completion import show

        end(context, show(shell))


def _install_completion(context: Context, shell: str | None) -> None:
    if shell is not None:
        from homegolf_git.commands.completion import install

        end(context, install(shell))


@app.callback()
def _take_globals(
    context: Context,
    repo: Annotated[Path, Option("--repo", metavar="PATH", help="Repository to work on.")] = Path(),
    as_json: Annotated[bool, Option("--json", help="Answer with one JSON document.")] = False,
    no_colour: Annotated[bool, Option("--no-color", help="No colours, as with NO_COLOR.")] = False,
    is_quiet: Annotated[bool, Option("--quiet", help="Say nothing but errors.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback does the work
        bool,
        Option("--version", help="Print the version and end.", is_eager=True, callback=_version),
    ] = False,
    install_completion: Annotated[  # noqa: ARG001 - as above
        str | None,
        Option(
            "--install-completion",
            metavar="SHELL",
            help="Have bash, zsh or fish complete homegolf from its next start on.",
            callback=_install_completion,
        ),
    ] = None,
    show_completion: Annotated[  # noqa: ARG001 - as above
        str | None,
        Option(
            "--show-completion",
            metavar="SHELL",
            help="Print the script for that instead.",
            callback=_show_completion,
        ),
    ] = None,
) -> None:
    call = call_of(context)
    call.repo, call.as_json = repo, as_json
    call.no_colour, call.is_quiet = no_colour, is_quiet


Lane = Annotated[
    str | None, Option("--lane", metavar="LANE", help="One lane; all of them if not given.")
]
Plain = Annotated[
    bool, Option("--plain", help="A row a line, tabs between cells, no heading; docs/reading.md.")
]
OneLane = Annotated[
    str | None, Option("--lane", metavar="LANE", help="The lane; needed where there are several.")
]
Receipts = Annotated[
    list[Path] | None,
    Option("--receipts", metavar="DIR", help="Folder to look for listed receipts in."),
]
AllowEmptyConfig = Annotated[
    bool,
    Option(
        "--allow-empty-config",
        help="Take rows with an empty config, which are all one and the same.",
    ),
]
NewSeed = Annotated[
    bool,
    Option(
        "--new-seed",
        help="Take a second seed in a lane of one seed: repeats are averaged from then on.",
    ),
]
Source = Annotated[
    Path | None,
    Option(
        "--source",
        metavar="PATH",
        help="The trainer's repository; the one around the working directory if not given.",
    ),
]


def example(*lines: str) -> str:
    """The last words of a command's help."""
    return "Example: " + "; ".join(lines) + ". " + _GLOBALS


def end(context: Context, answer: "Answer[Any]") -> NoReturn:
    """Show the command's answer, and end with its exit code."""
    command, call = context.command_path.partition(" ")[2], call_of(context)
    call.is_plain = bool(context.params.get("plain"))
    try:
        call.reporter().show(command, answer)
    except BrokenPipeError:  # whoever read it has seen enough
        let_go_of_stdout()
    except OSError as error:
        let_go_of_stdout()
        call.as_json = False  # it goes where somebody may see it
        raise lost_output(error) from error
    raise typer.Exit(int(answer.code))


def lost_output(error: OSError) -> HomegolfError:
    """The answer could not be written."""
    return environment_error("cannot_write", f"standard output: {error.strerror}")
