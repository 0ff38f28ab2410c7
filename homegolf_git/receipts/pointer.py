"""A JSON report of a lane's own, mapped fact by fact with JSON Pointers (RFC 6901).

Where a pointer leads nowhere, or to null, the report states nothing of that fact. The seed is the
exception: a report without the place where the map finds it is another kind of report, and what it
has for a score may be a mean.
"""

import re
from collections.abc import Mapping

from homegolf_git.core.model.factnames import EXTRA, FACTS, GROUPS
from homegolf_git.core.model.row import Receipt
from homegolf_git.core.model.rowcheck import RESULT_FIELDS
from homegolf_git.receipts.facts import Gathered
from homegolf_git.receipts.strictjson import Printed, ReceiptError, parse, reading

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_NOWHERE = object()
_SCORES = ("val_bpb", "val_loss")  # known by name; a metric that is neither is no other field


def read(data: bytes, fields: Mapping[str, str]) -> Receipt:
    """Read a report; `fields` maps a fact of a row, or of a result, to a pointer.

    With `results` the pointers of a result are relative to each element of that list.

    Raises:
        ReceiptError: for bad JSON, when none of the pointers leads to anything, or the one of the
            seed leads nowhere.
    """
    report = parse(data)
    gathered = Gathered()
    for name, pointer in fields.items():
        if name in FACTS or name in GROUPS:
            gathered.state(name, follow(report, pointer))
    for result in _results(report, fields, gathered):
        _observe(result, fields, gathered)
        if "results" in fields and "artifacts" in fields:
            gathered.add_artifacts(follow(result, fields["artifacts"]))
    if gathered.is_empty:
        raise ReceiptError("none of its pointers leads to anything")
    return gathered.receipt()


def _results(
    report: Printed, fields: Mapping[str, str], gathered: Gathered
) -> "list[Printed] | tuple[Printed, ...]":
    """What is said of each seed; without `results` the whole report is of one."""
    if "results" not in fields:
        return (report,)
    found = follow(report, fields["results"])
    if isinstance(found, list):
        return found
    if found is not None:
        gathered.refuse("results", found)
    return ()


def _observe(result: Printed, fields: Mapping[str, str], gathered: Gathered) -> None:
    numbers: dict[str, Printed] = {}
    extra: dict[str, Printed] = {}
    for name, pointer in fields.items():
        value = follow(result, pointer)
        if name in FACTS or name in GROUPS or name == "results":
            continue
        if name.startswith(EXTRA):
            extra[name.removeprefix(EXTRA)] = value
        elif name == "extra":
            if isinstance(value, Mapping):
                extra = {**value, **extra}
            elif value is not None:
                gathered.refuse(name, value)
        else:
            numbers[name] = value
    has_score = any(
        reading(value) is not None
        for name, value in numbers.items()
        if name in _SCORES or name not in RESULT_FIELDS
    )
    if has_score and "seed" in fields and _find(result, fields["seed"]) is _NOWHERE:
        raise ReceiptError(
            f"there is nothing at {fields['seed']}, where the score's seed should be"
        )
    gathered.observe(numbers, extra)


def follow(value: Printed, pointer: str) -> Printed:
    """The value a JSON Pointer names, or None."""
    found = _find(value, pointer)
    return None if found is _NOWHERE else found  # type: ignore[return-value] # it is a value then


def _find(value: object, pointer: str) -> object:
    """The value a JSON Pointer names, or that it leads nowhere."""
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(key, _NOWHERE)
        elif isinstance(value, list) and _INDEX.fullmatch(key) and int(key) < len(value):
            value = value[int(key)]
        else:
            return _NOWHERE
    return value
