"""What the pages of the site share: links to runs, classes, and short forms of texts."""

from collections.abc import Collection, Mapping

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import Value
from homegolf_git.core.views.figuretext import cut
from homegolf_git.core.views.lane import counts
from homegolf_git.core.views.picturestyle import shape

SUMMARY_MAX = 160
_MINUS = "\N{MINUS SIGN}"


class Link(Value, frozen=True):
    """A run by its name; `href` is empty where it has no page."""

    name: str
    href: str


class Runs(Value, frozen=True):
    """Which runs have a page, and the folder of those pages."""

    ids: Collection[RunId]
    folder: str

    def link(self, run_id: RunId) -> Link:
        """A run, and where its page is."""
        return Link(run_id, f"{self.folder}{run_id}.html" if run_id in self.ids else "")


class ClassCount(Value, frozen=True):
    """A class, and how many runs have it."""

    name: str
    runs: int


def class_counts(tally: Mapping[str, int]) -> list[ClassCount]:
    """The classes that occur; `tally` counts class/reason."""
    return [ClassCount(name, n) for name, n in counts(tally).items() if n]


def mark_paths() -> dict[str, str]:
    """The outline of each class's mark around its middle, as in the picture of a lane."""
    return {name: f"M0 0{shape(name, is_many=False)}" for name in counts({})}


def signed(text: str) -> str:
    """A figure with a minus sign of the width of a plus."""
    return text.replace("-", _MINUS)


def summary_of(text: str) -> str:
    """What a run has changed, in the length that a list has room for."""
    return cut(text, SUMMARY_MAX)
