"""Measure what a repository stores, simulate its merge queue; print tables as Markdown.

python -m benchmarks.scale [--rows 1000 10000] [--write docs/scale.md]
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.performance.generate import generate, stream
from benchmarks.performance.measure import PROGRAM, git, measure
from benchmarks.scale.queue import Queue, simulate
from benchmarks.tables import replace_tables

MARK = "<!-- tables: written by `make bench-scale` -->"
_RATES = (6, 30, 60, 120, 360)  # runs an hour
_QUEUES = (
    Queue(1, 1, 2.0),
    Queue(1, 5, 2.0),
    Queue(5, 1, 2.0),
    Queue(5, 5, 2.0),
    Queue(20, 2, 2.0),
)


def _size(folder: Path, pattern: str) -> float:
    return sum(path.stat().st_size for path in folder.glob(pattern)) / 1e6


def storage(sizes: list[int]) -> str:
    """Packs, clones and the checkpoint at several sizes."""
    head = (
        "rows",
        "pack, MB",
        "kB a row",
        "clone, s",
        "with work tree, s",
        "index, MB",
        "checkpoint, MB",
    )
    shown = [
        "### What a repository stores",
        "",
        f"| {' | '.join(head)} |",
        "|---" * len(head) + "|",
    ]
    for rows in sizes:
        with tempfile.TemporaryDirectory(prefix="homegolf-scale-") as place:
            folder = generate(stream(rows), Path(place) / "ledger.git")
            seconds = []
            for name, bare in (("bare", ["--bare"]), ("work", [])):
                started = time.perf_counter()
                git(Path(place), "clone", "--quiet", "--no-local", *bare, str(folder), name)
                seconds.append(time.perf_counter() - started)
            measure((*PROGRAM, "--repo", str(folder), "--quiet", "verify"), 1)
            pack = _size(folder, "objects/pack/*.pack")
            cells = (
                f"{rows:,}", f"{pack:.1f}", f"{pack * 1000 / rows:.2f}", f"{seconds[0]:.1f}",
                f"{seconds[1]:.1f}", f"{_size(Path(place), 'work/.git/index'):.1f}",
                f"{_size(folder, 'homegolf/checkpoint'):.0f}",
            )  # fmt: skip
            shown.append(f"| {' | '.join(cells)} |")
    return "\n".join(shown)


def waiting() -> str:
    """Median and 95th percentile of the wait in a merge queue, in minutes."""
    rates = " | ".join(f"{rate} runs/h" for rate in _RATES)
    shown = [
        "### Minutes from the queue to the main branch", "",
        f"| runs a group | groups at once | {rates} |", "|---" * (len(_RATES) + 2) + "|",
    ]  # fmt: skip
    for queue in _QUEUES:
        cells = [str(queue.group), str(queue.ahead)]
        for rate in _RATES:
            found = simulate(queue, rate)
            is_steady = found.median is not None and found.p95 is not None
            cells.append(f"{found.median:.0f} ({found.p95:.0f})" if is_steady else "never ends")
        shown.append(f"| {' | '.join(cells)} |")
    return "\n".join(shown)


def main() -> int:
    """Measure, simulate, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--write", type=Path, help="document whose tables are replaced")
    args = parser.parse_args()
    text = f"{storage(args.rows)}\n\n{waiting()}"
    print(text)  # noqa: T201 - the answer
    if args.write is not None:
        replace_tables(args.write, MARK, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
