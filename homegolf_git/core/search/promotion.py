"""Whether a run may go up the ladder: a checklist, each item go or no-go with its evidence."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from homegolf_git.core.judge.evidence import observations_of, proves_every_result
from homegolf_git.core.judge.integrity import is_scored_apart
from homegolf_git.core.judge.reign import Reign
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, gain_text
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.model.values import Document, Value
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.search.plateau import plateau_state
from homegolf_git.core.search.transfer import transfer

_DEFAULT_IN_FLIGHT = 1


class Item(Value, frozen=True):
    """One line of the checklist."""

    name: str
    is_go: bool
    evidence: str


class Candidate(Value, frozen=True):
    """A run on its way up, with the two lanes and the promotions there have been."""

    run_id: RunId
    source: LaneState
    target: LaneState
    promoted: Mapping[str, RunId]  # earlier promotions to the target, by tag, in their order
    now: datetime


def checklist(candidate: Candidate) -> list[Item]:
    """Evaluate every item of the target lane's promotion block."""
    return list(_items(candidate))


def unproven(landed: LandedRow, metric: str) -> Finding | None:
    """What a run is promoted for and no report of a machine states; a text can say anything."""
    row, evidence = landed.row, landed.evidence
    seen = [
        *(item.numbers for item in observations_of(evidence)),
        *(e.run_numbers for e in evidence),
    ]
    missing = [
        name
        for name, is_there in (
            (f"{metric} of each seed", proves_every_result(row, evidence, metric)),
            ("train_tokens", any("train_tokens" in numbers for numbers in seen)),
            ("hardware", any(item.names_devices for item in evidence)),
        )
        if not is_there
    ]
    if not missing:
        return None
    listed = counted(len(row.receipts), "receipt")
    message = f"{listed} of {row.run_id}, none of which states {', '.join(missing)}"
    return finding("unproven_promotion", message, landed.path, severity="warning")


def _items(candidate: Candidate) -> Iterator[Item]:
    source, rules = candidate.source, candidate.target.rules
    block: Document = rules.promotion or {}
    row = source.rows.get(candidate.run_id)
    reign = source.reign
    held = reign.run_id if reign else "nobody"
    is_incumbent = (
        row is not None and reign is not None and row.config_digest == reign.config.digest
    )
    yield Item("is_incumbent", is_incumbent, f"the incumbent of {source.rules.lane} is {held}")
    if row is None or reign is None or not is_incumbent:
        return  # everything else is about the incumbent
    fresh, wanted = len(source.fresh(reign).values), source.rules.decision.fresh_seeds
    is_confirmed = bool(reign.won_at) and reign.previous is None and source.is_remeasured(reign)
    text = (
        f"{fresh} fresh seeds, {wanted} are asked"
        if reign.won_at
        else "a baseline claims no improvement"
    )
    yield Item("is_confirmed", is_confirmed, text)
    noise = source.noise
    yield Item(
        "noise_measured",
        noise.basis == "measured",
        f"{noise.basis} on {counted(noise.nu_obs, 'degree')} of freedom",
    )
    if source.rules.decision.repeats is not None:
        yield _seed_item(source, reign)
    if is_scored_apart(source.rules):
        yield _scorer_item(reign)
    yield from _evidence_items(row, rules, block, candidate.now)
    yield _blockers_item(source, block)
    yield _gain_item(candidate, block)
    yield from _transfer_items(candidate)
    open_tags = in_flight(candidate)
    most = block.get("max_in_flight", _DEFAULT_IN_FLIGHT)
    named = ", ".join(open_tags) or "none"
    yield Item(
        "in_flight", len(open_tags) < most, f"without a result: {named}; at most {most} may be"
    )


def _seed_item(source: LaneState, reign: Reign) -> Item:
    """A gain that was seen under one seed alone may be that seed's."""
    seeds = {score.seed for score in reign.config.scores}
    is_covered = "same_seed" not in source.sample(reign.config).flags
    text = f"its scores are of {counted(len(seeds), 'seed')}"
    return Item("seed_covered", is_covered, text if is_covered else f"{text}, run again")


def _scorer_item(reign: Reign) -> Item:
    """A score that the training process reported itself is never promoted on such a lane."""
    is_apart = not reign.config.is_self_reported
    text = "a scorer took every score" if is_apart else "its training process reported a score"
    return Item("scored_apart", is_apart, text)


def _evidence_items(row: Row, rules: Lane, block: Document, now: datetime) -> Iterator[Item]:
    models = [artifact for artifact in row.artifacts if artifact.role == "model"]
    has_model = any(artifact.sha256 for artifact in models)
    needs_model = block.get("require_artifacts", True)
    text = "model artifact with its digest" if has_model else "no model artifact with a digest"
    text += "" if has_model or needs_model else ", and the lane asks for none"
    yield Item("artifact", has_model or not needs_model, text)
    receipts = len(row.receipts)
    yield Item("receipt", receipts > 0, f"{receipts} receipts")
    is_clean = row.source.revision is not None and row.source.is_dirty is False
    state = {None: "nobody knows whether clean", True: "with changes", False: "clean"}
    yield Item("clean_source", is_clean, f"{row.source.revision}, {state[row.source.is_dirty]}")
    if days := block.get("max_revision_age_days"):
        age = now - datetime.fromisoformat(row.finished_at)
        text = f"the run finished {age.days} days ago, at most {days:g} are allowed"
        yield Item("revision_age", age <= timedelta(days=days), text)
    yield from _limit_items(row, rules)


def _limit_items(row: Row, rules: Lane) -> Iterator[Item]:
    """The target's limits, on the numbers of the run as it was below."""
    contract = rules.contract
    for name, limit in (
        ("artifact_bytes", contract.artifact_bytes_max),
        ("train_seconds", contract.train_seconds_max),
    ):
        found = [r.numbers[name] for r in row.results if name in r.numbers]
        if limit is None:
            continue
        allowed = limit + (contract.train_seconds_tolerance if name == "train_seconds" else 0)
        text = f"{max(found):,.10g} of {limit:,.10g}" if found else "not stated"
        yield Item(name, bool(found) and max(found) <= allowed, text)


def _blockers_item(source: LaneState, block: Document) -> Item:
    kinds = block.get("gating_blockers")
    gating = [
        row.run_id
        for row in source.open_blockers()
        if row.failure is not None and (kinds is None or row.failure.kind in kinds)
    ]
    return Item("no_gating_blockers", not gating, f"open: {', '.join(gating) or 'none'}")


def _gain_item(candidate: Candidate, block: Document) -> Item:
    source = candidate.source
    state = plateau_state(source)
    if state == "plateaued":
        return Item("plateau_or_gain", is_go=True, evidence="the lane below has plateaued")
    gain, since = _gain_since_promotion(candidate)
    least = block.get("min_gain", 0.0)
    text = f"{gain_text(gain, source.rules.metric)} since {since}, at least {least:g} are asked; the search is {state}"
    return Item("plateau_or_gain", gain >= least, text)


def _gain_since_promotion(candidate: Candidate) -> tuple[float, str]:
    source = candidate.source
    assert source.reign is not None  # noqa: S101 - the caller's condition
    now = source.reference(source.reign).mean
    for run_id in reversed(list(candidate.promoted.values())):
        row = source.rows.get(run_id)
        config = source.configs.get(row.config_digest) if row else None
        if config is not None:
            before = source.sample(config).mean
            return source.rules.metric.gain(before, now), f"the promotion of {run_id}"
    return delta_ledger(source).total.gain, "the first incumbent"


def _transfer_items(candidate: Candidate) -> Iterator[Item]:
    found = transfer(candidate.source, candidate.target, candidate.promoted).summary
    yield Item(
        "transfer",
        found.state != "refuted",
        f"{found.state}: {found.agree} of {found.n} agree in sign"
        + (", and only refuted gains hold a run back" if found.state == "unknown" else ""),
    )
    steps = delta_ledger(candidate.source).steps
    gain = steps[-1].gain.gain if steps else 0.0
    slope = 1.0 if found.state == "unknown" or found.slope is None else found.slope
    bar = candidate.target.rules.decision.delta_min
    metric = candidate.target.rules.metric
    note = (
        " (calibration: nothing is known of the transfer yet)" if found.state == "unknown" else ""
    )
    text = f"{gain_text(slope * gain, metric)} predicted upstream, {bar:g} would count{note}"
    yield Item("predicted_gain", slope * gain >= bar, text)


def in_flight(candidate: Candidate) -> list[str]:
    """Promotions to the target that no run there has named yet."""
    named = {row.promotion for row in candidate.target.rows.values()}
    return [tag for tag in candidate.promoted if tag not in named]
