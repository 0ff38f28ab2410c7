"""Whether a run kept the contract: every reason why it cannot count, in their fixed order."""

import math
from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.judge.evidence import (
    Numbers,
    agrees,
    artifact_sizes,
    facts_known,
    known_numbers,
    numbers_of_run,
    observations_of,
    proof_keys,
    proves_every_result,
)
from homegolf_git.core.judge.integrity import integrity_checks
from homegolf_git.core.judge.scores import Score, SeedKey, scores_of
from homegolf_git.core.model.lane import Contract, DeviceRule, Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Device, Evidence, LandedRow, Row
from homegolf_git.core.model.values import Document, Value, field

SCORE_CONSISTENCY = 1e-4  # relative, between val_bpb and what val_loss gives

# In the order in which they are named; the first that applies is the reason.
INVALID_REASONS = (
    "retracted", "no_promotion", "wrong_hardware", "wrong_data", "bounded_probe", "dirty_source",
    "no_receipt", "no_artifact", "receipt_mismatch", "receipt_reused", "duplicate_seed",
    "undisclosed_seeds", "evaluation_mode", "partial_validation", "eval_changed",
    "outside_editable", "no_scorer", "over_bytes", "over_time", "inconsistent_score",
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
    earlier_scores: Mapping[SeedKey, Score] = field(default_factory=dict)  # of its config, by seed
    receipt_owners: Mapping[str, RunId] = field(default_factory=dict)  # by digest, valid rows only
    proof_owners: Mapping[str, str] = field(default_factory=dict)  # observation -> config digest


class Validity(Value, frozen=True):
    """Reasons in their fixed order (empty: valid), and whether a fact could not be verified."""

    reasons: tuple[str, ...]
    is_unverified: bool


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


def missing_facts(landed: LandedRow, rules: Lane) -> tuple[str, ...]:
    """The reasons that could not be looked at, because neither row nor receipts state the fact."""
    unknown = {reason for reason, answer in _checks(landed, Context(lane=rules)) if answer is None}
    if not landed.row.is_scored:
        unknown &= _REASONS_OF_FAILED
    return tuple(reason for reason in INVALID_REASONS if reason in unknown)


def _checks(landed: LandedRow, context: Context) -> Iterator[tuple[str, bool | None]]:
    """Each reason with True (broken), False (kept) or None (a fact is missing)."""
    row, lane, contract = landed.row, context.lane, context.lane.contract
    evidence = landed.evidence
    yield "retracted", context.is_retracted
    yield "no_promotion", lane.needs_promotion_from is not None and not landed.is_promoted
    yield from _setting_checks(row, evidence, contract)
    yield "bounded_probe", _is_bounded_probe(row, evidence, contract)
    if "clean_source" in contract.requires:
        for is_dirty in facts_known(row.source.is_dirty, evidence, "source.dirty"):
            yield "dirty_source", is_dirty
    if "score_receipt" in contract.requires:
        yield "no_receipt", not proves_every_result(row, evidence, lane.metric.name)
    if "model_artifact" in contract.requires:
        yield "no_artifact", not any(a.role == "model" and a.sha256 for a in row.artifacts)
    yield "receipt_mismatch", not all(agrees(row, item) for item in evidence)
    yield "receipt_reused", _is_reused(landed, context)
    yield "duplicate_seed", _has_duplicate_seed(row, lane, context.earlier_scores)
    yield "undisclosed_seeds", _has_undisclosed_seeds(row, evidence)
    modes = contract.evaluation_modes
    yield "evaluation_mode", modes is not None and row.evaluation.mode not in modes
    yield from integrity_checks(row, evidence, lane)
    for result in row.results:
        yield from _result_checks(known_numbers(result, row, evidence, lane.metric.name), contract)
    for numbers in numbers_of_run(evidence):
        yield from ((reason, True) for reason, answer in _limits(numbers, contract) if answer)
    if contract.artifact_bytes_max is not None:
        for size in artifact_sizes(row, evidence):
            yield "over_bytes", size > contract.artifact_bytes_max


def _setting_checks(
    row: Row, evidence: Sequence[Evidence], contract: Contract
) -> Iterator[tuple[str, bool | None]]:
    """On what it ran and was measured, as the row says, or the receipts where it does not."""
    for devices in facts_known(row.hardware or None, evidence, "hardware"):
        yield "wrong_hardware", _is_wrong_hardware(row, _devices(devices), contract)
    for name in ("dataset_sha256", "tokenizer_sha256"):
        for digest in facts_known(getattr(row.evaluation, name), evidence, f"evaluation.{name}"):
            yield "wrong_data", _differs(digest, getattr(contract, name))


def _result_checks(numbers: Numbers, contract: Contract) -> Iterator[tuple[str, bool | None]]:
    yield from _limits(numbers, contract)
    yield "inconsistent_score", _is_inconsistent(numbers)


def _limits(numbers: Numbers, contract: Contract) -> Iterator[tuple[str, bool | None]]:
    """What the contract says of a run's numbers, wherever they are known from."""
    for name, pinned in (
        ("evaluated_tokens", contract.evaluated_tokens),
        ("evaluated_bytes", contract.evaluated_bytes),
    ):
        if pinned is not None:
            yield "partial_validation", _differs(numbers.get(name), pinned)
    if contract.artifact_bytes_max is not None:
        yield "over_bytes", _exceeds(numbers.get("artifact_bytes"), contract.artifact_bytes_max)
    if contract.train_seconds_max is not None:
        cap = contract.train_seconds_max + contract.train_seconds_tolerance
        yield "over_time", _exceeds(numbers.get("train_seconds"), cap)
    if contract.eval_seconds_max is not None:
        yield "over_time", _exceeds(numbers.get("eval_seconds"), contract.eval_seconds_max)


def _differs(fact: float | str | None, pinned: float | str | None) -> bool | None:
    if pinned is None:
        return False
    return None if fact is None else fact != pinned


def _exceeds(fact: float | None, cap: float) -> bool | None:
    return None if fact is None else fact > cap


def _devices(found: Sequence[Device | Document] | None) -> tuple[Device, ...]:
    """Devices of a row, or as a receipt states them."""
    return tuple(
        item if isinstance(item, Device) else Device(item["device"], item["count"])
        for item in found or ()
    )


def _is_wrong_hardware(row: Row, devices: tuple[Device, ...], contract: Contract) -> bool | None:
    """A run that failed before it got a device names none: that is a blocker, not a breach."""
    if contract.hardware is not None and not devices and not row.is_scored:
        return None
    return not matches_hardware(devices, contract.hardware)


def _is_bounded_probe(row: Row, evidence: Sequence[Evidence], contract: Contract) -> bool | None:
    if row.states_budget and row.train_seconds_budget is None:
        return True
    found = facts_known(row.train_seconds_budget, evidence, "train_seconds_budget")
    budgets = [budget for budget in found if budget is not None]
    if not budgets:
        return None
    cap = contract.train_seconds_max
    return cap is not None and max(budgets) > cap


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


def _is_reused(landed: LandedRow, context: Context) -> bool:
    """Whether a receipt's bytes, or what it observed, prove another run already.

    A rerun of the same configuration may well observe the same.
    """
    row = landed.row
    owners = context.receipt_owners
    if any(owners.get(item.sha256, row.run_id) != row.run_id for item in landed.evidence):
        return True
    keys = proof_keys(landed.evidence, context.lane.metric.name)
    return any(
        context.proof_owners.get(key, row.config_digest) != row.config_digest for key in keys
    )


def _has_duplicate_seed(row: Row, lane: Lane, earlier: Mapping[SeedKey, Score]) -> bool:
    scores = [(score.key, score.value) for score in scores_of(row, lane, 0)]
    keys = [key for key, _ in scores if key is not None]
    if len(set(keys)) < len(keys):
        return True
    return any(key in earlier and earlier[key].as_stated != value for key, value in scores if key)


def _has_undisclosed_seeds(row: Row, evidence: Sequence[Evidence]) -> bool:
    seeds = {result.seed for result in row.results}
    seeds |= {seen.seed for seen in observations_of(evidence) if seen.seed is not None}
    stated = max(facts_known(None, evidence, "seeds_run"), key=lambda count: count or 0) or 0
    return row.seeds_run < max(len(seeds), len(row.results), stated)


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
