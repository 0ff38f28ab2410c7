"""Generated lanes and rows: about one row in twelve is blocked, one in twenty invalid."""

import hashlib
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from homegolf_git.core.model.naming import row_path
from homegolf_git.core.model.scalars import needs_quotes
from tests.build import Document, failure, lane_document, run

LANES = ("home-a", "home-b", "home-c", "h100")
SIGMA = 0.0007
START = datetime(2026, 1, 1, tzinfo=UTC)
SECONDS = 301  # from one row to the next
_BLOCKED, _INVALID = 0.08, 0.13  # shares of the rows, each with those before it
_NOTE = (
    "A generated row of about the size that real ones have, with the notes a person would leave. "
)
_SCHEMA_LINE = "# yaml-language-server: $schema=../../../../schemas/run-v1.schema.json\n"
_TOKENS = 62_021_632
_PLAIN = re.compile(r"[A-Za-z][\w./:-]*(?: [\w./:-]+)*")


def lane_text(lane: str) -> str:
    """The rules of a lane."""
    return block(
        lane_document(
            lane=lane,
            title=f"Generated lane {lane}",
            contract={
                "train_seconds_max": 600,
                "train_seconds_tolerance": 0.5,
                "artifact_bytes_max": 16_000_000,
                "evaluated_tokens": _TOKENS,
                "evaluation_modes": ["non_overlapping"],
                "hardware": "any",
            },
            decision={
                "sigma0": SIGMA,
                "nu0": 4,
                "alpha": 0.05,
                "block": 20,
                "regression_alpha": 0.01,
                "fresh_seeds": 4,
            },
            attribution={"config": {"system": ["runtime.*"], "model": ["model.*", "optimizer.*"]}},
        )
    )


def row(number: int, lane: str, true: float, rng: random.Random) -> tuple[str, str, str]:
    """Path, run id and text of a row."""
    at = f"{START + timedelta(seconds=SECONDS * number):%Y-%m-%dT%H:%M:%SZ}"
    run_id = f"run-{number:06d}-{lane}"
    digest = hashlib.sha256(run_id.encode()).hexdigest()
    kind = rng.random()
    facts = _facts(number, digest, rng)
    if kind < _BLOCKED:
        failed = rng.choice(("oom", "crash", "timeout", "preempted"))
        facts["outcome"] = failure(failed, "train", detail="generated failure")
        results = []
    else:
        tokens = 32768 if kind < _INVALID else _TOKENS
        results = [_result(number * 10 + seed, true, tokens, rng) for seed in range(3)]
    document = run(
        run_id,
        lane=lane,
        finished_at=at,
        base=f"run-{number - 4:06d}-{lane}" if number >= len(LANES) else None,
        results=results,
        seeds_planned=3,
        seeds_run=len(results),
        artifacts=_artifacts(run_id, digest),
        **facts,
    )
    return row_path(lane, at, run_id), run_id, _SCHEMA_LINE + block(document)


def _facts(number: int, digest: str, rng: random.Random) -> Document:
    """What tells a generated run from others, with all that a person might state."""
    node = f"node-{number % 7}"
    return {
        "submitter": node,
        "change": {
            "kind": rng.choice(("model", "system")),
            "summary": f"try {number} of the generated search",
        },
        "source": {
            "repository": "https://example.org/trainer.git",
            "revision": digest[:40],
            "dirty": False,
            "changed_paths": [],
        },
        "config": {
            "model": {
                "layers": rng.randrange(6, 14),
                "width": rng.randrange(256, 1025, 64),
                "heads": 8,
                "rope_base": 10000.0,
                "tied_embeddings": True,
            },
            "optimizer": {
                "name": "muon",
                "learning_rate": round(rng.uniform(0.001, 0.05), 6),
                "warmup_steps": 20,
                "grad_clip_norm": 1.0,
                "weight_decay": 0.0,
            },
            "runtime": {
                "grad_accum_steps": rng.choice((8, 16, 32, 64)),
                "compile": True,
                "try": number,
            },
        },
        "hardware": [{"device": "NVIDIA GeForce RTX 4080", "count": 1, "host": node}],
        "evaluation": {
            "mode": "non_overlapping",
            "split": "fineweb_val",
            "dataset_sha256": None,
            "tokenizer_sha256": None,
        },
        "verification": "self",
        "receipts": [],
        "resolves": [],
        "promotion": None,
        "notes": _NOTE * 5,
    }


def _result(seed: int, true: float, tokens: int, rng: random.Random) -> Document:
    return {
        "seed": seed,
        "val_bpb": round(rng.gauss(true, SIGMA), 8),
        "evaluated_tokens": tokens,
        "steps": 4872,
        "train_tokens": 2_554_331_136,
        "train_seconds": round(rng.uniform(590, 599.9), 3),
        "eval_seconds": 400.7,
        "artifact_bytes": 15_900_000 + rng.randrange(90_000),
    }


def _artifacts(run_id: str, digest: str) -> list[Document]:
    place = f"s3://bucket/{run_id}"
    return [
        {"role": "model", "uri": f"{place}/model.ptz", "sha256": digest, "bytes": 15_979_114},
        {"role": "log", "uri": f"{place}/train.log", "sha256": digest[::-1], "bytes": 88_211},
    ]


def block(document: Document) -> str:
    """A document as YAML in block style, in a tenth of the time that a YAML library takes."""
    return "\n".join(_lines(document)) + "\n"


def _lines(value: Any, indent: str = "") -> Iterator[str]:  # noqa: ANN401 - a JSON value
    for name, item in value.items():
        if isinstance(item, dict) and item:
            yield f"{indent}{name}:"
            yield from _lines(item, indent + "  ")
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            yield f"{indent}{name}:"
            for entry in item:
                first, *rest = _lines(entry, indent + "    ")
                yield f"{indent}  - {first.lstrip()}"
                yield from rest
        else:
            yield f"{indent}{name}: {_scalar(item)}"


def _scalar(value: Any) -> str:  # noqa: ANN401 - a JSON value
    is_plain = isinstance(value, str) and _PLAIN.fullmatch(value) and not needs_quotes(value)
    return value if is_plain else json.dumps(value)
