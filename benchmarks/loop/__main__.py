"""Run the benchmark of loops and print its table as Markdown.

python -m benchmarks.loop [--worlds 20] [--runs 300] [--write FILE]
"""

import argparse
import statistics
from multiprocessing import Pool
from pathlib import Path

from benchmarks.loop.rules import RULES, Walk, shares
from benchmarks.loop.worlds import START, Kind, World
from benchmarks.tables import markdown, replace_part

# Shares and sizes as the public logs have them: most ideas change nothing, a few help a lot, three in
# ten were had before, and noise is of the size of the usual gain.
KINDS = (
    Kind("as in the logs", helpful=0.08, size=0.003, idle=0.7, repeats=0.3),
    Kind("sessions that differ", helpful=0.08, size=0.003, idle=0.7, repeats=0.3, session=1.0),
    Kind("many small gains", helpful=0.20, size=0.001, idle=0.5, repeats=0.3),
    Kind("nothing helps", helpful=0.0, size=0.001, idle=0.7, repeats=0.3),
)


def _walked(job: tuple[Kind, str, int, int]) -> Walk:
    kind, name, seed, runs = job
    walk = Walk(World(kind, seed, 3 * runs), runs)
    RULES[name](walk)
    return walk


def _line(kind: Kind, name: str, walks: list[Walk], best: float) -> list[str]:
    true = statistics.fmean(START - walk.true for walk in walks)
    gap = statistics.fmean(walk.claimed - (START - walk.true) for walk in walks)
    kept = [gain for walk in walks for gain in walk.kept]
    stops = [walk.stopped for walk in walks if walk.stopped is not None]
    stop = f"{len(stops)} of {len(walks)}, after {statistics.median(stops):.0f}" if stops else "-"
    share = f"{shares(kept):.2f}" if kept else "-"
    of_best = f"{true / best:.2f}" if best > 0.001 else "-"
    return [
        kind.name, name, f"{true:.4f}", of_best, f"{len(kept) / len(walks):.1f}", share,
        f"{gap:+.4f}", stop,
    ]  # fmt: skip


def main() -> None:
    """Walk every rule through every world."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=20, help="of each kind")
    parser.add_argument("--runs", type=int, default=300, help="that each rule may spend")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path, help="document in which the table is replaced")
    args = parser.parse_args()
    jobs = [
        (kind, name, seed, args.runs)
        for kind in KINDS
        for name in RULES
        for seed in range(args.worlds)
    ]
    with Pool(args.processes) as pool:
        walks = pool.map(_walked, jobs, chunksize=1)
    found: dict[tuple[str, str], list[Walk]] = {}
    for (kind, name, _, _), walk in zip(jobs, walks, strict=True):
        found.setdefault((kind.name, name), []).append(walk)
    lines = []
    for kind in KINDS:
        lower = statistics.fmean(START - walk.true for walk in found[kind.name, "keep if lower"])
        lines += [_line(kind, name, found[kind.name, name], lower) for name in RULES]
    header = (
        "world", "rule", "true gain", "of keep if lower", "kept", "truly better", "claimed beyond",
        "stopped by itself",
    )  # fmt: skip
    table = markdown(header, lines)
    text = f"{args.worlds} worlds of each kind, {args.runs} runs each.\n\n{table}"
    print(text)  # noqa: T201 - the answer
    if args.write is not None:
        replace_part(args.write, "loops", text)


if __name__ == "__main__":
    main()
