"""A page's commands, run in their order in one shell; what the page shows is compared with what came."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

_PART = re.compile(
    r"^```(?P<kind>sh|console)\n(?P<text>.*?)^```$|^<!-- forge: (?P<forge>.*?) -->$",
    re.DOTALL | re.MULTILINE,
)
# What is another one each time: commit ids, dates and times, and how long something took.
_MASKS = (
    (re.compile(r"\b[0-9a-f]{7,40}\b"), "ID"),
    (re.compile(r"\b20[0-9]{2}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}Z)?)?"), "TIME"),
    (re.compile(r"about [0-9.]+ (s|min|h)\b"), "about SPAN"),
)
# A capture says by its exit code what it decided; whatever else ends otherwise than well is a fault.
WELL = {0, 10, 20, 21}


class Shown(NamedTuple):
    """A command of a page and what the page says that it prints; where it stands in the page."""

    command: str
    output: str
    start: int  # of the output
    end: int


class Step(NamedTuple):
    """A block: a piece of shell as it stands, or commands with what they print."""

    script: str
    shown: tuple[Shown, ...] = ()


def steps(page: str, forge: Mapping[str, str]) -> Iterator[Step]:
    """The blocks of a page; `forge` has the command for what a person does on the forge."""
    for part in _PART.finditer(page):
        if part["forge"]:
            yield Step(forge[part["forge"]])
        elif part["kind"] == "sh":
            yield Step(part["text"])
        else:
            yield Step("", tuple(_shown(part["text"], part.start("text"))))


def _shown(text: str, start: int) -> Iterator[Shown]:
    for found in re.finditer(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        yield Shown(found[1], found[2], start + found.start(2), start + found.end(2))


class Came(NamedTuple):
    """How a command ended, and what it printed."""

    code: int
    output: str


def walk(
    all_steps: list[Step], folder: Path, environment: Mapping[str, str], notes: Path
) -> list[list[Came]]:
    """Run everything in one shell that begins in `folder`; what came of each step.

    Raises:
        AssertionError: where a piece of shell fails, with what it said.
    """
    lines = []
    for number, step in enumerate(all_steps):
        for at, command in enumerate([shown.command for shown in step.shown] or [step.script]):
            name = f"'{notes}/{number}-{at}'"
            lines.append(f"{'set +e' if step.shown else 'set -e'}\n{{\n{command}\n}} >{name} 2>&1")
            lines.append(f"echo $? >{name}.code")
    script = notes / "script"
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run(
        ["bash", "--norc", str(script)], cwd=folder, env=dict(environment), check=False,
        stdin=subprocess.DEVNULL, timeout=300,
    )  # fmt: skip
    return [
        [_came(notes / f"{number}-{at}", step) for at in range(len(step.shown) or 1)]
        for number, step in enumerate(all_steps)
    ]


def _came(path: Path, step: Step) -> Came:
    assert path.exists(), f"never reached: {step}"
    output, code = path.read_text("utf-8"), path.with_name(f"{path.name}.code")
    assert code.exists(), f"it failed: {step.script}\n{output}"
    return Came(int(code.read_text()), output)


def masked(text: str) -> str:
    """A text without what is another one each time."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def pairs(all_steps: list[Step], came: list[list[Came]]) -> list[tuple[Shown, Came]]:
    """What is shown of each command beside what came of it."""
    return [
        pair
        for step, answers in zip(all_steps, came, strict=True)
        if step.shown
        for pair in zip(step.shown, answers, strict=True)
    ]


def written_anew(page: str, found: list[tuple[Shown, Came]]) -> str:
    """The page with the outputs that came, where they are other ones."""
    for shown, came in reversed(found):
        if masked(shown.output) != masked(came.output):
            page = page[: shown.start] + came.output + page[shown.end :]
    return page
