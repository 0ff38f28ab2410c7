"""A JSON report of a lane's own, mapped field by field with JSON Pointers (RFC 6901)."""

import re
from collections.abc import Mapping

from homegolf_git.core.model.row import Observation, Receipt
from homegolf_git.receipts.strictjson import (
    Printed,
    ReceiptError,
    parse,
    reading,
    readings,
    seed_of,
)

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


def read(data: bytes, fields: Mapping[str, str]) -> Receipt:
    """Read one seed's numbers; `fields` maps a field of a result to a pointer.

    Raises:
        ReceiptError: for bad JSON, or when a mapped field is missing or is no number.
    """
    report = parse(data)
    found = {name: follow(report, pointer) for name, pointer in fields.items()}
    numbers = readings(**{name: reading(found[name]) for name in fields if name != "seed"})
    missing = [name for name in fields if name != "seed" and name not in numbers]
    if missing:
        raise ReceiptError(f"{fields[missing[0]]} holds no number for {missing[0]}")
    seed = seed_of(found.get("seed"))
    if "seed" in fields and seed is None:
        raise ReceiptError(f"{fields['seed']} holds no seed")
    return Receipt((Observation(seed, numbers),))


def follow(value: Printed, pointer: str) -> Printed:
    """The value a JSON Pointer names, or None."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key)
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
