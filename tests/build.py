"""The documents of a run and of a lane in few words, for tests and benchmarks.

A caller states what matters to it; the rest has a default here. A field given as `...` is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any

Document = dict[str, Any]
Scores = Mapping[int, float] | Sequence[float]

LANE = "local-cluster"
REVISION = "68e46b82"
SHA = "ab" * 32
OTHER_SHA = "cd" * 32


def run(
    run_id: str,
    scores: Scores = (1.0,),
    *,
    knob: Any = 0,  # noqa: ANN401 - a JSON value
    metric: str = "val_bpb",
    extra: Mapping[str, Any] | None = None,
    **fields: Any,  # noqa: ANN401 - JSON values
) -> Document:
    """A scored run; scores without seeds get seeds 1, 2, ...; `extra` joins every result.

    `knob` stands for the whole configuration: two runs with the same knob share a digest.
    """
    by_seed = dict(scores) if isinstance(scores, Mapping) else dict(enumerate(scores, start=1))
    document: Document = {
        "schema": "homegolf/run/v1",
        "run_id": run_id,
        "lane": LANE,
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
    return _stated(document | fields)


def failed(
    run_id: str,
    kind: str = "oom",
    *,
    knob: Any = 0,  # noqa: ANN401 - a JSON value
    stage: str = "train",
    **fields: Any,  # noqa: ANN401 - JSON values
) -> Document:
    """A run without a score."""
    return run(run_id, {}, knob=knob, **{"outcome": failure(kind, stage), **fields})


def failure(kind: str, stage: str, **more: str) -> Document:
    """The outcome of a run without a score."""
    return {"status": "failed", "failure": {"kind": kind, "stage": stage, **more}}


def lane_document(**parts: Any) -> Document:  # noqa: ANN401 - JSON values
    """A lane without a contract, and `parts` of it as they should be."""
    document: Document = {
        "schema": "homegolf/lane/v1",
        "lane": LANE,
        "title": "Home cluster",
        "metric": {"name": "val_bpb", "unit": "bits/byte", "direction": "minimize", "decimals": 4},
        "contract": {},
        "decision": {"delta_min": 0.002, "sigma0": 0.0007},
        "attribution": {"config": {"system": ["system.*"], "model": ["knob", "model.*"]}},
    }
    return merged(document, parts)


def merged(document: Document, parts: Mapping[str, Any]) -> Document:
    """A document with other parts; a mapping among them replaces only the fields that it names."""
    found = dict(document)
    for name, value in parts.items():
        is_merged = isinstance(value, Mapping) and isinstance(found.get(name), Mapping)
        found[name] = {**found[name], **value} if is_merged else value
    return _stated(found)


def _stated(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not ...}
