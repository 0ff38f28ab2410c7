"""Each kind of log, by a small one of its shape."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.core.model.values import Json
from homegolf_git.importers import IMPORTERS
from homegolf_git.importers.entries import Entry, Log, LogError, LogFile
from homegolf_git.importers.mapped import MapError
from tests.importers.logs import FIXTURES, lane, log, tsv


def read(kind: str, *files: LogFile, mapping: dict[str, Json] | None = None, **parts: Any) -> Log:  # noqa: ANN401
    return IMPORTERS[kind].read(files, lane(**parts), mapping or {})


def fixture(name: str) -> LogFile:
    return LogFile(name, (FIXTURES / name).read_bytes())


def told(log: Log) -> list[object]:
    """The score of each entry, or how it failed."""
    return [
        entry.failure.kind if entry.failure else entry.results[0]["val_bpb"]
        for entry in log.entries
    ]


@pytest.mark.parametrize(
    ("name", "scores"),
    [
        ("plain.tsv", [0.9979, 0.986041, 0.982603, "infeasible"]),
        ("robust.tsv", [2.013867, 2.613756]),
        ("timed.tsv", ["crash", 4.011893, 4.013]),
        ("unified.tsv", [1.096577, "crash", "other"]),
    ],
)
def test_autoresearch(name: str, scores: list[object]) -> None:
    made = read("autoresearch", fixture(name))
    assert told(made) == scores
    assert made.left_out == ()


@pytest.mark.parametrize("cell", ["", "-", "N/A", "FAIL", "0.0", "100.0", "0.000000", "999"])
def test_a_missing_metric_is_a_failed_row(cell: str) -> None:
    made = read("autoresearch", log(tsv("commit|val_bpb|status", f"a|{cell}|crash")))
    assert told(made) == ["crash"]


@pytest.mark.parametrize("cell", ["0.0", "100.0"])
def test_where_nothing_says_crash_a_number_is_a_score(cell: str) -> None:
    made = read("autoresearch", log(tsv("commit|val_bpb|status", f"a|{cell}|discard")))
    assert told(made) == [float(cell)]


@pytest.mark.parametrize("cell", ["=1+1", "=HYPERLINK()", "1.5 or so", "\x1b[31m1"])
def test_what_is_no_number_is_left_out(cell: str) -> None:
    made = read("autoresearch", log(tsv("commit|val_bpb|status", f"a|{cell}|keep")))
    assert made.entries == ()
    assert (made.left_out[0].line, "no number" in made.left_out[0].why) == (2, True)


def test_a_run_kept_behind_a_better_one_is_odd() -> None:
    text = tsv("commit|val_bpb|status", "a|1.2|keep", "b|1.1|discard", "c|1.15|keep", "d|1.1|keep")
    (found,) = read("autoresearch", log(text)).anomalies
    assert (found.code, found.record.line) == ("already_beaten", 4)
    assert "line 3 has 1.1" in found.evidence


def test_pi() -> None:
    made = read("pi", fixture("pi.jsonl"))
    assert told(made) == [2.379, "timeout"]
    (first, _) = made.entries
    assert first.finished_at == "2026-04-25T19:10:08.804Z"
    assert first.commit == "a672845"
    assert first.results[0]["steps"] == 1155
    assert first.results[0]["extra"] == {"best_val_bpb": 2.379, "artifact_mb": 12.1, "segment": 0}
    assert first.record.line == 2


def test_pi_of_another_metric_is_left_out() -> None:
    config = '{"type":"config","metricName":"loss","bestDirection":"lower"}\n'
    run = '{"run":1,"metric":1.5,"status":"keep"}\n'
    up = config.replace("lower", "higher").replace("loss", "val_bpb")
    made = read("pi", log(config + run + up + run + '[1]\nno json\n{"type":"note"}\n'))
    assert made.entries == ()
    assert [item.line for item in made.left_out] == [2, 4, 5, 6, 7]
    made = read("pi", log('{"val_bpb": 1.25, "description": "kin"}\n'))
    assert told(made) == [1.25]
    with pytest.raises(LogError):
        read("pi", log("a\nb\n"))


MAP: dict[str, Json] = {
    "val_bpb": "val_bpb",
    "session": "change.summary",
    "extra.trial": "trial_id",
}


def test_csv_by_a_map_in_both_directions() -> None:
    made = read("csv", fixture("replicates.csv"), mapping=MAP)
    assert told(made) == [0.990988, 0.990823, 0.991364]
    assert made.entries[1].summary == "one/seed_0"
    assert made.entries[1].results[0]["extra"] == {"trial": 12}


def test_csv_with_config_and_facts() -> None:
    text = "bpb,lr,fast,when,dev,s,r,who,budget\n1.5,0.04,true,2026-04-03,GPU,7,2,me,600\n"
    mapping: dict[str, Json] = {
        "val_bpb": "bpb", "config.lr": "lr", "config.model.fast": "fast", "finished_at": "when",
        "hardware.device": "dev", "seed": "s", "repeat": "r", "submitter": "who",
        "train_seconds_budget": "budget",
    }  # fmt: skip
    (entry,) = read("csv", log(text), mapping=mapping).entries
    assert entry.config == {"lr": 0.04, "model.fast": True}
    assert entry.results == ({"seed": 7, "val_bpb": 1.5, "repeat": 2},)
    assert entry.facts == {"submitter": "me", "train_seconds_budget": 600}
    assert entry.finished_at == "2026-04-03T00:00:00Z"


@pytest.mark.parametrize(
    ("mapping", "why"),
    [
        ({"val_bpb": "bpb", "config.lr": "rate"}, "neither is a column"),
        ({"val_bpb": "bpb", "lr": "learning_rate"}, "'learning_rate' is no fact"),
        ({"val_bpb": "bpb", "x": "y"}, "neither a column"),
        ({"lr": "config.lr"}, "no column is mapped to val_bpb"),
    ],
)
def test_maps_that_cannot_be_followed(mapping: dict[str, Json], why: str) -> None:
    with pytest.raises(MapError, match=why):
        read("csv", log("bpb,lr\n1.5,2\n"), mapping=mapping)


def test_wandb_page_export() -> None:
    text = (
        '"Name","State","Notes","User","Created","Runtime","lr","val_bpb","val_loss"\n'
        '"brisk-1","finished","a try","me","2026-04-03T10:00:00.000Z","600","0.04","1.5","2.5"\n'
        '"brisk-2","crashed","","me","2026-04-03T11:00:00.000Z","60","0.04","",""\n'
        '"brisk-3","running","","me","2026-04-03T12:00:00.000Z","60","0.04","1.4","2.4"\n'
    )
    made = read("wandb", log(text, "export.csv"))
    assert told(made) == [1.5, "crash"]
    assert [item.why for item in made.left_out] == ["the run is running"]
    assert made.entries[0].finished_at == "2026-04-03T10:10:00Z"
    assert made.entries[0].results[0]["val_loss"] == 2.5
    assert made.entries[1].summary == "brisk-2 (no description)"
    mapped = read("wandb", log(text), mapping={"val_bpb": "val_bpb", "lr": "config.lr"})
    assert mapped.entries[0].config == {"lr": 0.04}


def test_wandb_frame_of_the_api() -> None:
    text = (
        ",summary,config,name\n"
        "0,\"{'val/bpb': 1.5, '_step': 9}\",\"{'lr': 0.04, 'seed': 3, 'opt': {'name': 'muon'}}\",brisk\n"
    )
    (entry,) = read("wandb", log(text)).entries
    assert entry.config == {"lr": 0.04, "opt.name": "muon"}
    assert entry.results == ({"seed": 3, "val_bpb": 1.5},)
    with pytest.raises(LogError, match="no column val_bpb"):
        read("wandb", log("Name,State,loss\na,finished,1\n"))


SPEEDRUN = """import torch
====
Running Python 3.12
|   0  NVIDIA H100 80GB HBM3          On  |   00000000:19:00.0 Off |
|   1  NVIDIA H100 80GB HBM3          On  |   00000000:3B:00.0 Off |
step:0/1750 val_loss:10.8258 train_time:0ms step_avg:nanms
step:1749/1750 train_time:178000ms step_avg:101.0ms
step:1750/1750 val_loss:3.2789 train_time:178912ms step_avg:101.08ms
peak memory allocated: 31550 MiB reserved: 32000 MiB
"""


def test_modded_nanogpt() -> None:
    name = "records/2025-05-25_Faster/run.txt"
    loss: dict[str, Any] = {"metric": {"name": "val_loss", "unit": "nats"}}
    made = read(
        "modded-nanogpt",
        log(SPEEDRUN, name),
        log(SPEEDRUN.replace("1750/1750", "1700/1750"), name.replace("run", "cut")),
        log("s:5100 tel:3.2798\n", name.replace("run", "old")),
        log("nothing\n", name.replace("run", "readme")),
        **loss,
    )
    full, cut, old = made.entries
    assert full.results[0] == {
        "seed": None, "val_loss": 3.2789, "steps": 1750, "train_seconds": 178.912,
        "extra": {"peak_memory_mib": 31550},
    }  # fmt: skip
    assert full.hardware == ({"device": "NVIDIA H100 80GB HBM3", "count": 2},)
    assert full.finished_at == "2025-05-25T00:00:00Z"
    assert cut.failure is not None
    assert "ends at step 1700 of 1750" in cut.failure.detail
    assert old.results[0]["val_loss"] == 3.2798
    assert len(made.left_out) == 1
    with pytest.raises(LogError, match="the lane's metric is val_bpb"):
        read("modded-nanogpt", log(SPEEDRUN))


def test_psionic() -> None:
    report = {
        "run_id": "r-1", "executed_steps": 10, "stop_reason": "max_steps", "finished_at_ms": 1775000000000,
        "final_roundtrip_receipt": {"validation": {"bits_per_byte": 1.5, "mean_loss": 2.5}},
    }  # fmt: skip
    made = read("psionic", log(json.dumps(report), "report.json"), log("{}", "other.json"))
    assert told(made) == [1.5]
    assert made.entries[0].summary == "r-1"
    assert [item.source for item in made.left_out] == ["other.json"]
    with pytest.raises(LogError):
        read("psionic", log("{}", "other.json"))


# --- MLflow, from stores laid out as it lays them out; a store of its own is in test_mlflow.py


def file_store(**runs: tuple[int, str, str]) -> list[LogFile]:
    """Runs as status, metric lines and lifecycle stage."""
    files = [LogFile("mlruns/1/meta.yaml", b"experiment_id: '1'\nname: golf\n")]
    for number, (name, (status, metric, stage)) in enumerate(runs.items()):
        top = f"mlruns/1/{name}"
        meta = f"run_id: {name}\nrun_name: try {name}\nstatus: {status}\nend_time: 177500000000{number}\nlifecycle_stage: {stage}\nuser_id: ada\n"
        files += [LogFile(f"{top}/meta.yaml", meta.encode())]
        files += [LogFile(f"{top}/params/lr", b"0.04"), LogFile(f"{top}/params/seed", b"7")]
        files += [LogFile(f"{top}/tags/mlflow.source.git.commit", b"ab" * 20)]
        if metric:
            files += [LogFile(f"{top}/metrics/val_bpb", metric.encode())]
            files += [LogFile(f"{top}/metrics/mem/peak_gb", b"1 14.5 0\n")]
    return files


def check_mlflow(made: Log) -> None:
    entry: Entry = made.entries[0]
    assert entry.results == ({"seed": 7, "val_bpb": 1.21, "extra": {"mem.peak_gb": 14.5}},)
    assert entry.config == {"lr": 0.04}
    assert entry.commit == "ab" * 20
    assert [item.failure.kind for item in made.entries[1:] if item.failure] == ["crash"]
    assert sorted(item.why.rpartition(" ")[2] for item in made.left_out) == ["deleted", "running"]


def test_mlflow_files() -> None:
    check_mlflow(read("mlflow", *file_store(
        good=(3, "1 1.3 0\n2 1.21 1\n", "active"), bad=(4, "", "active"),
        going=(1, "1 1.3 0\n", "active"), gone=(3, "1 1.3 0\n", "deleted"),
    )))  # fmt: skip
    with pytest.raises(LogError, match="no run"):
        read("mlflow", LogFile("mlruns/1/meta.yaml", b"name: golf\n"))


def test_mlflow_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "mlflow.db"
    database = sqlite3.connect(path)
    database.executescript("""
        PRAGMA journal_mode = WAL;
        CREATE TABLE runs (run_uuid, name, user_id, status, end_time, lifecycle_stage);
        CREATE TABLE latest_metrics (key, value, timestamp, step, is_nan, run_uuid);
        CREATE TABLE params (key, value, run_uuid);
        CREATE TABLE tags (key, value, run_uuid);
        INSERT INTO runs VALUES ('a', 'good', 'ada', 'FINISHED', 1775000000000, 'active');
        INSERT INTO runs VALUES ('b', 'bad', 'ada', 'FAILED', 1775000000001, 'active');
        INSERT INTO runs VALUES ('c', 'going', 'ada', 'RUNNING', NULL, 'active');
        INSERT INTO runs VALUES ('d', 'gone', 'ada', 'FINISHED', 1775000000000, 'deleted');
        INSERT INTO latest_metrics VALUES ('val_bpb', 1.21, 0, 1, 0, 'a'), ('mem/peak_gb', 14.5, 0, 0, 0, 'a');
        INSERT INTO params VALUES ('lr', '0.04', 'a'), ('seed', '7', 'a');
    """)
    database.execute("INSERT INTO tags VALUES ('mlflow.source.git.commit', ?, 'a')", ("ab" * 20,))
    database.commit()
    database.close()
    data = path.read_bytes()
    check_mlflow(read("mlflow", LogFile("mlflow.db", data)))
    with pytest.raises(LogError, match="no store of MLflow"):
        read("mlflow", LogFile("mlflow.db", data[:5000]))
    sqlite3.connect(tmp_path / "empty.db").execute("CREATE TABLE x (y)").connection.close()
    with pytest.raises(LogError, match="no such table"):
        read("mlflow", LogFile("e.db", (tmp_path / "empty.db").read_bytes()))
