"""What may stand at the cursor: commands, options, and names of the ledger; silent on any error.

A shell's script gives the words behind the program's name up to the cursor;
the answer is a candidate a line, with a description behind a tab. A line that begins with a tab
says that a file may stand there.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from homegolf_git.cli.console import let_go_of_stdout
from homegolf_git.cli.read import CLASSES

_FILE = "\t"
_FILES = ("FILE", "DIR", "PATH")
_RUNS = ("--base", "--resolves")  # options whose ID is that of a run that has landed


class _Place(NamedTuple):
    """Where the cursor is: in which command, behind which option, at which argument."""

    command: Any  # the parser's own
    option: Any | None
    arguments: int
    repo: str


def answer(words: list[str], root: Any, program: str) -> None:  # noqa: ANN401 - the parser's own
    """Print what may stand at the cursor, and nothing else, whatever goes wrong.

    Words for the `program` git have its own before those for homegolf.
    """
    with suppress(Exception):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        begin = words.index("homegolf") + 1 if program == "git" else 0
        found = candidates(words[begin:], root)
        print("\n".join(found))  # noqa: T201 - the answer
    with suppress(OSError):
        sys.stdout.flush()
        return
    let_go_of_stdout()


def candidates(words: list[str], root: Any) -> list[str]:  # noqa: ANN401 - as above
    """The lines of the answer."""
    *before, last = _joined(words) or [""]
    place = _place(before, root)
    if place is None:
        return []
    head, equals, value = last.partition("=")
    if place.option is None and equals and (option := _options(place.command, root).get(head)):
        found = [f"{head}={text}" for text in _values(option, place.repo) if text != _FILE]
        return [text for text in found if text.startswith(f"{head}={value}")]
    return [text for text in _all(place, last, root) if text.startswith((last, _FILE))]


def _all(place: _Place, last: str, root: Any) -> Iterable[str]:  # noqa: ANN401 - as above
    if place.option is not None:
        return _values(place.option, place.repo)
    if last.startswith("-"):
        options = _options(place.command, root)
        return [f"{name}\t{options[name].help}" for name in sorted(options)]
    if commands := getattr(place.command, "commands", None):
        return [f"{name}\t{item.get_short_help_str(60)}" for name, item in commands.items()]
    arguments = [item for item in place.command.params if not _is_option(item)]
    if place.arguments < len(arguments):
        return _values(arguments[place.arguments], place.repo)
    return _values(arguments[-1], place.repo) if arguments and arguments[-1].nargs < 0 else ()


def _joined(words: list[str]) -> list[str]:
    """Words as they were typed: bash gives `--lane=home` as three."""
    found: list[str] = []
    items = iter(words)
    for word in items:
        if word == "=" and found and found[-1].startswith("--"):
            found.append(next(items, ""))
        else:
            found.append(word)
    return found


def _place(before: list[str], root: Any) -> _Place | None:  # noqa: ANN401 - as above
    """Where words lead; None where they are no call."""
    command, option, arguments, repo = root, None, 0, "."
    is_option = True
    for word in before:
        if option is not None:
            repo = word if "--repo" in option.opts else repo
            option = None
        elif is_option and word == "--":
            is_option = False
        elif is_option and word.startswith("-") and word != "-":
            name, equals, value = word.partition("=")
            found = _options(command, root).get(name)
            if found is not None and not found.is_flag:
                option = None if equals else found
                repo = value if equals and name == "--repo" else repo
        elif commands := getattr(command, "commands", None):
            if word not in commands:
                return None
            command = commands[word]
        else:
            arguments += 1
    return _Place(command, option, arguments, repo)


def _is_option(item: Any) -> bool:  # noqa: ANN401 - as above
    return str(item.opts[0]).startswith("-")


def _options(command: Any, root: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
    """The options of a command and those that all take, by each of their names."""
    items = [item for item in (*root.params, *command.params) if not getattr(item, "hidden", False)]
    return {
        name: item
        for item in items
        if _is_option(item)
        for name in (*item.opts, *item.secondary_opts)
    }


def _values(item: Any, repo: str) -> Iterator[str]:  # noqa: ANN401 - as above
    """What an option or argument may be given."""
    from homegolf_git.commands.completion import SHELLS, Names, failure_words

    metavar, name = str(item.metavar).rstrip("."), item.opts[0]
    if metavar in _FILES:
        yield _FILE
    named: dict[str, Callable[[], Iterable[str]]] = {
        "LANE": lambda: Names(Path(repo)).lanes(),
        "RUN": lambda: Names(Path(repo)).runs(),
        "OTHER": lambda: Names(Path(repo)).runs(),
        "TAG": lambda: Names(Path(repo)).tags(),
        "CLASS": lambda: CLASSES,
        "SHELL": lambda: SHELLS,
        "STAGE": lambda: failure_words("stage"),
    }
    if name in _RUNS:
        yield from named["RUN"]()
    elif name == "--failure":
        yield from failure_words("kind")
    elif metavar in named:
        yield from named[metavar]()
