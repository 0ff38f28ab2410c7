"""One screen about every lane: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.ledger import Judged, LandedRules
from homegolf_git.core.model.figures import counted, figure, gain_text, rules_nothing_out
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.search.plateau import Plateau
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.lane import (
    counts,
    incumbent_json,
    incumbent_line,
    noise_line,
    state_line,
    tally_text,
)


class LaneStatus(Value, frozen=True):
    """A lane as of its last row."""

    name: LaneId
    rules: LandedRules
    judged: Judged
    plateau: Plateau


class Status(Value, frozen=True):
    """The lanes, and what is wrong with the ledger."""

    lanes: Sequence[LaneStatus]
    errors: Sequence[Finding]


def share_in_words(share: float) -> str:
    """How many further ideas may still help; of a share of one nothing is known yet."""
    if rules_nothing_out(share):
        return "nothing is ruled out yet"
    return f"up to {share:.0%} of ideas may still help"


def text(status: Status) -> Iterator[str]:
    """A paragraph a lane."""
    for number, lane in enumerate(status.lanes):
        if number:
            yield ""
        yield from _lines(lane)
    if status.errors:
        if status.lanes:
            yield ""
        faults = counted(len(status.errors), "fault")
        yield f"{faults} in the ledger: see `homegolf verify`"


def _lines(lane: LaneStatus) -> Iterator[str]:
    state, rules, verdicts = lane.judged.state, lane.rules.lane, lane.judged.verdicts
    yield f"{lane.name}  {rules.title}"
    yield f"  incumbent  {incumbent_line(lane.judged)}"
    yield f"  noise      {noise_line(state)}"
    tally = tally_text(lane.judged)
    yield f"  rows       {len(verdicts)}" + (f": {tally}" if tally else "")
    found = lane.plateau
    if found.state != "no_incumbent":
        yield f"  search     {state_line(found)}; {share_in_words(found.p_upper)}"
    if state.blockers:
        yield f"  blockers   {len(state.blockers)} open, the latest {list(state.blockers)[-1]}"
    if verdicts:
        last = verdicts[-1]
        delta = gain_text(last.delta, rules.metric)
        yield f"  latest     {last.run_id}: {last.name}" + (f", delta {delta}" if delta else "")


def json(status: Status) -> dict[str, Json]:
    """The state of each lane."""
    return {
        "lanes": {lane.name: _lane_json(lane) for lane in status.lanes},
        "findings": findings_json(status.errors),
    }


def _lane_json(lane: LaneStatus) -> Json:
    state, verdicts = lane.judged.state, lane.judged.verdicts
    noise = state.noise
    return {
        "title": lane.rules.lane.title,
        "lane_sha256": lane.rules.sha256,
        "incumbent": state.incumbent,
        "incumbent_detail": incumbent_json(lane.judged),
        "noise": {"sigma": figure(noise.sigma), "nu": figure(noise.nu), "basis": noise.basis},
        "counts": counts(state.tally),
        "plateau": lane.plateau.state,
        "open_blockers": list(state.blockers),
        "latest": verdicts[-1].run_id if verdicts else None,
    }
