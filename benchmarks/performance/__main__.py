"""Measure the commands on generated ledgers and print a table of ratios as Markdown.

    python -m benchmarks.performance [--rows 1000 10000] [--repeats 5] [--write FILE]

Every figure is a median, taken in one run beside a floor on the same repository: `git log` over the
whole history and `git cat-file` over every row, nothing parsed. The naive pipeline is what a script
would do: yaml.safe_load, jsonschema.validate and GitPython's diff, commit by commit.
"""

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.performance.generate import generate, row

MARK = "<!-- tables: written by `make bench` -->"
_PROGRAM = (sys.executable, "-m", "homegolf_git")
_FLOOR = (
    "git log --first-parent --raw -z --no-abbrev --no-renames --format=%H main > /dev/null && "
    "git ls-tree -r main | cut -c13-52 | git cat-file --batch --buffer > /dev/null"
)
_NAIVE = """
import json, sys, git, jsonschema, yaml
from pathlib import Path
repo = git.Repo(sys.argv[1])
schema = json.loads(Path(sys.argv[2]).read_text())
before = None
for commit in reversed(list(repo.iter_commits("main", first_parent=True))):
    changes = commit.diff(before, R=True) if before else commit.diff(git.NULL_TREE)
    for change in changes:
        if change.b_path and "/runs/" in change.b_path:
            jsonschema.validate(yaml.safe_load(change.b_blob.data_stream.read()), schema)
    before = commit
"""


@dataclass(frozen=True)
class Cost:
    """Medians of one command: wall and CPU seconds, and the highest peak of memory in MB."""

    wall: float
    cpu: float
    peak: float


def measure(
    command: Sequence[str], folder: Path, repeats: int, *, again: Callable[[], None] | None = None
) -> Cost:
    """Run a command several times; `again` puts things back between two runs."""
    walls, cpus, peaks = [], [], []
    for _ in range(repeats):
        started = time.perf_counter()
        pid = os.posix_spawn(
            command[0], list(command), {**os.environ, "GIT_DIR": str(folder)} if command[0] == "/bin/sh" else os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)
            ],
        )  # fmt: skip
        _, _, usage = os.wait4(pid, 0)
        walls.append(time.perf_counter() - started)
        cpus.append(usage.ru_utime + usage.ru_stime)
        peaks.append(usage.ru_maxrss / 1024)
        if again is not None:
            again()
    return Cost(statistics.median(walls), statistics.median(cpus), max(peaks))


def _git(folder: Path, *arguments: str, data: str | None = None) -> str:
    ran = subprocess.run(
        ["git", "-C", folder, *arguments], check=True, capture_output=True, text=True, input=data
    )
    return ran.stdout.strip()


def _propose(folder: Path, rows: int) -> None:
    """A branch with one row more."""
    path, run_id, text = row(rows, "h100", 1.19, random.Random(1))  # noqa: S311
    stream = (
        "commit refs/heads/pr\ncommitter Generator <generator@example.org> 1900000000 +0000\n"
        f"data {len(f'run(h100): {run_id}')}\nrun(h100): {run_id}\nfrom refs/heads/main\n"
        f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
    )
    _git(folder, "fast-import", "--quiet", "--force", data=stream)


def _lines(rows: int, folder: Path, work: Path, repeats: int) -> list[tuple[str, str, Cost]]:
    """Name, what it is compared with, and cost of everything that is measured at one size."""
    here = ("--repo", str(folder))
    found = [
        (
            "floor: git log and cat-file of everything",
            "",
            measure(("/bin/sh", "-c", _FLOOR), folder, repeats),
        )
    ]

    def add(name: str, beside: str, command: Sequence[str], **more: Callable[[], None]) -> None:
        found.append((name, beside, measure(command, folder, repeats, **more)))

    if rows <= 1000:
        schema = str(Path("schemas/run-v1.schema.json").resolve())
        add("naive pipeline", "floor", (sys.executable, "-c", _NAIVE, str(folder), schema))
    add("verify", "floor", (*_PROGRAM, *here, "verify"))
    add("verdicts --json", "floor", (*_PROGRAM, *here, "verdicts", "--json"))
    add("status", "floor", (*_PROGRAM, *here, "status"))
    add(
        "check of one new row",
        "verify",
        (*_PROGRAM, *here, "check", "--base", "main", "--head", "pr"),
    )
    add("tags verify", "floor", (*_PROGRAM, *here, "tags", "verify"))
    at_work = ("--repo", str(work))
    add("scoreboard", "verify", (*_PROGRAM, *at_work, "scoreboard"))
    head = _git(work, "rev-parse", "HEAD")
    record = (*_PROGRAM, *at_work, "record", str(work.parent / f"{_new_row(work, rows)}.yaml"))
    add("record of one row", "verify", record, again=lambda: _back(work, head))
    return found


def _new_row(work: Path, rows: int) -> str:
    _, run_id, text = row(rows + 4, "h100", 1.19, random.Random(2))  # noqa: S311
    (work.parent / f"{run_id}.yaml").write_text(text, encoding="utf-8")
    return run_id


def _back(work: Path, head: str) -> None:
    _git(work, "reset", "--quiet", "--hard", head)


def table(rows: int, lines: list[tuple[str, str, Cost]]) -> str:
    """One size as Markdown: seconds of this machine, and ratios that hold on others."""
    costs = {name.split(":")[0]: cost for name, _, cost in lines}
    shown = [
        f"### {rows:,} rows", "",
        "| what | wall, s | CPU, s | peak, MB | beside | wall ratio | CPU ratio |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, beside, cost in lines:
        other = costs.get(beside)
        ratios = f"{cost.wall / other.wall:.2f} | {cost.cpu / other.cpu:.2f}" if other else " | "
        shown.append(
            f"| {name} | {cost.wall:.3f} | {cost.cpu:.3f} | {cost.peak:.0f} | {beside} | {ratios} |"
        )
    return "\n".join(shown)


def start_up(repeats: int) -> str:
    """What a command costs before it does anything."""
    place = Path.cwd()
    typer = measure((sys.executable, "-c", "import typer"), place, repeats)
    git = measure((sys.executable, "-c", "import git"), place, repeats)
    help_text = measure((*_PROGRAM, "--help"), place, repeats)
    return "\n".join(
        [
            "### Start-up", "",
            "| what | CPU, s | beside | CPU ratio |", "|---|---|---|---|",
            f"| `import typer` | {typer.cpu:.3f} | | |",
            f"| `homegolf --help` | {help_text.cpu:.3f} | import typer | {help_text.cpu / typer.cpu:.2f} |",
            f"| `import git` | {git.cpu:.3f} | | |",
        ]
    )  # fmt: skip


def main() -> int:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", type=Path, help="document whose tables are replaced")
    args = parser.parse_args()
    parts = [start_up(2 * args.repeats)]
    for rows in args.rows:
        with tempfile.TemporaryDirectory(prefix="homegolf-bench-") as place:
            folder, work = Path(place) / "ledger.git", Path(place) / "work"
            generate(rows, folder)
            _propose(folder, rows)
            subprocess.run([*_PROGRAM, "--repo", folder, "--quiet", "tags", "sync"], check=True)
            _git(Path(place), "clone", "--quiet", str(folder), str(work))
            _git(work, "config", "user.name", "Bench")
            _git(work, "config", "user.email", "bench@example.org")
            parts.append(table(rows, _lines(rows, folder, work, args.repeats)))
    text = "\n\n".join(parts)
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {_git(Path.cwd(), '--version')}"
    print(f"{machine}\n\n{text}")  # noqa: T201 - the answer
    if args.write is not None:
        head = args.write.read_text(encoding="utf-8").partition(MARK)[0]
        args.write.write_text(
            f"{head}{MARK}\n\n{machine}; medians of {args.repeats} runs.\n\n{text}\n",
            encoding="utf-8",
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
