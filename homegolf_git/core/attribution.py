"""What a run changed: the side is derived from the differences, never declared.

Source: docs/statistics.md, section "Attribution".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from homegolf_git.core.model import AttributionRules, Json, Row, Side

_ABSENT = object()


def attribute(row: Row, base: Row | None, rules: AttributionRules) -> Side:
    """Side of the differences between a row and its base."""
    if base is None:
        return "unknown"
    return combine(_sides(row, base, rules))


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


def _sides(row: Row, base: Row, rules: AttributionRules) -> Iterator[str]:
    for key in changed_keys(base.config, row.config):
        yield _side_of(key, rules.config, crosses_slash=True)
    if row.source.revision != base.source.revision or row.source.revision is None:
        if row.source.changed_paths is None:
            yield "unknown"
        else:
            for path in row.source.changed_paths:
                yield _side_of(path, rules.paths, crosses_slash=False)
    if row.hardware != base.hardware:
        yield "system"
    if row.evaluation != base.evaluation:
        yield "eval"


def changed_keys(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[str]:
    """Dotted names of the config keys whose values differ."""
    flat_before, flat_after = _flatten(before), _flatten(after)
    return sorted(
        key
        for key in flat_before.keys() | flat_after.keys()
        if not _equal(flat_before.get(key, _ABSENT), flat_after.get(key, _ABSENT))
    )


def _flatten(config: Mapping[str, Json], prefix: str = "") -> dict[str, Json]:
    flat: dict[str, Json] = {}
    for key, value in config.items():
        if isinstance(value, dict) and value:
            flat |= _flatten(value, f"{prefix}{key}.")
        else:
            flat[prefix + key] = value
    return flat


def _equal(a: Json, b: Json) -> bool:
    """JSON equality: 1 equals 1.0, but not true."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_equal, a, b))
    return bool(a == b)


def _side_of(
    name: str, rules: tuple[tuple[str, tuple[str, ...]], ...], *, crosses_slash: bool
) -> str:
    for side, patterns in rules:
        if any(_glob(pattern, crosses_slash).fullmatch(name) for pattern in patterns):
            return side
    return "unknown"


@cache
def _glob(pattern: str, crosses_slash: bool) -> re.Pattern[str]:
    """Compile a glob: `*` stays within a path segment unless it may cross, `**` always crosses."""
    star = ".*" if crosses_slash else "[^/]*"
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": star, "?": "." if crosses_slash else "[^/]"}
    return re.compile("".join(wild.get(part, re.escape(part)) for part in parts), re.DOTALL)
