"""Facts of a row in the lines that a run prints: which patterns may be asked for, and what they find.

A pattern is a regular expression of a small kind, checked before it is run: pieces of one character
that may repeat, at most one of which can give way in several places. So no line, however made, takes
more steps than the square of its length.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.nearest import nearest
from homegolf_git.core.model.rowcheck import RESULT_FIELDS
from homegolf_git.core.model.values import Number, Value

PATTERN_MAX = 200  # characters of a pattern
LINE_MAX = 4096  # characters of a line that is looked at; of a longer one no part is
_SHOWN = 40  # characters of a value
_TEXTS_MAX = 1000  # values of one fact that are kept
_EXTRA = re.compile(r"extra\.[a-z][a-z0-9_.]{0,63}")
_NUMBERS = (*RESULT_FIELDS, "seeds_planned", "seeds_run", "train_seconds_budget")
_TEXTS = (
    "finished_at", "session", "source.repository", "source.revision", "evaluation.mode",
    "evaluation.split", "evaluation.dataset_sha256", "evaluation.tokenizer_sha256",
)  # fmt: skip

# One character or a class of them, and how often; twice the same sign in a class is kept for sets.
_PIECE = re.compile(
    r"(?P<one>\\[dDsSwWt]|\\[^A-Za-z0-9]|\[(?!\^\])\^?(?:\\[dDsSwWt]|\\[^A-Za-z0-9]|(?!--|&&|\|\||~~)[^\\\[\]])+\]"
    r"|[^\\\[\](){}|*+?^$])"
    r"(?P<count>[*+?]\??|\{[0-9]{1,3}(?:,[0-9]{0,3})?\}\??)?"
)
_FIXED = re.compile(r"\{([0-9]+)\}\??")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_WHOLE = re.compile(r"[-+]?[0-9]{1,18}")
_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,16}[A-Za-z]")


class _Piece(Value, frozen=True):
    """A part of a pattern: the characters that it takes, and how often."""

    one: str
    count: str

    @property
    def is_varied(self) -> bool:
        return bool(self.count) and _FIXED.fullmatch(self.count) is None

    @property
    def may_be_absent(self) -> bool:
        return self.count.startswith(("*", "?", "{0"))


def pattern_findings(
    patterns: Mapping[str, str],
    metric: str,
    path: str,
    lines: Mapping[tuple[str | int, ...], int],
    severity: Severity = "error",
) -> Iterator[Finding]:
    """Patterns that cannot be used, and names that are no fact that a line could state.

    Args:
        patterns: What stands under `capture.patterns`: a fact to its pattern.
        metric: Of the lane.
        path: The file that they stand in.
        lines: The line of each key in it.
        severity: How much it matters.
    """
    known = (*_NUMBERS, *_TEXTS, metric)
    for name, pattern in patterns.items():
        where = f"capture.patterns.{name}"
        line = lines.get(("capture", "patterns", name), 0)
        if name not in known and not _EXTRA.fullmatch(name):
            close = nearest(name, known)
            fix = f"did you mean {close}?" if close else f"name a fact of a row, or extra.{name}"
            yield finding(
                "bad_pattern",
                f"{where} is no fact that a line can state",
                path,
                line,
                severity,
                fix,
            )
        if fault := pattern_fault(pattern):
            yield finding("bad_pattern", f"{where}: {fault}", path, line, severity)


def pattern_fault(pattern: str) -> str:
    """Why a pattern cannot be used; empty: it can."""
    return next(_faults(pattern), "")


def _faults(pattern: str) -> Iterator[str]:
    if not pattern:
        yield "it is empty"
    if len(pattern) > PATTERN_MAX:
        yield f"it is longer than {PATTERN_MAX} characters"
    is_anchored = pattern.startswith("^")
    pieces, groups, fault = _pieces(pattern, 1 if is_anchored else 0)
    if fault:
        yield fault
    if groups != "()":
        yield "it has not exactly one group, the ( ) around the value"
    try:
        re.compile(pattern, re.ASCII)
    except re.error as error:
        yield str(error)
    if _open_places(pieces, pattern) + (not is_anchored) > 1:
        yield (
            "it may match in too many ways: begin it with ^, and let no repeat be followed by what "
            "it could take itself"
        )


def _pieces(pattern: str, at: int) -> tuple[list[_Piece], str, str]:
    """The parts of a pattern, its brackets, and what is not understood."""
    pieces, groups = [], ""
    while at < len(pattern):
        if pattern[at] in "()":
            groups += pattern[at]
            at += 1
        elif found := _PIECE.match(pattern, at):
            pieces.append(_Piece(found["one"], found["count"] or ""))
            at = found.end()
        elif pattern[at:] == "$":
            break
        else:
            what = "characters, classes such as [0-9] and \\d, repeats, ^, $ and one ( )"
            return pieces, groups, f"{pattern[at]!r} at character {at + 1}: only {what} are read"
    return pieces, groups, ""


def _open_places(pieces: list[_Piece], pattern: str) -> int:
    """How many repeats are followed by something that takes a character of theirs as well."""
    characters = "".join(map(chr, range(256))) + "\u2603" + pattern
    taken = [set(re.findall(piece.one, characters, re.ASCII)) for piece in pieces]
    return sum(
        piece.is_varied and any(taken[at] & taken[later] for later in _next(pieces, at))
        for at, piece in enumerate(pieces)
    )


def _next(pieces: list[_Piece], at: int) -> Iterator[int]:
    """Which parts may come next: up to the first that must be there."""
    for later in range(at + 1, len(pieces)):
        yield later
        if not pieces[later].may_be_absent:
            return


def read_facts(
    patterns: Mapping[str, str], lines: Iterable[str]
) -> tuple[dict[str, Number | str], list[Finding]]:
    """What the lines of a run state, by name of the fact; what is no proof is a finding instead.

    A fact that several lines state is stated if they all agree. One that no line states is left out.
    """
    usable = {name: pattern for name, pattern in patterns.items() if not pattern_fault(pattern)}
    found: dict[str, dict[str, None]] = {}
    searches = [(name, re.compile(one, re.ASCII).search) for name, one in usable.items()]
    for line in _lines(lines):
        for name, search in searches:
            if match := search(line):
                texts = found.setdefault(name, {})
                if len(texts) < _TEXTS_MAX:  # more prove no less
                    texts[match[1]] = None
    facts: dict[str, Number | str] = {}
    findings = [
        finding("bad_pattern", f"capture.patterns.{name}: {pattern_fault(patterns[name])}")
        for name in patterns.keys() - usable.keys()
    ]
    for name, texts in found.items():
        values = dict.fromkeys(text if name in _TEXTS else _number(text) for text in texts)
        value = next(iter(values))
        if len(values) == 1 and value is not None:
            facts[name] = value
        else:
            findings.append(_ambiguous(name, texts))
    return facts, findings


def _lines(lines: Iterable[str]) -> Iterator[str]:
    """Lines as a terminal shows them: a progress bar writes line over line with carriage returns."""
    for line in lines:
        for piece in line.rstrip("\r\n").split("\r"):
            if len(piece) <= LINE_MAX:
                yield _COLOUR.sub("", piece) if "\x1b" in piece else piece


def _number(text: str) -> Number | None:
    """A finite decimal number, or None."""
    if _WHOLE.fullmatch(text):
        return int(text)
    value = float(text) if _NUMBER.fullmatch(text) else math.inf
    return value if math.isfinite(value) else None


def _ambiguous(name: str, texts: Collection[str]) -> Finding:
    shown = [repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...") for text in texts]
    no_number = next((text for text in texts if name not in _TEXTS and _number(text) is None), None)
    if no_number is not None:
        message = f"{name} is {no_number[:_SHOWN]!r} in the output, which is no finite number"
    else:
        more = len(shown) - 2
        message = f"{name} is {shown[0]} and {shown[1]} in the output" + (
            f", and {more} more" if more else ""
        )
    return finding("ambiguous_metric", message)
