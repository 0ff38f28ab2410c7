"""Ledgers of any size by `git fast-import`: four lanes, month folders, one commit a row.

    python -m benchmarks.performance.generate ROWS FOLDER

About one row in twelve is blocked, one in twenty invalid, one in five hundred retracted later.
"""

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

LANES = ("home-a", "home-b", "home-c", "h100")
SIGMA = 0.0007
_START = datetime(2026, 1, 1, tzinfo=UTC)
_NOTE = (
    "A generated row of about the size that real ones have, with the notes a person would leave. "
)

_LANE = """schema: homegolf/lane/v1
lane: {lane}
title: Generated lane {lane}
metric: {{name: val_bpb, unit: bits/byte, direction: minimize, decimals: 4}}
contract:
  train_seconds_max: 600
  train_seconds_tolerance: 0.5
  artifact_bytes_max: 16000000
  evaluated_tokens: 62021632
  evaluation_modes: [non_overlapping]
  hardware: any
decision: {{delta_min: 0.002, sigma0: 0.0007, nu0: 4, alpha: 0.05, block: 20, regression_alpha: 0.01, fresh_seeds: 4}}
attribution:
  config:
    system: ["runtime.*"]
    model: ["model.*", "optimizer.*"]
"""


def row(number: int, lane: str, true: float, rng: random.Random) -> tuple[str, str, str]:
    """Path, run id and text of a row."""
    at = _START + timedelta(seconds=301 * number)
    run_id = f"run-{number:06d}-{lane}"
    digest = hashlib.sha256(run_id.encode()).hexdigest()
    kind = rng.random()
    head = f"""# yaml-language-server: $schema=../../../../schemas/run-v1.schema.json
schema: homegolf/run/v1
run_id: {run_id}
lane: {lane}
finished_at: "{at:%Y-%m-%dT%H:%M:%SZ}"
submitter: node-{number % 7}
base: {f"run-{number - 4:06d}-{lane}" if number >= 4 else "null"}
change:
  kind: {rng.choice(("model", "system"))}
  summary: "try {number} of the generated search"
source:
  repository: https://example.org/trainer.git
  revision: "{digest[:40]}"
  dirty: false
  changed_paths: []
config:
  model:
    layers: {rng.randrange(6, 14)}
    width: {rng.randrange(256, 1025, 64)}
    heads: 8
    rope_base: 10000.0
    tied_embeddings: true
  optimizer:
    name: muon
    learning_rate: {rng.uniform(0.001, 0.05):.6f}
    warmup_steps: 20
    grad_clip_norm: 1.0
    weight_decay: 0.0
  runtime:
    grad_accum_steps: {rng.choice((8, 16, 32, 64))}
    compile: true
    try: {number}
hardware:
  - device: NVIDIA GeForce RTX 4080
    count: 1
    host: node-{number % 7}
evaluation:
  mode: non_overlapping
  split: fineweb_val
  dataset_sha256: null
  tokenizer_sha256: null
verification: self
seeds_planned: 3
train_seconds_budget: 600
"""
    if kind < 0.08:
        failure = rng.choice(("oom", "crash", "timeout", "preempted"))
        body = f"""seeds_run: 0
outcome:
  status: failed
  failure:
    kind: {failure}
    stage: train
    detail: generated failure
results: []
"""
    else:
        tokens = 32768 if kind < 0.13 else 62021632
        results = "".join(
            f"""  - seed: {number * 10 + seed}
    val_bpb: {rng.gauss(true, SIGMA):.8f}
    evaluated_tokens: {tokens}
    steps: 4872
    train_tokens: 2554331136
    train_seconds: {rng.uniform(590, 599.9):.3f}
    eval_seconds: 400.7
    artifact_bytes: {15_900_000 + rng.randrange(90_000)}
"""
            for seed in range(3)
        )
        body = f"seeds_run: 3\noutcome:\n  status: scored\nresults:\n{results}"
    tail = f"""artifacts:
  - role: model
    uri: s3://bucket/{run_id}/model.ptz
    sha256: "{digest}"
    bytes: 15979114
  - role: log
    uri: s3://bucket/{run_id}/train.log
    sha256: "{digest[::-1]}"
    bytes: 88211
receipts: []
resolves: []
promotion: null
notes: "{_NOTE * 5}"
"""
    return f"ledger/{lane}/runs/{at:%Y-%m}/{run_id}.yaml", run_id, head + body + tail


def stream(rows: int, only: str | None = None) -> Iterator[bytes]:
    """The fast-import stream of a ledger; with `only` of that lane's rows alone."""
    rng = random.Random(20260101)  # noqa: S311 - a generator of test data
    files = {f"ledger/{lane}/lane.yaml": _LANE.format(lane=lane) for lane in LANES}
    files["ledger/ladder.yaml"] = f"schema: homegolf/ladder/v1\nlanes: {json.dumps(list(LANES))}\n"
    yield from _commit(0, "Rules of the lanes", files)
    true = dict.fromkeys(LANES, 1.2)
    for number in range(rows):
        lane = LANES[number % len(LANES)]
        gain = rng.expovariate(1 / 0.003) if rng.random() < 0.02 else 0.0
        path, run_id, text = row(number, lane, true[lane] - gain, rng)
        true[lane] -= gain * 0.2
        digest = hashlib.sha256(text.encode()).hexdigest()
        message = f"run({lane}): {run_id}\n\nHomegolf-Run: {run_id}\nHomegolf-Lane: {lane}\nHomegolf-Row-Sha256: {digest}\n"
        if only in (None, lane):
            yield from _commit(number + 1, message, {path: text})
        if only in (None, lane) and number % 501 == 500:
            yield from _commit(number + 1, *_retraction(lane, run_id))


def _retraction(lane: str, run_id: str) -> tuple[str, dict[str, str]]:
    text = (
        f"schema: homegolf/retraction/v1\nrun_id: {run_id}\nreason: generated\nevidence: none\n"
        "by: generator\n"
    )
    path = f"ledger/{lane}/retractions/{run_id}.yaml"
    return f"retract({lane}): {run_id}\n", {path: text}


def _commit(number: int, message: str, files: dict[str, str]) -> Iterator[bytes]:
    data = message.encode()
    seconds = int(_START.timestamp()) + 301 * number
    yield b"commit refs/heads/main\n"
    yield f"committer Generator <generator@example.org> {seconds} +0000\n".encode()
    yield b"data %d\n%s\n" % (len(data), data)
    for path, text in files.items():
        content = text.encode()
        yield f"M 100644 inline {path}\n".encode()
        yield b"data %d\n%s\n" % (len(content), content)


def titles(rows: int) -> Iterator[bytes]:
    """The fast-import stream of a lane in which every row is a new incumbent."""
    lane, rng = LANES[0], random.Random(20260102)  # noqa: S311 - a generator of test data
    files = {f"ledger/{lane}/lane.yaml": _LANE.format(lane=lane)}
    files["ledger/ladder.yaml"] = f"schema: homegolf/ladder/v1\nlanes: {json.dumps([lane])}\n"
    yield from _commit(0, "Rules of the lane", files)
    for number in range(rows):
        while True:  # one that is neither blocked nor invalid
            path, _, text = row(number, lane, 100.0 - number / 100, rng)
            if "status: scored" in text and "tokens: 62021632" in text:
                break
        yield from _commit(number + 1, "run", {path: text})


def generate(parts: Iterable[bytes], folder: Path) -> Path:
    """Make a repacked bare repository from a fast-import stream."""
    subprocess.run(
        ["git", "init", "--quiet", "--bare", "--initial-branch=main", folder], check=True
    )
    with subprocess.Popen(
        ["git", "-C", folder, "fast-import", "--quiet"], stdin=subprocess.PIPE
    ) as process:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        for part in parts:
            process.stdin.write(part)
        process.stdin.close()
        if process.wait():
            raise RuntimeError("git fast-import failed")
    for name, value in (("user.name", "Bench"), ("user.email", "bench@example.org")):
        subprocess.run(["git", "-C", folder, "config", name, value], check=True)
    for command in (["repack", "-a", "-d", "-q"], ["commit-graph", "write"]):
        subprocess.run(["git", "-C", folder, *command], check=True, stderr=subprocess.DEVNULL)
    return folder


if __name__ == "__main__":
    generate(stream(int(sys.argv[1])), Path(sys.argv[2]))
