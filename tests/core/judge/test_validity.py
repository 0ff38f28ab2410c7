"""Whether a run kept the contract: every reason, their order, and what is only unverified."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.arrivals import is_promoted
from homegolf_git.core.judge.scores import Score, SeedKey
from homegolf_git.core.judge.validity import (
    INVALID_REASONS,
    MENDABLE_REASONS,
    Context,
    Validity,
    check_validity,
    matches_hardware,
    missing_facts,
)
from homegolf_git.core.model.findings import CODES
from homegolf_git.core.model.lane import DeviceRule
from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.row import Device, Evidence
from tests.build import OTHER_SHA, SHA, Document, failed, run
from tests.core.build import evidence, land, lane, row

IN_ORDER = (
    "retracted", "no_promotion", "wrong_hardware", "wrong_data", "bounded_probe", "dirty_source",
    "no_receipt", "no_artifact", "receipt_mismatch", "receipt_reused", "duplicate_seed",
    "undisclosed_seeds", "evaluation_mode", "partial_validation", "eval_changed",
    "outside_editable", "no_scorer", "over_bytes", "over_time", "inconsistent_score",
)  # fmt: skip
OF_FAILED = ("retracted", "no_promotion", "wrong_hardware", "wrong_data", "bounded_probe")
CONTRACT = {
    "train_seconds_max": 600,
    "train_seconds_tolerance": 0.5,
    "artifact_bytes_max": 16_000_000,
    "evaluated_tokens": 62_021_632,
    "evaluation_modes": ["non_overlapping", "sliding_window:64"],
    "hardware": [{"device_matches": "H100", "count": 1}],
    "dataset_sha256": SHA,
    "tokenizer_sha256": OTHER_SHA,
    "frozen_paths": ["eval/**"],
    "frozen_sha256": SHA,
    "editable_paths": ["src/**", "train.py"],
    "requires": ["clean_source", "score_receipt", "model_artifact", "scorer"],
}
SCORER = {"command": "score {artifact}", "revision": "abcdef1", "report": "score.json"}
STRICT = {
    "contract": CONTRACT,
    "needs_promotion_from": "local-cluster",
    "capture": {"scorer": SCORER},
}
NUMBERS = {
    "val_loss": 2.07269931,
    "evaluated_tokens": 62_021_632,
    "evaluated_bytes": 151_080_363,
    "train_seconds": 599.9,
    "artifact_bytes": 15_863_489,
}
SCORE = 2.07269931 * 62_021_632 / (151_080_363 * 0.6931471805599453)
BY_TRAINING = {"mode": "non_overlapping", "dataset_sha256": SHA, "tokenizer_sha256": OTHER_SHA}
EVALUATION = {**BY_TRAINING, "scorer": {"revision": "abcdef1234", "command": "score"}}
SOURCE = {
    "revision": "68e46b82",
    "dirty": False,
    "changed_paths": ["src/model/a.py", "train.py"],
    "frozen_sha256": SHA,
}
MODEL = {"role": "model", "uri": "s3://b/m.ptz", "sha256": SHA, "bytes": 15_863_489}
H100 = [{"device": "NVIDIA H100 80GB HBM3", "count": 1}]


def honest(scores: Mapping[int, float] | None = None, **changes: Any) -> Document:  # noqa: ANN401
    """A run that keeps every clause of the strict contract."""
    numbers = {**NUMBERS, **changes.pop("numbers", {})}
    numbers = {name: value for name, value in numbers.items() if value is not ...}
    fields = {
        "hardware": H100,
        "evaluation": EVALUATION,
        "artifacts": [MODEL],
        "source": SOURCE,
    } | changes
    return run("run-1", scores or {1: SCORE}, extra=numbers, **fields)


def check(
    document: Document,
    *shown: Evidence,
    is_promoted: bool = True,
    rules: Mapping[str, Any] | None = None,
    **context: Any,  # noqa: ANN401
) -> Validity:
    """Check a run under the strict contract; without evidence each result gets an honest receipt."""
    proofs = shown or tuple(evidence({"val_bpb": SCORE}) for _ in document["results"] or [{}])
    return check_validity(
        land(document, *proofs, is_promoted=is_promoted),
        Context(lane=lane(**(STRICT if rules is None else rules)), **context),
    )


def earlier(by_seed: dict[int, float]) -> dict[SeedKey, Score]:
    """Scores that earlier rows of the config gave to seeds."""
    return {(seed, 0): Score(seed, 0, value, "one", 1) for seed, value in by_seed.items()}


@dataclass(frozen=True)
class Breach:
    """How to break one clause and only that."""

    reason: str
    document: Document = field(default_factory=honest)
    shown: tuple[Evidence, ...] = ()
    is_promoted: bool = True
    context: Mapping[str, Any] = field(default_factory=dict)


BREACHES = (
    Breach("retracted", context={"is_retracted": True}),
    Breach("no_promotion", is_promoted=False),
    Breach("wrong_hardware", honest(hardware=[{"device": "NVIDIA A100", "count": 1}])),
    Breach("wrong_hardware", honest(hardware=[{"device": "NVIDIA H100", "count": 2}])),
    Breach("wrong_hardware", honest(hardware=[*H100, {"device": "NVIDIA A100", "count": 1}])),
    Breach("wrong_hardware", honest(hardware=[])),
    Breach("wrong_data", honest(evaluation={**EVALUATION, "dataset_sha256": OTHER_SHA})),
    Breach("wrong_data", honest(evaluation={**EVALUATION, "tokenizer_sha256": SHA})),
    Breach("bounded_probe", honest(train_seconds_budget=None)),
    Breach("bounded_probe", honest(train_seconds_budget=601)),
    Breach("dirty_source", honest(source={**SOURCE, "dirty": True})),
    Breach("no_receipt", shown=(Evidence(SHA, ()),)),
    Breach("no_receipt", shown=(evidence({"steps": 1.0}),)),
    Breach("no_artifact", honest(artifacts=[])),
    Breach("no_artifact", honest(artifacts=[{**MODEL, "role": "checkpoint"}])),
    Breach("no_artifact", honest(artifacts=[{**MODEL, "sha256": None}])),
    Breach("receipt_mismatch", shown=(evidence({"val_bpb": SCORE + 1e-4}),)),
    Breach("receipt_mismatch", shown=(evidence({"val_bpb": SCORE, "train_seconds": 580.0}),)),
    Breach("receipt_mismatch", shown=(evidence({"val_bpb": SCORE + 1e-4}, seed=1),)),
    Breach("receipt_reused", context={"receipt_owners": {SHA: RunId("other")}}),
    Breach("duplicate_seed", context={"earlier_scores": earlier({1: SCORE + 1e-6})}),
    Breach("undisclosed_seeds", honest({1: SCORE, 2: SCORE}, seeds_run=1)),
    Breach("undisclosed_seeds", shown=(
        evidence({"val_bpb": SCORE}, seed=1), evidence({"val_bpb": SCORE}, seed=2, sha=OTHER_SHA),
    )),
    Breach("evaluation_mode", honest(evaluation={**EVALUATION, "mode": "sliding_window:32"})),
    Breach("partial_validation", honest(numbers={"evaluated_tokens": 62_021_631})),
    Breach("eval_changed", honest(source={**SOURCE, "frozen_sha256": OTHER_SHA})),
    Breach("outside_editable", honest(source={**SOURCE, "changed_paths": ["eval/score.py"]})),
    Breach("outside_editable", honest(source={**SOURCE, "changed_paths": ["train.py", "train.pyc"]})),
    Breach("no_scorer", honest(evaluation=BY_TRAINING)),
    Breach("no_scorer", honest(evaluation={**BY_TRAINING, "scorer": None})),
    Breach("no_scorer", honest(evaluation={**BY_TRAINING, "scorer": {"revision": "1234567", "command": "score"}})),
    Breach("no_scorer", honest(evaluation={**BY_TRAINING, "scorer": {"revision": None, "command": "score"}})),
    Breach("over_bytes", honest(numbers={"artifact_bytes": 16_000_001})),
    Breach("over_bytes", honest(artifacts=[{**MODEL, "bytes": 16_000_001}])),
    Breach("over_time", honest(numbers={"train_seconds": 600.51})),
    Breach("inconsistent_score", honest(numbers={"val_loss": 2.0730})),
)  # fmt: skip


class TestReasons:
    """Section 4: the reasons of invalid, in the order in which they are named."""

    def test_the_order(self) -> None:
        assert INVALID_REASONS == IN_ORDER

    def test_an_honest_run_breaks_nothing_and_is_verified(self) -> None:
        assert check(honest()) == Validity((), is_unverified=False)

    @pytest.mark.parametrize("breach", BREACHES, ids=lambda breach: breach.reason)
    def test_each_breach_is_named_and_alone(self, breach: Breach) -> None:
        found = check(
            breach.document, *breach.shown, is_promoted=breach.is_promoted, **breach.context
        )
        assert found.reasons == (breach.reason,)

    def test_every_reason_has_a_breach_here(self) -> None:
        assert {breach.reason for breach in BREACHES} == set(INVALID_REASONS)

    def test_all_that_apply_are_listed_in_their_order(self) -> None:
        worst = honest(
            {1: -1.0, 2: 0.0},
            hardware=[],
            evaluation={"mode": "other", "dataset_sha256": OTHER_SHA},
            train_seconds_budget=None,
            source={
                "revision": "68e46b82",
                "dirty": True,
                "frozen_sha256": OTHER_SHA,
                "changed_paths": ["x"],
            },
            artifacts=[],
            seeds_run=0,
            numbers={"evaluated_tokens": 1, "artifact_bytes": 10**9, "train_seconds": 10**6},
        )
        found = check(
            worst,
            evidence({"steps": 3.0, "train_seconds": 1.0}),
            is_promoted=False,
            is_retracted=True,
            earlier_scores=earlier({1: 2.0}),
            receipt_owners={SHA: RunId("other")},
        )
        assert found.reasons == IN_ORDER

    def test_a_lane_without_a_contract_asks_little(self) -> None:
        odd = run("run-1", source={"revision": None}, hardware=[], train_seconds_budget=10**6)
        assert check_validity(land(odd), Context(lane=lane())).reasons == ()


class TestFailedRuns:
    """A failed run has no score to prove: only the first five reasons apply to it."""

    def broken(self) -> Document:
        return failed(
            "run-1",
            hardware=[{"device": "NVIDIA A100", "count": 1}],
            evaluation={"mode": "other", "dataset_sha256": OTHER_SHA},
            train_seconds_budget=None,
            source={"revision": "68e46b82", "dirty": True},
        )

    def test_exactly_these(self) -> None:
        found = check(
            self.broken(),
            Evidence(SHA, ()),
            is_promoted=False,
            is_retracted=True,
            receipt_owners={SHA: RunId("other")},
        )
        assert found.reasons == OF_FAILED

    def test_it_needs_neither_receipt_nor_artifact_nor_clean_source(self) -> None:
        dirty = {"revision": "68e46b82", "dirty": True}
        document = failed("run-1", hardware=H100, evaluation=EVALUATION, source=dirty)
        assert check(document, Evidence(SHA, ())) == Validity((), is_unverified=False)

    def test_one_that_never_got_a_device_breaks_nothing(self) -> None:
        document = failed("run-1", "missing_input", hardware=[], evaluation=EVALUATION)
        assert check(document, Evidence(SHA, ())) == Validity((), is_unverified=True)

    def test_its_receipt_may_show_what_it_likes(self) -> None:
        document = failed("run-1", hardware=H100, evaluation=EVALUATION)
        assert check(document, evidence({"val_bpb": 1.0})).reasons == ()


class TestMendable:
    """In the gate these are errors (the submitter can mend them); the others are warnings."""

    def test_which(self) -> None:
        assert set(MENDABLE_REASONS) == {
            "receipt_mismatch", "receipt_reused", "duplicate_seed", "undisclosed_seeds",
            "no_promotion",
        }  # fmt: skip


class TestUnverified:
    """An optional fact that is absent breaks nothing and sets the flag unverified."""

    @pytest.mark.parametrize("name", list(NUMBERS))
    def test_a_missing_number(self, name: str) -> None:
        found = check(honest(numbers={name: ...}))
        assert found == Validity((), is_unverified=True)

    @pytest.mark.parametrize("name", list(NUMBERS))
    def test_a_null_is_as_good_as_missing(self, name: str) -> None:
        assert check(honest(numbers={name: None})) == Validity((), is_unverified=True)

    @pytest.mark.parametrize("name", ["dataset_sha256", "tokenizer_sha256"])
    def test_a_missing_digest(self, name: str) -> None:
        found = check(honest(evaluation={**EVALUATION, name: None}))
        assert found == Validity((), is_unverified=True)

    def test_a_missing_budget(self) -> None:
        document = honest()
        del document["train_seconds_budget"]
        assert check(document) == Validity((), is_unverified=True)

    def test_an_unknown_state_of_the_source(self) -> None:
        found = check(honest(source={**SOURCE, "dirty": None}))
        assert found == Validity((), is_unverified=True)

    @pytest.mark.parametrize("name", ["frozen_sha256", "changed_paths"])
    def test_a_fact_of_the_source(self, name: str) -> None:
        found = check(honest(source={**SOURCE, name: None}))
        assert found == Validity((), is_unverified=True)

    def test_one_breach_beside_a_missing_fact_is_a_breach(self) -> None:
        document = honest({1: SCORE, 2: SCORE})
        del document["results"][0]["train_seconds"]
        document["results"][1]["train_seconds"] = 700
        assert check(document) == Validity(("over_time",), is_unverified=True)


class TestMissingFacts:
    """Which facts nobody states, so that they can be named."""

    def test_of_a_scored_run(self) -> None:
        document = honest(numbers={"train_seconds": ..., "evaluated_tokens": ...})
        landed = land(document, evidence({"val_bpb": SCORE}))
        found = missing_facts(landed, lane(**STRICT))
        assert found == ("partial_validation", "over_time", "inconsistent_score")

    def test_of_a_failed_run(self) -> None:
        landed = land(failed("a", hardware=[]))
        assert missing_facts(landed, lane(**STRICT)) == ("wrong_hardware", "wrong_data")

    def test_a_receipt_may_state_them(self) -> None:
        numbers = {"val_bpb": SCORE, "train_seconds": 599.0}
        landed = land(honest(numbers={"train_seconds": ...}), evidence(numbers))
        assert missing_facts(landed, lane(**STRICT)) == ()


class TestLimits:
    """Caps and tolerances are the contract's own, and the cap itself is kept."""

    @pytest.mark.parametrize(
        ("numbers", "is_kept"),
        [
            ({"train_seconds": 600.5}, True),
            ({"train_seconds": 600.500001}, False),
            ({"artifact_bytes": 16_000_000}, True),
            ({"artifact_bytes": 16_000_001}, False),
        ],
    )
    def test_at_the_cap(self, numbers: Mapping[str, float], is_kept: bool) -> None:
        assert (check(honest(numbers=numbers)).reasons == ()) is is_kept

    @pytest.mark.parametrize(("budget", "is_kept"), [(600, True), (600.1, False), (1, True)])
    def test_the_budget(self, budget: float, is_kept: bool) -> None:
        assert (check(honest(train_seconds_budget=budget)).reasons == ()) is is_kept

    @pytest.mark.parametrize(
        ("factor", "is_kept"), [(1 + 9e-5, True), (1 - 9e-5, True), (1 + 1.2e-4, False)]
    )
    def test_score_and_loss_agree_within_a_ten_thousandth(
        self, factor: float, is_kept: bool
    ) -> None:
        found = check(honest({1: SCORE * factor}), evidence({"val_bpb": SCORE * factor}))
        assert (found.reasons == ()) is is_kept

    @pytest.mark.parametrize("score", [0.0, -1.0])
    def test_a_score_is_positive(self, score: float) -> None:
        found = check_validity(land(run("run-1", [score])), Context(lane=lane()))
        assert found.reasons == ("inconsistent_score",)

    @pytest.mark.parametrize("loss", [0.0, -2.0])
    def test_a_loss_is_positive(self, loss: float) -> None:
        document = run("run-1", [1.0], extra={"val_loss": loss})
        found = check_validity(land(document), Context(lane=lane()))
        assert found.reasons == ("inconsistent_score",)

    def test_another_metric_may_be_negative(self) -> None:
        rules = lane(metric={"name": "elbo", "direction": "maximize"})
        document = run("run-1", [-3.0], metric="elbo")
        assert check_validity(land(document), Context(lane=rules)).reasons == ()

    def test_no_bytes_imply_no_score(self) -> None:
        found = check(honest(numbers={"evaluated_bytes": 0}))
        assert found.reasons in {(), ("inconsistent_score",)}


class TestSeeds:
    """duplicate_seed and undisclosed_seeds."""

    def twice(self, first: float, second: float) -> Document:
        document = run("run-1", {1: first, 2: second})
        document["results"][1]["seed"] = 1
        return document

    @pytest.mark.parametrize("second", [1.0, 1.1])
    def test_a_seed_twice_in_a_row_is_refused_whatever_its_score(self, second: float) -> None:
        found = check_validity(land(self.twice(1.0, second)), Context(lane=lane()))
        assert found.reasons == ("duplicate_seed",)

    def test_the_same_score_again_is_fine(self) -> None:
        assert check(honest(), earlier_scores=earlier({1: SCORE, 2: 5.0})).reasons == ()

    def repeats(self, *keys: tuple[int | None, int], **rules: Any) -> tuple[str, ...]:  # noqa: ANN401
        """Why a row that states these seeds and repeats cannot count."""
        results = [
            {"seed": seed, "repeat": repeat, "val_bpb": 1.0 + n}
            for n, (seed, repeat) in enumerate(keys)
        ]
        document = run("run-1", results=results, seeds_run=len(keys))
        context = Context(lane=lane(**rules), earlier_scores=earlier({9: 2.0}))
        return check_validity(land(document), context).reasons

    @pytest.mark.parametrize("repeats", ["one", "count"])
    def test_a_repeat_is_another_score_where_repeats_are_declared(self, repeats: str) -> None:
        rules = {"decision": {"repeats": repeats}}
        assert self.repeats((1, 0), (1, 1), (2, 0), **rules) == ()
        assert self.repeats((1, 1), (1, 1), **rules) == ("duplicate_seed",)
        assert self.repeats((9, 0), **rules) == ("duplicate_seed",)
        assert self.repeats((9, 1), **rules) == ()

    def test_elsewhere_a_second_score_of_a_seed_is_refused(self) -> None:
        for rules in ({}, {"decision": {"moderate": 6}}):
            assert self.repeats((1, 0), (1, 1), **rules) == ("duplicate_seed",)
            assert self.repeats((9, 1), **rules) == ("duplicate_seed",)

    def test_scores_without_a_seed_are_never_the_same(self) -> None:
        for repeats in (None, "one", "count"):
            rules = {"decision": {"repeats": repeats}}
            assert self.repeats((None, 0), (None, 0), (1, 0), **rules) == ()

    def test_seeds_run_but_not_reported_are_disclosed(self) -> None:
        assert check(honest(seeds_run=7)).reasons == ()

    def test_a_receipt_may_show_seeds_that_are_disclosed(self) -> None:
        shown = (
            evidence({"val_bpb": SCORE}, seed=1),
            evidence({"val_bpb": 1.3}, seed=2, sha=OTHER_SHA),
        )
        assert check(honest(seeds_run=2), *shown).reasons == ()


class TestReceipts:
    """receipt_mismatch: a number in the row is not the one its receipt gives."""

    def test_a_receipt_is_as_exact_as_it_prints(self) -> None:
        within = 5e-6
        shown = evidence({"val_bpb": SCORE + 0.9 * within}, within=within)
        assert check(honest(), shown).reasons == ()
        shown = evidence({"val_bpb": SCORE + 1.1 * within}, within=within)
        assert check(honest(), shown).reasons == ("receipt_mismatch",)

    def test_nobody_gains_by_a_receipt_of_few_digits(self) -> None:
        near = evidence({"val_bpb": SCORE * (1 + 9e-6)}, within=0.005)
        assert check(honest(), near).reasons == ()
        far = evidence({"val_bpb": SCORE * (1 + 1.1e-5)}, within=0.005)
        assert check(honest(), far).reasons == ("receipt_mismatch",)

    def test_numbers_of_another_seed_are_not_compared(self) -> None:
        shown = (
            evidence({"val_bpb": SCORE}, seed=1),
            evidence({"val_bpb": 9.0}, seed=2, sha=OTHER_SHA),
        )
        assert check(honest(seeds_run=2), *shown).reasons == ()

    def test_a_receipt_without_a_seed_may_give_the_mean(self) -> None:
        document = run("run-1", {1: 1.0, 2: 2.0})
        for score, reasons in ((1.5, ()), (1.0, ()), (1.7, ("receipt_mismatch",))):
            landed = land(document, evidence({"val_bpb": score}))
            assert check_validity(landed, Context(lane=lane())).reasons == reasons

    def test_a_number_the_row_does_not_state_is_not_compared(self) -> None:
        shown = evidence({"val_bpb": SCORE, "eval_seconds": 400.0, "steps": 12.0})
        assert check(honest(), shown).reasons == ()

    def test_its_own_receipt_is_not_reused(self) -> None:
        assert check(honest(), receipt_owners={SHA: RunId("run-1")}).reasons == ()


class TestHardware:
    """Each entry is met by devices whose counts add up to `count`; there is no other device."""

    RULES = (DeviceRule("H100", 8),)

    @pytest.mark.parametrize(
        ("devices", "is_met"),
        [
            ([("NVIDIA H100 80GB HBM3", 8)], True),
            ([("NVIDIA H100 80GB HBM3", 4), ("NVIDIA H100 80GB HBM3", 4)], True),
            ([("NVIDIA H100 SXM", 5), ("NVIDIA H100 PCIe", 3)], True),
            ([("NVIDIA H100 80GB HBM3", 7)], False),
            ([("NVIDIA H100 80GB HBM3", 9)], False),
            ([("NVIDIA H100 80GB HBM3", 8), ("NVIDIA A100", 1)], False),
            ([("NVIDIA h100", 8)], False),
            ([], False),
        ],
    )
    def test_one_entry(self, devices: list[tuple[str, int]], is_met: bool) -> None:
        assert matches_hardware(tuple(Device(*d) for d in devices), self.RULES) is is_met

    def test_several_entries(self) -> None:
        rules = (DeviceRule("H100", 1), DeviceRule("Grace", 2))
        assert matches_hardware((Device("Grace CPU", 2), Device("H100", 1)), rules)
        assert not matches_hardware((Device("H100", 1),), rules)

    @given(st.lists(st.builds(Device, st.text(max_size=5), st.integers(1, 9)), max_size=4))
    def test_any_hardware_will_do(self, devices: list[Device]) -> None:
        assert matches_hardware(tuple(devices), None)


@pytest.mark.parametrize("reason", MENDABLE_REASONS)
def test_what_a_submitter_can_mend_has_a_code(reason: str) -> None:
    assert reason in CODES


NAME = LaneId("local-cluster")


class TestSuspicions:
    """Facts of a row that are another run's."""

    def test_a_promotion_admits_where_the_lane_asks_for_one(self) -> None:
        tag, other = "promotions/local-cluster/0001", LaneId("other")
        valid = {(tag, NAME, other): Oid("c0ffee")}
        asks, free = lane(needs_promotion_from="other"), lane()
        named = row(run("x", promotion=tag))

        def admits(found: Any, rules: Any, *, is_before: bool = True) -> bool:  # noqa: ANN401
            return is_promoted(found, rules, lambda: valid, lambda _: is_before)

        assert admits(named, asks)
        assert not admits(named, asks, is_before=False)
        assert not is_promoted(named, asks, dict[tuple[str, LaneId, LaneId], Oid], lambda _: True)
        assert not admits(named, lane(needs_promotion_from="third"))
        assert not admits(named, free)
        assert not admits(row(run("x")), asks)
