"""Rows built from machine-written reports, and receipts that prove or contradict them (sections 3, 4)."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from homegolf_git.cli.draft_facts import FACTS
from homegolf_git.core.model.draft import DraftFacts
from homegolf_git.shell.hardware import measured_devices
from tests.build import Document
from tests.e2e.world import LANE, Ran, World

FIXTURES = Path(__file__).parents[1] / "fixtures" / "receipts"
PSIONIC = FIXTURES / "psionic_single_h100_training_report.json"
SUBMISSION = FIXTURES / "submission_seed_results.json"
NAIVE = FIXTURES / "submission_naive_baseline.json"
OPEN: dict[str, Any] = {
    "contract": {
        "evaluation_modes": ["non_overlapping", "sliding_window:64"],
        "evaluated_tokens": 62021632,
        "requires": ["score_receipt"],
    }
}


@pytest.fixture
def lane(world: World) -> World:
    world.lane(**OPEN)
    return world


def build(world: World, *arguments: str, report: Path) -> Ran:
    return world.homegolf("record", "--receipt", str(report), "--lane", LANE, *arguments)


def test_every_fact_of_a_draft_is_an_option() -> None:
    fields = [fact.field for fact in FACTS]
    assert len(set(fields)) == len(fields)
    of_request = {"receipt", "receipt_kind", "lane", "source", "config_file"}
    assert set(fields) - {"stage", "detail"} - of_request == set(DraftFacts.__struct_fields__)


def landed(world: World, run_id: str) -> Document:
    """The row that was built, as any YAML reader reads it."""
    (path,) = world.repo.glob(f"ledger/home/runs/*/{run_id}.yaml")
    document: Document = yaml.safe_load(path.read_text(encoding="utf-8"))
    return document


class TestBuilding:
    """`record --receipt` builds a row from reports and a few facts."""

    def test_a_psionic_report(self, lane: World) -> None:
        ran = build(
            lane, "--seed", "1337", "--run-id", "single-h100", "--submitter", "someone",
            "--mode", "non_overlapping", "--summary", "first real training", "--revision", "68e46b82",
            "--clean", report=PSIONIC,
        )  # fmt: skip
        assert ran.code == 0, ran.said
        row = landed(lane, "single-h100")
        (result,) = row["results"]
        assert result["seed"] == 1337
        assert result["val_bpb"] == 6.306931747817168
        assert result["val_loss"] == 10.64899006955549
        assert result["evaluated_tokens"] == 62021632
        assert result["evaluated_bytes"] == 151080363
        assert result["train_seconds"] == 1348.854
        assert result["artifact_bytes"] == 4732744
        assert result["steps"] == 1
        assert row["finished_at"] == "2026-03-25T10:15:25Z"
        assert row["hardware"][0]["device"].startswith("NVIDIA H100")
        assert row["config"]["grad_accum_steps"] == 8
        (receipt,) = row["receipts"]
        assert receipt["sha256"] == hashlib.sha256(PSIONIC.read_bytes()).hexdigest()
        there = lane.repo / f"ledger/home/receipts/single-h100/{receipt['path']}"
        assert there.read_bytes() == PSIONIC.read_bytes()
        assert lane.outcomes() == {"single-h100": "invalid/over_time"}
        assert lane.answer("verify")["ok"]

    def test_a_submission_with_a_score_a_seed(self, lane: World) -> None:
        ran = build(
            lane, "--run-id", "smear-gate", "--finished-at", "2026-03-20T05:30:00Z",
            "--mode", "sliding_window:64", "--budget", "600", "--device", "NVIDIA H100:8",
            "--kind", "model", "--set", "model.mlp=3", "--set", "name=x", report=SUBMISSION,
        )  # fmt: skip
        assert ran.code == 0, ran.said
        row = landed(lane, "smear-gate")
        assert {result["seed"]: result["val_bpb"] for result in row["results"]} == {
            1337: 1.14597222,
            42: 1.14656085,
            7: 1.1449177,
        }
        assert (row["seeds_planned"], row["seeds_run"]) == (3, 3)
        assert row["submitter"] == "raahilshah"
        assert row["change"]["summary"].startswith("Int6 MLP3x")
        assert row["config"] == {"model.mlp": 3, "name": "x"}
        assert row["hardware"] == [{"device": "NVIDIA H100", "count": 8}]
        assert lane.outcomes() == {"smear-gate": "improvement/baseline"}

    def test_a_submission_with_one_score_has_no_seed_of_its_own(self, lane: World) -> None:
        options = (
            "--run-id", "naive", "--finished-at", "2026-03-18T14:56:29Z",
            "--mode", "non_overlapping", "--budget", "600", "--set", "model.layers=9",
        )  # fmt: skip
        before = lane.state()
        ran = build(lane, *options, "--seed", "1", "--seed", "2", report=NAIVE)
        assert (ran.code, "--seed" in ran.err) == (1, True)
        assert lane.state() == before
        assert "seed: null" in build(lane, *options, "--dry-run", report=NAIVE).out
        assert build(lane, *options, "--seed", "1337", report=NAIVE).code == 0
        (result,) = landed(lane, "naive")["results"]
        assert (result["seed"], result["val_bpb"]) == (1337, 1.2243657)

    def test_a_report_that_the_lane_maps(self, lane: World) -> None:
        reports = []
        for seed, score in ((1, 1.2), (2, 1.2001)):
            path = lane.root / f"report-{seed}.json"
            path.write_text(
                json.dumps({"seed": seed, "final": {"val_bpb": score}}), encoding="utf-8"
            )
            reports += ["--receipt", str(path)]
        ran = lane.homegolf(
            "record", *reports, "--lane", LANE, "--run-id", "mapped", "--mode", "non_overlapping",
            "--finished-at", "2026-03-20T05:30:00Z", "--summary", "two seeds", "--submitter", "me",
            "--set", "model.layers=9",
        )  # fmt: skip
        assert ran.code == 0, ran.said
        row = landed(lane, "mapped")
        assert [result["val_bpb"] for result in row["results"]] == [1.2, 1.2001]
        assert {receipt["kind"] for receipt in row["receipts"]} == {"plain-report"}

    def test_a_config_that_nobody_states_is_asked_for(self, lane: World) -> None:
        options = (
            "--run-id", "naive", "--finished-at", "2026-03-18T14:56:29Z", "--seed", "1",
            "--mode", "non_overlapping", "--budget", "600",
        )  # fmt: skip
        ran = build(lane, *options, "--json", report=NAIVE)
        assert (ran.code, ran.codes()) == (1, ["empty_config"])
        assert "--allow-empty-config" in ran.json()["findings"][0]["fix"]
        assert build(lane, *options, "--allow-empty-config", report=NAIVE).code == 0
        assert landed(lane, "naive")["config"] == {}

    def test_devices_that_no_report_states_are_those_of_this_machine(self, lane: World) -> None:
        ran = build(
            lane, "--run-id", "naive", "--finished-at", "2026-03-18T14:56:29Z", "--seed", "1",
            "--mode", "non_overlapping", "--budget", "600", "--set", "a=1", report=NAIVE,
        )  # fmt: skip
        assert ran.code == 0, ran.said
        ((device, count),) = measured_devices()
        assert landed(lane, "naive")["hardware"] == [{"device": device, "count": count}]

    def test_what_no_report_states_is_named_all_at_once(self, lane: World) -> None:
        before = lane.state()
        ran = build(lane, "--dry-run", report=SUBMISSION)
        for option in ("--mode", "--split", "--revision", "--set"):
            assert ran.err.count(option) >= 1
        assert lane.state() == before

    def test_the_submitter_may_be_left_to_git(self, lane: World) -> None:
        lane.git("config", "user.name", "Grace")
        ran = build(
            lane, "--seed", "1", "--run-id", "single", "--mode", "non_overlapping",
            "--summary", "x", report=PSIONIC,
        )  # fmt: skip
        assert ran.code == 0, ran.said
        assert landed(lane, "single")["submitter"] in {"Grace", "Ada"}

    def test_a_dry_run_shows_the_row_and_writes_nothing(self, lane: World) -> None:
        before = lane.state()
        ran = build(
            lane, "--dry-run", "--run-id", "smear-gate", "--finished-at", "2026-03-20T05:30:00Z",
            "--mode", "sliding_window:64", "--set", "a=1", report=SUBMISSION,

        )  # fmt: skip
        assert ran.code == 0, ran.said
        assert "1.14597222" in ran.out
        assert lane.state() == before

    @pytest.mark.parametrize(
        "content", [b"", b"[]", b"{}", b"{", b'{"val_bpb": NaN}', b"\xff", b"x" * 300_000]
    )
    def test_what_no_reader_knows_is_refused(self, lane: World, content: bytes) -> None:
        report = lane.root / "report.json"
        report.write_bytes(content)
        before = lane.state()
        ran = build(lane, "--run-id", "odd", "--mode", "full", "--seed", "1", report=report)
        assert ran.code == 1
        assert "report.json" in ran.err
        assert lane.state() == before

    def test_an_unknown_kind_names_those_there_are(self, lane: World) -> None:
        ran = build(lane, "--receipt-kind", "psionic", report=PSIONIC)
        assert ran.code in {1, 2}
        assert "psionic-training-report" in ran.err
        assert "plain-report" in ran.err

    def test_an_unknown_lane(self, world: World) -> None:
        ran = world.homegolf("record", "--receipt", str(PSIONIC), "--lane", "hme")
        assert ran.code == 1
        assert "home?" in ran.err

    def test_the_only_lane_need_not_be_named(self, lane: World) -> None:
        words = (
            "record", "--receipt", str(NAIVE), "--run-id", "naive", "--seed", "1", "--mode",
            "non_overlapping", "--finished-at", "2026-03-18T14:56:29Z", "--set", "a=1", "--json",
        )  # fmt: skip
        ran = lane.homegolf(*words)
        assert (ran.code, ran.codes()) == (2, ["missing_option"])
        assert "home, h100" in ran.json()["findings"][0]["message"]
        lane.git("switch", "--quiet", "--orphan", "alone")
        lane.lane()
        assert lane.homegolf(*words).code == 0
        assert landed(lane, "naive")["lane"] == LANE

    def test_without_a_lane_there_is_nothing_to_record_in(self, world: World) -> None:
        world.git("switch", "--quiet", "--orphan", "alone")
        world.commit("No ledger", {"README.md": "one\n"})
        ran = world.homegolf("record", "--receipt", str(NAIVE), "--json")
        assert (ran.code, ran.codes()) == (4, ["no_ledger"])

    def test_a_link_is_refused(self, lane: World) -> None:
        link = lane.root / "report.json"
        link.symlink_to(PSIONIC)
        assert build(lane, "--run-id", "odd", report=link).code == 1


def record(world: World, run_id: str, scores: Any, **facts: Any) -> Ran:  # noqa: ANN401
    mode = {"evaluation": {"mode": "full"}}
    return world.homegolf("record", str(world.row(run_id, scores, **{**mode, **facts})))


def breach(world: World, ran: Ran, reason: str, run_id: str = "odd") -> None:
    """The run was refused for the reason, and lands as invalid with --keep-invalid."""
    assert ran.code == 1, ran.said
    assert f"[{reason}]" in ran.err
    assert world.git("status", "--porcelain") == ""
    kept = world.homegolf("record", "--keep-invalid", str(world.root / "inbox" / f"{run_id}.yaml"))
    assert kept.code == 0, kept.said
    row = next(row for row in world.verdicts() if row["run_id"] == run_id)
    assert row["class"] == "invalid"
    assert reason in row["reasons"]


class TestProof:
    """A receipt proves a number, contradicts it, or has proved another already."""

    def test_numbers_that_agree(self, world: World) -> None:
        listed = world.reports((1, 1.2), (2, 1.2001), run_id="good")
        assert record(world, "good", (1.2, 1.2001), receipts=listed).code == 0
        assert world.outcomes() == {"good": "improvement/baseline"}

    def test_a_number_that_the_receipt_contradicts(self, world: World) -> None:
        listed = world.reports((1, 1.2), (2, 1.2001), run_id="odd")
        breach(world, record(world, "odd", (1.2, 1.1001), receipts=listed), "receipt_mismatch")

    def test_a_digit_too_good(self, world: World) -> None:
        listed = world.reports((1, 1.2345678), run_id="odd")
        breach(world, record(world, "odd", (1.2345,), receipts=listed), "receipt_mismatch")

    def test_a_real_report_under_another_score(self, world: World) -> None:
        listed = [
            world.receipt("odd", "report.json", PSIONIC.read_bytes(), "psionic-training-report")
        ]
        breach(world, record(world, "odd", (6.2069,), receipts=listed), "receipt_mismatch")

    def test_a_receipt_that_proves_another_run_already(self, world: World) -> None:
        data = b'{"seed": 1, "final": {"val_bpb": 1.2}}'
        listed = [world.receipt("first", "a.json", data)]
        assert record(world, "first", (1.2,), receipts=listed).code == 0
        again = [world.receipt("odd", "other-name.json", data)]
        breach(world, record(world, "odd", (1.2,), receipts=again), "receipt_reused")

    def test_a_receipt_shows_a_seed_that_was_not_disclosed(self, world: World) -> None:
        listed = world.reports((1, 1.2), (2, 1.3), run_id="odd")
        breach(world, record(world, "odd", (1.2,), receipts=listed), "undisclosed_seeds")

    def test_a_disclosed_seed_may_stay_unreported(self, world: World) -> None:
        listed = world.reports((1, 1.2), (2, 1.3), run_id="good")
        assert (
            record(world, "good", (1.2,), receipts=listed, seeds_run=2, seeds_planned=2).code == 0
        )

    def test_a_score_that_its_loss_contradicts(self, world: World) -> None:
        result = {
            "seed": 1,
            "val_bpb": 1.2,
            "val_loss": 2.0,
            "evaluated_tokens": 1000,
            "evaluated_bytes": 2500,
        }
        ran = record(world, "odd", (1.2,), results=[result])
        assert ran.code == 0, ran.said
        assert "inconsistent_score" in ran.said
        assert world.outcomes() == {"odd": "invalid/inconsistent_score"}

    def test_a_score_that_its_loss_bears_out(self, world: World) -> None:
        result = {
            "seed": 1, "val_bpb": 1.154156, "val_loss": 2.0, "evaluated_tokens": 1000,
            "evaluated_bytes": 2500,
        }  # fmt: skip
        assert record(world, "good", (1.2,), results=[result]).code == 0
        assert world.outcomes() == {"good": "improvement/baseline"}

    def test_a_lane_that_asks_for_a_receipt(self, world: World) -> None:
        world.lane(contract={"requires": ["score_receipt", "clean_source", "model_artifact"]})
        source = {"revision": "68e46b82", "dirty": True, "changed_paths": []}
        assert record(world, "bare", (1.2,), source=source).code == 0
        (row,) = world.verdicts()
        assert row["reasons"] == ["dirty_source", "no_receipt", "no_artifact"]
        listed = world.reports((1, 1.2), run_id="whole")
        artifacts = [{"role": "model", "uri": "s3://b/m", "sha256": "a" * 64, "bytes": 5}]
        assert record(world, "whole", (1.2,), receipts=listed, artifacts=artifacts).code == 0
        assert world.outcomes()["whole"] == "improvement/baseline"

    def test_a_retracted_run_can_be_recorded_anew_with_its_receipt(self, world: World) -> None:
        data = b'{"seed": 1, "final": {"val_bpb": 1.2}}'
        listed = [world.receipt("first", "a.json", data)]
        assert record(world, "first", (1.2,), receipts=listed).code == 0
        options = ("--reason", "wrong config", "--evidence", "b", "--by", "someone")
        assert world.homegolf("retract", "first", *options).code == 0
        assert world.answer("verify")["findings"] == []
        again = [world.receipt("second", "a.json", data)]
        assert record(world, "second", (1.2,), receipts=again).code == 0
        assert world.outcomes() == {"first": "invalid/retracted", "second": "improvement/baseline"}
