"""Targets: what other programs write: reports, tables, logs and the lines of a run."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from homegolf_git.commands.importing import _preview
from homegolf_git.core.judge.stated import compared
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.parse import lane_of
from homegolf_git.core.model.patterns import LINE_MAX, pattern_fault, pattern_findings, read_facts
from homegolf_git.core.model.row import Receipt
from homegolf_git.core.model.values import Json, decode, encode
from homegolf_git.core.views.importing import preview
from homegolf_git.errors import HomegolfError
from homegolf_git.importers import IMPORTERS
from homegolf_git.importers.entries import Log, LogError, LogFile
from homegolf_git.importers.mapped import MapError
from homegolf_git.importers.rows import Plan, drafts, replicate_candidates
from homegolf_git.receipts import READERS, ReceiptError, read_receipt
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.configs import config_of
from homegolf_git.shell.files.documents import read_row
from homegolf_git.shell.files.queues import queue_of
from tests.e2e.world import lane_document
from tests.fuzz import ground
from tests.fuzz.documents import told

FILE_MARK = b"\n=== "  # before the name of a further file
CSV_MAP: Mapping[str, Json] = {
    "val_bpb": "val_bpb", "lr": "config.lr", "status": "status", "memory_gb": "extra.memory",
    "seed": "seed", "finished_at": "when", "submitter": "who", "repeat": "r", "seeds_run": "n",
}  # fmt: skip
TABLE = LogFile(
    "table.csv",
    b"val_bpb,lr,status,seed,when,who,r,n\n1.5,0.04,keep,7,2026-04-03,me,2,1\n,,crash,,,,,\n",
)
_PLACES = ("val_bpb", "finished_at")


@cache
def _lanes() -> Sequence[Lane]:
    losses = {"name": "val_loss", "unit": "nats", "direction": "minimize", "decimals": 4}
    return ground.rules(), lane_of(lane_document(metric=losses))


def receipt(data: bytes) -> None:
    """A report, by every reader: read, or refused with a reason."""
    maps = ground.rules().receipt_maps
    for kind in (*READERS, *maps):
        try:
            read = read_receipt(kind, data, maps)
        except ReceiptError as error:
            assert str(error)  # noqa: PT017 - any reason will do
            continue
        compared(ground.tried(), read)
        assert decode(Receipt, encode(read)) == read


def results(data: bytes) -> None:
    """A table of results, by its usual columns and by a map."""
    file = LogFile("results.tsv", data)
    _import("autoresearch", [file], {})
    _import("csv", [file], CSV_MAP)


def jsonlines(data: bytes) -> None:
    """Lines of JSON: the log of a loop, and a queue of ideas."""
    _import("pi", [LogFile("runs.jsonl", data)], {})
    for suffix in ("jsonl", "yaml"):
        try:
            for attempt in queue_of(data, Path(f"queue.{suffix}")):
                assert isinstance(attempt.summary, str)
        except HomegolfError as error:
            told(error.findings)
    try:
        config_of(data, Path("config.json"))
    except HomegolfError as error:
        told(error.findings)


def logs(data: bytes) -> None:
    """Files of another tool, each behind its name, by every importer that wants one of them."""
    files = []
    for part in (b"\n" + data).split(FILE_MARK)[1:]:
        name, _, content = part.partition(b"\n")
        files.append(LogFile(name.decode("utf-8", "replace") or "x", content))
    for kind, importer in IMPORTERS.items():
        wanted = [file for file in files if any(fnmatch(file.name, one) for one in importer.wanted)]
        if wanted:
            _import(kind, wanted, CSV_MAP if importer.needs_map else {})


def csv_map(data: bytes) -> None:
    """A map from column to fact."""
    loaded = rowyaml.load(data, "map.yaml")
    told(loaded.findings)
    if loaded.value is not None:
        _import("csv", [TABLE], loaded.value)
        _import("wandb", [TABLE], loaded.value)


def _import(kind: str, files: Sequence[LogFile], mapping: Mapping[str, Json]) -> None:
    rules = _lanes()[kind == "modded-nanogpt"]
    try:
        log = IMPORTERS[kind].read(files, rules, mapping)
    except (LogError, MapError) as error:
        assert str(error)  # noqa: PT017 - any reason will do
        return
    _check(kind, log, rules)


def _check(kind: str, log: Log, rules: Lane) -> None:
    assert all(item.why for item in log.left_out)
    rows, _ = drafts(Plan(kind, rules), log.entries)
    replicate_candidates(rows)
    list(preview([_preview(row) for row in rows], is_whole=False))
    for row in rows[:1]:  # writing one takes longer than all the rest
        text = rowyaml.dump(row.document).encode("utf-8", "replace")
        _, _, found = read_row(text, row.source)
        told(found, 300)


def patterns(data: bytes) -> None:
    """A pattern on the first line, and the lines of a run behind it; the last is as long as may be."""
    pattern, *lines = data.decode("utf-8", "replace").split("\n")
    asked = dict.fromkeys(_PLACES, pattern)
    told(pattern_findings(asked, "val_bpb", "lane.yaml", {}))
    if lines and lines[-1]:
        lines.append((lines[-1] * (LINE_MAX // len(lines[-1]) + 1))[:LINE_MAX])
    facts, found = read_facts(asked, lines)
    told(found)
    assert not (facts and pattern_fault(pattern))
    assert isinstance(facts.get("val_bpb", 0), int | float)
    assert isinstance(facts.get("finished_at", ""), str)
