"""Rows and lanes as values, and what the fold makes of them, in few words."""

from collections.abc import Iterable, Mapping
from typing import Any

from homegolf_git.core.judge.fold import change_rules, step
from homegolf_git.core.judge.scores import Sample, Score, sample_of
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, RunId, row_path
from homegolf_git.core.model.parse import digest_input, lane_of, row_of
from homegolf_git.core.model.row import Evidence, LandedRow, Observation, Reading, Row
from homegolf_git.core.model.verdict import Stats, Verdict
from homegolf_git.shell.files.canonical import canonical_digest
from tests.build import SHA, Document, lane_document, run

INCUMBENT = (1.0650, 1.0643, 1.0657, 1.0650)
MUCH_BETTER = (1.0450, 1.0443, 1.0457)
MUCH_WORSE = (1.0850, 1.0843, 1.0857)
SAME = (1.0651, 1.0644, 1.0656)
BASELINE = run("baseline", INCUMBENT, knob="base")


def lane(**parts: Any) -> Lane:  # noqa: ANN401 - JSON values
    """A lane built from its document."""
    return lane_of(lane_document(**parts))


def row(document: Document) -> Row:
    """The row of a document, with its config digest."""
    return row_of(document, canonical_digest(digest_input(document)))


def evidence(
    numbers: Mapping[str, float], *, seed: int | None = None, sha: str = SHA, within: float = 5e-9
) -> Evidence:
    """A receipt that observed some numbers of one seed."""
    readings = {name: Reading(value, within) for name, value in numbers.items()}
    return Evidence(sha, (Observation(seed, readings),))


def land(
    document: Document, *shown: Evidence, is_promoted: bool = False, position: int = 0
) -> LandedRow:
    """A row as it landed."""
    return LandedRow(
        row=row(document),
        evidence=shown,
        is_promoted=is_promoted,
        commit=Oid(f"{position:040x}"),
        position=position,
        path=row_path(document["lane"], document["finished_at"], document["run_id"]),
        blob=Oid(f"{position:040x}"),
    )


def fold(
    rules: Lane, events: Iterable[LandedRow | Lane], retracted: frozenset[RunId] = frozenset()
) -> tuple[LaneState, list[Verdict]]:
    """Judge a lane's rows in their order; a `Lane` among them is a change of its rules."""
    state, verdicts = LaneState(rules), []
    for event in events:
        if isinstance(event, Lane):
            change_rules(state, event)
        else:
            verdicts.append(step(state, event, is_retracted=event.row.run_id in retracted))
    return state, verdicts


def replay(
    *events: Document | LandedRow | Lane, rules: Lane | None = None, retracted: Iterable[str] = ()
) -> tuple[LaneState, list[Verdict]]:
    """Fold documents, landed rows and changes of rules in their order."""
    landed = [land(event) if isinstance(event, dict) else event for event in events]
    return fold(rules or lane(), landed, frozenset(map(RunId, retracted)))


def verdicts(
    *events: Document | LandedRow | Lane, rules: Lane | None = None, retracted: Iterable[str] = ()
) -> list[Verdict]:
    """The verdicts of `replay`."""
    return replay(*events, rules=rules, retracted=retracted)[1]


def last(
    *events: Document | LandedRow | Lane, rules: Lane | None = None, retracted: Iterable[str] = ()
) -> Verdict:
    """The verdict of the last row."""
    return verdicts(*events, rules=rules, retracted=retracted)[-1]


def outcomes(found: Iterable[Verdict]) -> list[str]:
    """Class and reason of each verdict, such as `noise/replicate`."""
    return [verdict.name for verdict in found]


def stats_of(verdict: Verdict) -> Stats:
    """The numbers of a verdict that has some."""
    assert verdict.stats is not None
    return verdict.stats


def place(verdict: Verdict) -> tuple[int | None, int]:
    """The k and the look of a verdict."""
    stats = stats_of(verdict)
    return stats.k, stats.look


def scores(values: Iterable[float], session: str = "one") -> list[Score]:
    """Scores of seeds 1, 2, ... in one session."""
    return [Score(seed, 0, value, session, 1) for seed, value in enumerate(values, start=1)]


def sample(values: Iterable[float]) -> Sample:
    """One side of a comparison, as a lane counts it that declares nothing of procedure 2."""
    return sample_of(scores(values), "stated")
