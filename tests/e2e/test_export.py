"""`homegolf export`: tables for other programs, whole or not at all, in little memory."""

import csv
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.performance.generate import generate, stream
from homegolf_git.core.views.exportrows import TABLES, VERSION
from tests.e2e.test_stream import Long
from tests.e2e.world import BASE, BEST, BETTER, Ran, World, clean_environment

FORMATS = ("csv", "jsonl", "parquet", "sqlite")
# Text that spreadsheets, shells and parsers of tables trip over.
ODD = ['=HYPERLINK("http://x")', "+1+1", "-2", "-x", "@SUM(A1)", "'quoted", 'a,"b"; c\nd\r\ne', "größer ☃", " ", "\tx", "-1.5", "＝1"]  # fmt: skip  # noqa: RUF001


@pytest.fixture
def filled(world: World) -> World:
    """A change of incumbent, odd results, a failure, a row in the other lane, and odd texts."""
    world.record("first", BASE)
    world.record("second", BETTER, base="first", notes="two\nlines")
    world.record("third", BEST, base="second", results=[{"seed": 2**64 - 1, "val_bpb": 1.16, "evaluated_tokens": 1000, "repeat": 1, "extra": {"peak_memory_gb": 14.5}}, {"seed": None, "val_bpb": 1.1601, "evaluated_tokens": 1000}], seeds_run=2)  # fmt: skip
    world.record("fourth", (), artifacts=[{"role": "model", "uri": "s3://b/m", "bytes": 3}])
    world.record("fifth", (1.3,), lane="h100", base=None)
    for number, text in enumerate(ODD):
        world.record(f"odd-{number}", (1.3,), change={"kind": "model", "summary": text}, base=None)
    return world


def export(world: World, *words: str) -> Ran:
    return world.homegolf("export", *words)


def wrote(world: World, style: str, name: str = "out") -> Path:
    path = world.root / name
    ran = export(world, "--format", style, "-o", str(path))
    assert ran.code == 0, ran.said
    return path


def typed(name: str, line: dict[str, str]) -> dict[str, Any]:
    """A line of CSV with the types that the columns state, as a reader of docs/export.md does it."""
    found: dict[str, Any] = {}
    for column in TABLES[name].columns:
        cell = line[column.name]
        if column.kind == "text":
            found[column.name] = cell.removeprefix("'") or None
        elif not cell:
            found[column.name] = None
        else:
            found[column.name] = {"integer": int, "number": float}.get(column.kind, json.loads)(
                cell
            )
    return found


def csv_lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tables(world: World, style: str, output: str = "out") -> dict[str, list[dict[str, Any]]]:
    """All tables as one of their readers has them."""
    path = wrote(world, style, output)
    if style == "csv":
        return {
            name: [typed(name, line) for line in csv_lines_of(path / f"{name}.csv")]
            for name in TABLES
        }  # fmt: skip
    if style == "jsonl":
        return {
            name: [json.loads(line) for line in (path / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
            for name in TABLES
        }  # fmt: skip
    if style == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        return {
            name: [plain(name, line) for line in parquet.read_table(path / f"{name}.parquet").to_pylist()]
            for name in TABLES
        }  # fmt: skip
    with closing(sqlite3.connect(path)) as database:
        database.row_factory = sqlite3.Row
        return {
            name: [plain(name, dict(line)) for line in database.execute(f"SELECT * FROM {name}")]  # noqa: S608 - a name of ours
            for name in TABLES
        }


def plain(name: str, line: dict[str, Any]) -> dict[str, Any]:
    """A line with its JSON read and its booleans as such."""
    for column in TABLES[name].columns:
        value = line[column.name]
        if column.kind in {"json", "boolean"} and value is not None:
            line[column.name] = json.loads(value) if column.kind == "json" else bool(value)
    return line


@pytest.mark.parametrize("style", FORMATS)
def test_every_format_says_the_same(filled: World, style: str) -> None:
    found = tables(filled, style)
    said = {name: [json.loads(line) for line in export(filled, "--format", "jsonl", "--table", name, "-o", "-").out.splitlines()] for name in TABLES}  # fmt: skip
    for name, table in TABLES.items():
        assert [list(line) for line in found[name]] == [[c.name for c in table.columns]] * len(found[name])  # fmt: skip
        assert found[name] == said[name]
        keys = [tuple(line[key] for key in table.key) for line in found[name]]
        assert len(keys) == len(set(keys)) > 0


def test_the_tables_are_what_the_commands_say(filled: World) -> None:
    found = tables(filled, "jsonl")
    runs = {line["run_id"]: line for line in found["runs"]}
    for lane in ("home", "h100"):
        for verdict in filled.verdicts(lane):
            run = runs[verdict["run_id"]]
            for name in ("class", "reason", "delta", "score", "attribution", "sentence", "flags"):
                assert run[name] == verdict[name], name
            if stats := verdict["stats"]:
                assert (run["gain"], run["se"], run["k"]) == (stats["D"], stats["se"], stats["k"])
    steps = filled.answer("deltas", "--lane", "home")["steps"]
    assert [(s["displaced"], s["winner"], s["gain"]) for s in found["steps"]] == [(s["from"], s["to"], s["gain"]) for s in steps]  # fmt: skip
    assert len(steps) == 1
    assert runs["second"]["notes"] == "two\nlines"
    assert runs["fourth"]["failure_kind"] == "oom"
    assert runs["fourth"]["artifacts"][0]["uri"] == "s3://b/m"
    third = [line for line in found["results"] if line["run_id"] == "third"]
    assert [(line["seed"], line["repeat"], line["score"]) for line in third] == [(str(2**64 - 1), 1, 1.16), (None, 0, 1.1601)]  # fmt: skip
    assert third[0]["extra"] == {"peak_memory_gb": 14.5}


def test_text_is_no_formula_and_comes_back(filled: World) -> None:
    path = wrote(filled, "csv")
    raw = {line["run_id"]: line["change_summary"] for line in csv_lines_of(path / "runs.csv")}
    for number, text in enumerate(ODD):
        cell = raw[f"odd-{number}"]
        assert not cell.startswith(("=", "+", "@", "\t", "\r", "＝")), cell  # noqa: RUF001
        assert not cell.startswith("-") or float(cell) < 0
        assert (cell.removeprefix("'")) == text
    for name in TABLES:
        assert b"\x00" not in (path / f"{name}.csv").read_bytes()


def test_a_lane_alone(filled: World) -> None:
    ran = export(filled, "--format", "csv", "--lane", "h100", "--table", "runs", "-o", "-")
    assert [line["run_id"] for line in csv.DictReader(ran.out.splitlines())] == ["fifth"]


def test_what_stands_beside_the_tables(filled: World) -> None:
    about = json.loads((wrote(filled, "jsonl") / "schema.json").read_text(encoding="utf-8"))
    assert (about["schema"], about["commit"]) == (VERSION, filled.head)
    assert set(about["tables"]) == set(TABLES)
    with closing(sqlite3.connect(wrote(filled, "sqlite", "db"))) as database:
        said = dict(database.execute("SELECT name, value FROM about"))
    assert {**said, "tables": json.loads(said["tables"])} == about
    parquet = pytest.importorskip("pyarrow.parquet")
    file = parquet.ParquetFile(wrote(filled, "parquet", "pq") / "runs.parquet")
    assert file.schema_arrow.metadata[b"schema"].decode() == VERSION


def test_the_answer(filled: World) -> None:
    path = filled.root / "out"
    ran = export(filled, "--format", "csv", "-o", str(path), "--json").json()
    runs = len(filled.verdicts()) + 1
    assert (ran["output"], ran["format"], ran["lines"]["runs"]) == (str(path), "csv", runs)
    said = export(filled, "--format", "sqlite", "-o", str(filled.root / "db")).out
    assert f"runs {runs} lines" in said


@pytest.mark.parametrize("style", FORMATS)
def test_an_empty_ledger(world: World, style: str) -> None:
    if style == "parquet":
        pytest.importorskip("pyarrow")
    assert tables(world, style) == {name: [] for name in TABLES}


class TestWhole:
    """An export stands in its place whole, or what stood there stays."""

    @pytest.mark.parametrize("style", FORMATS)
    def test_again(self, filled: World, style: str) -> None:
        if style == "parquet":
            pytest.importorskip("pyarrow")
        path = wrote(filled, style)
        filled.record("late", (1.3,), base=None)
        assert wrote(filled, style) == path
        assert not [item for item in filled.root.iterdir() if item.name.endswith(".part")]
        assert "late" in json.dumps(tables(filled, style))

    @pytest.mark.parametrize(("style", "table"), [("csv", None), ("jsonl", "runs"), ("sqlite", None), ("parquet", None)])  # fmt: skip
    def test_a_fault_midway(self, filled: World, style: str, table: str | None, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
        if style == "parquet":
            pytest.importorskip("pyarrow")
        words = [
            "--format",
            style,
            "-o",
            str(filled.root / "out"),
            *(["--table", table] if table else []),
        ]
        assert export(filled, *words).code == 0
        before = self.bytes_of(filled.root / "out")
        table_class = type(TABLES["runs"])
        cells = table_class.cells

        def fail(table: Any, item: Any) -> Any:  # noqa: ANN401
            if getattr(item, "landed", None) is not None and item.landed.row.run_id == "odd-3":
                raise OSError(28, "No space left on device")
            return cells(table, item)

        monkeypatch.setattr(table_class, "cells", fail)
        ran = export(filled, *words, "--json")
        assert (ran.code, ran.codes()) == (4, ["cannot_write"])
        assert self.bytes_of(filled.root / "out") == before
        assert not [item for item in filled.root.iterdir() if item.name.endswith(".part")]

    @staticmethod
    def bytes_of(path: Path) -> dict[str, bytes]:
        files = [path] if path.is_file() else sorted(path.iterdir())
        return {file.name: file.read_bytes() for file in files}

    def test_a_folder_with_other_files_is_left_alone(self, filled: World) -> None:
        for style, name in (("csv", "keep"), ("sqlite", "keep")):
            folder = filled.root / name
            folder.mkdir(exist_ok=True)
            (folder / "mine.txt").write_text("x", encoding="utf-8")
            ran = export(filled, "--format", style, "-o", str(folder), "--json")
            assert (ran.code, ran.codes()) == (4, ["in_the_way"])
            assert [item.name for item in folder.iterdir()] == ["mine.txt"]
        (filled.root / "file").write_text("x", encoding="utf-8")
        ran = export(filled, "--format", "csv", "-o", str(filled.root / "file"), "--json")
        assert ran.codes() == ["in_the_way"]

    def test_no_folder_to_write_to(self, filled: World) -> None:
        ran = export(filled, "--format", "sqlite", "-o", str(filled.root / "no" / "db"), "--json")
        assert (ran.code, ran.codes()) == (4, ["no_file"])


@pytest.mark.parametrize(
    "words",
    [
        ("--format", "xml", "-o", "x"),
        ("--format", "csv", "--table", "rows", "-o", "x"),
        ("--format", "csv", "-o", "-"),
        ("--format", "sqlite", "-o", "-"),
        ("--format", "parquet", "--table", "runs", "-o", "-"),
        ("--format", "sqlite", "--table", "runs", "-o", "x"),
        ("--format", "csv", "--table", "runs", "-o", "-", "--json"),
    ],
)
def test_what_is_no_export(world: World, words: tuple[str, ...]) -> None:
    assert export(world, *words).code == 2
    assert not (world.repo / "x").exists()


def test_without_pyarrow(filled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "homegolf_git.shell.export.parquet", raising=False)
    ran = export(filled, "--format", "parquet", "-o", str(filled.root / "pq"), "--json")
    assert (ran.code, ran.codes()) == (4, ["no_pyarrow"])
    assert list(filled.root.glob("*pq*")) == []


def test_pandas_reads_it(filled: World) -> None:
    pandas = pytest.importorskip("pandas")
    path = wrote(filled, "csv")
    runs = pandas.read_csv(path / "runs.csv").set_index("run_id")
    assert runs.loc["second", "class"] == "improvement"
    assert runs["score"].dtype == "float64"


def test_duckdb_reads_it(filled: World) -> None:
    duckdb = pytest.importorskip("duckdb")
    for style in ("csv", "jsonl", "parquet"):
        path = wrote(filled, style, style) / f"runs.{style}"
        (row,) = duckdb.sql(f"SELECT count(*), max(score) FROM '{path}'").fetchall()  # noqa: S608
        assert row == (len(ODD) + 5, 1.3), style


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Long, Long]]:
    """A ledger, and one of four times the rows, each read once."""
    root = tmp_path_factory.mktemp("long")
    with clean_environment(root):
        few, many = (Long(generate(stream(rows), root / f"{rows}.git")) for rows in (1000, 4000))
        for ledger in (few, many):
            ledger.ask("status")
        yield few, many


# The one that holds most in the short form, all in the long one.
@pytest.mark.parametrize("style", FORMATS if os.environ.get("HOMEGOLF_LONG") else ("parquet",))
def test_rows_are_not_held(ledgers: tuple[Long, Long], style: str, tmp_path: Path) -> None:
    if style == "parquet":
        pytest.importorskip("pyarrow")
    words = ("export", "--format", style, "-o", str(tmp_path / "out"))
    few, many = (ledger.peak(*words) - ledger.peak("status") for ledger in ledgers)
    assert many - few < 10_000_000  # held, 3,000 rows more take 22 MB


def test_a_reader_that_has_seen_enough(filled: World) -> None:
    words = [sys.executable, "-m", "homegolf_git", "export", "--format", "csv", "--table", "runs", "-o", "-"]  # fmt: skip
    with subprocess.Popen(words, cwd=filled.repo, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
