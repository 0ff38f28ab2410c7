"""The one grammar of names: identifiers, paths inside the ledger and tag names.

Every name is built and parsed here, so that a path or a tag means the same thing everywhere.
The `NewType`s mark strings that went through their check: text from outside becomes one by
`lane_id_of` or `run_id_of`, by its path or tag name, or by its document's schema.
"""

import re
import unicodedata
from datetime import datetime
from typing import Literal, NewType

from homegolf_git.core.model.values import Value

LaneId = NewType("LaneId", str)
RunId = NewType("RunId", str)
LaneRun = tuple[LaneId, RunId]  # a run of a lane
Oid = NewType("Oid", str)

LEDGER = "ledger"
LADDER_PATH = f"{LEDGER}/ladder.yaml"
RECEIPTS_PATH = f"{LEDGER}/receipts.yaml"
SIGNERS_PATH = f"{LEDGER}/allowed_signers"
REGULAR_FILE_MODE, SUBMODULE_MODE = "100644", "160000"

_LANE = r"[a-z0-9][a-z0-9-]{0,31}"
_RUN = r"[a-z0-9][a-z0-9._-]{2,79}"
_MONTH = r"[0-9]{4}-(?:0[1-9]|1[0-2])"
_SEGMENT = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"

_LANE_ID = re.compile(_LANE)
_RUN_ID = re.compile(_RUN)
SHA256 = re.compile(r"[0-9a-f]{64}")
RECEIPT_FILE = re.compile(rf"{_SEGMENT}(?:/{_SEGMENT}){{0,3}}")
UTC_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")


def lane_id_of(text: str) -> LaneId | None:
    """The lane that a text names, or None where no lane can have that name."""
    return LaneId(text) if _LANE_ID.fullmatch(text) else None


def run_id_of(text: str) -> RunId | None:
    """The run that a text names, or None where no run can have that name."""
    return RunId(text) if _RUN_ID.fullmatch(text) else None


PathKind = Literal[
    "row", "receipt", "retraction", "lane", "ladder", "maps", "signers", "generated", "stray", "bad"
]
RULES: tuple[PathKind, ...] = (
    "lane",
    "ladder",
    "maps",
    "signers",
)  # files that judge, and may change


class LedgerPath(Value, frozen=True):
    """What a path below `ledger/` stands for; fields that do not apply are empty."""

    kind: PathKind
    lane: LaneId = LaneId("")
    run_id: RunId = RunId("")
    month: str = ""
    file: str = ""


_PATHS: tuple[tuple[PathKind, re.Pattern[str]], ...] = (
    (
        "row",
        re.compile(
            rf"{LEDGER}/(?P<lane>{_LANE})/runs/(?P<month>{_MONTH})/(?P<run_id>{_RUN})\.yaml"
        ),
    ),
    (
        "receipt",
        re.compile(
            rf"{LEDGER}/(?P<lane>{_LANE})/receipts/(?P<run_id>{_RUN})/(?P<file>{RECEIPT_FILE.pattern})"
        ),
    ),
    ("retraction", re.compile(rf"{LEDGER}/(?P<lane>{_LANE})/retractions/(?P<run_id>{_RUN})\.yaml")),
    ("lane", re.compile(rf"{LEDGER}/(?P<lane>{_LANE})/lane\.yaml")),
    ("ladder", re.compile(rf"{LEDGER}/ladder\.yaml")),
    ("maps", re.compile(rf"{LEDGER}/receipts\.yaml")),
    ("signers", re.compile(rf"{LEDGER}/allowed_signers")),
    ("generated", re.compile(rf"{LEDGER}/SCOREBOARD\.md")),
    (
        "generated",
        re.compile(
            rf"{LEDGER}/(?P<lane>{_LANE})/(?P<file>SCOREBOARD\.md|scoreboard\.json|progress\.svg)"
        ),
    ),
    (
        "generated",
        re.compile(
            rf"{LEDGER}/(?P<lane>{_LANE})/verdicts/(?P<month>{_MONTH})(?:-[1-9][0-9]{{0,3}})?\.jsonl"
        ),
    ),
    (
        "generated",
        re.compile(
            rf"{LEDGER}/(?P<lane>{_LANE})/months/(?P<month>{_MONTH})(?:-[1-9][0-9]{{0,3}})?\.md"
        ),
    ),
)
# A file below one of these folders is meant as a row, a receipt or a retraction: a name outside
# the grammar there is a fault, elsewhere in the ledger it is only a stray file.
_INPUT_FOLDERS = re.compile(rf"{LEDGER}/[^/]*/(?:runs|receipts|retractions)(?:/|$)", re.IGNORECASE)


def parse_path(path: str) -> LedgerPath | None:
    """Say what `path` stands for, or None when it lies outside the ledger."""
    if not path.startswith(LEDGER + "/"):
        # Some file systems take such a name for the ledger's own.
        return LedgerPath("bad") if _folded(path.partition("/")[0]) == LEDGER else None
    for kind, pattern in _PATHS:
        if match := pattern.fullmatch(path):
            parts = match.groupdict()
            return LedgerPath(
                kind,
                lane=LaneId(parts.get("lane", "")),
                run_id=RunId(parts.get("run_id", "")),
                month=parts.get("month", ""),
                file=parts.get("file", ""),
            )
    return LedgerPath("bad" if _INPUT_FOLDERS.match(path) else "stray")


def is_generated(path: str) -> bool:
    """Whether a path is that of a file that is written from the rows."""
    place = parse_path(path)
    return place is not None and place.kind == "generated"


def _folded(name: str) -> str:
    """A name as a careless file system compares it."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in text if unicodedata.category(c) != "Cf").rstrip(". ")


def month_of(finished_at: str) -> str:
    """Give the `YYYY-MM` folder of a UTC time."""
    return finished_at[:7]


def is_time_known(finished_at: str) -> bool:
    """Whether a time is one: rows of logs without times are imported as of 1970, in their order."""
    return not finished_at.startswith("1970-")


def time_key(finished_at: str) -> tuple[str, str]:
    """Sort key of a UTC time: its whole seconds, then its fraction with all digits."""
    whole, _, fraction = finished_at.removesuffix("Z").partition(".")
    return whole, fraction.ljust(6, "0")


def row_path(lane: str, finished_at: str, run_id: str) -> str:
    """Build the path of a row."""
    return f"{LEDGER}/{lane}/runs/{month_of(finished_at)}/{run_id}.yaml"


def receipt_folder(lane: str, run_id: str) -> str:
    """Build the path of the folder that holds a row's receipts."""
    return f"{LEDGER}/{lane}/receipts/{run_id}"


def retraction_path(lane: str, run_id: str) -> str:
    """Build the path of a retraction."""
    return f"{LEDGER}/{lane}/retractions/{run_id}.yaml"


def verdicts_path(lane: str, month: str, part: int) -> str:
    """Build the path of a month's verdicts; part 1 is named by the month alone."""
    return f"{LEDGER}/{lane}/verdicts/{month}{f'-{part}' if part > 1 else ''}.jsonl"


def month_page_path(lane: str, month: str, part: int) -> str:
    """Build the path of the page of a month's rows; part 1 is named by the month alone."""
    return f"{LEDGER}/{lane}/months/{month}{f'-{part}' if part > 1 else ''}.md"


def board_path(lane: str, file: str) -> str:
    """Build the path of a generated file that stands for a lane as a whole."""
    return f"{LEDGER}/{lane}/{file}"


def lane_path(lane: str) -> str:
    """Build the path of a lane's rules."""
    return f"{LEDGER}/{lane}/lane.yaml"


def is_utc_time(text: str) -> bool:
    """Whether `text` is a real UTC time such as `2026-03-28T11:06:00Z`."""
    if not UTC_TIME.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


TagKind = Literal["incumbent", "pointer", "promotion"]

_FOLDERS: dict[TagKind, str] = {
    "incumbent": "incumbents",
    "pointer": "incumbent",
    "promotion": "promotions",
}
TAG_FOLDERS = tuple(_FOLDERS.values())
PROMOTIONS = _FOLDERS["promotion"]
_TAG_REFS = "refs/tags/"


class TagName(Value, frozen=True):
    """A tag of the ledger; `number` is 0 for the pointer, which has none."""

    kind: TagKind
    lane: LaneId
    number: int = 0

    def __str__(self) -> str:
        number = "" if self.kind == "pointer" else f"/{self.number:04d}"
        return f"{_FOLDERS[self.kind]}/{self.lane}{number}"


_NUMBER = "/(?P<number>(?!0000)[0-9]{4})"
_TAGS: tuple[tuple[TagKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(f"{folder}/(?P<lane>{_LANE}){'' if kind == 'pointer' else _NUMBER}"))
    for kind, folder in _FOLDERS.items()
)


def parse_tag(name: str) -> TagName | None:
    """Parse a tag name without `refs/tags/`; None when it is not one of the ledger's."""
    for kind, pattern in _TAGS:
        if match := pattern.fullmatch(name):
            return TagName(kind, LaneId(match["lane"]), int(match.groupdict().get("number", 0)))
    return None


def is_promotion(name: str) -> bool:
    """Whether a tag lies where promotions do, whatever the rest of its name."""
    return name.startswith(PROMOTIONS + "/")


def tag_ref(name: str) -> str:
    """The ref of a tag, or of a folder of tags."""
    return _TAG_REFS + name


def tag_of_ref(ref: str) -> str:
    """The tag that a ref below `refs/tags/` is of."""
    return ref.removeprefix(_TAG_REFS)


def tag_pattern(folder: str) -> str:
    """Every ref below a folder of tags."""
    return tag_ref(folder) + "/*"


def tag_refspec(folder: str) -> str:
    """Fetch a folder of tags; what is published replaces what is here."""
    return f"+{tag_pattern(folder)}:{tag_pattern(folder)}"
