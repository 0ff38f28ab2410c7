"""What a valid scored row adds to its lane: scores, noise, owners, and blockers that it settles."""

from collections.abc import Iterator

from homegolf_git.core.judge.evidence import proof_keys
from homegolf_git.core.judge.guard import hold_back
from homegolf_git.core.judge.integrity import is_self_reported
from homegolf_git.core.judge.likeness import likeness
from homegolf_git.core.judge.noise import share_of
from homegolf_git.core.judge.reign import Config
from homegolf_git.core.judge.scores import Score, scores_of
from homegolf_git.core.judge.state import TWO_SEEDS, LaneState
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Change

_PRECISE_DECIMALS = 6  # two configs cannot share such a score by chance


def take_in(state: LaneState, landed: LandedRow, change: Change) -> tuple[Config, tuple[str, ...]]:
    """Take a valid scored row into its config; the config as it is then, and flags of the row."""
    config, flags = _add_scores(state, landed, change)
    _add_owners(state, landed)
    _settle_blockers(state, landed.row)
    return config, flags


def _add_scores(
    state: LaneState, landed: LandedRow, change: Change
) -> tuple[Config, tuple[str, ...]]:
    row = landed.row
    before = state.configs.get(row.config_digest) or Config(row.config_digest, change)
    known = before.known()
    stated = scores_of(row, state.rules, state.orders)
    new = [score for score in stated if score.key is None or score.key not in known]
    counting = state.counting
    _see_seeds(state, stated)
    if state.counting != counting:  # the second seed of the lane turns every config's repeats
        state.remeasure()
    joining, held, flags = hold_back(state, before, row, new)
    config = replace(
        before,
        scores=before.scores + joining,
        held=held,
        submitters=_submitters(before, row) if joining else before.submitters,
        unreported=before.unreported + row.unreported_seeds,
        seeds_planned=max(before.seeds_planned, row.seeds_planned),
        device_seconds=_add_device_seconds(before.device_seconds, row),
        is_self_reported=before.is_self_reported or is_self_reported(row, landed.evidence),
    )
    for seconds in _run_seconds(row):
        state.run_seconds = state.run_seconds.plus(seconds)
    state.valid[row.run_id] = state.orders
    state.n_valid += 1
    state.keep(config)
    earlier, now = (share_of(c.scores, state.counting) for c in (before, config))
    state.scatter.put(config.digest, earlier, now)
    return config, flags


def _submitters(config: Config, row: Row) -> tuple[str, ...]:
    known = config.submitters
    return known if row.submitter in known or len(known) > 1 else (*known, row.submitter)


def _see_seeds(state: LaneState, stated: list[Score]) -> None:
    for score in stated:
        is_new = score.seed is not None and score.seed not in state.seeds
        if is_new and score.seed is not None and len(state.seeds) < TWO_SEEDS:
            state.seeds = (*state.seeds, score.seed)


def _add_owners(state: LaneState, landed: LandedRow) -> None:
    """Remember whose receipts, model and scores these are."""
    row = landed.row
    for evidence in landed.evidence:
        state.receipt_owners.setdefault(evidence.sha256, row.run_id)
    for key in proof_keys(landed.evidence, state.rules.metric.name):
        state.proof_owners.setdefault(key, row.config_digest)
    for digest in models_of(row):
        state.model_owners[digest] = (*state.model_owners.get(digest, ()), row.run_id)
    if alike := likeness(row):
        state.alike.setdefault(alike, row.run_id)
    state.seeds_of[row.submitter] = seeds_with(state, row)
    if scores := precise_scores(row, state.rules.metric):
        state.score_owners[scores] = (*state.score_owners.get(scores, ()), row.run_id)


def seeds_with(state: LaneState, row: Row) -> tuple[int, int]:
    """How many seeds a row's submitter reports with it on the lane, and how many finished besides."""
    reported, unreported = state.seeds_of.get(row.submitter, (0, 0))
    return reported + len(row.results), unreported + row.unreported_seeds


def is_doubtful(landed: LandedRow) -> bool:
    """Whether a row has what contradicts something as often as not, so that it is looked at again."""
    row = landed.row
    is_contradicted = any(item.contradiction for item in landed.evidence)
    return bool(row.resolves or row.unreported_seeds or is_contradicted)


def models_of(row: Row) -> set[str]:
    """Digests of the model artifacts a row lists."""
    return {item.sha256 for item in row.artifacts if item.role == "model" and item.sha256}


def precise_scores(row: Row, metric: Metric) -> str:
    """A row's scores as text; empty where they are too coarse to be told from others by chance."""
    scores = sorted(result.numbers[metric.name] for result in row.results)
    is_precise = any(len(repr(x).partition(".")[2]) >= _PRECISE_DECIMALS for x in scores)
    return " ".join(map(repr, scores)) if is_precise else ""


def _add_device_seconds(so_far: float | None, row: Row) -> float | None:
    times = [result.numbers.get("train_seconds") for result in row.results]
    stated = [time for time in times if time is not None]
    if so_far is None or len(stated) < len(times) or not row.hardware:
        return None
    return so_far + sum(stated) * sum(device.count for device in row.hardware)


def _run_seconds(row: Row) -> Iterator[float]:
    """Device-seconds of training and evaluation, of each result that states its training time."""
    devices = sum(device.count for device in row.hardware) or 1
    for result in row.results:
        trained = result.numbers.get("train_seconds")
        if trained is not None:
            yield devices * (trained + result.numbers.get("eval_seconds", 0.0))


def _settle_blockers(state: LaneState, row: Row) -> None:
    alike = state.blocked_configs.get(row.config_digest, ())
    for run_id in dict.fromkeys((*row.resolves, *alike)):
        if run_id in state.blockers:
            del state.blockers[run_id]
            state.settled[run_id] = row.run_id
