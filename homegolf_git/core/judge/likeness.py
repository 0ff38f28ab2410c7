"""Configs that are nearly one that was tried before: other names for its values, or values next to them."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from homegolf_git.core.judge.attribution import changed_keys, flatten
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.seedkeys import is_seed_key
from homegolf_git.core.model.values import Json

_NEAR = 0.01  # of a number
_TELLING = 2  # significant digits: two configs share fewer by chance
_TEXT_FROM = 3  # characters
_KEY_BYTES = 7

Renamed = tuple[str, str]  # a key as it was, and as it is


def likeness(row: Row) -> int:
    """What configs share that have roughly the same values under any names; 0 of an empty one."""
    values = sorted(
        _rough(value) for key, value in flatten(row.config).items() if not is_seed_key(key)
    )
    if not values:
        return 0
    return int.from_bytes(blake2b("\n".join(values).encode(), digest_size=_KEY_BYTES).digest())


def _rough(value: Json) -> str:
    return f"{value:.1e}" if _is_number(value) else repr(value)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def renamed_keys(before: Mapping[str, Json], after: Mapping[str, Json]) -> list[Renamed]:
    """Keys that are gone and whose values stand under new names, where that is no chance."""
    old, new = flatten(before), flatten(after)
    free: dict[str, list[str]] = {}
    for key in sorted(new.keys() - old.keys(), reverse=True):
        free.setdefault(_exact(new[key]), []).append(key)
    pairs = []
    for key in sorted(old.keys() - new.keys()):
        names = free.get(_exact(old[key]))
        if names:
            pairs.append((key, names.pop()))
    is_moved = any(_last(was) == _last(now) for was, now in pairs)
    digits = sum(_telling(old[was]) for was, _ in pairs)
    return pairs if is_moved or digits >= _TELLING else []


def _exact(value: Json) -> str:
    """A value as text, the same for values that are equal."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return repr(value)
    return repr(int(value)) if value == int(value) else repr(value)


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def _telling(value: Json) -> int:
    """How many digits of a value another config would have to share; a word tells enough."""
    if isinstance(value, int) and value & (value - 1) == 0:  # true, false, and powers of two
        return min(value, 1) if not isinstance(value, bool) else 0
    if isinstance(value, int | float):
        return len(repr(value).partition("e")[0].strip("-").replace(".", "").strip("0"))
    return _TELLING if isinstance(value, str) and len(value) >= _TEXT_FROM else 0


def near_keys(row: Row, other: Row) -> list[str]:
    """The keys that differ, where each differs by a hundredth at most and nothing else does."""
    is_same_code = row.source.revision is not None and row.source.revision == other.source.revision
    if not is_same_code or row.hardware != other.hardware or row.evaluation != other.evaluation:
        return []
    mine, theirs = flatten(row.config), flatten(other.config)
    keys = changed_keys(other.config, row.config)
    is_near = all(_is_near(mine.get(key), theirs.get(key)) for key in keys)
    return keys if is_near and not any(map(is_seed_key, keys)) else []


def _is_near(one: Json, two: Json) -> bool:
    if isinstance(one, bool) or isinstance(two, bool):
        return False
    if not isinstance(one, int | float) or not isinstance(two, int | float):
        return False
    return abs(one - two) <= _NEAR * max(abs(one), abs(two))


def renamed_words(row: Row, other: Row) -> Iterator[str]:
    """What stands under another name, with its value."""
    new = flatten(row.config)
    for was, now in renamed_keys(other.config, row.config):
        yield f"{now} is {new[now]!r} here, {other.run_id} has that as {was}"


def near_words(row: Row, other: Row) -> Iterator[str]:
    """What differs a little, with both values."""
    mine, theirs = flatten(row.config), flatten(other.config)
    for key in near_keys(row, other):
        yield f"{key} is {mine[key]!r} here, {theirs[key]!r} in {other.run_id}"
