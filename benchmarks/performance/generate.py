"""Ledgers of any size by `git fast-import`: four lanes, month folders, one commit a row.

    python -m benchmarks.performance.generate ROWS FOLDER

One row in five hundred is retracted later.
"""

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.performance.rows import LANES, SECONDS, START, lane_text, row


def stream(rows: int, only: str | None = None) -> Iterator[bytes]:
    """The fast-import stream of a ledger; with `only` of that lane's rows alone."""
    rng = random.Random(20260101)  # noqa: S311 - a generator of test data
    files = {f"ledger/{lane}/lane.yaml": lane_text(lane) for lane in LANES}
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
    seconds = int(START.timestamp()) + SECONDS * number
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
    files = {f"ledger/{lane}/lane.yaml": lane_text(lane)}
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
