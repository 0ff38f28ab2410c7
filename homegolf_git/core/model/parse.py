"""From checked documents (dicts that passed their schema) to values of the model.

What the schema calls an integer is an int here, also where the file writes 3.0.
"""

from collections.abc import Mapping
from typing import Any

from homegolf_git.core.model.lane import (
    AttributionRules,
    Capture,
    Contract,
    Decision,
    DeviceRule,
    Lane,
    LaneScorer,
    Metric,
    Reference,
    Sessions,
    Signatures,
    Stop,
)
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.row import (
    Artifact,
    Device,
    Evaluation,
    Failure,
    ReceiptRef,
    Retraction,
    Row,
    Scorer,
    SeedResult,
    Source,
)
from homegolf_git.core.model.values import Document, Json, Number

PROCEDURE_2 = 2
_COUNTS = frozenset(
    ("evaluated_tokens", "evaluated_bytes", "steps", "train_tokens", "artifact_bytes")
)  # of a result


_MEASURE = ("mode", "split", "dataset_sha256", "tokenizer_sha256")  # of every evaluation


def _whole(value: Number | None) -> int | None:
    return None if value is None else int(value)


def digest_input(document: Document) -> dict[str, Json]:
    """The part of a row that makes its config: what its digest is taken over.

    A null revision makes it equal to no other row, so the run id joins it there.
    """
    source = document["source"]
    evaluation = document["evaluation"]
    parts: dict[str, Any] = {
        "config": document["config"],
        "revision": source.get("revision"),
        "hardware": [{"device": d["device"], "count": d["count"]} for d in document["hardware"]],
        "evaluation": {name: evaluation.get(name) for name in _MEASURE},
    }
    if (scorer := evaluation.get("scorer")) is not None:  # a row without one keeps its digest
        parts["evaluation"]["scorer"] = scorer
    if parts["revision"] is None:
        parts["run_id"] = document["run_id"]
    return parts


def row_of(document: Document, config_digest: str) -> Row:
    """Build a row; `config_digest` is the SHA-256 of the canonical JSON of `digest_input`."""
    source, evaluation = document["source"], document["evaluation"]
    failure = document["outcome"].get("failure")
    paths = source.get("changed_paths")
    return Row(
        run_id=RunId(document["run_id"]),
        lane=LaneId(document["lane"]),
        finished_at=document["finished_at"],
        submitter=document["submitter"],
        base=document.get("base"),
        change_kind=document["change"]["kind"],
        change_summary=document["change"]["summary"],
        source=Source(
            revision=source.get("revision"),
            is_dirty=source.get("dirty"),
            changed_paths=None if paths is None else tuple(paths),
            ref=source.get("ref"),
            frozen_sha256=source.get("frozen_sha256"),
        ),
        config=document["config"],
        hardware=tuple(Device(d["device"], int(d["count"])) for d in document["hardware"]),
        evaluation=_evaluation(evaluation),
        verification=document.get("verification", "self"),
        seeds_planned=int(document["seeds_planned"]),
        seeds_run=int(document["seeds_run"]),
        states_budget="train_seconds_budget" in document,
        train_seconds_budget=document.get("train_seconds_budget"),
        failure=Failure(failure["kind"], failure["stage"], failure.get("detail", ""))
        if failure
        else None,
        results=tuple(map(_result, document.get("results", ()))),
        artifacts=tuple(
            Artifact(a["role"], a.get("sha256"), _whole(a.get("bytes")))
            for a in document.get("artifacts", ())
        ),
        receipts=tuple(
            ReceiptRef(r["kind"], r["path"], r["sha256"]) for r in document.get("receipts", ())
        ),
        resolves=tuple(map(RunId, document.get("resolves", ()))),
        promotion=document.get("promotion"),
        session=_session(document),
        config_digest=config_digest,
    )


def _evaluation(evaluation: Document) -> Evaluation:
    scorer = evaluation.get("scorer")
    measured: dict[str, Any] = {name: evaluation.get(name) for name in _MEASURE}
    return Evaluation(
        **measured,
        scorer=None if scorer is None else Scorer(scorer["revision"], scorer["command"]),
    )


def _session(document: Document) -> str:
    """The session a row states; else its first device's host and its day, else the row alone."""
    stated: str | None = document.get("session")
    if stated is not None:
        return stated
    host = next((device.get("host") for device in document["hardware"]), None)
    return f"{host}/{document['finished_at'][:10]}" if host else f"row:{document['run_id']}"


_NO_NUMBERS = ("seed", "repeat", "extra")


def _result(entry: Document) -> SeedResult:
    numbers = {
        name: int(value) if name in _COUNTS else value
        for name, value in entry.items()
        if name not in _NO_NUMBERS and value is not None
    }
    return SeedResult(
        _whole(entry["seed"]), numbers, int(entry.get("repeat") or 0), entry.get("extra", {})
    )


def lane_of(document: Document) -> Lane:
    """Build a lane; what the file leaves out has the documented default."""
    metric, decision = document["metric"], document["decision"]
    stop, attribution = document.get("stop", {}), document.get("attribution", {})
    return Lane(
        lane=LaneId(document["lane"]),
        title=document["title"],
        metric=Metric(
            metric["name"],
            metric.get("unit", ""),
            metric["direction"],
            int(metric.get("decimals", 4)),
        ),
        contract=_contract(document["contract"]),
        decision=Decision(
            delta_min=decision["delta_min"],
            sigma0=decision["sigma0"],
            nu0=decision.get("nu0", 4),
            alpha=decision.get("alpha", 0.05),
            block=int(decision.get("block", 20)),
            regression_alpha=decision.get("regression_alpha", 0.01),
            fresh_seeds=int(decision.get("fresh_seeds", 4)),
            few_seeds_df=decision.get("few_seeds_df"),
            **_procedure(decision),
        ),
        stop=Stop(
            p_star=stop.get("p_star", 0.20),
            error=stop.get("error", 0.10),
            min_cleared_per_side=int(stop.get("min_cleared_per_side", 5)),
            improving_below=int(stop.get("improving_below", 10)),
            gain_per_device_hour=stop.get("gain_per_device_hour"),
            rejudge=stop.get("rejudge", decision.get("procedure") == PROCEDURE_2),
        ),
        attribution=AttributionRules(
            config=_patterns(attribution.get("config", {})),
            paths=_patterns(attribution.get("paths", {})),
        ),
        references=tuple(Reference(r["name"], r["value"]) for r in document.get("references", ())),
        claim=document.get("claim", ""),
        needs_promotion_from=document.get("needs_promotion_from"),
        promotion=_promotion(document.get("promotion")),
        receipts=document.get("receipts", {}),
        capture=_capture(document.get("capture") or {}),
        signatures=_signatures(document.get("signatures") or {}),
    )


def _signatures(asked: Document) -> Signatures:
    return Signatures(asked.get("rows") is not None, asked.get("tags") is not None)


def _capture(capture: Document) -> Capture:
    scorer = capture.get("scorer")
    return Capture(
        command=capture.get("command"),
        patterns=capture.get("patterns", {}),
        reports=tuple(capture.get("reports", ())),
        scorer=None
        if scorer is None
        else LaneScorer(scorer["command"], scorer["report"], scorer.get("revision")),
        wall_seconds_max=capture.get("wall_seconds_max"),
    )


# What `procedure: 2` stands for; a field of its own overrides it.
_PROCEDURE_2: Document = {"pool": "capped", "moderate": 6, "honesty": True, "repeats": "one"}
_PROCEDURE_FIELDS = (
    "pool", "moderate", "honesty", "repeats", "discard", "pool_share", "reference_guard", "max_runs",
)  # fmt: skip


def _procedure(decision: Document) -> dict[str, Any]:
    """The fields of procedure 2 that a lane declares, each or all at once."""
    found = dict(_PROCEDURE_2) if decision.get("procedure") == PROCEDURE_2 else {}
    found |= {name: decision[name] for name in _PROCEDURE_FIELDS if name in decision}
    if "max_runs" in found:
        found["max_runs"] = int(found["max_runs"])
    sessions = decision.get("sessions")
    if sessions is not None:
        found["sessions"] = Sessions(
            sessions["sigma0"], sessions.get("nu0", 4), sessions.get("shared", 0)
        )
    return found


def _patterns(rules: Mapping[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((side, tuple(patterns)) for side, patterns in rules.items())


def _contract(contract: Document) -> Contract:
    hardware, modes = contract.get("hardware", "any"), contract.get("evaluation_modes")
    return Contract(
        train_seconds_max=contract.get("train_seconds_max"),
        train_seconds_tolerance=contract.get("train_seconds_tolerance", 0.0),
        eval_seconds_max=contract.get("eval_seconds_max"),
        artifact_bytes_max=_whole(contract.get("artifact_bytes_max")),
        evaluated_tokens=_whole(contract.get("evaluated_tokens")),
        evaluated_bytes=_whole(contract.get("evaluated_bytes")),
        evaluation_modes=None if modes is None else tuple(modes),
        hardware=None
        if hardware in ("any", None)
        else tuple(DeviceRule(rule["device_matches"], int(rule["count"])) for rule in hardware),
        dataset_sha256=contract.get("dataset_sha256"),
        tokenizer_sha256=contract.get("tokenizer_sha256"),
        requires=frozenset(contract.get("requires", ())),
        frozen_paths=_globs(contract.get("frozen_paths")),
        frozen_sha256=contract.get("frozen_sha256"),
        editable_paths=_globs(contract.get("editable_paths")),
    )


def _globs(globs: list[str] | None) -> tuple[str, ...] | None:
    return None if globs is None else tuple(globs)


def _promotion(rules: Document | None) -> Document | None:
    if rules is None or "max_in_flight" not in rules:
        return rules
    return {**rules, "max_in_flight": int(rules["max_in_flight"])}


def retraction_of(document: Document) -> Retraction:
    """Build a retraction."""
    return Retraction(
        RunId(document["run_id"]), document["reason"], document["evidence"], document["by"]
    )


def ladder_of(document: Document) -> tuple[LaneId, ...]:
    """Lanes in promotion order."""
    return tuple(map(LaneId, document["lanes"]))
