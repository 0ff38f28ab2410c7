"""From checked documents to values."""

import pytest

from homegolf_git.core.model.lane import Capture, DeviceRule, LaneScorer, Reference
from homegolf_git.core.model.parse import digest_input, ladder_of, lane_of, retraction_of, row_of
from homegolf_git.core.model.row import (
    Artifact,
    Device,
    Evaluation,
    Failure,
    ReceiptRef,
    Scorer,
    Source,
)
from tests.build import REVISION, SHA, Document, failed, lane_document, run
from tests.core.build import row


class TestDigestInput:
    """Config, revision, devices with counts, and evaluation; nothing else."""

    def test_what_is_in_it(self) -> None:
        document = run("a", evaluation={"mode": "full"}, notes="x", seeds_run=9)
        assert digest_input(document) == {
            "config": {"knob": 0},
            "revision": "68e46b82",
            "hardware": [{"device": "NVIDIA GeForce RTX 4080", "count": 1}],
            "evaluation": {
                "mode": "full", "split": None, "dataset_sha256": None, "tokenizer_sha256": None,
            },
        }  # fmt: skip

    @pytest.mark.parametrize("source", [{"revision": None}, {}])
    def test_a_revision_that_nobody_knows_brings_in_the_run(self, source: Document) -> None:
        one, other = (digest_input(run(name, source=source)) for name in ("one", "two"))
        assert (one["run_id"], other["run_id"]) == ("one", "two")

    def test_a_host_is_no_device(self) -> None:
        devices = [{"device": "A", "count": 2, "host": "here"}]
        assert digest_input(run("a", hardware=devices))["hardware"] == [{"device": "A", "count": 2}]


SCORER = {"revision": "abcdef1", "command": "score {artifact}"}


class TestScorer:
    """A scorer is part of how a score was taken; a row without one keeps its digest."""

    def test_absent_and_null_are_alike(self) -> None:
        absent, null = run("r"), run("r", evaluation={"mode": "non_overlapping", "scorer": None})
        assert digest_input(absent) == digest_input(null)
        assert "scorer" not in str(digest_input(absent))

    def test_one_that_is_there_makes_another_config(self) -> None:
        scored = run("r", evaluation={"mode": "non_overlapping", "scorer": SCORER})
        assert row(scored).config_digest != row(run("r")).config_digest
        assert row(scored).evaluation.scorer == Scorer("abcdef1", "score {artifact}")
        assert row(run("r")).evaluation.scorer is None


class TestMoreFacts:
    """Facts that are kept and shown, and judged by nobody."""

    def test_they_change_no_digest(self) -> None:
        source = {
            "revision": REVISION,
            "dirty": False,
            "changed_paths": [],
            "ref": "r/1",
            "frozen_sha256": SHA,
        }
        stated = run("r", session="s", source=source, extra={"extra": {"mem": 1}})
        found = row(stated)
        assert found.config_digest == row(run("r")).config_digest
        assert (found.session, found.source.ref, found.source.frozen_sha256) == ("s", "r/1", SHA)
        assert (found.results[0].extra, found.results[0].numbers) == ({"mem": 1}, {"val_bpb": 1.0})

    def test_absent(self) -> None:
        found = row(run("r"))
        assert (found.session, found.source.ref, dict(found.results[0].extra)) == (
            "row:r",
            None,
            {},
        )


class TestRow:
    """Each fact of a row's document, and what one stands for that nobody stated."""

    def test_what_is_left_out(self) -> None:
        document = run("a", [1.0], change={"kind": "data", "summary": "more"}, source={},
                       train_seconds_budget=..., base=..., evaluation={"mode": "full"})  # fmt: skip
        found = row_of(document, "digest")
        assert (found.run_id, found.lane, found.config_digest) == ("a", "local-cluster", "digest")
        assert (found.change_kind, found.change_summary, found.base) == ("data", "more", None)
        assert found.source == Source(None, None, None)
        assert found.evaluation == Evaluation("full", None, None, None)
        assert (found.states_budget, found.train_seconds_budget) == (False, None)
        assert (found.failure, found.verification) == (None, "self")
        assert (found.artifacts, found.receipts, found.resolves) == ((), (), ())
        assert found.promotion is None

    def test_what_is_stated(self) -> None:
        document = run(
            "a", {7: 1.0}, base="b", extra={"steps": None, "val_loss": 2.0},
            train_seconds_budget=None, verification="repeated",
            hardware=[{"device": "A", "count": 2, "host": "here"}],
            source={"repository": "r", "revision": "68e46b8", "dirty": True, "changed_paths": ["x"]},
            artifacts=[{"role": "model", "uri": "u", "sha256": SHA, "bytes": 3}],
            receipts=[{"kind": "k", "path": "p", "sha256": SHA}],
            resolves=["c"], promotion="promotions/h100/0001", notes="n",
        )  # fmt: skip
        found = row_of(document, "digest")
        assert found.source == Source("68e46b8", is_dirty=True, changed_paths=("x",))
        assert found.hardware == (Device("A", 2),)
        assert (found.states_budget, found.train_seconds_budget) == (True, None)
        assert [(r.seed, dict(r.numbers)) for r in found.results] == [
            (7, {"val_bpb": 1.0, "val_loss": 2.0})
        ]
        assert found.artifacts == (Artifact("model", SHA, 3),)
        assert found.receipts == (ReceiptRef("k", "p", SHA),)
        assert (found.base, found.resolves) == ("b", ("c",))
        assert (found.verification, found.promotion) == ("repeated", "promotions/h100/0001")

    def test_a_failure(self) -> None:
        assert row_of(failed("a", "quota", stage="setup"), "").failure == Failure(
            "quota", "setup", ""
        )


class TestLane:
    """A lane's rules, with the documented default for what is left out."""

    def test_what_is_left_out(self) -> None:
        found = lane_of(lane_document(attribution=..., metric={"unit": "bits/byte"}))
        contract, stop = found.contract, found.stop
        assert (contract.train_seconds_max, contract.artifact_bytes_max) == (None, None)
        assert (contract.hardware, contract.evaluation_modes) == (None, None)
        assert (contract.frozen_paths, contract.editable_paths) == (None, None)
        assert (contract.frozen_sha256, found.capture) == (None, Capture())
        assert (contract.train_seconds_tolerance, contract.requires) == (0.0, frozenset())
        assert (stop.p_star, stop.gain_per_device_hour) == (0.20, None)
        assert found.decision.few_seeds_df is None
        assert (found.attribution.config, found.attribution.paths) == ((), ())
        assert (found.references, found.claim, found.receipts) == ((), "", {})
        assert (found.needs_promotion_from, found.promotion) == (None, None)

    def test_what_is_stated(self) -> None:
        found = lane_of(
            lane_document(
                contract={
                    "hardware": [{"device_matches": "H100", "count": 8}],
                    "evaluation_modes": ["full"],
                    "requires": ["score_receipt"],
                },
                references=[{"name": "naive", "value": 1.2}],
                claim="comparable",
                needs_promotion_from="home",
                promotion={"max_in_flight": 2},
                receipts={"plain": {"seed": "/seed"}},
            )
        )
        assert found.contract.hardware == (DeviceRule("H100", 8),)
        assert found.contract.evaluation_modes == ("full",)
        assert found.contract.requires == {"score_receipt"}
        assert found.references == (Reference("naive", 1.2),)
        assert (found.claim, found.needs_promotion_from) == ("comparable", "home")
        assert found.promotion == {"max_in_flight": 2}
        assert found.receipts == {"plain": {"seed": "/seed"}}

    @pytest.mark.parametrize("hardware", ["any", None])
    def test_any_hardware(self, hardware: str | None) -> None:
        assert lane_of(lane_document(contract={"hardware": hardware})).contract.hardware is None

    def test_patterns_keep_their_order(self) -> None:
        paths = {"model": ["b", "a"], "system": ["c"]}
        found = lane_of(lane_document(attribution={"paths": paths})).attribution.paths
        assert found == (("model", ("b", "a")), ("system", ("c",)))

    def test_what_is_frozen(self) -> None:
        contract = {"frozen_paths": ["a", "b/**"], "frozen_sha256": SHA, "editable_paths": ["c"]}
        found = lane_of(lane_document(contract=contract)).contract
        assert (found.frozen_paths, found.frozen_sha256) == (("a", "b/**"), SHA)
        assert found.editable_paths == ("c",)

    def test_what_is_captured(self) -> None:
        block = {
            "command": "train", "patterns": {"val_bpb": "^(.*)$"}, "reports": ["r.json"],
            "scorer": {"command": "score", "revision": "abcdef1", "report": "s.json"},
            "wall_seconds_max": 720,
        }  # fmt: skip
        scorer = LaneScorer("score", "s.json", "abcdef1")
        assert lane_of(lane_document(capture=block)).capture == Capture(
            "train", {"val_bpb": "^(.*)$"}, ("r.json",), scorer, 720
        )
        bare = {"scorer": {"command": "score", "report": "s.json"}}
        found = lane_of(lane_document(capture=bare)).capture
        assert found == Capture(scorer=LaneScorer("score", "s.json"))
        for nothing in (None, {}, {"scorer": None, "command": None}):
            assert lane_of(lane_document(capture=nothing)).capture == Capture()


class TestOtherDocuments:
    """Retractions and ladders from their documents."""

    def test_they_keep_what_they_say(self) -> None:
        said = {"run_id": "r", "reason": "a", "evidence": "b", "by": "c"}
        found = retraction_of(said)
        assert (found.run_id, found.reason, found.evidence, found.by) == ("r", "a", "b", "c")
        assert ladder_of({"lanes": ["a", "b"]}) == ("a", "b")
