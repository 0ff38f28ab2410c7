"""Whether a run kept the contract: every reason why it cannot count, in their fixed order."""

import math
from collections.abc import Callable, Iterator, Mapping

from homegolf_git.core.judge.noise import mean
from homegolf_git.core.model.lane import Contract, DeviceRule, Lane
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.row import Device, LandedRow, Observation, Reading, Row, SeedResult
from homegolf_git.core.model.values import Value, field

SCORE_CONSISTENCY = 1e-4  # relative, between val_bpb and what val_loss gives
# How far a row may be from its receipt, relative: at least the rounding of a float, and at most
# this much however few digits the receipt prints, so that nobody gains by its rounding.
_READING_LEAST, _READING_MOST = 1e-9, 1e-5
_TIMES = ("train_seconds", "eval_seconds")

# In the order in which they are named; the first that applies is the reason.
INVALID_REASONS = (
    "retracted", "no_promotion", "wrong_hardware", "wrong_data", "bounded_probe", "dirty_source",
    "no_receipt", "no_artifact", "receipt_mismatch", "receipt_reused", "duplicate_seed",
    "undisclosed_seeds", "evaluation_mode", "partial_validation", "over_bytes", "over_time",
    "inconsistent_score",
)  # fmt: skip
# A failed run has no score to prove: only the first five apply to it.
_REASONS_OF_FAILED = frozenset(INVALID_REASONS[:5])
# The submitter can mend these, so the gate and `record` refuse a row that has one.
MENDABLE_REASONS = (
    "no_promotion", "receipt_mismatch", "receipt_reused", "duplicate_seed", "undisclosed_seeds",
)  # fmt: skip


class Context(Value, frozen=True):
    """What a row is checked against beside its own facts."""

    lane: Lane
    is_retracted: bool = False
    earlier_scores: Mapping[int, float] = field(default_factory=dict)  # of its config, by seed
    receipt_owners: Mapping[str, RunId] = field(default_factory=dict)  # by digest, valid rows only


class Validity(Value, frozen=True):
    """Reasons in their fixed order (empty: valid), and whether a fact could not be verified."""

    reasons: tuple[str, ...]
    is_unverified: bool


Promotions = Mapping[tuple[str, LaneId, LaneId], Oid]


def is_promoted(
    row: Row, rules: Lane, valid: Callable[[], Promotions], is_before: Callable[[Oid], bool]
) -> bool:
    """Whether a row names a promotion that admits it; `valid` is asked only where it matters.

    It gives the commit of every promotion that is what it says, by (tag, lane promoted to, lane
    promoted from); a promotion admits only rows that landed behind its commit.
    """
    source = rules.needs_promotion_from
    if source is None or row.promotion is None:
        return False
    commit = valid().get((row.promotion, row.lane, source))
    return commit is not None and is_before(commit)


def check_validity(landed: LandedRow, context: Context) -> Validity:
    """Find every breach of the contract; an optional fact that is absent breaks nothing."""
    row = landed.row
    checks = list(_checks(landed, context))
    broken = {reason for reason, answer in checks if answer is True}
    unknown = {reason for reason, answer in checks if answer is None}
    if not row.is_scored:
        broken &= _REASONS_OF_FAILED
        unknown &= _REASONS_OF_FAILED
    return Validity(
        reasons=tuple(reason for reason in INVALID_REASONS if reason in broken),
        is_unverified=bool(unknown),
    )


def _checks(landed: LandedRow, context: Context) -> Iterator[tuple[str, bool | None]]:
    """Each reason with True (broken), False (kept) or None (a fact is missing)."""
    row, lane, contract = landed.row, context.lane, context.lane.contract
    shown = [seen for evidence in landed.evidence for seen in evidence.observations]
    yield "retracted", context.is_retracted
    yield "no_promotion", lane.needs_promotion_from is not None and not landed.is_promoted
    yield "wrong_hardware", _is_wrong_hardware(row, contract)
    yield "wrong_data", _differs(row.evaluation.dataset_sha256, contract.dataset_sha256)
    yield "wrong_data", _differs(row.evaluation.tokenizer_sha256, contract.tokenizer_sha256)
    yield "bounded_probe", _is_bounded_probe(row, contract)
    if "clean_source" in contract.requires:
        yield "dirty_source", row.source.is_dirty
    if "score_receipt" in contract.requires:
        yield "no_receipt", not any(lane.metric.name in seen.numbers for seen in shown)
    if "model_artifact" in contract.requires:
        yield "no_artifact", not any(a.role == "model" and a.sha256 for a in row.artifacts)
    yield "receipt_mismatch", any(not _agrees(row, seen) for seen in shown)
    yield (
        "receipt_reused",
        any(
            context.receipt_owners.get(evidence.sha256, row.run_id) != row.run_id
            for evidence in landed.evidence
        ),
    )
    yield "duplicate_seed", _has_duplicate_seed(row, lane, context.earlier_scores)
    yield "undisclosed_seeds", _has_undisclosed_seeds(row, shown)
    modes = contract.evaluation_modes
    yield "evaluation_mode", modes is not None and row.evaluation.mode not in modes
    for result in row.results:
        yield from _result_checks(result, lane)
    if contract.artifact_bytes_max is not None:
        for artifact in row.artifacts:
            if artifact.role == "model" and artifact.artifact_bytes is not None:
                yield "over_bytes", artifact.artifact_bytes > contract.artifact_bytes_max


def _result_checks(result: SeedResult, lane: Lane) -> Iterator[tuple[str, bool | None]]:
    contract, numbers = lane.contract, result.numbers
    if contract.evaluated_tokens is not None:
        yield (
            "partial_validation",
            _differs(numbers.get("evaluated_tokens"), contract.evaluated_tokens),
        )
    if contract.artifact_bytes_max is not None:
        yield "over_bytes", _exceeds(numbers.get("artifact_bytes"), contract.artifact_bytes_max)
    if contract.train_seconds_max is not None:
        cap = contract.train_seconds_max + contract.train_seconds_tolerance
        yield "over_time", _exceeds(numbers.get("train_seconds"), cap)
    yield "inconsistent_score", _is_inconsistent(numbers)


def _differs(fact: float | str | None, pinned: float | str | None) -> bool | None:
    if pinned is None:
        return False
    return None if fact is None else fact != pinned


def _exceeds(fact: float | None, cap: float) -> bool | None:
    return None if fact is None else fact > cap


def _is_wrong_hardware(row: Row, contract: Contract) -> bool | None:
    """A run that failed before it got a device names none: that is a blocker, not a breach."""
    if contract.hardware is not None and not row.hardware and not row.is_scored:
        return None
    return not matches_hardware(row.hardware, contract.hardware)


def _is_bounded_probe(row: Row, contract: Contract) -> bool | None:
    if not row.states_budget:
        return None
    if row.train_seconds_budget is None:
        return True
    cap = contract.train_seconds_max
    return cap is not None and row.train_seconds_budget > cap


def matches_hardware(devices: tuple[Device, ...], rules: tuple[DeviceRule, ...] | None) -> bool:
    """Whether each rule's devices add up to its count and no other device is there."""
    if rules is None:
        return True
    if any(not any(rule.device_matches in d.device for rule in rules) for d in devices):
        return False
    return all(
        sum(d.count for d in devices if rule.device_matches in d.device) == rule.count
        for rule in rules
    )


def _has_duplicate_seed(row: Row, lane: Lane, earlier: Mapping[int, float]) -> bool:
    seeds = [result.seed for result in row.results]
    if len(set(seeds)) < len(seeds):
        return True
    return any(
        earlier.get(result.seed, result.numbers[lane.metric.name])
        != result.numbers[lane.metric.name]
        for result in row.results
    )


def _has_undisclosed_seeds(row: Row, shown: list[Observation]) -> bool:
    seeds = {result.seed for result in row.results}
    seeds |= {seen.seed for seen in shown if seen.seed is not None}
    return row.seeds_run < max(len(seeds), len(row.results))


def _is_inconsistent(numbers: Mapping[str, float]) -> bool | None:
    bits, nats = numbers.get("val_bpb"), numbers.get("val_loss")
    if any(score is not None and score <= 0 for score in (bits, nats)):
        return True
    tokens, size = numbers.get("evaluated_tokens"), numbers.get("evaluated_bytes")
    if bits is None:
        return False
    if nats is None or tokens is None or not size:
        return None
    implied = nats * tokens / (size * math.log(2))
    return abs(bits - implied) > SCORE_CONSISTENCY * abs(implied)


def _agrees(row: Row, seen: Observation) -> bool:
    """Whether the row's numbers are those of the receipt, to the digits that it prints.

    A receipt that does not name its seed may speak of any one result, or of their mean.
    """
    if seen.seed is not None:
        return all(
            _same(result.numbers, seen.numbers)
            for result in row.results
            if result.seed == seen.seed
        )
    if not row.results:
        return True
    shared = set.intersection(*(set(result.numbers) for result in row.results))
    average = {name: mean([r.numbers[name] for r in row.results]) for name in shared}
    return any(_same(result.numbers, seen.numbers) for result in row.results) or _same(
        average, seen.numbers
    )


def _same(numbers: Mapping[str, float], readings: Mapping[str, Reading]) -> bool:
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
