"""What a witness says of a ledger: its head, its files in their order, and the ends of its tag series.

A witness is kept where whoever changes the ledger cannot change it too. Files are known by the names
that git gives to their contents. Its marks are digests of the first so many files, at places that are
spread evenly, so that it can tell about where another ledger differs.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from homegolf_git.core.judge.history import Landing
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import (
    RECEIPTS_PATH,
    SIGNERS_PATH,
    Oid,
    lane_path,
    parse_path,
    parse_tag,
)
from homegolf_git.core.model.values import Value

MARKS_MAX = 256
_MARK_LENGTH = 16
_SHOWN = 12  # digits of a name that are shown


class Entry(Value, frozen=True):
    """A file that landed; an empty blob: rules that were deleted."""

    path: str
    blob: Oid


class Account(Value, frozen=True):
    """What is to be witnessed of a ledger, and compared with what others say."""

    begins: Oid  # first commit of the line
    head: Oid
    entries: Sequence[Entry]
    chains: Mapping[str, tuple[str, Oid]]  # series of tags -> its last tag, and that one's object


class Witness(Value, frozen=True):
    """What a witness file says; `marks` are of every so many files, the last may be of fewer."""

    written_at: str
    begins: Oid
    head: Oid
    files: int
    rows: int
    sha256: str
    marks: tuple[str, ...]
    chains: Mapping[str, tuple[str, Oid]]


def entries_of(arrived: Iterable[Landing]) -> Iterator[Entry]:
    """Every file that judges or is judged, in the order of landing; within a commit rules first."""
    for landing in arrived:
        if landing.ladder is not None:
            yield Entry(landing.ladder.path, landing.ladder.blob)
        rules = [(RECEIPTS_PATH, file) for file in landing.maps]
        rules += [(SIGNERS_PATH, file) for file in landing.signers]
        rules += [(lane_path(name), file) for name, file in landing.lanes.items()]
        for path, changed in rules:
            yield Entry(path, changed.blob if changed is not None else Oid(""))
        for file in (*landing.retractions, *landing.receipts, *landing.rows):
            yield Entry(file.path, file.blob)


def chains_of(tags: Mapping[str, Oid]) -> dict[str, tuple[str, Oid]]:
    """The last tag of each numbered series; each names the one before, so that it stands for all."""
    last: dict[str, tuple[int, str]] = {}
    for name in tags:
        parsed = parse_tag(name)
        if parsed is not None and parsed.number:
            series = name.rpartition("/")[0]
            last[series] = max(last.get(series, (0, "")), (parsed.number, name))
    return {series: (name, tags[name]) for series, (_, name) in sorted(last.items())}


def row_count(entries: Iterable[Entry]) -> int:
    """How many of the files are rows."""
    return sum(map(_is_row, entries))


def _is_row(entry: Entry) -> bool:
    place = parse_path(entry.path)
    return place is not None and place.kind == "row"


def witness_of(account: Account, written_at: str) -> Witness:
    """What a witness says of a ledger."""
    entries = account.entries
    places = _places(len(entries))
    *_, whole = _digests(entries, [*places, len(entries)])
    return Witness(
        written_at, account.begins, account.head, len(entries), row_count(entries), whole,
        tuple(each[:_MARK_LENGTH] for each in _digests(entries, places)), account.chains,
    )  # fmt: skip


def contradiction(witness: Witness) -> str:
    """What a witness contradicts itself in; empty: nothing."""
    places = _places(witness.files)
    if not witness.files and witness.sha256 != hashlib.sha256().hexdigest():
        return "it knows no file, and its digest is of some"
    if len(places) != len(witness.marks):
        return f"{counted(witness.files, 'file')} take {len(places)} marks, and it has {len(witness.marks)}"
    if witness.marks and places[-1] == witness.files and not witness.sha256.startswith(witness.marks[-1]):  # fmt: skip
        return (
            f"its last mark is {witness.marks[-1]}, and its digest {witness.sha256[:_MARK_LENGTH]}"
        )
    return ""


def _places(count: int) -> list[int]:
    step = max(1, -(-count // MARKS_MAX))
    return [*range(step, count + 1, step)]


def _digests(entries: Sequence[Entry], places: Iterable[int]) -> Iterator[str]:
    """Digests of the first so many files, for each number of `places`, which grow."""
    digest, done = hashlib.sha256(), 0
    for place in places:
        for entry in entries[done:place]:
            digest.update(f"{entry.path} {entry.blob}\n".encode("utf-8", "surrogateescape"))
        done = place
        yield digest.hexdigest()


# --- comparing


def witness_findings(
    account: Account, witness: Witness, line: Mapping[Oid, object], where: str
) -> Iterator[Finding]:
    """What a ledger contradicts of a witness; `line` are the commits that it leads through."""
    apart = _apart(account.entries, witness)
    rules = takewhile(
        lambda entry: not _is_row(entry), account.entries
    )  # which others begin with too
    if account.begins != witness.begins and apart is not None and apart[0] < len(list(rules)):
        message = f"it is of a ledger that begins with {witness.begins[:_SHOWN]}, and this one begins with {account.begins[:_SHOWN]}"
        yield finding("other_ledger", message, where)
        return
    if apart is not None:
        yield finding("ledger_differs", _apart_text(account.entries, witness, *apart), where)
    elif len(account.entries) < witness.files:
        message = (
            f"it knows {counted(witness.files, 'file')}, {witness.rows:,} of them rows, up to {witness.head[:_SHOWN]}; "
            f"here are the first {len(account.entries):,}, up to {account.head[:_SHOWN]}"
        )
        yield finding("witness_ahead", message, where)
    elif witness.head not in line:
        message = (
            f"its head {witness.head[:_SHOWN]} is not on the line that ends with {account.head[:_SHOWN]}; the first "
            f"{counted(witness.files, 'file')} are as they were, so commits were made anew around them"
        )
        yield finding("rewritten_history", message, where, fix=REMADE)


REMADE = (
    "compare dates, authors and messages with a clone that has the old head; where the new line is "
    "meant write a new witness"
)


def _apart(entries: Sequence[Entry], witness: Witness) -> tuple[int, int] | None:
    """After how many files and up to which number the first one lies that differs; None: none does.

    For all files together their digest counts, of which a mark has only the first digits.
    """
    known = min(len(entries), witness.files - 1)
    places = [place for place in _places(witness.files) if place <= known]
    before = 0
    marks = zip(places, _digests(entries, places), witness.marks, strict=False)
    for place, here, there in marks:
        if here[:_MARK_LENGTH] != there:
            return before, place
        before = place
    if witness.files <= len(entries):
        (whole,) = _digests(entries, [witness.files])
        if whole != witness.sha256:
            return before, witness.files
    return None


def _apart_text(entries: Sequence[Entry], witness: Witness, start: int, stop: int) -> str:
    here = entries[start:stop]
    where = (
        f"file {stop} of the line, {_named(here[0])} here"
        if len(here) == 1
        else f"files {start + 1} to {stop} of the line, {_named(here[0])} to {_named(here[-1])} here"
    )
    digests = list(_digests(entries, [stop]))
    is_whole = stop == witness.files
    there = witness.sha256 if is_whole else witness.marks[_places(witness.files).index(stop)]
    shown = None if there[:_MARK_LENGTH] == digests[0][:_MARK_LENGTH] else _MARK_LENGTH
    return (
        f"{where}: there the digest up to it is {digests[0][:shown]}, and the witness of "
        f"{witness.written_at} says {there[:shown]}"
    )


def _named(entry: Entry) -> str:
    return f"{entry.path} ({_blob(entry)})"


def _blob(entry: Entry) -> str:
    return entry.blob[:_SHOWN] or "deleted"


class Difference(Value, frozen=True):
    """The first place at which two ledgers differ; None: there is no such file there."""

    number: int  # from 1
    here: Entry | None
    there: Entry | None


def first_difference(here: Sequence[Entry], there: Sequence[Entry]) -> Difference | None:
    """Where two lists of files part; None: they are the same."""
    for number, (ours, theirs) in enumerate(zip(here, there, strict=False), start=1):
        if ours != theirs:
            return Difference(number, ours, theirs)
    shared = min(len(here), len(there))
    if len(here) == len(there):
        return None
    return Difference(shared + 1, *((each[shared] if len(each) > shared else None) for each in (here, there)))  # fmt: skip


def difference_text(found: Difference, here: str = "here", there: str = "there") -> str:
    """Both values of a difference."""
    ours, theirs = found.here, found.there
    if ours is not None and theirs is not None and ours.path == theirs.path:
        return f"{ours.path} is {_blob(ours)} {here} and {_blob(theirs)} {there}"
    said = ("nothing" if each is None else _named(each) for each in (ours, theirs))
    return f"the first file that differs is {next(said)} {here} and {next(said)} {there}"


def chain_findings(
    said: Mapping[str, tuple[str, Oid]], tags: Mapping[str, Oid], who: str
) -> Iterator[Finding]:
    """Tags that are another object here than somebody saw; a series may have gone on since."""
    for name, oid in said.values():
        now = tags.get(name)
        if now is None:
            yield finding("tag_missing", f"{who} {oid[:_SHOWN]}, and here it is missing", name)
        elif now != oid:
            yield finding("tag_replaced", f"{who} {oid[:_SHOWN]}, and here it is {now[:_SHOWN]}", name)  # fmt: skip
