"""`homegolf import`: one commit a row, nothing twice, nothing half-done (section 14)."""

import json
import os
import time
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.e2e.world import World
from tests.importers.logs import FIXTURES, HEADER, PLAIN, shared, tsv

LANE = "imported"
SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "report-v1.schema.json").read_text(encoding="utf-8")
)
REAL = pytest.mark.skipif(shared() is None, reason="real logs are not here: set HOMEGOLF_SHARED")
# Rows of each real log, those without a score, and how many their loop kept.
LOOPS = {
    "karpathy-h100-mar8.tsv": ("autoresearch", 126, 1, 23),
    "karpathy-pr109-loop_results.tsv": ("autoresearch", 116, 0, 25),
    "anaclumos.tsv": ("autoresearch", 55, 5, 16),
    "mlx-pr9.tsv": ("autoresearch", 20, 0, 19),
    "dhruv2mars-pi.jsonl": ("pi", 49, 1, 18),
    "unified-mi300x-sonnet4-r1.tsv": ("autoresearch", 68, 68, 0),
    "unified-5070ti-gpt41-r1.tsv": ("autoresearch", 119, 43, 5),
    "unified-5090-gpt41-r1.tsv": ("autoresearch", 100, 7, 20),
    "unified-5090-gpt41-r2.tsv": ("autoresearch", 100, 6, 18),
    "unified-5090-gpt41-r3.tsv": ("autoresearch", 100, 6, 23),
}


@pytest.fixture
def ledger(world: World) -> World:
    """A world with a lane for logs of loops."""
    contract = dict.fromkeys(
        ("train_seconds_max", "artifact_bytes_max", "evaluated_tokens", "evaluation_modes")
    )
    world.lane(LANE, contract=contract, decision={"procedure": 2, "repeats": "count"})
    return world


def put(world: World, text: str | bytes, name: str = "results.tsv") -> str:
    """Write a log outside the repository."""
    path = world.root / "logs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def imported(world: World, kind: str, *arguments: str, code: int = 0) -> Any:  # noqa: ANN401 - a JSON document
    answer = world.answer("import", kind, *arguments, "--lane", LANE, code=code)
    jsonschema.Draft7Validator(SCHEMA).validate(answer)
    return answer


def runs(world: World) -> list[str]:
    """Subjects of the commits behind the lane's, oldest first."""
    subjects = world.git("log", "--first-parent", "--reverse", "--format=%s").splitlines()
    return [line for line in subjects if line.startswith("run(")]


def test_one_commit_a_row_in_order(ledger: World) -> None:
    answer = imported(ledger, "autoresearch", put(ledger, PLAIN))
    assert (answer["rows"], answer["failed"], answer["recorded"], answer["already_landed"]) == (
        4,
        1,
        4,
        0,
    )
    assert answer["left_out"] == []
    assert len(runs(ledger)) == 4
    verdicts = ledger.verdicts(LANE)
    assert [row["score"] for row in verdicts] == [0.9979, 0.986041, 0.982603, None]
    assert [f"run({LANE}): {row['run_id']}" for row in verdicts] == runs(ledger)
    changed = ledger.git("log", "-4", "--format=", "--name-status").split("\n")
    assert [line[:2] for line in changed if line] == ["A\t"] * 4
    assert ledger.git("status", "--porcelain") == ""
    assert ledger.git("fsck", "--strict", "--no-dangling") == ""
    assert ledger.answer("verify")["findings"] == []


def test_again_and_grown(ledger: World) -> None:
    lines = PLAIN.splitlines(keepends=True)
    log = put(ledger, "".join(lines[:3]))
    assert imported(ledger, "autoresearch", log)["recorded"] == 2
    before = ledger.head
    assert imported(ledger, "autoresearch", log)["already_landed"] == 2
    assert ledger.head == before
    put(ledger, PLAIN)
    answer = imported(ledger, "autoresearch", log)
    assert (answer["already_landed"], answer["recorded"]) == (2, 2)
    assert len(runs(ledger)) == 4


def test_a_dry_run_changes_nothing(ledger: World) -> None:
    log = put(ledger, PLAIN)
    before = ledger.state()
    assert imported(ledger, "autoresearch", log, "--dry-run")["recorded"] == 4
    assert ledger.state() == before
    told = ledger.homegolf("import", "autoresearch", log, "--lane", LANE, "--dry-run").out
    assert told.index("half the batch") < told.index("would be recorded")


def test_the_preview_comes_first(ledger: World) -> None:
    rows = [f"abc12{n:02}|1.{n:02}|2|keep|try {n}" for n in range(15)]
    log = put(ledger, tsv(HEADER, *rows, "short|1"))
    told = ledger.homegolf("import", "autoresearch", log, "--lane", LANE).out
    order = [
        "try 0",
        "... and 5 rows more",
        "15 recorded in imported",
        "verdict",
        "They kept 15",
        "Left out:",
    ]
    assert sorted(order, key=told.index) == order
    assert f"{log}:17: 2 cells, the header has 5" in told


def test_where_the_runs_are_from(ledger: World) -> None:
    url = "https://example.org/loop"
    imported(ledger, "autoresearch", put(ledger, PLAIN), "--repository", url)
    shown = [ledger.answer("show", row["run_id"])["row"] for row in ledger.verdicts(LANE)]
    assert {row["source"]["repository"] for row in shown} == {url}
    assert ledger.answer("verify")["findings"] == []


def test_commit_dates_where_the_commits_are(ledger: World) -> None:
    trainer = ledger.root / "trainer"
    ledger.git("init", "--quiet", str(trainer))
    ledger.git("-C", str(trainer), "commit", "--quiet", "--allow-empty", "--message", "a")
    commit = ledger.git("-C", str(trainer), "rev-parse", "--short=7", "HEAD")
    (trainer / "results.tsv").write_text(
        tsv(HEADER, "start|1.6|2|keep|a", f"{commit}|1.5|2|keep|b")
    )
    imported(ledger, "autoresearch", str(trainer / "results.tsv"))
    assert [row["finished_at"] for row in ledger.verdicts(LANE)] == [
        "1970-01-01T00:00:02Z", "2026-04-01T12:00:00Z",
    ]  # fmt: skip


def test_replicates_pool_only_on_what_is_named(ledger: World) -> None:
    text = tsv(HEADER, "abc1234|1.5|2|keep|x", "abc1234|1.4999|2|keep|x again")
    answer = imported(ledger, "autoresearch", put(ledger, text), "--dry-run")
    (group,) = answer["replicate_candidates"]
    assert (group["by"], group["value"], len(group["run_ids"])) == ("commit", "abc1234", 2)
    assert "noise/replicate" not in answer["verdicts"]
    answer = imported(ledger, "autoresearch", put(ledger, text), "--replicates", "commit")
    assert answer["verdicts"]["noise/replicate"] == 1


def test_a_map_file(ledger: World) -> None:
    mapping = put(ledger, "val_bpb: val_bpb\nchange.summary: session\n", "map.yaml")
    log = str(FIXTURES / "replicates.csv")
    answer = imported(ledger, "csv", log, "--map", mapping, "--replicates", "description")
    assert sum(answer["verdicts"].values()) == 3
    assert answer["verdicts"]["improvement/baseline"] == 1
    revisions = ledger.git("grep", "-h", "revision:", "HEAD", "--", f"ledger/{LANE}/runs").split(
        "\n"
    )
    assert len(set(revisions)) == 2
    put(ledger, "val_bpb: loss\n", "map.yaml")
    assert imported_codes(ledger, "csv", log, "--map", mapping) == ["bad_map"]
    put(ledger, "val_bpb: [\n", "map.yaml")
    assert imported_codes(ledger, "csv", log, "--map", mapping) == ["yaml_syntax"]


def imported_codes(world: World, *arguments: str, code: int = 1) -> list[str]:
    """Findings of an import that is refused and leaves everything as it was."""
    before = world.state()
    ran = world.homegolf("import", *arguments, "--lane", LANE, "--json")
    assert ran.code == code, ran.said
    assert world.state() == before
    return ran.codes()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\x01\x02", b"commit\tval_bpb\n\xff\xfe\xfd\t1\n", b"commit\tother\na\t1\n",
        b"\t".join([b"x"] * 1_000_000) + b"\nval_bpb\n", b"\x1b[2J" * 100,
    ],
)  # fmt: skip
def test_what_is_no_log_is_refused(ledger: World, data: bytes) -> None:
    assert imported_codes(ledger, "autoresearch", put(ledger, data)) == ["unreadable_log"]


def test_one_of_a_gigabyte_is_refused_unread(ledger: World) -> None:
    log = put(ledger, "")
    os.truncate(log, 1 << 30)
    ran = ledger.homegolf("import", "autoresearch", log, "--lane", LANE)
    assert ran.code == 1
    assert "1,073,741,824 bytes; at most 67,108,864 are read" in ran.err


def test_wrong_calls(ledger: World) -> None:
    log = put(ledger, PLAIN)
    assert imported_codes(ledger, "results", log, code=2) == ["usage"]
    assert imported_codes(ledger, "csv", log, code=2) == ["usage"]
    assert imported_codes(ledger, "autoresearch", log, "--replicates", "all", code=2) == ["usage"]
    assert imported_codes(ledger, "autoresearch", f"{log}x") == ["no_file"]
    assert imported_codes(ledger, "mlflow", str(ledger.home)) == ["no_file"]
    ran = ledger.homegolf("import", "autoresearch", log, "--lane", "nowhere", "--json")
    assert (ran.code, ran.codes()) == (1, ["no_such_lane"])


def test_hostile_cells_act_nowhere(ledger: World) -> None:
    rows = tsv(
        HEADER,
        "=cmd()|1.5|2|keep|\x1b[2J##[error]@team <img src=x> =HYPERLINK(1)",
        "abc1234|=1+1|2|keep|a formula",
        f"abc1235|1.4|2|keep|{'long ' * 5000}",
        HEADER,
        "abc1236|1,234.5|2|keep|grouped",
    )
    answer = imported(ledger, "autoresearch", put(ledger, rows))
    assert (answer["rows"], answer["recorded"]) == (3, 3)
    assert [item["line"] for item in answer["left_out"]] == [3, 5]
    shown = ledger.homegolf("log", "--lane", LANE).out
    assert "\x1b" not in shown
    assert "##[error]" not in shown
    assert ledger.answer("verify")["ok"]


def test_a_record_that_landed_elsewhere_is_named(ledger: World) -> None:
    log = put(ledger, PLAIN)
    imported(ledger, "autoresearch", log)
    ledger.lane("other", contract={"evaluated_tokens": None, "evaluation_modes": None})
    answer = ledger.answer("import", "autoresearch", log, "--lane", "other")
    assert answer["recorded"] == 0
    assert {item["why"].split(" as ")[0] for item in answer["left_out"]} == {
        "it has landed in imported"
    }


def test_a_hook_that_changes_a_row_stops_the_import(ledger: World) -> None:
    log = put(ledger, PLAIN)
    ledger.hook("pre-commit", "echo >> $(git diff --cached --name-only); git add -A")
    before = ledger.head
    ran = ledger.homegolf("import", "autoresearch", log, "--lane", LANE, "--json")
    assert (ran.code, ran.codes()) == (1, ["commit_refused"])
    assert ledger.head == before


def test_under_a_hook_the_rows_are_the_same(ledger: World) -> None:
    log = put(ledger, PLAIN)
    ledger.hook("post-commit", "exit 0")
    assert imported(ledger, "autoresearch", log)["recorded"] == 4
    assert len(runs(ledger)) == 4
    assert ledger.git("status", "--porcelain") == ""


def test_125_rows_in_under_10_seconds(ledger: World) -> None:
    rows = [f"{n:07x}|1.{n:05}|44.0|discard|try {n}" for n in range(125)]
    log = put(ledger, tsv(HEADER, *rows))
    began = time.monotonic()
    assert imported(ledger, "autoresearch", log)["recorded"] == 125
    assert time.monotonic() - began < 10


@REAL
@pytest.mark.parametrize("name", LOOPS)
def test_real_logs(ledger: World, name: str) -> None:
    top = shared()
    assert top is not None
    kind, rows, failed, kept = LOOPS[name]
    answer = imported(ledger, kind, str(top / "loops" / name))
    assert (answer["rows"], answer["failed"], answer["recorded"]) == (rows, failed, rows)
    assert answer["left_out"] == []
    assert answer["kept"] == kept
    assert len(runs(ledger)) == rows
    assert ledger.answer("verify")["ok"]
    again = imported(ledger, kind, str(Path(top / "loops" / name)))
    assert (again["recorded"], again["already_landed"]) == (0, rows)
