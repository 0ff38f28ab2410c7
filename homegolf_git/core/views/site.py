"""What `site build` has written: text and JSON."""

from collections.abc import Iterator

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.values import Json, Value


class Built(Value, frozen=True):
    """Where a site is, and what it is made of."""

    output: str
    lanes: int
    runs: int  # pages
    files: int
    left_out: int  # runs without a page


def text(built: Built) -> Iterator[str]:
    """One line, and which runs have no page."""
    pages = f"{counted(built.lanes, 'lane')}, {counted(built.runs, 'run')}"
    yield f"{built.output}: {pages}, {counted(built.files, 'file')}; open {built.output}/index.html"
    if built.left_out:
        yield f"{counted(built.left_out, 'earlier run')} that took no title are in the tables and have no page"


def json(built: Built) -> dict[str, Json]:
    """The same for programs."""
    return {
        "output": built.output, "lanes": built.lanes, "runs": built.runs, "files": built.files,
        "left_out": built.left_out,
    }  # fmt: skip
