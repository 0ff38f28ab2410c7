"""What a run changed: the side is derived from the differences, never declared.

Source: docs/statistics.md, section "Attribution".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from homegolf_git.core.model.lane import AttributionRules
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json
from homegolf_git.core.model.verdict import Change, Side

ABSENT = object()
_WILD = re.compile(r"(\*\*/|\*\*|\*|\?)")
_STEPS_MAX = 10_000  # that a regular expression may take; a glob of many stars would take for ever
_FAMILY_SEGMENTS = 2  # of a path: deeper folders are the same kind of change


UNKNOWN_PATHS = "unknown paths"
UNKNOWN_CHANGE = Change("unknown", "unknown")


def change_of(row: Row, base: Row | None, rules: AttributionRules) -> Change:
    """Derive the change of a row against its base; without a base it is unknown."""
    if base is None:
        return UNKNOWN_CHANGE
    differences = list(_differences(row, base, row.source.changed_paths, rules))
    family = " ".join(sorted({difference.kind for difference in differences}))
    return Change(combine(difference.side for difference in differences), family)


def kinds_of(row: Row, other: Row, rules: AttributionRules) -> set[str] | None:
    """What differs between two runs by its kind: keys and folders; None where nobody can tell.

    Paths are known where the source is the same, or where one run is the other's base.
    """
    if _differs_in_source(row, other) and row.base != other.run_id:
        return None
    found = {item.kind for item in _differences(row, other, row.source.changed_paths, rules)}
    return None if UNKNOWN_PATHS in found else found


def attribute_step(
    winner: Row, displaced: Row, rows: Mapping[RunId, Row], rules: AttributionRules
) -> Side:
    """Side of the change from one incumbent to the next.

    Configs are compared directly; changed paths are joined along the chain of bases.
    """
    return combine(
        d.side
        for d in _differences(winner, displaced, _joined_paths(winner, displaced, rows), rules)
    )


def _joined_paths(winner: Row, displaced: Row, rows: Mapping[RunId, Row]) -> tuple[str, ...] | None:
    """Paths changed on the way from the displaced incumbent to the winner; None if it is broken."""
    paths: set[str] = set()
    seen: set[RunId] = set()
    row: Row | None = winner
    while row is not None and row.run_id not in seen:  # bases could name each other
        if row.config_digest == displaced.config_digest or (
            row.source.revision is not None and row.source.revision == displaced.source.revision
        ):
            return tuple(sorted(paths))
        seen.add(row.run_id)
        base = rows.get(row.base) if row.base else None
        if base is not None and _differs_in_source(row, base):
            if row.source.changed_paths is None:
                return None
            paths.update(row.source.changed_paths)
        row = base
    return None


def combine(sides: Iterable[str]) -> Side:
    """One side for several differences: unknown wins over everything, two sides confound."""
    found = set(sides)
    if "unknown" in found:
        return "unknown"
    if len(found) > 1:
        return "confounded"
    return next(iter(found), "none")  # type: ignore[arg-type] # lanes name their sides by schema


def conflicts(declared_kind: str, derived: Side) -> bool:
    """Whether what the submitter declared disagrees with what the differences say."""
    if declared_kind == "rerun" or derived == "unknown":
        return False
    if declared_kind == "mixed":
        return derived != "confounded"
    return declared_kind != derived


class _Difference(NamedTuple):
    side: str
    kind: str


def _differs_in_source(row: Row, base: Row) -> bool:
    return row.source.revision is None or row.source.revision != base.source.revision


def _differences(
    row: Row, base: Row, paths: tuple[str, ...] | None, rules: AttributionRules
) -> Iterator[_Difference]:
    for key in changed_keys(base.config, row.config):
        yield _Difference(side_of_key(key, rules), key)
    if _differs_in_source(row, base):
        if paths is None:
            yield _Difference("unknown", UNKNOWN_PATHS)
        for path in paths or ():
            kind = "/".join(path.split("/")[:_FAMILY_SEGMENTS])
            yield _Difference(_side_of(path, rules.paths, crosses_slash=False), kind)
    if row.hardware != base.hardware:
        yield _Difference("system", "hardware")
    if row.evaluation != base.evaluation:
        yield _Difference("eval", "evaluation")


def sides_of_paths(paths: tuple[str, ...] | None, rules: AttributionRules) -> set[str]:
    """Sides of changed paths; unknown where they could not be computed."""
    if paths is None:
        return {"unknown"}
    return {_side_of(path, rules.paths, crosses_slash=False) for path in paths}


def side_of_key(key: str, rules: AttributionRules) -> str:
    """Side of a dotted config key; unknown where no rule matches."""
    return _side_of(key, rules.config, crosses_slash=True)


def changed_keys(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """Dotted names of the config keys whose values differ."""
    flat_before, flat_after = flatten(before), flatten(after)
    return sorted(
        key
        for key in flat_before.keys() | flat_after.keys()
        if not same_value(flat_before.get(key, ABSENT), flat_after.get(key, ABSENT))
    )


def flatten(config: Mapping[str, Json], prefix: str = "") -> dict[str, Json]:
    """A config with dotted keys; an empty mapping is a value."""
    flat: dict[str, Json] = {}
    for key, value in config.items():
        if isinstance(value, dict) and value:
            flat |= flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def same_value(a: object, b: object) -> bool:
    """JSON equality: 1 equals 1.0, but not true; ABSENT equals itself alone."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same_value, a, b))
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same_value(a[key], b[key]) for key in a)
    return bool(a == b)


def _side_of(
    name: str, rules: tuple[tuple[str, tuple[str, ...]], ...], *, crosses_slash: bool
) -> str:
    for side, patterns in rules:
        if any(matches(pattern, name, crosses_slash=crosses_slash) for pattern in patterns):
            return side
    return "unknown"


def matches(pattern: str, name: str, *, crosses_slash: bool) -> bool:
    """Whether a glob fits a whole name: `*` stays in a segment unless it may cross, `**` crosses."""
    compiled, stars = _glob(pattern, crosses_slash)
    if len(name) ** stars <= _STEPS_MAX:
        return compiled.fullmatch(name) is not None
    return _fits(_tokens(pattern), name, crosses_slash=crosses_slash)


def _tokens(pattern: str) -> list[str]:
    return _WILD.split(pattern)


@cache
def _glob(pattern: str, crosses_slash: bool) -> tuple[re.Pattern[str], int]:
    """A glob as a regular expression, and how many of its parts take any length."""
    star = ".*" if crosses_slash else "[^/]*"
    parts = _tokens(pattern)
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": star, "?": "." if crosses_slash else "[^/]"}
    text = "".join(wild.get(part, re.escape(part)) for part in parts)
    return re.compile(text, re.DOTALL), sum(part.startswith("*") for part in parts)


def _fits(tokens: list[str], name: str, *, crosses_slash: bool) -> bool:
    """The same, in steps that no glob and no name can multiply.

    Bit i of `at` says that what stands before a token fits the first i characters.
    """
    backwards = name[::-1]
    whole, slashes = (1 << len(name)) - 1, _places("/", backwards)
    inside = whole if crosses_slash else whole & ~slashes
    at = 1
    for token in tokens:
        first = at & -at
        if token == "**":  # noqa: S105 - no password
            at = (whole << 1 | 1) & ~(first - 1)
        elif token == "**/":  # noqa: S105 - as above
            at |= slashes << 1 & ~((first << 1) - 1)
        elif token == "*":  # noqa: S105 - as above
            at |= ((at & inside) + inside) ^ inside  # a carry runs to the end of a segment
        elif token == "?":  # noqa: S105 - as above
            at = (at & inside) << 1
        else:
            for character in token:
                at = (at & _places(character, backwards)) << 1
        if not at:
            return False
    return bool(at >> len(name) & 1)


def _places(character: str, backwards: str) -> int:
    """Where a character stands in a name that is given from its end, as bits."""
    if backwards.isascii():
        return int(backwards.encode().translate(_marking(character)) or b"0", 2)
    return int("".join("1" if found == character else "0" for found in backwards) or "0", 2)


@cache
def _marking(character: str) -> bytes:
    """A table that makes a character 1 and every other 0."""
    return bytes(b"01"[code == ord(character)] for code in range(256))
