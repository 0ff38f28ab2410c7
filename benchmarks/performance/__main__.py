"""Measure the commands on generated ledgers; print tables of ratios as Markdown.

    python -m benchmarks.performance [--rows 1000 10000 100000] [--tags 100 1000 5000] [--write FILE]

Every figure is a median of `--repeats` runs (two from 100,000 rows on), taken in one run beside a
floor on the same repository: `git log` over the whole history and `git cat-file` over every row,
nothing parsed. The naive pipeline is what a script would do: yaml.safe_load, jsonschema.validate
and GitPython's diff, commit by commit. Peers are other programs at a part of the job.
"""

import argparse
import os
import platform
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.performance import peers
from benchmarks.performance.generate import generate, stream, titles
from benchmarks.performance.measure import PROGRAM, Cost, git, measure, own_peak
from benchmarks.performance.rows import row
from benchmarks.tables import replace_tables

MARK = "<!-- tables: written by `make bench` -->"
_LARGE = 100_000
_PEER_RUNS = 1_000
_FLOOR_LOG = "git log --first-parent --raw -z --no-abbrev --no-renames --format=%H main > /dev/null"
_FLOOR = (
    f"{_FLOOR_LOG} && git ls-tree -r main | cut -c13-52 | git cat-file --batch --buffer > /dev/null"
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
class Line:
    """What was measured, and by its name what it stands beside."""

    name: str
    cost: Cost
    beside: str = ""
    own_peak: float | None = None


@dataclass(frozen=True)
class Goal:
    """A ratio that is to stay below a limit (or, with `at_least`, above it)."""

    what: str
    ratio: float
    limit: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        """Whether it is kept."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


@dataclass
class Sheet:
    """A table of one set-up."""

    title: str
    lines: list[Line] = field(default_factory=list)

    def __getitem__(self, name: str) -> Cost:
        return next(line.cost for line in self.lines if line.name == name)

    def markdown(self) -> str:
        """Seconds of this machine, and ratios that hold on others."""
        head = ("what", "wall, s", "CPU, s", "peak, MB", "own peak, MB", "beside", "wall ratio", "CPU ratio")  # fmt: skip
        shown = [f"### {self.title}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
        for line in self.lines:
            cost, own = line.cost, "" if line.own_peak is None else f"{line.own_peak:.0f}"
            ratios = ("", "")
            if line.beside:
                other = self[line.beside]
                ratios = f"{cost.wall / other.wall:.2f}", f"{cost.cpu / other.cpu:.2f}"
            cells = (
                line.name, f"{cost.wall:.3f}", f"{cost.cpu:.3f}", f"{cost.peak:.0f}", own,
                line.beside, *ratios,
            )  # fmt: skip
            shown.append(f"| {' | '.join(cells)} |")
        return "\n".join(shown)


def start_up(repeats: int) -> Sheet:
    """What a command costs before it does anything."""
    sheet = Sheet("Start-up")
    python = sys.executable
    sheet.lines += [
        Line("import typer", measure((python, "-c", "import typer"), repeats)),
        Line("homegolf --help", measure((*PROGRAM, "--help"), repeats), "import typer"),
    ]
    return sheet


class Ledgers:
    """A generated ledger as a bare repository and as a clone with a work tree."""

    def __init__(self, place: Path, rows: int) -> None:
        self.rows, self.bare, self.work = rows, place / "ledger.git", place / "work"
        self.lane = place / "lane.git"
        generate(stream(rows), self.bare)
        generate(stream(rows, only="h100"), self.lane)
        self.base = git(self.bare, "rev-parse", "main")
        self._propose()
        quiet = (*PROGRAM, "--repo", str(self.bare), "--quiet")
        measure((*quiet, "tags", "sync"), 1)
        git(self.bare, "pack-refs", "--all")
        git(place, "clone", "--quiet", str(self.bare), str(self.work))
        git(self.work, "config", "user.name", "Bench")
        git(self.work, "config", "user.email", "bench@example.org")
        self.new_row = self._new_row()

    def _propose(self) -> None:
        """A branch with one row more."""
        path, run_id, text = row(self.rows, "h100", 1.19, random.Random(1))  # noqa: S311
        message = f"run(h100): {run_id}"
        change = (
            "commit refs/heads/pr\ncommitter Bench <bench@example.org> 1900000000 +0000\n"
            f"data {len(message)}\n{message}\nfrom refs/heads/main\n"
            f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
        )
        git(self.bare, "fast-import", "--quiet", "--force", data=change)

    def _new_row(self) -> Path:
        _, run_id, text = row(self.rows + 4, "h100", 1.19, random.Random(2))  # noqa: S311
        path = self.work.parent / f"{run_id}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    def forget(self) -> None:
        """Drop the checkpoint."""
        for folder in (self.bare, self.lane):
            shutil.rmtree(folder / "homegolf", ignore_errors=True)

    def take_back(self) -> None:
        """Put the work tree back to before a row was recorded, with a checkpoint of that."""
        git(self.work, "reset", "--quiet", "--hard", self.base)

    def rows_checked_out(self) -> list[Path]:
        """The row files of the work tree."""
        return sorted(self.work.glob("ledger/*/runs/*/*.yaml"))


def sized(ledgers: Ledgers, repeats: int) -> Sheet:
    """Everything that is measured at one size."""
    rows, bare, work = ledgers.rows, str(ledgers.bare), str(ledgers.work)
    sheet = Sheet(f"{rows:,} rows")

    def add(
        name: str, beside: str, *words: str, repo: str = bare,
        before: Callable[[], object] = lambda: None, peak: bool = False,
    ) -> None:  # fmt: skip
        arguments = ("--repo", repo, *words)
        cost = measure((*PROGRAM, *arguments), repeats, before=before)
        own = None
        if peak and rows < _LARGE:
            before()
            own = own_peak(arguments)
        sheet.lines.append(Line(name, cost, beside, own))

    def add_other(name: str, beside: str, *command: str, where: Path | None = None) -> None:
        sheet.lines.append(Line(name, measure(command, repeats, where=where), beside))

    add_other("git log", "", "/bin/sh", "-c", _FLOOR_LOG, where=ledgers.bare)
    add_other("floor", "", "/bin/sh", "-c", _FLOOR, where=ledgers.bare)
    if rows <= _PEER_RUNS:
        schema = str(Path("schemas/run-v1.schema.json").resolve())
        add_other("naive pipeline", "floor", sys.executable, "-c", _NAIVE, bare, schema)
        if peers.is_there():
            cost = peers.validation(ledgers.rows_checked_out(), repeats)
            sheet.lines.append(Line("check-jsonschema", cost, "floor"))
    proposal = ("check", "--base", "main", "--head", "pr")
    verify = ("verify", "--jobs")
    add("verify, one process", "floor", *verify, "1", before=ledgers.forget, peak=True)
    add("verify, two processes", "floor", *verify, "2", before=ledgers.forget, peak=True)
    lane = str(ledgers.lane)
    add("verify of one lane alone", "floor", "verify", repo=lane, before=ledgers.forget)
    add("check, no checkpoint", "verify of one lane alone", *proposal, before=ledgers.forget)
    if rows < _LARGE:
        add("verdicts --json, no checkpoint", "floor", "verdicts", "--json", before=ledgers.forget)
    measure((*PROGRAM, "--repo", bare, "status"), 1)  # leaves a checkpoint
    add_other("import git", "", sys.executable, "-c", "import git")
    add("check", "import git", *proposal)
    add("status", "import git", "status")
    add("plateau", "import git", "plateau", "--lane", "h100")
    add("verdicts --json", "floor", "verdicts", "--json")
    measure((*PROGRAM, "--repo", bare, "tags", "verify"), 1)  # the first opens every tag
    add("tags verify", "floor", "tags", "verify")
    measure((*PROGRAM, "--repo", work, "verify"), 1)
    add("scoreboard", "verify, one process", "scoreboard", repo=work)
    ledgers.take_back()
    record = ("record", str(ledgers.new_row))
    add("record", "floor", *record, repo=work, before=ledgers.take_back)
    ledgers.take_back()
    return sheet


def tagged(tags: int, place: Path, repeats: int) -> Sheet:
    """`tags verify` of so many packed tags, with a checkpoint."""
    folder = generate(titles(tags), place / f"titles-{tags}.git")
    here = (*PROGRAM, "--repo", str(folder), "--quiet", "tags")
    measure((*here, "sync"), 1)
    git(folder, "pack-refs", "--all")
    git(folder, "repack", "-a", "-d", "-q")
    measure((*here, "verify"), 1)
    sheet = Sheet(
        f"{tags:,} packed tags", [Line("tags verify", measure((*here, "verify"), repeats))]
    )
    if peers.is_there() and tags == _PEER_RUNS:
        other = place / "gto"
        peers.tags_of_gto(tags, other)
        sheet.lines.append(Line("gto show", peers.tags(other, max(1, repeats // 2)), "tags verify"))
    return sheet


def read_by_peers(place: Path, sheet: Sheet, repeats: int) -> Sheet:
    """Reading so many runs, beside the same with the ledger of that size."""
    ours = [line for line in sheet.lines if line.name.startswith("verdicts")]
    found = Sheet(f"Reading {_PEER_RUNS:,} runs", [Line(line.name, line.cost) for line in ours])
    folder = place / "dvc"
    peers.runs_of_dvc(_PEER_RUNS, folder)
    for name, cost in peers.reading(folder, _PEER_RUNS, repeats):
        found.lines.append(Line(name, cost, "verdicts --json, no checkpoint"))
    return found


def goals(
    start: Sheet, sizes: dict[int, Sheet], tags: dict[int, Sheet], largest: int
) -> list[Goal]:
    """The ratios that the project holds itself to."""
    found = [
        Goal(
            "`--help` to `import typer`",
            start["homegolf --help"].wall / start["import typer"].wall,
            1.5,
        )
    ]
    for rows, sheet in sizes.items():
        git_import = sheet["import git"].wall
        one, two, floor = (
            sheet["verify, one process"],
            sheet["verify, two processes"],
            sheet["floor"],
        )
        own = {line.name: line.own_peak or 0.0 for line in sheet.lines}
        size = f"{rows:,} rows"
        if rows == 1_000:
            naive = sheet["naive pipeline"].wall / one.wall
            found.append(Goal(f"naive pipeline to `verify`, {size}", naive, 12, at_least=True))
        if rows == 10_000:
            found += [
                Goal(f"CPU of `verify` to the floor's, {size}", one.cpu / floor.cpu, 13),
                Goal(f"`verify` with one process to the floor, {size}", one.wall / floor.wall, 11),
                Goal(f"`verify` with two processes to the floor, {size}", two.wall / floor.wall, 7),
                Goal(f"own memory of `verify` in MB, {size}", own["verify, one process"], 60),
            ]
        if rows >= _LARGE:
            found += [
                Goal(f"`verify` with two processes to the floor, {size}", two.wall / floor.wall, 5),
                Goal(
                    f"memory of `verify` to that of `git log`, {size}",
                    one.peak / sheet["git log"].peak,
                    1.3,
                ),
                Goal(f"`scoreboard` to `verify`, {size}", sheet["scoreboard"].wall / one.wall, 3),
            ]
        found += [
            Goal(f"`check` to `import git`, {size}", sheet["check"].wall / git_import, 4),
            Goal(f"`status` to `import git`, {size}", sheet["status"].wall / git_import, 2.5),
            Goal(f"`plateau` to `import git`, {size}", sheet["plateau"].wall / git_import, 2.5),
            Goal(
                f"`check` without checkpoint to `verify` of its lane alone, {size}",
                sheet["check, no checkpoint"].wall / sheet["verify of one lane alone"].wall,
                1.2,
            ),
        ]
    if min(sizes) != largest:
        small, large = sizes[min(sizes)], sizes[largest]
        size = f"{largest:,} to {min(sizes):,} rows"
        found += [
            Goal(f"`check`, {size}", large["check"].wall / small["check"].wall, 1.2),
            Goal(f"`record`, {size}", large["record"].wall / small["record"].wall, 1.5),
        ]
    if len(tags) > 1:
        few, many = min(tags), max(tags)
        ratio = tags[many]["tags verify"].wall / tags[few]["tags verify"].wall
        found.append(Goal(f"`tags verify`, {many:,} to {few:,} tags", ratio, 2))
    for sheet in tags.values():
        if any(line.name == "gto show" for line in sheet.lines):
            ratio = sheet["gto show"].wall / sheet["tags verify"].wall
            found.append(Goal("`gto show` to `tags verify`, 1,000 tags", ratio, 15, at_least=True))
    return found


def goals_table(found: list[Goal]) -> str:
    """Each goal with what was measured."""
    shown = ["### Goals", "", "| ratio | measured | goal | kept |", "|---|---|---|---|"]
    for goal in found:
        limit = f"{'at least' if goal.at_least else 'at most'} {goal.limit:g}"
        shown.append(
            f"| {goal.what} | {goal.ratio:.2f} | {limit} | {'yes' if goal.is_met else '**no**'} |"
        )
    return "\n".join(shown)


def main() -> int:
    """Generate, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--tags", type=int, nargs="*", default=[100, 1_000, 5_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--write", type=Path, help="document whose tables are replaced")
    args = parser.parse_args()
    start = start_up(2 * args.repeats)
    sizes: dict[int, Sheet] = {}
    tags: dict[int, Sheet] = {}
    others: list[Sheet] = []
    for rows in args.rows:
        with tempfile.TemporaryDirectory(prefix="homegolf-bench-") as place:
            repeats = args.repeats if rows < _LARGE else min(2, args.repeats)
            sizes[rows] = sized(Ledgers(Path(place), rows), repeats)
            if rows == _PEER_RUNS and peers.is_there():
                others.append(read_by_peers(Path(place), sizes[rows], repeats))
        print(sizes[rows].markdown(), flush=True)  # noqa: T201 - the answer
    for number in args.tags:
        with tempfile.TemporaryDirectory(prefix="homegolf-bench-") as place:
            tags[number] = tagged(number, Path(place), args.repeats)
    sheets = [start, *sizes.values(), *tags.values(), *others]
    text = "\n\n".join([
        goals_table(goals(start, sizes, tags, max(args.rows))),
        *(sheet.markdown() for sheet in sheets),
    ])  # fmt: skip
    machine = (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"{git(Path.cwd(), '--version')}; medians of {args.repeats} runs, of two at {_LARGE:,} rows."
    )
    print(f"{machine}\n\n{text}")  # noqa: T201 - the answer
    if args.write is not None:
        replace_tables(args.write, MARK, f"{machine}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
