"""What the receipts of a row say of it: whether they agree, what they prove, and what they add.

A fact counts from wherever it is known: a number that a receipt states and the row leaves out is a
number of the run.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from homegolf_git.core.judge.scores import mean
from homegolf_git.core.model.row import Evidence, Observation, Reading, Row, SeedResult
from homegolf_git.core.model.values import Number

# How far a row may be from its receipt, relative: at least the rounding of a float, and at most
# this much however few digits the receipt prints, so that nobody gains by its rounding.
_READING_LEAST, _READING_MOST = 1e-9, 1e-5
_TIMES = ("train_seconds", "eval_seconds")
_PRECISE_DECIMALS = 6  # two configs cannot share such a score of a seed by chance

Numbers = Mapping[str, Number]
Fact: TypeAlias = Any  # JSON, of the type that the row's fact has


def observations_of(evidence: Sequence[Evidence]) -> list[Observation]:
    """Everything that the receipts observed of single seeds."""
    return [seen for item in evidence for seen in item.observations]


# --- agreement


def agrees(row: Row, item: Evidence) -> bool:
    """Whether the row's facts are those of a receipt, its numbers to the digits that it prints."""
    is_same = all(_agrees(row, seen) for seen in item.observations) and _lists_model_of(row, item)
    return is_same and not item.differing


def _agrees(row: Row, seen: Observation) -> bool:
    """A nameless observation may be of any of the row's seeds, or of their mean."""
    if seen.seed is not None:
        alike = [_same(r.numbers, seen.numbers) for r in row.results if r.seed == seen.seed]
        return any(alike) or not alike  # of a seed that was run again, it is of one of the repeats
    if not row.results:
        return True
    shared = set.intersection(*(set(result.numbers) for result in row.results))
    average = {name: mean([r.numbers[name] for r in row.results]) for name in shared}
    return any(_same(result.numbers, seen.numbers) for result in row.results) or _same(
        average, seen.numbers
    )


def _same(numbers: Numbers, readings: Mapping[str, Reading]) -> bool:
    return all(
        abs(numbers[name] - reading.value) <= _allowed(name, reading)
        for name, reading in readings.items()
        if name in numbers
    )


def _allowed(name: str, reading: Reading) -> float:
    size = abs(reading.value)
    if name in _TIMES:  # whole seconds are usual, and nobody gains by their rounding
        return max(reading.tolerance, _READING_LEAST * size)
    return max(min(reading.tolerance, _READING_MOST * size), _READING_LEAST * size)


def _lists_model_of(row: Row, item: Evidence) -> bool:
    """Whether a model that the receipt names is one that the row lists, with its size."""
    listed = [artifact for artifact in row.artifacts if artifact.role == "model"]
    digests = {artifact.sha256 for artifact in listed if artifact.sha256 is not None}
    for model in (artifact for artifact in item.artifacts if artifact.role == "model"):
        if digests and model.sha256 not in digests:
            return False
        sizes = {a.artifact_bytes for a in listed if a.sha256 in (None, model.sha256)} - {None}
        if model.artifact_bytes is not None and sizes and model.artifact_bytes not in sizes:
            return False
    return True


def disagreement(row: Row, evidence: Sequence[Evidence]) -> str:
    """The first thing that the row and a receipt say differently, with both values; or nothing."""
    found = [text for item in evidence for text in _disagreements(row, item)]
    return found[0] if found else ""


def _disagreements(row: Row, item: Evidence) -> Iterator[str]:
    for seen in item.observations:
        if not _agrees(row, seen):
            yield from _differing_numbers(row, seen)
    yield from item.differing
    if not _lists_model_of(row, item):
        for model in item.artifacts:
            size = "" if model.artifact_bytes is None else f" of {model.artifact_bytes:,} bytes"
            yield f"the receipt names the {model.role} {model.sha256}{size}"


def _differing_numbers(row: Row, seen: Observation) -> Iterator[str]:
    for result in row.results:
        if seen.seed in (None, result.seed):
            for name, reading in sorted(seen.numbers.items()):
                if not _same(result.numbers, {name: reading}):
                    stated = result.numbers[name]
                    yield f"{name} of seed {result.seed} is {stated!r}, the receipt gives {reading.value!r}"


# --- proof


def proves_every_result(row: Row, evidence: Sequence[Evidence], metric: str) -> bool:
    """Whether each result has an observation of its own: of its seed, or nameless with its score.

    One that contradicts the row is a proof of something else, and that is said by `agrees` alone.
    """
    shown = [seen for seen in observations_of(evidence) if metric in seen.numbers]
    astray = [seen for seen in shown if seen.seed is None and not _agrees(row, seen)]

    def turn(seen: Observation) -> tuple[bool, float]:
        """Named ones first, then those that reach least far: so none is taken that another needs."""
        reading = seen.numbers[metric]
        return seen.seed is None, reading.value + _allowed(metric, reading)

    proofs = sorted((seen for seen in shown if seen not in astray), key=turn)
    unproved = 0
    for result in sorted(row.results, key=lambda result: result.numbers[metric]):
        proof = next((seen for seen in proofs if _is_of(seen, result, row, metric)), None)
        if proof is None:
            unproved += 1
        else:
            proofs.remove(proof)
    return unproved <= len(astray)


def _is_of(seen: Observation, result: SeedResult, row: Row, metric: str) -> bool:
    """Whether an observation with a score is of this result: of its seed, and of repeats by score."""
    if seen.seed is not None:
        if seen.seed != result.seed:
            return False
        if sum(other.seed == seen.seed for other in row.results) == 1:
            return True
        if seen.repeat not in (None, result.repeat):
            return False
    return _same({metric: result.numbers[metric]}, {metric: seen.numbers[metric]})


def proof_keys(evidence: Sequence[Evidence], metric: str) -> Iterator[str]:
    """What each observation says, as text: the same for a receipt of which one byte was changed.

    Scores that are too coarse to be told from others by chance are left out.
    """
    for seen in observations_of(evidence):
        score = seen.numbers.get(metric)
        if score is not None and len(repr(score.value).partition(".")[2]) >= _PRECISE_DECIMALS:
            numbers = sorted((name, number.value) for name, number in seen.numbers.items())
            numbers += sorted(seen.extra.items())
            yield " ".join([str(seen.seed), *(f"{name}={value!r}" for name, value in numbers)])


# --- what they add


def known_numbers(
    result: SeedResult, row: Row, evidence: Sequence[Evidence], metric: str
) -> Numbers:
    """The numbers of a result: its own, and those that only its receipt states.

    A nameless observation is of the only result, or of those that have its score.
    """
    known = dict(result.numbers)
    for seen in observations_of(evidence):
        siblings = [r for r in row.results if seen.seed in (None, r.seed)]
        is_scored = metric in seen.numbers and _is_of(seen, result, row, metric)
        is_its_own = seen.seed in (None, result.seed) and (len(siblings) == 1 or is_scored)
        if is_its_own:
            for name, reading in seen.numbers.items():
                known.setdefault(name, reading.value)
    return known


def facts_known(own: Fact, evidence: Sequence[Evidence], name: str) -> Sequence[Fact]:
    """A fact of the row, or where it leaves it out what each receipt states; None: nobody says."""
    if own is not None:
        return (own,)
    return [item.added[name] for item in evidence if name in item.added] or (None,)


def numbers_of_run(evidence: Sequence[Evidence]) -> Iterator[Numbers]:
    """Numbers that receipts state of no seed by name: each is of the run, whichever seed it is."""
    for item in evidence:
        nameless = (seen.numbers for seen in item.observations if seen.seed is None)
        for numbers in (item.run_numbers, *nameless):
            yield {name: reading.value for name, reading in numbers.items()}


def artifact_sizes(row: Row, evidence: Sequence[Evidence]) -> Iterator[int]:
    """Sizes in bytes of the models that the row or a receipt names."""
    for artifact in (*row.artifacts, *(a for item in evidence for a in item.artifacts)):
        if artifact.role == "model" and artifact.artifact_bytes is not None:
            yield artifact.artifact_bytes
