"""Verdicts: their JSON, whose names are part of the contract, and their text."""

from collections.abc import Iterable, Iterator, Mapping

from homegolf_git.core.judge.ledger import Judged, LaneLedger
from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import figure, gain, gain_text, score_text
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Document, Json
from homegolf_git.core.model.verdict import Noise, Outlook, RunPlan, Stats, Verdict
from homegolf_git.core.views.figuretext import day_of
from homegolf_git.core.views.layout import Block, Cells, Table, cells

Lanes = Mapping[LaneId, tuple[LaneLedger, Judged]]


def text(lanes: Lanes) -> Iterator[Block]:
    """A table a lane, in order."""
    for number, (name, (_, judged)) in enumerate(lanes.items()):
        if number:
            yield ""
        yield name
        yield rows_table(judged.verdicts, judged.state)


def json(lanes: Lanes) -> dict[str, Json]:
    """Every row of every lane, each made when it is written."""
    return {"lanes": {name: lane_json(*found) for name, found in lanes.items()}}


PLAIN = (
    "lane", "order", "run", "finished_at", "class", "reason", "score", "seeds", "delta",
    "attribution", "sentence",
)  # fmt: skip


def plain(lanes: Lanes) -> Iterator[Cells]:
    """A row a line, for other programs."""
    for _, judged in lanes.values():
        for v in judged.verdicts:
            yield cells(
                v.lane, v.order, v.run_id, v.finished_at, v.verdict_class, v.reason, v.score,
                v.n_results, gain(v.delta), v.attribution, v.sentence,
            )  # fmt: skip


def rows_table(verdicts: Iterable[Verdict], state: LaneState) -> Table:
    """Rows with their verdicts, as their lane stands now."""
    metric = state.rules.metric
    headers = ("#", "run", "finished", "class", metric.name, "seeds", "delta", "changed", "verdict")
    rows = [
        (
            str(v.order), v.run_id, day_of(v.finished_at), v.name, score_text(v.score, metric),
            str(v.n_results or ""), gain_text(v.delta, metric), v.attribution, sentence_now(v, state),
        )
        for v in verdicts
    ]  # fmt: skip
    return Table(headers, rows)


def sentence_now(verdict: Verdict, state: LaneState) -> str:
    """A verdict's sentence; of a blocker that was settled since, who did it."""
    settled_by = state.settled.get(verdict.run_id)
    if verdict.verdict_class != "blocked" or settled_by is None:
        return verdict.sentence
    return verdict.sentence.partition(";")[0] + f"; settled by {settled_by}."


def verdict_json(verdict: Verdict) -> Document:
    """A verdict row."""
    return {
        "run_id": verdict.run_id,
        "order": verdict.order,
        "finished_at": verdict.finished_at,
        "class": verdict.verdict_class,
        "reason": verdict.reason,
        "reasons": list(verdict.reasons),
        "flags": list(verdict.flags),
        "score": verdict.score,
        "seeds": verdict.n_results,
        "delta": gain(verdict.delta),
        "incumbent_before": verdict.incumbent_before,
        "incumbent_after": verdict.incumbent_after,
        "attribution": verdict.attribution,
        "stats": None if verdict.stats is None else _stats_json(verdict.stats),
        "sentence": verdict.sentence,
    }


def _stats_json(stats: Stats) -> dict[str, Json]:
    needed = stats.seeds_needed
    return {
        "D": gain(stats.gain),
        "se": figure(stats.se),
        "df": figure(stats.df),
        "t": figure(stats.t),
        "t_needed": figure(stats.t_needed),
        "p_better": figure(stats.p_better),
        "p_worse": figure(stats.p_worse),
        "alpha": figure(stats.alpha),
        "ucb95": figure(stats.ucb95),
        "lcb95": figure(stats.lcb95),
        "lcb_alpha": figure(stats.lcb_alpha),
        "mde": figure(stats.mde),
        "sigma": figure(stats.noise.sigma),
        "nu": figure(stats.noise.nu),
        "nu_obs": stats.noise.nu_obs,
        "basis": stats.noise.basis,
        "n_incumbent": stats.n_incumbent,
        "n_challenger": stats.n_challenger,
        "k": stats.k,
        "look": stats.look,
        "seeds_needed": None
        if needed is None
        else {"challenger": needed.challenger, "incumbent": needed.incumbent},
        "next": None if stats.outlook is None else _next_json(stats.outlook, stats.noise),
        **_between_json(stats.noise),
    }


def _between_json(noise: Noise) -> dict[str, Json]:
    """The noise between sessions, in a lane that declares them."""
    between = noise.between
    if between is None:
        return {}
    return {
        "sigma_b": figure(between.sigma), "nu_b": figure(between.nu), "nu_b_obs": between.nu_obs
    }  # fmt: skip


def _next_json(outlook: Outlook, noise: Noise) -> dict[str, Json]:
    """What would decide a config, as of its row."""
    step = next_step(outlook, noise)
    return {
        "action": step.action,
        "plan": plan_json(step.plan),
        "hope": figure(step.hope),
        "promotes": figure(step.promotes),
        "clears": figure(step.clears),
    }


def plan_json(plan: RunPlan | None) -> dict[str, Json] | None:
    """More runs of each side."""
    if plan is None:
        return None
    return {"challenger": plan.challenger, "incumbent": plan.incumbent, "runs": plan.runs}


def lane_json(lane: LaneLedger, judged: Judged) -> Document:
    """A lane with all its verdicts, which are read one after the other."""
    return {
        "incumbent": judged.state.incumbent,
        "lane_sha256": lane.current.sha256,
        "rows": map(verdict_json, judged.verdicts),
    }
