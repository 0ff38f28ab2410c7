"""The psionic training report with its final round-trip receipt (one seed, which it does not name).

Only the score of the exported artifact counts: `final_roundtrip_receipt`, not the live model's.
"""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from homegolf_git.core.model import Json, Observation, Receipt
from homegolf_git.receipts.strictjson import ReceiptError, look, parse, plain, reading, readings

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
    return Receipt((Observation(None, numbers),), _facts(report))


def _train_tokens(report: dict[str, Json]) -> int | None:
    steps, tokens = report["executed_steps"], look(report, "geometry", "train_batch_tokens")
    return steps * tokens if isinstance(steps, int) and isinstance(tokens, int) else None


def _facts(report: dict[str, Json]) -> dict[str, Json]:
    """The parts of a row that the report states."""
    devices: dict[str, int] = {}
    for found in report.get("observed_cuda_devices") or ():
        name = look(found, "device_name")
        if isinstance(name, str):
            devices[name] = devices.get(name, 0) + 1
    facts: dict[str, Any] = {
        "run_id": report.get("run_id"),
        "finished_at": _utc(report.get("finished_at_ms")),
        "config": plain(
            {
                **(report.get("geometry") or {}),
                **(report.get("hyperparameters") or {}),
                "max_steps": report.get("max_steps"),
                "warmup_steps": report.get("warmup_steps"),
                "model": report.get("baseline_model_id"),
                "final_validation_mode": report.get("final_validation_mode"),
            }
        ),
        "hardware": [{"device": name, "count": count} for name, count in devices.items()],
        "evaluation": {
            "tokenizer_sha256": look(report, "tokenizer_digest", "tokenizer_digest"),
            "dataset_sha256": report.get("dataset_manifest_digest"),
        },
    }
    budget = look(report, "hyperparameters", "max_wallclock_seconds")
    if isinstance(budget, int | Decimal) and budget > 0:
        facts["train_seconds_budget"] = plain(budget)
    if digest := look(report, "final_roundtrip_receipt", "compressed_model_artifact_digest"):
        size = look(report, "final_roundtrip_receipt", "compressed_model_bytes")
        facts["artifacts"] = [{"role": "model", "uri": None, "sha256": digest, "bytes": size}]
    return {name: value for name, value in facts.items() if value}


def _utc(milliseconds: Json) -> str | None:
    if not isinstance(milliseconds, int):
        return None
    at = datetime.fromtimestamp(milliseconds / _MILLISECONDS, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
