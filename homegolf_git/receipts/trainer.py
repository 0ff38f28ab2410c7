"""A trainer's own report, `homegolf/trainer-report/v1`: facts of the row under their own names.

Either one file a seed, with the seed's numbers at the top, or a list `results` of seeds.
"""

from collections.abc import Mapping

from homegolf_git.core.model.factnames import FACTS, GROUPS, REPORT_KIND, REPORT_SCHEMA
from homegolf_git.core.model.nearest import nearest
from homegolf_git.core.model.row import Receipt
from homegolf_git.core.model.rowcheck import RESULT_FIELDS
from homegolf_git.receipts.facts import Gathered
from homegolf_git.receipts.strictjson import Printed, ReceiptError, parse, reading

KIND, SCHEMA = REPORT_KIND, REPORT_SCHEMA
# Numbers that are a limit of the whole run where they stand beside `results`.
_OF_RUN = (
    "evaluated_tokens", "evaluated_bytes", "train_seconds", "eval_seconds", "artifact_bytes",
)  # fmt: skip
_NAMES = (*FACTS, *GROUPS, *RESULT_FIELDS, "results", "extra")


def read(data: bytes) -> Receipt:
    """Read a report.

    Raises:
        ReceiptError: when it does not say that it is one.
    """
    report = parse(data)
    if report.get("schema") != SCHEMA:
        raise ReceiptError(f"schema is not {SCHEMA}: not a trainer report")
    gathered = Gathered()
    numbers: dict[str, Printed] = {}
    for name, value in report.items():
        if name in GROUPS or (name in FACTS and "." not in name):
            gathered.state(name, value)
        elif name not in ("schema", "results"):
            numbers[name] = value
    results = report.get("results")
    if isinstance(results, list):
        _beside(numbers, gathered)
        for result in results:
            if isinstance(result, Mapping):
                _observe(result, gathered)
            else:
                gathered.refuse("results", result)
    else:
        if results is not None:
            gathered.refuse("results", results)
        _observe(numbers, gathered)
    return gathered.receipt()


def _observe(result: Mapping[str, Printed], gathered: Gathered) -> None:
    extra = result.get("extra")
    if extra is not None and not isinstance(extra, Mapping):
        gathered.refuse("extra", extra)
    known = {}
    for name, value in result.items():
        if name in RESULT_FIELDS or reading(value) is not None:  # it may be the lane's metric
            known[name] = value
        elif name != "extra" and value is not None:
            _unknown(name, gathered)
    gathered.observe(known, extra if isinstance(extra, Mapping) else {})


def _beside(numbers: Mapping[str, Printed], gathered: Gathered) -> None:
    """Numbers beside `results`, which are of no one seed."""
    for name, value in numbers.items():
        if name in _OF_RUN:
            gathered.number_of_run(name, value)
        elif reading(value) is not None:
            gathered.faults.append(f"{name} beside results is no seed's own, so it proves nothing")
        elif value is not None:
            _unknown(name, gathered)


def _unknown(name: str, gathered: Gathered) -> None:
    close = nearest(name, _NAMES)
    advice = f"; did you mean {close}?" if close else ""
    gathered.faults.append(f"{name[:60]} is no fact of a row{advice}")
