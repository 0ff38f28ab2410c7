"""What one run of a command says of its score: lines that patterns found, and reports, put together."""

from collections.abc import Mapping, Sequence

from homegolf_git.core.model.captured import Result
from homegolf_git.core.model.draft import ReceiptFile
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.row import Observation, Receipt
from homegolf_git.core.model.rowcheck import RESULT_FIELDS, as_field
from homegolf_git.core.model.values import Json, Number, replace

EXTRA = "extra."
Printed = Mapping[str, Number | str]


def results_of(
    metric: str, seed: int | None, printed: Printed, files: Sequence[ReceiptFile]
) -> tuple[tuple[Result, ...], list[Finding]]:
    """The scores of a run: none where nothing states one, or not all that state one agree.

    Args:
        metric: The lane's.
        seed: That the run was asked for.
        printed: Facts that patterns found in its output, by their names.
        files: Reports that it wrote.
    """
    numbers = {
        name: value
        for name, value in printed.items()
        if not isinstance(value, str) and (name == metric or name in RESULT_FIELDS)
    }
    extra = {
        name.removeprefix(EXTRA): value
        for name, value in printed.items()
        if name.startswith(EXTRA) and not isinstance(value, str)
    }
    scored = [
        [seen for seen in file.receipt.observations if metric in seen.numbers] for file in files
    ]
    seen = max(scored, key=len, default=[])
    scores = [_score(one, metric) for one in seen]
    others = [_score(every[0], metric) for every in scored if len(every) == 1]
    if len(scores) == 1 and metric in numbers:
        others.append(numbers[metric])
    found = [_ambiguous(metric, one, scores[0]) for one in others if one not in scores]
    if found:
        return (), found
    if len(seen) > 1:
        made = [_result(one, {"seed": one.seed}, {}) for one in seen]
    elif seen:
        made = [_result(seen[0], {"seed": seed, **numbers}, extra)]
    else:
        made = [Result({"seed": seed, **numbers}, extra)] if metric in numbers else []
    asked = [_wrong_seed(seed, result) for result in made]
    return tuple(made), [item for item in asked if item is not None]


def row_facts(printed: Printed) -> dict[str, Json]:
    """Facts of the row among those that patterns found."""
    return {
        name: value
        for name, value in printed.items()
        if ("." in name and not name.startswith(EXTRA)) or name in ("finished_at", "session")
    }


def without_score(file: ReceiptFile, metric: str) -> ReceiptFile:
    """A report as one that starts a row: its score is among the results already."""
    observations = tuple(
        replace(
            seen, numbers={name: value for name, value in seen.numbers.items() if name != metric}
        )
        for seen in file.receipt.observations
    )
    receipt: Receipt = replace(file.receipt, observations=observations)
    return replace(file, receipt=receipt)


def _result(
    seen: Observation, numbers: Mapping[str, Number | None], extra: Mapping[str, Number]
) -> Result:
    stated: dict[str, Number | None] = {
        name: as_field(name, reading.value) for name, reading in seen.numbers.items()
    }
    if seen.seed is not None:
        stated["seed"] = seen.seed
    if seen.repeat is not None:
        stated["repeat"] = seen.repeat
    return Result({**numbers, **stated}, {**extra, **seen.extra})


def _score(seen: Observation, metric: str) -> Number:
    return seen.numbers[metric].value


def _ambiguous(metric: str, one: Number, other: Number) -> Finding:
    message = f"{metric} is {one!r} in one place and {other!r} in another"
    return finding("ambiguous_metric", message)


def _wrong_seed(seed: int | None, result: Result) -> Finding | None:
    ran = result.numbers.get("seed")
    if seed is None or ran == seed:
        return None
    message = f"seed {seed} was asked for, and the run says that its seed was {ran}"
    return finding("seed_ignored", message, severity="warning")
