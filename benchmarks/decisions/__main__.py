"""Run the decision benchmark and print its tables as Markdown.

    python -m benchmarks.decisions [--ledgers 200] [--processes 2] [--write FILE]

Exit 1 when a cell misses what the procedure promises, unless it is known to.
"""

import argparse
import multiprocessing
import statistics
import sys
import time
from pathlib import Path

from benchmarks.decisions.catalogue import all_cells
from benchmarks.decisions.cell import Numbers
from benchmarks.decisions.tables import MARK, TITLES, joined, missed_of, table
from benchmarks.tables import replace_tables


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


def main() -> int:
    """Run every cell, print the tables, and say what was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledgers", type=int, default=200, help="ledgers a cell")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path, help="document in which these tables are replaced")
    parser.add_argument("--only", choices=list(TITLES), help="one table")
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
    names = [name for name in TITLES if any(cell.table == name for cell, _ in found)]
    written = {name: table(name, found, args.ledgers) for name in names}
    print("\n\n".join(written.values()))  # noqa: T201 - the answer
    missed = [line for cell, numbers in found for line in missed_of(cell, numbers, args.ledgers)]
    is_new = any(
        not cell.known and list(missed_of(cell, numbers, args.ledgers)) for cell, numbers in found
    )
    if args.write is not None:
        page = args.write.read_text(encoding="utf-8")
        replace_tables(args.write, MARK, joined(page, written))
    sys.stderr.write("\n".join(["", *missed, f"{time.monotonic() - started:.0f} s"]) + "\n")
    return 1 if is_new else 0


if __name__ == "__main__":
    sys.exit(main())
