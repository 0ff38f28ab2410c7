"""`homegolf export`: the ledger as tables for other programs."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Value
from homegolf_git.core.search.deltas import plain_steps
from homegolf_git.core.views import export as view
from homegolf_git.core.views.exportrows import (
    TABLES,
    VERSION,
    Cells,
    ExportedResult,
    ExportedRun,
    ExportedStep,
    ExportTable,
    description,
)
from homegolf_git.errors import Exit, environment_error, usage_error
from homegolf_git.shell.export.lines import csv_lines, jsonl_lines, write_csv, write_jsonl
from homegolf_git.shell.export.output import whole_file, whole_folder
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.progress import Progress
from homegolf_git.shell.reading.rowdocuments import row_documents
from homegolf_git.shell.reporters import Answer

FORMATS = ("csv", "jsonl", "parquet", "sqlite")
_TEXTS = {"csv": csv_lines, "jsonl": jsonl_lines}
_ABOUT = "schema.json"
_STDOUT = "-"
_EVERY = 500  # lines between two signs of life

Write = Callable[[Path, ExportTable, Iterable[Cells]], None]


class ExportOptions(Value, frozen=True):
    """What to write where; without a table all of them."""

    style: str
    output: str
    lane: str | None = None
    table: str | None = None


class _Source(Value, frozen=True):
    """The lanes that tables are made of."""

    repo: GitRepo
    head: str
    lanes: Mapping[LaneId, LaneLedger]
    progress: Progress
    counts: dict[str, int]

    def lines(self, table: ExportTable) -> Iterator[Cells]:
        """The lines of a table, each made when it is written."""
        self.counts[table.name] = 0
        for name, lane in self.lanes.items():
            for item in _ITEMS[table.name](self.repo, name, lane):
                self.counts[table.name] += 1
                if self.counts[table.name] % _EVERY == 0:
                    self.progress.show(f"{table.name}: {self.counts[table.name]:,} lines")
                yield table.cells(item)
        self.progress.clear()


def export(workspace: Workspace, options: ExportOptions) -> Answer[Any]:
    """Write the tables of all lanes, or of one, in the order of landing."""
    _refuse(options)
    ledger = open_ledger(workspace)
    lanes = {name: ledger.lanes[name] for name in lanes_named(ledger, options.lane)}
    source = _Source(workspace.repo(), ledger.head, lanes, workspace.progress, {})
    if options.output == _STDOUT:
        assert options.table is not None  # noqa: S101 - refused above
        table = TABLES[options.table]
        lines = _TEXTS[options.style](table, source.lines(table))
        return Answer(lines, _bare, _nothing, Exit.OK, is_harmless=True)
    path = Path(options.output)
    if options.style == "sqlite":
        _write_database(path, source)
    elif options.table is not None:
        table = TABLES[options.table]
        with whole_file(path) as draft:
            _writer(options.style, source)(draft, table, source.lines(table))
    else:
        _write_folder(path, options.style, source)
    exported = view.Exported(options.output, options.style, source.counts)
    return Answer(exported, view.text, view.json)


def _refuse(options: ExportOptions) -> None:
    """Refuse what cannot be written so.

    Raises:
        HomegolfError: exit 2.
    """
    if options.style not in FORMATS:
        raise usage_error(f"--format takes {', '.join(FORMATS)}, not {options.style!r}")
    if options.table is not None and options.table not in TABLES:
        raise usage_error(f"--table takes {', '.join(TABLES)}, not {options.table!r}")
    if options.style == "sqlite" and options.table is not None:
        raise usage_error("a database holds all tables", "leave --table out")
    if options.output == _STDOUT and (options.style not in _TEXTS or options.table is None):
        message = "standard output takes one table as csv or jsonl"
        raise usage_error(message, "give --table and --format csv, or a file with -o")


def _write_folder(path: Path, style: str, source: _Source) -> None:
    names = {name: f"{name}.{style}" for name in TABLES}
    write = _writer(style, source)
    ours = {*names.values(), _ABOUT}
    with whole_folder(path, lambda folder: _others(folder, ours), "export") as draft:
        for name, table in TABLES.items():
            write(draft / names[name], table, source.lines(table))
        about = json.dumps(description(source.head), indent=1) + "\n"
        (draft / _ABOUT).write_text(about, encoding="utf-8", newline="\n")


def _others(folder: Path, ours: Collection[str]) -> list[str]:
    """What no export has written."""
    return sorted(item.name for item in folder.iterdir() if item.name not in ours)


def _write_database(path: Path, source: _Source) -> None:
    from homegolf_git.shell.export.database import write_sqlite  # noqa: PLC0415 - for this format

    with whole_file(path) as draft:
        tables = {table: source.lines(table) for table in TABLES.values()}
        write_sqlite(draft, tables, description(source.head))


def _writer(style: str, source: _Source) -> Write:
    """What writes a table in a format.

    Raises:
        HomegolfError: exit 4 where its package is not there.
    """
    if style != "parquet":
        return write_csv if style == "csv" else write_jsonl
    try:
        from homegolf_git.shell.export.parquet import write_parquet  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise environment_error("no_pyarrow", "pyarrow is not installed") from error
    about = {"schema": VERSION, "commit": source.head}
    return lambda path, table, lines: write_parquet(path, table, lines, about)


def _bare(lines: Iterator[str]) -> Iterator[str]:
    """Lines without the ends that printing gives them."""
    return (line.removesuffix("\n") for line in lines)


def _nothing(_: object) -> dict[str, Any]:
    return {}


def _runs(repo: GitRepo, _: LaneId, lane: LaneLedger) -> Iterator[ExportedRun]:
    judged = judge_lane(lane)
    documents = row_documents(repo, lane.rows)
    for landed, verdict, document in zip(lane.rows, judged.verdicts, documents, strict=True):
        yield ExportedRun(landed, verdict, document, judged.state)


def _results(_: GitRepo, __: LaneId, lane: LaneLedger) -> Iterator[ExportedResult]:
    metric = lane.current.lane.metric.name
    for landed, verdict in zip(lane.rows, judge_lane(lane).verdicts, strict=True):
        for number, result in enumerate(landed.row.results, start=1):
            yield ExportedResult(landed, verdict, number, result, metric)


def _steps(_: GitRepo, name: LaneId, lane: LaneLedger) -> Iterator[ExportedStep]:
    for number, step in enumerate(plain_steps(judge_lane(lane).state), start=1):
        winner = lane.find(step.winner)
        assert winner is not None  # noqa: S101 - it holds the title by its row
        yield ExportedStep(name, number, step, winner)


_ITEMS: Mapping[str, Callable[[GitRepo, LaneId, LaneLedger], Iterator[object]]] = {
    "runs": _runs, "results": _results, "steps": _steps,
}  # fmt: skip
