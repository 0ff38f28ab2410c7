"""One screen about every lane: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.ledger import Judged, LandedRules
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, figure, gain_text, rules_nothing_out
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.search.actions import Action
from homegolf_git.core.search.plateau import Plateau
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.lane import (
    counts,
    incumbent_json,
    incumbent_line,
    noise_line,
    state_line,
)
from homegolf_git.core.views.layout import Brief, Cells, cells
from homegolf_git.core.views.next import action_json, action_text


class LaneStatus(Value, frozen=True):
    """A lane as of its last row."""

    name: LaneId
    rules: LandedRules
    judged: Judged
    plateau: Plateau
    first: Action  # of what `homegolf next` gives


class Status(Value, frozen=True):
    """The lanes, and what is wrong with the ledger."""

    lanes: Sequence[LaneStatus]
    errors: Sequence[Finding]


def share_in_words(share: float) -> str:
    """How many further ideas may still help; of a share of one nothing is known yet."""
    if rules_nothing_out(share):
        return "nothing is ruled out yet"
    return f"up to {share:.0%} of ideas may still help"


def text(status: Status) -> Iterator[Brief]:
    """A few lines a lane: three lanes and a prompt fit in 24 lines of 80 columns."""
    for lane in status.lanes:
        yield from _lines(lane)
    if status.errors:
        faults = counted(len(status.errors), "fault")
        yield Brief(f"{faults} in the ledger: see `homegolf verify`")


def _lines(lane: LaneStatus) -> Iterator[Brief]:
    state, rules, verdicts = lane.judged.state, lane.rules.lane, lane.judged.verdicts
    yield Brief(f"{lane.name}  {rules.title}")
    yield _line("incumbent", incumbent_line(lane.judged), state.incumbent)
    yield _line("noise", noise_line(state))
    found = lane.plateau
    if verdicts:
        last = verdicts[-1]
        delta = gain_text(last.delta, rules.metric)
        yield _line("rows", f"{len(verdicts)}: {_tally(state)}")
        said = f"{last.name} {delta}".rstrip()
        if last.run_id == state.incumbent:
            yield _line("latest", f"{said}, the incumbent")
        else:
            yield _line("latest", f"{said}: {last.run_id}", last.run_id)
    if found.state != "no_incumbent":
        yield _line("search", f"{state_line(found)}; {share_in_words(found.p_upper)}")
    yield _line("next", action_text(lane.first, state.incumbent), lane.first.run_id)


def _line(label: str, said: str, run_id: str | None = None) -> Brief:
    return Brief(f"  {label:<9}  {said}", () if run_id is None else (run_id,))


def _tally(state: LaneState) -> str:
    """The classes that occur, each with its rows; of the blocked ones how many are open."""
    found = {name: f"{n} {name}" for name, n in counts(state.tally).items() if n}
    if state.blockers:
        found["blocked"] += f" ({len(state.blockers)} open)"
    return ", ".join(found.values())


PLAIN = (
    "lane", "incumbent", "score", "rows", "open_blockers", "state", "latest", "action", "run", "runs"
)  # fmt: skip


def plain(status: Status) -> Iterator[Cells]:
    """A lane a line, for other programs."""
    for lane in status.lanes:
        state, verdicts, first = lane.judged.state, lane.judged.verdicts, lane.first
        held = None if state.reign is None else state.sample(state.reign.config).mean
        yield cells(
            lane.name, state.incumbent, held, len(verdicts), len(state.blockers), lane.plateau.state,
            verdicts[-1].run_id if verdicts else None, first.action, first.run_id, first.runs,
        )  # fmt: skip


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
        "next": action_json(lane.first),
    }
