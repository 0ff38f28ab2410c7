"""The rules of a lane for an autoresearch repository: one file is edited, another one holds the evaluation."""

import json
import math
import re
from collections.abc import Mapping

from homegolf_git.core.model.values import Number, Value

TRAIN, PREPARE, RESULTS = "train.py", "prepare.py", "results.tsv"
LANE = "autoresearch"
NOTE = "homegolf.md"  # what its agent is to read

_USUAL_BUDGET = 300
_BUDGET_MAX = 10_000_000  # seconds
_SLACK = 60  # seconds that a short run may take beside its training, at least

_NUMBER = r"[0-9][0-9_]*(?:\.[0-9]*)?"
_STATED = re.compile(r"^TIME_BUDGET(?: *: *\w+)? *= *([^#\n]*)", re.MULTILINE)
_PRODUCT = re.compile(rf"{_NUMBER}(?: *\* *{_NUMBER})*")
_DEFAULT = re.compile(rf"""get(?:env)?\([^(),]*, *["']?({_NUMBER})["']?\)""")

_TITLE = re.compile(r"^title: .*$", re.MULTILINE)
_REPEATS = re.compile(r"^  # (repeats: count) .*$", re.MULTILINE)
_PLACE = re.compile(r"<([A-Z]+)>")


class Trainer(Value, frozen=True):
    """What a lane is made from: paths from the top of the repository, and the command in `folder`."""

    folder: str  # with / at its end; empty: the top
    budget: Number | None  # seconds that prepare.py states
    frozen_sha256: str
    command: str
    editable: tuple[str, ...]
    has_results: bool = False

    @property
    def frozen(self) -> str:
        """The file that holds the evaluation."""
        return self.folder + PREPARE

    @property
    def seconds(self) -> Number:
        """Seconds that a run trains."""
        return self.budget or _USUAL_BUDGET


def past_lane(lane: str) -> str:
    """The lane of the runs that its log tells of, beside that of the runs to come."""
    return f"{lane[:27]}-past"


def time_budget(source: str) -> Number | None:
    """Seconds of training that a prepare.py states as TIME_BUDGET; None: nothing that is understood."""
    stated = _STATED.search(source)
    if stated is None:
        return None
    text = stated[1].strip()
    default = _DEFAULT.search(text)
    product = default[1] if default else text
    if not _PRODUCT.fullmatch(product):
        return None
    seconds = math.prod(float(part) for part in product.split("*"))
    return _plain(seconds) if 0 < seconds <= _BUDGET_MAX else None


def rules_for(standard: str, template: str, trainer: Trainer, metric: str) -> str:
    """The lane file of a trainer.

    Args:
        standard: That of any new lane.
        template: The blocks of it that are others here, and those that it lacks.
        trainer: What stands in their places.
        metric: The lane's.
    """
    ours = {_key(block): block for block in _filled(template, _places(trainer, metric))}
    blocks = [ours.pop(_key(block), block) for block in _blocks(standard)]
    text = "\n\n".join([*blocks, *ours.values()]) + "\n"
    title = f"title: Autoresearch, {_words(trainer.seconds)} of training"
    return _with_repeats(_TITLE.sub(title, text))


def rules_of_past(standard: str) -> str:
    """The lane file of the runs in a log, of which nobody can check what they kept to."""
    unknown = "# What these runs kept to is not known any more.\ncontract: {}"
    blocks = [unknown if _key(block) == "contract" else block for block in _blocks(standard)]
    text = _TITLE.sub(f"title: Autoresearch, runs of {RESULTS}", "\n\n".join(blocks))
    return _with_repeats(text) + "\n"


def note_for(template: str, trainer: Trainer, lane: str, branch: str) -> str:
    """What an agent is to do, in its own words: a page that its instructions name."""
    places = {
        "BRANCH": branch, "LANE": lane, "TRAIN": trainer.folder + TRAIN, "FROZEN": trainer.frozen,
        "WHERE": f" in `{trainer.folder}`" if trainer.folder else "",
    }  # fmt: skip
    return _PLACE.sub(lambda place: places[place[1]], template)


def _with_repeats(text: str) -> str:
    said = "the trainer fixes its seed: every run is a score of its own"
    return _REPEATS.sub(rf"  \1          # {said}", text)


def _places(trainer: Trainer, metric: str) -> Mapping[str, str]:
    budget, wall = trainer.seconds, max(2 * trainer.seconds, trainer.seconds + _SLACK)
    source = "TIME_BUDGET of prepare.py" if trainer.budget else "The usual five minutes"
    return {
        "SOURCE": source,
        "BUDGET": f"{budget}",
        "TOLERANCE": f"{max(0.5, _plain(budget / 100))}",
        "FROZEN": json.dumps([trainer.frozen]),
        "DIGEST": trainer.frozen_sha256,
        "EDITABLE": json.dumps(list(trainer.editable)),
        "WHERE": f"in {trainer.folder}" if trainer.folder else "in the trainer's repository",
        "COMMAND": trainer.command,
        "WALL": f"{wall}",
        "METRIC": metric,
    }


def _filled(template: str, places: Mapping[str, str]) -> list[str]:
    return _blocks(_PLACE.sub(lambda place: places[place[1]], template))


def _blocks(text: str) -> list[str]:
    return text.rstrip("\n").split("\n\n")


def _key(block: str) -> str:
    """The first field of a block."""
    return next(line.partition(":")[0] for line in block.split("\n") if not line.startswith("#"))


def _plain(seconds: float) -> Number:
    return int(seconds) if seconds == int(seconds) else round(seconds, 3)


def _words(seconds: Number) -> str:
    minutes = seconds / 60
    return f"{minutes:.0f} minutes" if minutes > 1 and minutes == int(minutes) else f"{seconds} s"
