"""Rows and lanes in few words, built from documents as the program builds them.

A run's `knob` stands for its whole configuration: two runs with the same knob share a digest.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from homegolf_git.core.judge.fold import change_rules, step
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, RunId, row_path
from homegolf_git.core.model.parse import digest_input, lane_of, row_of
from homegolf_git.core.model.row import Evidence, LandedRow, Observation, Reading, Row
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.shell.files.canonical import canonical_digest

Document = dict[str, Any]

INCUMBENT = (1.0650, 1.0643, 1.0657, 1.0650)
MUCH_BETTER = (1.0450, 1.0443, 1.0457)
MUCH_WORSE = (1.0850, 1.0843, 1.0857)
SAME = (1.0651, 1.0644, 1.0656)
REVISION = "68e46b82"
SHA = "ab" * 32
OTHER_SHA = "cd" * 32


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


def lane_document(**parts: Any) -> Document:  # noqa: ANN401 - JSON values
    """A lane without a contract; mappings among `parts` are merged one level deep."""
    document: Document = {
        "schema": "homegolf/lane/v1",
        "lane": "local-cluster",
        "title": "Home cluster",
        "metric": {"name": "val_bpb", "unit": "bits/byte", "direction": "minimize", "decimals": 4},
        "contract": {},
        "decision": {"delta_min": 0.002, "sigma0": 0.0007},
        "attribution": {"config": {"system": ["system.*"], "model": ["knob", "model.*"]}},
    }
    for name, value in parts.items():
        is_merged = isinstance(value, Mapping) and isinstance(document.get(name), Mapping)
        document[name] = {**document[name], **value} if is_merged else value
    return document


def lane(**parts: Any) -> Lane:  # noqa: ANN401 - JSON values
    """A lane built from its document."""
    return lane_of(lane_document(**parts))


def run(
    run_id: str,
    scores: Mapping[int, float] | Sequence[float] = (1.0,),
    *,
    knob: Any = 0,  # noqa: ANN401 - a JSON value
    metric: str = "val_bpb",
    extra: Mapping[str, Any] | None = None,
    **fields: Any,  # noqa: ANN401 - JSON values
) -> Document:
    """A scored run; scores without seeds get seeds 1, 2, ...; `extra` joins every result."""
    by_seed = dict(scores) if isinstance(scores, Mapping) else dict(enumerate(scores, start=1))
    document: Document = {
        "schema": "homegolf/run/v1",
        "run_id": run_id,
        "lane": "local-cluster",
        "finished_at": "2026-03-28T11:06:00Z",
        "submitter": "someone",
        "base": None,
        "change": {"kind": "model", "summary": "a change"},
        "source": {"revision": REVISION, "dirty": False, "changed_paths": []},
        "config": {"knob": knob},
        "hardware": [{"device": "NVIDIA GeForce RTX 4080", "count": 1}],
        "evaluation": {"mode": "non_overlapping"},
        "seeds_planned": len(by_seed),
        "seeds_run": len(by_seed),
        "train_seconds_budget": 600,
        "outcome": {"status": "scored"},
        "results": [
            {"seed": seed, metric: score, **(extra or {})} for seed, score in by_seed.items()
        ],
    }
    return document | fields


def failed(
    run_id: str,
    kind: str = "oom",
    *,
    knob: Any = 0,  # noqa: ANN401 - a JSON value
    stage: str = "train",
    **fields: Any,  # noqa: ANN401 - JSON values
) -> Document:
    """A run without a score."""
    outcome = {"status": "failed", "failure": {"kind": kind, "stage": stage}}
    return run(run_id, {}, knob=knob, outcome=outcome, **fields)


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
