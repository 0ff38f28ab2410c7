"""Run the decision benchmark and print its tables as Markdown.

    python -m benchmarks.decisions [--ledgers 400] [--processes 2] [--write FILE]

Exit 1 when a cell misses what the procedure promises.
"""

import argparse
import multiprocessing
import statistics
import sys
import time
from pathlib import Path

from benchmarks.decisions.cells import Cell, Numbers, all_cells
from benchmarks.tables import replace_tables

MARK = "<!-- tables: written by `make bench-decisions` -->"
_HEADERS = {
    "null": ("rule", "seeds", "noise", "delta"),
    "power": ("rule", "seeds", "noise", "delta"),
    "picked": ("what", "noise"),
    "drift": ("drift", "incumbent"),
    "stop": ("ideas", "rule"),
}
_TITLES = {
    "null": "When nothing helps: 200 challengers a ledger",
    "power": "When one gain is real: power as the 10th challenger",
    "picked": "When seeds are picked and disclosed, and nothing helps",
    "drift": "When the lane drifts and nothing helps (ours, looks at 3 and 6 seeds, delta 3 sigma)",
    "stop": "When to stop: at most 400 challengers, delta 3 sigma",
}
_COLUMNS = {
    "any false": "ledgers with a false promotion",
    "false": "false promotions a ledger",
    "runs": "runs a challenger",
    "power 1": "power at delta",
    "power 2": "at 2 delta",
    "power 4": "at 4 delta",
    "stops": "ledgers that stop",
    "at?median": "median challenger at the stop",
}


def _run(job: tuple[int, int]) -> Numbers:
    index, ledgers = job
    cell = all_cells()[index]
    rows = [cell.simulate(cell.seed(ledger)) for ledger in range(ledgers)]
    found = {}
    for key in rows[0]:
        values = [float(row[key]) for row in rows]
        kept = [value for value in values if value == value]  # noqa: PLR0124 - drops NaN
        if not kept:
            found[key] = float("nan")
        elif key.endswith("?median"):
            found[key] = statistics.median(kept)
        else:
            found[key] = statistics.fmean(kept)
    return found


def _missed(cell: Cell, numbers: Numbers) -> list[str]:
    missed = []
    for key, (sign, bound) in cell.needs.items():
        is_kept = numbers[key] <= bound if sign == "<=" else numbers[key] >= bound
        if not is_kept:
            name = " / ".join((cell.table, *cell.labels))
            missed.append(f"{name}: {key} is {numbers[key]:.3f}, {sign} {bound} was promised")
    return missed


def _table(name: str, results: list[tuple[Cell, Numbers]]) -> str:
    rows = [(cell, numbers) for cell, numbers in results if cell.table == name]
    keys = list(rows[0][1])
    titles = {**_COLUMNS, "false": "of them false"} if name == "stop" else _COLUMNS
    lines = [f"### {_TITLES[name]}", ""]
    lines.append("| " + " | ".join([*_HEADERS[name], *(titles[key] for key in keys)]) + " |")
    lines.append("|---" * (len(_HEADERS[name]) + len(keys)) + "|")
    for cell, numbers in rows:
        cells = ["never" if numbers[key] != numbers[key] else f"{numbers[key]:.4g}" for key in keys]
        is_ours = any(label.startswith("ours") for label in cell.labels)
        labels = [
            f"**{label}**" if is_ours and label.startswith("ours") else label
            for label in cell.labels
        ]
        lines.append("| " + " | ".join([*labels, *cells]) + " |")
    return "\n".join(lines)


def main() -> int:
    """Run every cell, print the tables, and say what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledgers", type=int, default=400, help="ledgers a cell")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path, help="document whose tables are replaced")
    parser.add_argument("--only", help="one table: null, power, picked, drift or stop")
    args = parser.parse_args()
    cells, started = all_cells(), time.monotonic()
    jobs = [(i, args.ledgers) for i, cell in enumerate(cells) if args.only in (None, cell.table)]
    with multiprocessing.Pool(args.processes) as pool:
        found = []
        for done, numbers in enumerate(pool.imap(_run, jobs), start=1):
            found.append((cells[jobs[done - 1][0]], numbers))
            if sys.stderr.isatty():
                sys.stderr.write(
                    f"\r{done} of {len(jobs)} cells, {time.monotonic() - started:.0f} s"
                )
    names = [name for name in _TITLES if any(cell.table == name for cell, _ in found)]
    text = "\n\n".join(_table(name, found) for name in names)
    print(text)  # noqa: T201 - the answer
    missed = [line for cell, numbers in found for line in _missed(cell, numbers)]
    if args.write is not None:
        replace_tables(args.write, MARK, f"{args.ledgers} ledgers a cell.\n\n{text}")
    sys.stderr.write("\n".join(["", *missed, f"{time.monotonic() - started:.0f} s"]) + "\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
