"""Record folders: rows, and what their own numbers do not bear out."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.importers import anomalies, parameter_golf
from homegolf_git.importers.entries import Log, LogError, LogFile
from homegolf_git.shell.files.logfiles import read_logs
from tests.importers.logs import lane, log, shared

DAY = "2026-03-20"


def folder(name: str, submission: Any, **logs: str) -> list[LogFile]:  # noqa: ANN401 - JSON
    text = submission if isinstance(submission, str) else json.dumps(submission)
    return [
        log(text, f"raw/{name}/submission.json"),
        *(log(text, f"raw/{name}/{key}.log") for key, text in logs.items()),
    ]


def seed_log(seed: int, score: float, *, size: int = 15_000_000, tokens: int = 62_021_632) -> str:
    return (
        f"val_loader:shards pattern=x tokens:{tokens}\nworld_size:8 grad_accum_steps:1\nseed:{seed}\n"
        f"step:100/20000 val_loss:2.1 val_bpb:1.3 train_time:599000ms step_avg:43.5ms\n"
        f"Total submission size int8+zlib: {size} bytes\n"
        f"final_int8_zlib_roundtrip_exact val_loss:2.0 val_bpb:{score}\n"
    )


def read(*folders: list[LogFile], **parts: Any) -> Log:  # noqa: ANN401 - JSON values
    files = [file for files in folders for file in files]
    return parameter_golf.read(files, lane(**parts), {})


def codes(made: Log) -> list[str]:
    return [item.code for item in made.anomalies]


def seeds(**scores: float) -> dict[str, dict[str, float]]:
    return {name.removeprefix("s"): {"val_bpb": score} for name, score in scores.items()}


HONEST = {
    "name": "Honest", "github_id": "ada", "date": DAY, "track": "10min_16mb", "val_bpb": 1.2,
    "seed_results": seeds(s1=1.2001, s2=1.1999), "hardware": "8xH100 80GB SXM",
}  # fmt: skip


def test_a_folder_is_a_row() -> None:
    made = read(folder(f"{DAY}_Honest", HONEST, train_seed1=seed_log(1, 1.2001)))
    (entry,) = made.entries
    assert (entry.summary, entry.finished_at) == ("Honest", f"{DAY}T00:00:00Z")
    assert entry.results[0] == {
        "seed": 1, "val_bpb": 1.2001, "steps": 100, "train_seconds": 599.0,
        "artifact_bytes": 15_000_000, "evaluated_tokens": 62_021_632,
    }  # fmt: skip
    assert entry.results[1] == {"seed": 2, "val_bpb": 1.1999}
    assert entry.facts["submitter"] == "ada"
    assert entry.facts["train_seconds_budget"] == 600
    assert entry.hardware == ({"device": "H100 80GB SXM", "count": 8},)
    assert codes(made) == []


def test_folders_of_a_day_keep_their_order_in_their_times() -> None:
    """Rows that one commit brings are ordered by time, then by name."""
    made = read(*(folder(f"{DAY}_{name}", HONEST) for name in "bca"))
    assert [entry.finished_at for entry in made.entries] == [
        f"{DAY}T00:00:0{place}Z" for place in range(3)
    ]
    assert all("time of day unknown" in entry.said for entry in made.entries)


LOGS = {"train_seed1": seed_log(1, 1.21), "train_seed2": seed_log(2, 1.2)}
ODD: dict[str, tuple[Any, dict[str, str], str, str]] = {
    "bytes": (HONEST | {"bytes_total": 16_000_001}, {}, "over_bytes", "16,000,001 bytes"),
    "bytes in a log": (HONEST, {"train_seed1": seed_log(1, 1.2001, size=17_000_000)}, "over_bytes", "17,000,000"),
    "time": (HONEST | {"wallclock_seconds": 0, "seed_results": {"1": {"val_bpb": 1.2, "train_time_s": 900}}}, {}, "over_time", "900 s"),
    "best seed": (HONEST | {"val_bpb": 1.1999}, {}, "best_seed_reported", "the best of 2 seeds, whose mean is 1.20000"),
    "best seed of the logs": ({"val_bpb": 1.2, "date": DAY}, LOGS, "best_seed_reported", "mean is 1.20500"),
    "picked": (
        HONEST | {"seeds": [1, 2], "seed_results_all_runs_disclosure": {"all_3_val_bpb": {"1": 1.2001, "2": 1.1999, "3": 1.3}}},
        {}, "picked_seeds", "2 of 3 seeds are reported; not 3 (1.3)",
    ),
    "mean": (HONEST | {"val_bpb": 1.2005}, {}, "mean_differs", "it says 1.2005, the mean of its 2 seeds is 1.20000"),
    "no val_bpb": ({name: value for name, value in HONEST.items() if name != "val_bpb"} | {"mean_val_bpb": 1.2}, {}, "other_name", "mean_val_bpb"),
    "two scores": (HONEST | {"sliding_val_bpb": 1.1}, {}, "other_name", "sliding_val_bpb is 1.1"),
    "last step": (
        HONEST, {"train_seed1": seed_log(1, 1.2001).replace("final_int8_zlib_roundtrip_exact", "last_step_validation")},
        "other_validation", "last step",
    ),
    "hardware": (HONEST | {"hardware": "1xRTX5090"}, {}, "wrong_hardware", "1xRTX5090"),
    "devices in a log": (HONEST, {"train_seed1": seed_log(1, 1.2001).replace("world_size:8", "world_size:2")}, "wrong_hardware", "2 devices"),
    "seed in a log": (HONEST, {"train_seed1": seed_log(7, 1.2001)}, "log_differs", "says seed 7 inside"),
    "score in a log": (HONEST, {"train_seed1": seed_log(1, 1.3)}, "log_differs", "seed 1 is given as 1.2001"),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_what_is_odd_has_a_code_and_its_evidence(name: str) -> None:
    submission, logs, code, evidence = ODD[name]
    made = read(folder(f"{DAY}_Odd", submission, **logs))
    assert [item.code for item in made.anomalies if evidence in item.evidence] == [code]
    assert made.anomalies[0].record is made.entries[0].record


def test_another_count_of_tokens_than_the_others() -> None:
    others = [
        folder(f"{DAY}_{place}", HONEST, train_seed1=seed_log(1, 1.2001) + f"{place}\n")
        for place in range(3)
    ]
    odd = folder(f"{DAY}_odd", HONEST, train_seed1=seed_log(1, 1.2001, tokens=63_779_840))
    made = read(*others, odd)
    assert [item.evidence for item in made.anomalies if item.code == "other_validation"] == [
        "train_seed1.log evaluates 63,779,840 tokens, 3 other logs 62,021,632"
    ]
    asked = read(odd, contract={"evaluated_tokens": 62_021_632})
    assert codes(asked) == ["other_validation"]


def test_between_folders() -> None:
    same = seed_log(3, 1.199912)
    first = HONEST | {"seed_results": seeds(s3=1.199912), "val_bpb": 1.199912, "date": "2026-03-18"}
    made = read(
        folder("2026-03-18_First", first, train_seed3=same),
        folder("2026-03-20_Again", first | {"date": DAY}, train_seed3=same),
    )
    assert Counter(codes(made)) == {"reused_digest": 2, "already_beaten": 1}
    assert "2026-03-18_First of 2026-03-18 has 1.199912" in made.anomalies[-1].evidence


def test_folders_without_a_score() -> None:
    made = read(
        folder(f"{DAY}_NoJson", "{"),
        folder(f"{DAY}_Mean", {"val_bpb": 1.2, "val_bpb_std": 0.1, "date": DAY}, a="no score\n"),
        [log("x", "raw/stray/train.log")],
    )
    assert [entry.failure and entry.failure.kind for entry in made.entries] == [
        "no_score_receipt"
    ] * 2
    assert [item.source for item in made.left_out] == ["raw/stray/train.log"]
    with pytest.raises(LogError, match=r"no submission\.json"):
        read([log("x", "train.log")])
    with pytest.raises(LogError, match="the lane accuracy"):
        read(folder("a", HONEST), metric={"name": "accuracy"})


def test_a_list_of_what_was_extracted() -> None:
    item = {
        "folder": f"{DAY}_Honest", "track": "track_10min_16mb", "name": "Honest", "date_iso": DAY,
        "val_bpb": 1.2, "seed_results": {"1337#v0": {"val_bpb": 1.21}, "1337#v1": {"val_bpb": 1.2}},
        "raw_blob": f"records/track_10min_16mb/{DAY}_Honest/submission.json",
        "logs": [{"path": "a/train_seed1.log", "file_seed": 1, "seed_in_log": 2, "val_bpb": 1.2, "in_reported_set": False}],
    }  # fmt: skip
    made = read([log(json.dumps([item]), "submissions.json")])
    assert made.entries[0].results == ({"seed": 1337, "val_bpb": 1.2},)
    assert made.entries[0].said[0] == f"folder records/track_10min_16mb/{DAY}_Honest"
    assert Counter(codes(made)) == {"picked_seeds": 2, "log_differs": 1}
    for text in ("{", "{}", "[1]"):
        with pytest.raises(LogError):
            read([log(text, "submissions.json")])


def test_every_code_is_in_the_schema_and_on_the_page() -> None:
    top = Path(__file__).parents[2]
    report = json.loads((top / "schemas" / "report-v1.schema.json").read_text(encoding="utf-8"))
    items = report["$defs"]["import"]["properties"]["anomalies"]["items"]
    assert set(items["properties"]["code"]["enum"]) == anomalies.CODES.keys()
    page = (top / "docs" / "importing.md").read_text(encoding="utf-8")
    assert all(f"| `{code}` |" in page for code in anomalies.CODES)


FOUND = {
    "over_bytes", "best_seed_reported", "picked_seeds", "mean_differs", "other_name",
    "other_validation", "wrong_hardware", "log_differs", "reused_digest", "already_beaten",
}  # fmt: skip


@pytest.mark.skipif(shared() is None, reason="real logs are not here: set HOMEGOLF_SHARED")
def test_the_public_folders() -> None:
    top = shared()
    assert top is not None
    files = read_logs([top / "parameter-golf"], parameter_golf.WANTED)
    made = parameter_golf.read([LogFile(*file) for file in files], lane(), {})
    assert len(made.entries) == 60
    assert sum(entry.failure is not None for entry in made.entries) == 1
    assert set(codes(made)) >= FOUND
    raw = read_logs([top / "parameter-golf" / "raw"], parameter_golf.WANTED)
    made = parameter_golf.read([LogFile(*file) for file in raw], lane(), {})
    assert len(made.entries) == 58
    assert made.left_out == ()
