"""The psionic training report with its final round-trip receipt (one seed, which it does not name).

Only the score of the exported artifact counts: `final_roundtrip_receipt`, not the live model's.
"""

from collections import Counter
from datetime import UTC, datetime

from homegolf_git.core.model.naming import SHA256
from homegolf_git.core.model.row import Artifact, Observation, Receipt
from homegolf_git.core.model.values import Json
from homegolf_git.receipts.strictjson import (
    Printed,
    ReceiptError,
    look,
    parse,
    plain,
    reading,
    readings,
    text,
)

KIND = "psionic-training-report"
_MILLISECONDS = 1000


def read(data: bytes) -> Receipt:
    """Read a report; without a round-trip receipt it observes steps and time but no score.

    Raises:
        ReceiptError: when it is not such a report.
    """
    report = parse(data)
    if "executed_steps" not in report or "stop_reason" not in report:
        raise ReceiptError(
            "executed_steps or stop_reason is missing: not a psionic training report"
        )
    receipt = report.get("final_roundtrip_receipt")
    validation = look(receipt, "validation")
    numbers = readings(
        val_bpb=reading(look(validation, "bits_per_byte")),
        val_loss=reading(look(validation, "mean_loss")),
        evaluated_tokens=reading(look(validation, "evaluated_token_count")),
        evaluated_bytes=reading(look(validation, "evaluated_byte_count")),
        steps=reading(report["executed_steps"]),
        train_tokens=reading(_train_tokens(report)),
        train_seconds=reading(report.get("observed_training_time_ms"), _MILLISECONDS),
        eval_seconds=reading(look(receipt, "observed_eval_ms"), _MILLISECONDS),
        artifact_bytes=reading(look(receipt, "compressed_model_bytes")),
    )
    return Receipt((Observation(None, numbers),), _facts(report), artifacts=_artifacts(receipt))


def _train_tokens(report: dict[str, Printed]) -> int | None:
    steps, tokens = report["executed_steps"], look(report, "geometry", "train_batch_tokens")
    return steps * tokens if isinstance(steps, int) and isinstance(tokens, int) else None


def _facts(report: dict[str, Printed]) -> dict[str, Json]:
    """The parts of a row that the report states."""
    config: dict[str, Printed] = {
        **_mapping(report.get("geometry")),
        **_mapping(report.get("hyperparameters")),
        "max_steps": report.get("max_steps"),
        "warmup_steps": report.get("warmup_steps"),
        "model": report.get("baseline_model_id"),
        "final_validation_mode": report.get("final_validation_mode"),
    }
    budget = reading(look(report, "hyperparameters", "max_wallclock_seconds"))
    facts: dict[str, Json] = {
        "run_id": text(report.get("run_id")),
        "finished_at": _utc(report.get("finished_at_ms")),
        "config": plain(config),
        "hardware": _hardware(report.get("observed_cuda_devices")),
        "evaluation": {
            "tokenizer_sha256": text(look(report, "tokenizer_digest", "tokenizer_digest")),
            "dataset_sha256": text(report.get("dataset_manifest_digest")),
        },
        "train_seconds_budget": _whole(budget.value) if budget and budget.value > 0 else None,
        "artifacts": [
            {
                "role": item.role,
                "uri": None,
                "sha256": item.sha256,
                "bytes": item.artifact_bytes,
            }
            for item in _artifacts(report.get("final_roundtrip_receipt"))
        ],
    }
    return {name: value for name, value in facts.items() if value}


def _whole(value: float) -> float:
    """A number as a person writes it: 600, not 600.0."""
    return int(value) if value.is_integer() else value


def _mapping(value: Printed) -> dict[str, Printed]:
    return value if isinstance(value, dict) else {}


def _hardware(found: Printed) -> list[Json]:
    names = (
        [text(look(device, "device_name")) for device in found] if isinstance(found, list) else []
    )
    counts = Counter(name for name in names if name)
    return [{"device": name, "count": count} for name, count in counts.items()]


def _artifacts(receipt: Printed) -> tuple[Artifact, ...]:
    digest = text(look(receipt, "compressed_model_artifact_digest"))
    size = reading(look(receipt, "compressed_model_bytes"))
    if digest is None or not SHA256.fullmatch(digest):
        return ()
    return (Artifact("model", digest, round(size.value) if size else None),)


def _utc(milliseconds: Printed) -> str | None:
    found = reading(milliseconds, _MILLISECONDS)
    try:
        at = datetime.fromtimestamp(found.value, UTC) if found else None
    except (OverflowError, ValueError, OSError):
        return None
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
