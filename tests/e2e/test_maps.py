"""Receipt maps: of a lane and for all lanes, of every fact, with their faults (sections 3, 3.2, 12)."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reading.checkpoint import read_checkpoint
from tests.build import OTHER_SHA, SHA, Document
from tests.e2e.world import LANE, Ran, World, flow

MAPS = "ledger/receipts.yaml"
OURS = {
    "config": "/args", "hardware": "/gpu", "finished_at": "/ended", "evaluation.mode": "/eval/mode",
    "evaluation.dataset_sha256": "/eval/data", "evaluation.scorer": "/eval/scorer",
    "source.repository": "/git/url", "source.revision": "/git/sha", "source.dirty": "/git/dirty",
    "source.ref": "/git/ref", "seeds_planned": "/planned", "train_seconds_budget": "/budget",
    "artifacts": "/files", "session": "/job", "notes": "/notes", "outcome": "/outcome",
    "change.summary": "/why", "results": "/runs", "seed": "/seed", "val_bpb": "/final/val_bpb",
    "evaluated_tokens": "/final/tokens", "train_seconds": "/seconds", "extra.peak_memory_gb": "/mem",
}  # fmt: skip
REPORT: dict[str, Any] = {
    "args": {"lr": 0.5, "seed": 7},
    "gpu": [{"device": "H100", "count": 2, "host": "box"}],
    "ended": "2026-03-28T13:06:00+02:00",
    "eval": {"mode": "full", "data": SHA, "scorer": {"revision": "abcdef1", "command": "score"}},
    "git": {"url": "https://example.org/t.git", "sha": "68e46b8277", "dirty": False, "ref": "r/1"},
    "planned": 3, "budget": 600, "job": "slurm-17", "notes": "a note", "why": "half the rate",
    "files": [{"role": "model", "sha256": OTHER_SHA, "bytes": 9}],
    "runs": [
        {"seed": 7, "final": {"val_bpb": 1.25, "tokens": 1000}, "seconds": 590.5, "mem": 14.5},
        {"seed": 8, "final": {"val_bpb": 1.26, "tokens": 1000}, "seconds": 591.5, "mem": 14.6},
    ],
}  # fmt: skip


def maps_text(**maps: Document) -> str:
    return f"schema: homegolf/receipts/v1\nreceipts: {flow(maps)}\n"


@pytest.fixture
def mapped(world: World) -> World:
    """Maps for all lanes, and a lane that asks for proof."""
    world.lane(contract={"requires": ["score_receipt"], "dataset_sha256": SHA})
    world.commit("Maps", {MAPS: maps_text(ours=OURS)})
    return world


def build(world: World, *arguments: str, report: Document, name: str = "report.json") -> Ran:
    path = world.root / name
    path.write_text(json.dumps(report), encoding="utf-8")
    return world.homegolf(
        "record",
        "--receipt",
        str(path),
        "--lane",
        LANE,
        "--run-id",
        "r-1",
        "--submitter",
        "me",
        *arguments,
    )


def landed(world: World) -> Document:
    (path,) = world.repo.glob(f"ledger/{LANE}/runs/*/r-1.yaml")
    document: Document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


class TestBuilding:
    """`record --receipt` fills every fact of a row that a map leads to."""

    def test_every_fact(self, mapped: World) -> None:
        ran = build(mapped, report=REPORT)
        assert ran.code == 0, ran.said
        row = landed(mapped)
        assert row["config"] == {"lr": 0.5}
        assert row["hardware"] == REPORT["gpu"]
        assert row["finished_at"] == "2026-03-28T11:06:00Z"
        assert row["evaluation"] == {
            "mode": "full", "split": None, "dataset_sha256": SHA,
            "scorer": REPORT["eval"]["scorer"],
        }  # fmt: skip
        assert row["source"] == {
            "repository": "https://example.org/t.git", "revision": "68e46b8277", "dirty": False,
            "changed_paths": None, "ref": "r/1",
        }  # fmt: skip
        assert (row["seeds_planned"], row["seeds_run"], row["train_seconds_budget"]) == (3, 2, 600)
        assert (row["session"], row["notes"]) == ("slurm-17", "a note")
        assert row["change"] == {"kind": "mixed", "summary": "half the rate"}
        assert row["artifacts"] == REPORT["files"]
        assert row["results"][1] == {
            "seed": 8, "val_bpb": 1.26, "evaluated_tokens": 1000, "train_seconds": 591.5,
            "extra": {"peak_memory_gb": 14.6},
        }  # fmt: skip
        assert mapped.outcomes() == {"r-1": "improvement/baseline"}
        explained = mapped.homegolf("explain", "r-1").out
        assert "Seed 7 also gave peak_memory_gb 14.5." in explained
        assert "It ran in session slurm-17." in explained
        assert "It was scored by score at abcdef1." in explained

    def test_an_option_wins_and_the_door_compares(self, mapped: World) -> None:
        ran = build(mapped, "--budget", "300", "--json", report=REPORT)
        assert (ran.code, ran.codes()) == (1, ["receipt_mismatch"])
        assert "train_seconds_budget is 300" in ran.said

    @pytest.mark.parametrize(
        ("part", "reason"),
        [
            ({"eval": {"mode": "full", "data": OTHER_SHA}}, "wrong_data"),
            ({"budget": 900}, "bounded_probe"),
            ({"runs": [REPORT["runs"][0] | {"seconds": 900}]}, "over_time"),
            ({"files": [{"role": "model", "bytes": 17_000_000}]}, "over_bytes"),
        ],
    )
    def test_what_it_states_is_judged(self, mapped: World, part: Document, reason: str) -> None:
        build(mapped, report=REPORT | part)
        assert mapped.outcomes() == {"r-1": f"invalid/{reason}"}

    def test_a_failed_run(self, mapped: World) -> None:
        failed = {"status": "failed", "failure": {"kind": "oom", "stage": "train"}}
        report = {**REPORT, "outcome": failed, "runs": []}
        ran = build(mapped, report=report)
        assert (ran.code, mapped.outcomes()) == (0, {"r-1": "blocked/oom"}), ran.said

    def test_a_value_of_the_wrong_type(self, mapped: World) -> None:
        ran = build(mapped, "--json", report=REPORT | {"job": 17})
        assert (ran.code, ran.codes()) == (0, ["partly_read"])
        assert ran.json()["findings"][0]["message"] == "session cannot be 17"

    def test_reports_of_a_seed_each(self, mapped: World) -> None:
        paths = []
        for run in REPORT["runs"]:
            report = REPORT | {"runs": [run], "args": {"lr": 0.5, "seed": run["seed"]}}
            paths.append(mapped.write(f"../one-{run['seed']}.json", json.dumps(report)))
        given = [word for path in paths for word in ("--receipt", str(path))]
        ran = mapped.homegolf(
            "record", "--lane", LANE, "--run-id", "r-1", "--submitter", "me", *given
        )
        assert ran.code == 0, ran.said
        assert landed(mapped)["config"] == {"lr": 0.5}
        assert [result["seed"] for result in landed(mapped)["results"]] == [7, 8]

    def test_reports_of_two_configs_are_no_row(self, mapped: World) -> None:
        other = mapped.write("../other.json", json.dumps(REPORT | {"args": {"lr": 1}, "runs": []}))
        ran = build(mapped, "--receipt", str(other), "--json", report=REPORT)
        assert (ran.code, ran.codes()) == (1, ["receipts_disagree"])
        assert ran.json()["findings"][0]["message"].endswith("in lr")

    def test_what_the_trainer_saw_comes_before_the_checkout(self, mapped: World) -> None:
        trainer = mapped.clone("trainer")
        ran = build(mapped, "--source", str(trainer.repo), report=REPORT)
        assert ran.code == 0, ran.said
        assert landed(mapped)["source"]["revision"] == "68e46b8277"


class TestDoor:
    """A row that states otherwise than its receipt is refused on every way in, and never counts."""

    @pytest.fixture
    def row(self, mapped: World) -> Path:
        """The row that the report gives, not yet recorded, with its receipt beside it."""
        there = mapped.clone("elsewhere")
        assert build(there, report=REPORT).code == 0
        (path,) = there.repo.glob(f"ledger/{LANE}/runs/*/r-1.yaml")
        mapped.receipt("r-1", "report.json", json.dumps(REPORT).encode(), "ours")
        return mapped.write("../inbox/r-1.yaml", path.read_text(encoding="utf-8"))

    @pytest.mark.parametrize(
        ("was", "becomes"),
        [
            ("lr: 0.5", "lr: 0.25"), ("68e46b8277", "abcdef0123"), ("count: 2", "count: 1"),
            ("slurm-17", "slurm-18"),
        ],
    )  # fmt: skip
    def test_a_fact_that_differs(self, mapped: World, row: Path, was: str, becomes: str) -> None:
        text = row.read_text(encoding="utf-8")
        assert was in text
        row.write_text(text.replace(was, becomes), encoding="utf-8")
        before = mapped.head
        ran = mapped.homegolf("record", str(row), "--json")
        assert (ran.code, ran.codes()) == (1, ["receipt_mismatch"])
        assert mapped.head == before
        assert mapped.homegolf("record", "--keep-invalid", str(row)).code == 0
        assert mapped.outcomes() == {"r-1": "invalid/receipt_mismatch"}
        assert "the receipt gives" in mapped.homegolf("explain", "r-1").out

    def test_the_same_from_the_checkpoint_and_from_git(self, mapped: World, row: Path) -> None:
        text = row.read_text(encoding="utf-8").replace("lr: 0.5", "lr: 0.25")
        row.write_text(text, encoding="utf-8")
        assert mapped.homegolf("record", "--keep-invalid", str(row)).code == 0
        kept = mapped.verdicts()
        assert mapped.homegolf("verify", "--jobs", "2").code in {0, 1}
        assert mapped.verdicts() == kept


class TestPrecedence:
    """A lane's own map comes first, then the one for all lanes, then what the program knows."""

    def test_the_lanes_own_first(self, world: World) -> None:
        world.lane(receipts={"ours": {"seed": "/s", "val_bpb": "/own"}})
        world.commit("Maps", {MAPS: maps_text(ours={"seed": "/s", "val_bpb": "/shared"})})
        receipt = world.receipt("r-1", "a.json", b'{"s": 1, "own": 1.5, "shared": 1.25}', "ours")
        world.record("r-1", {1: 1.5}, receipts=[receipt])
        assert world.outcomes() == {"r-1": "improvement/baseline"}

    def test_then_the_shared_one_then_the_program(self, world: World) -> None:
        world.commit(
            "Maps", {MAPS: maps_text(**{"trainer-report": {"seed": "/s", "val_bpb": "/x"}})}
        )
        receipt = world.receipt("r-1", "a.json", b'{"s": 1, "x": 1.5}', "trainer-report")
        world.record("r-1", {1: 1.5}, receipts=[receipt])
        assert world.outcomes() == {"r-1": "improvement/baseline"}

    def test_a_trainer_report_needs_no_map(self, world: World) -> None:
        report = {
            "schema": "homegolf/trainer-report/v1", "config": {"lr": 1}, "seed": 3, "val_bpb": 1.5,
            "evaluation": {"mode": "full"}, "hardware": "H100", "evaluated_tokens": 1000,
            "finished_at": "2026-03-28T11:06:00Z", "train_seconds": 10, "train_seconds_budget": 600,
            "artifact_bytes": 10, "change": {"kind": "model", "summary": "x"},
            "source": {"revision": "68e46b82", "dirty": False}, "extra": {"mem": 2},
        }  # fmt: skip
        ran = build(world, report=report)
        assert ran.code == 0, ran.said
        row = landed(world)
        assert row["receipts"][0]["kind"] == "trainer-report"
        assert row["results"] == [
            {"seed": 3, "val_bpb": 1.5, "evaluated_tokens": 1000, "train_seconds": 10,
             "artifact_bytes": 10, "extra": {"mem": 2}}
        ]  # fmt: skip
        assert row["change"] == {"kind": "model", "summary": "x"}

    def test_of_two_maps_the_one_with_the_score(self, world: World) -> None:
        other = {"seed": "/seed", "val_loss": "/loss"}
        world.commit("Maps", {MAPS: maps_text(ours=OURS, other=other)})
        report = REPORT | {"loss": 3.0, "seed": 7}
        ran = build(world, report=report)
        assert ran.code == 0, ran.said
        assert landed(world)["receipts"][0]["kind"] == "ours"


class TestRules:
    """The maps for all lanes are rules: they bind from their commit on, and their faults are said."""

    def errors(self, world: World) -> list[Document]:
        found: list[Document] = world.homegolf("verify", "--json").json()["findings"]
        return [item for item in found if item["path"] == MAPS]

    def test_a_misspelt_fact(self, mapped: World) -> None:
        text = "schema: homegolf/receipts/v1\nreceipts:\n  ours:\n    confg: /args\n"
        mapped.commit("Misspelt", {MAPS: text})
        (found,) = self.errors(mapped)
        assert (found["code"], found["line"], found["severity"]) == ("unknown_field", 4, "warning")
        assert found["fix"] == "did you mean config?"
        doctor = mapped.homegolf("doctor", "--json").json()["findings"]
        assert [item["line"] for item in doctor if item["path"] == MAPS] == [4]

    @pytest.mark.parametrize(
        "text",
        ["[", "schema: homegolf/receipts/v1\n", maps_text(ours={"config": "args"}), "a: &a x\n"],
    )
    def test_what_cannot_be_read_leaves_those_before_it(self, mapped: World, text: str) -> None:
        mapped.commit("Broken", {MAPS: text})
        assert any(item["severity"] == "error" for item in self.errors(mapped))
        assert build(mapped, report=REPORT).code == 0
        mapped.commit("Mended", {MAPS: maps_text(ours=OURS)})
        assert all(item["severity"] == "note" for item in self.errors(mapped))

    def test_rows_keep_to_the_maps_of_their_commit(self, mapped: World) -> None:
        build(mapped, report=REPORT)
        before = mapped.verdicts()
        mapped.commit("Other", {MAPS: maps_text(ours={"val_bpb": "/nowhere"})})
        assert mapped.verdicts() == before
        mapped.commit("Gone", {MAPS: None})
        assert mapped.verdicts() == before
        ran = build(mapped, "--json", report=REPORT | {"notes": "b"}, name="b.json")
        assert (ran.code, ran.codes()) == (1, ["unreadable_receipt"])

    def test_the_checkpoint_rests_on_them(self, mapped: World) -> None:
        build(mapped, report=REPORT)
        mapped.homegolf("verify")
        found = read_checkpoint(GitRepo(mapped.repo))
        assert found is not None
        found[1].close()
        assert found[0].receipt_maps == {"ours": OURS}
        assert MAPS in found[0].track.rules
        # On another line the maps are others, though lane files and rows are the same.
        mapped.git("switch", "--quiet", "--create", "other", "HEAD~1")
        mapped.commit("Other maps", {MAPS: maps_text(theirs={"val_bpb": "/x"})})
        receipt = mapped.receipt("t-1", "t.json", b'{"x": 1.5}', "theirs")
        mapped.record(
            "t-1", {1: 1.5}, receipts=[receipt], evaluation={"mode": "full", "dataset_sha256": SHA}
        )
        assert mapped.outcomes() == {"t-1": "improvement/baseline"}

    def test_a_lane_that_comes_later_has_them(self, mapped: World) -> None:
        mapped.lane("late")
        receipt = mapped.receipt("r-1", "a.json", json.dumps(REPORT).encode(), "ours")
        path = mapped.row("r-1", {7: 1.25, 8: 1.26}, lane="late", receipts=[receipt])
        ran = mapped.homegolf("record", str(path), "--json")
        assert "receipt_mismatch" in ran.codes()

    def test_changed_and_changed_back(self, world: World) -> None:
        world.commit("Maps", {MAPS: maps_text(ours={"val_bpb": "/a"})})
        world.record("one")
        world.commit("Maps", {MAPS: maps_text(ours={"val_bpb": "/b"})})
        world.record("two")
        world.commit("Maps", {MAPS: maps_text(ours={"val_bpb": "/a"})})
        assert {(item["code"], item["severity"]) for item in self.errors(world)} == {
            ("rules_taken_back", "warning")
        }
        (found, *_) = self.errors(world)
        assert found["message"].startswith("receipts changed in commit")

    def test_the_work_tree(self, mapped: World) -> None:
        mapped.write(MAPS, maps_text(ours={"confg": "/x"}))
        said = mapped.homegolf("verify", "--json").json()["findings"]
        assert [item["code"] for item in said] == ["not_committed"]
        said = mapped.homegolf("verify", "--worktree", "--json").json()["findings"]
        assert "unknown_field" in [item["code"] for item in said]


class TestGate:
    """The gate reads the maps of the base; a pull request that changes them adds no row."""

    @pytest.fixture
    def pull(self, mapped: World) -> World:
        mapped.git("switch", "--quiet", "--create", "pull")
        return mapped

    def check(self, world: World) -> Ran:
        return world.homegolf("check", "--base", "main", "--head", "pull", "--json")

    def test_a_row_is_read_by_the_bases_maps(self, pull: World) -> None:
        build(pull, report=REPORT)
        ran = self.check(pull)
        assert (ran.code, ran.json()["rows"][0]["class"]) == (0, "improvement"), ran.said

    def test_a_change_alone_is_fine(self, pull: World) -> None:
        pull.commit("More", {MAPS: maps_text(ours=OURS, other={"val_bpb": "/x"})})
        assert (self.check(pull).code, self.check(pull).codes()) == (0, [])

    def test_they_may_go(self, pull: World) -> None:
        pull.commit("Gone", {MAPS: None})
        assert (self.check(pull).code, self.check(pull).codes()) == (0, [])

    def test_with_a_row_it_is_mixed(self, pull: World) -> None:
        build(pull, report=REPORT)
        pull.commit("Maps", {MAPS: maps_text(ours=OURS, other={"val_bpb": "/x"})})
        assert self.check(pull).codes() == ["mixed_change"]

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (maps_text(ours={"confg": "/x"}), "unknown_field"),
            (maps_text(ours={"accuracy": "/x"}), "unknown_field"),
            ("schema: homegolf/receipts/v1\n", "missing_field"),
            ("[", "yaml_syntax"),
        ],
    )
    def test_faults(self, pull: World, text: str, code: str) -> None:
        pull.commit("Maps", {MAPS: text})
        assert code in self.check(pull).codes()

    def test_changed_and_changed_back(self, pull: World) -> None:
        pull.commit("Maps", {MAPS: maps_text(ours={"val_bpb": "/x"})})
        pull.commit("Back", {MAPS: maps_text(ours=OURS)})
        assert "taken_back" in self.check(pull).codes()

    def test_one_kind_changed_back_beside_another(self, pull: World) -> None:
        other = {"val_bpb": "/x"}
        pull.commit("Maps", {MAPS: maps_text(ours=other, other=other)})
        pull.commit("Back", {MAPS: maps_text(ours=OURS, other=other)})
        ran = self.check(pull)
        assert ran.codes() == ["taken_back"]
        assert "changes its ours" in ran.said

    def test_a_misspelt_fact_of_a_lanes_own(self, pull: World) -> None:
        pull.lane(receipts={"mine": {"val_bbp": "/x"}})
        ran = self.check(pull)
        assert ran.codes() == ["unknown_field"]
        assert "did you mean val_bpb?" in ran.said

    def test_a_link(self, pull: World) -> None:
        (pull.repo / MAPS).unlink()
        (pull.repo / MAPS).symlink_to("ladder.yaml")
        pull.git("commit", "--quiet", "--all", "--message", "Link")
        assert self.check(pull).codes() == ["not_a_file"]
