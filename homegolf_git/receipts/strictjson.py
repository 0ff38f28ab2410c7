"""Strict JSON: no key twice, no NaN, numbers with the digits they were printed with."""

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypeAlias

from homegolf_git.core.model.row import Reading
from homegolf_git.core.model.values import Json

# JSON as it was printed: a number with a point or an exponent is a Decimal.
Printed: TypeAlias = "bool | int | Decimal | str | Sequence[Printed] | Mapping[str, Printed] | None"

DEPTH_MAX = 32  # levels, as in a row
_DIGITS = re.compile(r"-?[0-9]{1,20}")
_SEEDS = range(-(2**63), 2**64)  # what 64 bits hold, signed or not; a trainer has no other


class ReceiptError(ValueError):
    """A receipt that is not what its kind says."""


class DuplicateKeyError(ReceiptError):
    """A key is given twice, so the receipt says two things."""


def parse(data: bytes) -> dict[str, Printed]:
    """Parse a JSON object.

    Raises:
        ReceiptError: for anything but one strict JSON object.
    """
    try:
        value: Printed = json.loads(
            data.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_refuse_duplicates,
        )
    except ReceiptError:
        raise
    except RecursionError as error:
        raise ReceiptError("the JSON nests too deep") from error
    except (ValueError, ArithmeticError) as error:  # a Decimal's exponent has its own bounds
        raise ReceiptError(f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise ReceiptError("the JSON is not an object")
    if _is_too_deep(value):
        raise ReceiptError(f"the JSON nests deeper than {DEPTH_MAX} levels")
    return value


def _is_too_deep(value: dict[str, Printed]) -> bool:
    level: list[dict[str, Printed] | list[Printed]] = [value]
    for _ in range(DEPTH_MAX):
        level = [
            inner
            for item in level
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _refuse_constant(text: str) -> None:
    raise ReceiptError(f"{text} is not JSON")


def _refuse_duplicates(pairs: list[tuple[str, Printed]]) -> dict[str, Printed]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        twice = next(name for name, count in Counter(n for n, _ in pairs).items() if count > 1)
        raise DuplicateKeyError(f"key {twice[:40]!r} is given twice")
    return mapping


def look(value: Printed, *keys: str) -> Printed:
    """Follow keys through nested objects; None where one is missing."""
    for key in keys:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def reading(value: Printed, scale: int = 1) -> Reading | None:
    """A number as it was printed, divided by `scale`; None when it is not a finite number.

    Half a unit of the last printed digit is its tolerance.
    """
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return None
    exponent = 0 if isinstance(value, int) else int(value.as_tuple().exponent)
    number = float(value) if abs(Decimal(value).adjusted()) < 300 else math.inf  # noqa: PLR2004
    if not math.isfinite(number):
        return None
    return Reading(number / scale, 0.5 * 10.0 ** min(exponent, 300) / scale)


def readings(**found: Reading | None) -> dict[str, Reading]:
    """The readings that are there."""
    return {name: item for name, item in found.items() if item is not None}


def plain(value: Printed) -> Json:
    """JSON with ordinary floats instead of Decimals; a number beyond floats becomes null."""
    if isinstance(value, Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(item) for item in value]
    return value


def text(value: Printed) -> str | None:
    """A text that is not empty, or None."""
    return value if isinstance(value, str) and value else None


def seed_of(value: Printed) -> int | None:
    """A seed given as a whole number or as its digits."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    return value if value in _SEEDS else None
