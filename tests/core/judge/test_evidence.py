"""What receipts say of a row: whether they agree, what they prove, and what they add."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.evidence import (
    agrees,
    artifact_sizes,
    disagreement,
    known_numbers,
    numbers_of_run,
    observations_of,
    proof_keys,
    proves_every_result,
)
from homegolf_git.core.judge.validity import Context, check_validity
from homegolf_git.core.model.row import Artifact, Evidence, Observation, Reading
from homegolf_git.core.model.values import replace
from tests.build import OTHER_SHA, SHA, Document, run
from tests.core.build import BASELINE, evidence, land, lane, outcomes, row, verdicts

METRIC = "val_bpb"
PRECISE = 1.06543217
LIMITS = {
    "train_seconds_max": 600,
    "train_seconds_tolerance": 0.5,
    "eval_seconds_max": 300,
    "artifact_bytes_max": 16_000_000,
    "evaluated_tokens": 62_021_632,
    "evaluated_bytes": 151_080_363,
}
SCORES = st.floats(0.5, 4.0)
WITHIN = st.sampled_from([0.0, 1e-12, 1e-7, 1e-5, 0.005, 0.5])
STEPS = st.builds(
    lambda power, factor, sign: sign * factor * 10.0**power,
    st.integers(-10, -1), st.floats(0.5, 2), st.sampled_from([1, -1]),
)  # fmt: skip


def readings(numbers: Mapping[str, float], within: float = 5e-9) -> dict[str, Reading]:
    return {name: Reading(value, within) for name, value in numbers.items()}


def of_run(numbers: Mapping[str, float]) -> Evidence:
    """A receipt that states numbers of the run as a whole."""
    return Evidence(SHA, (), run_numbers=readings(numbers))


def names_model(sha256: str | None = SHA, size: int | None = None, role: str = "model") -> Evidence:
    """A receipt that names a file and observes no seed."""
    return Evidence(SHA, (), artifacts=(Artifact(role, sha256, size),))


def reasons(document: Document, *shown: Evidence, **contract: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Why a run with such receipts cannot count."""
    return check_validity(land(document, *shown), Context(lane=lane(contract=contract))).reasons


def listing(*artifacts: Mapping[str, Any], **fields: Any) -> Document:  # noqa: ANN401
    """A run that lists model artifacts."""
    return run("r", artifacts=[{"role": "model", **item} for item in artifacts], **fields)


class TestFactsFromReceipts:
    """A fact counts from wherever it is known: a silent row hides nothing that its receipt states."""

    @pytest.mark.parametrize(
        ("name", "value", "reason"),
        [
            ("train_seconds", 601.0, "over_time"),
            ("eval_seconds", 301.0, "over_time"),
            ("artifact_bytes", 75_000_000, "over_bytes"),
            ("evaluated_tokens", 1_000_000, "partial_validation"),
            ("evaluated_bytes", 151_080_362, "partial_validation"),
        ],
    )
    @pytest.mark.parametrize("seed", [1, None], ids=["of the seed", "nameless"])
    def test_a_number_that_the_row_leaves_out(
        self, seed: int | None, name: str, value: float, reason: str
    ) -> None:
        with_score = evidence({METRIC: 1.0, name: value}, seed=seed)
        without_score = evidence({name: value}, seed=seed)
        for shown in (with_score, without_score, of_run({name: value})):
            assert reasons(run("r"), shown, **LIMITS) == (reason,)
            assert reasons(run("r"), shown) == ()

    @pytest.mark.parametrize(
        ("name", "value"),
        [("train_seconds", 600.5), ("eval_seconds", 300), ("artifact_bytes", 16_000_000)],
    )
    def test_a_number_at_its_cap_breaks_nothing(self, name: str, value: float) -> None:
        for shown in (evidence({name: value}, seed=1), of_run({name: value})):
            assert reasons(run("r"), shown, **LIMITS) == ()

    def test_a_number_of_one_seed_of_several(self) -> None:
        shown = evidence({METRIC: 1.1, "train_seconds": 601.0}, seed=2)
        assert reasons(run("r", [1.0, 1.1]), shown, **LIMITS) == ("over_time",)

    def test_a_number_of_a_seed_that_is_not_reported_is_not_the_rows(self) -> None:
        shown = evidence({METRIC: 1.3, "train_seconds": 601.0}, seed=2)
        assert reasons(run("r", [1.0], seeds_run=2), shown, **LIMITS) == ()

    def test_a_nameless_number_is_of_the_run_whichever_seed_it_is(self) -> None:
        shown = evidence({"train_seconds": 601.0})
        assert reasons(run("r", [1.0, 1.1]), shown, **LIMITS) == ("over_time",)

    def test_a_loss_that_contradicts_the_score(self) -> None:
        numbers = {"evaluated_tokens": 62_021_632, "evaluated_bytes": 151_080_363}
        shown = evidence({METRIC: 1.0, "val_loss": 2.0}, seed=1)
        assert reasons(run("r", extra=numbers), shown) == ("inconsistent_score",)

    def test_a_size_that_only_the_receipts_artifact_has(self) -> None:
        assert reasons(run("r"), names_model(size=75_000_000), **LIMITS) == ("over_bytes",)
        assert reasons(run("r"), names_model(size=15_000_000), **LIMITS) == ()
        assert reasons(run("r"), names_model(size=75_000_000, role="log"), **LIMITS) == ()

    def test_a_fact_that_a_receipt_states_is_no_longer_unverified(self) -> None:
        rules = lane(contract={"train_seconds_max": 600}, metric={"name": "score"})
        document = run("r", metric="score", source={"revision": "68e46b82", "dirty": False})
        stated = evidence({"train_seconds": 599.0}, seed=1)
        assert not check_validity(land(document, stated), Context(lane=rules)).is_unverified
        assert check_validity(land(document), Context(lane=rules)).is_unverified


class TestKnownNumbers:
    """The numbers of a result: its own, and those that only its receipt states."""

    def known(self, document: Document, *shown: Evidence) -> list[Mapping[str, float]]:
        found = row(document)
        return [known_numbers(result, found, shown, METRIC) for result in found.results]

    def test_the_rows_own_number_stands(self) -> None:
        shown = evidence({"train_seconds": 601.0, "steps": 9}, seed=1)
        [numbers] = self.known(run("r", extra={"train_seconds": 599.0}), shown)
        assert numbers == {METRIC: 1.0, "train_seconds": 599.0, "steps": 9}

    def test_of_several_receipts_the_first_that_states_it_is_heard(self) -> None:
        shown = (evidence({"steps": 9}, seed=1), evidence({"steps": 8, "eval_seconds": 3}, seed=1))
        assert self.known(run("r"), *shown) == [{METRIC: 1.0, "steps": 9, "eval_seconds": 3}]

    def test_a_nameless_one_belongs_to_the_result_that_has_its_score(self) -> None:
        shown = evidence({METRIC: 1.1, "steps": 9})
        assert self.known(run("r", [1.0, 1.1]), shown) == [
            {METRIC: 1.0},
            {METRIC: 1.1, "steps": 9},
        ]

    def test_without_a_score_it_belongs_to_an_only_result_alone(self) -> None:
        shown = evidence({"steps": 9})
        assert self.known(run("r"), shown) == [{METRIC: 1.0, "steps": 9}]
        assert self.known(run("r", [1.0, 1.1]), shown) == [{METRIC: 1.0}, {METRIC: 1.1}]

    def test_numbers_of_the_run_are_those_of_no_named_seed(self) -> None:
        shown = Evidence(
            SHA,
            (Observation(1, readings({"steps": 1})), Observation(None, readings({"steps": 2}))),
            run_numbers=readings({"steps": 3}),
        )
        assert list(numbers_of_run([shown])) == [{"steps": 3}, {"steps": 2}]
        assert len(observations_of([shown, shown])) == 4

    def test_sizes_are_those_of_models_that_row_or_receipt_name(self) -> None:
        document = run(
            "r",
            artifacts=[
                {"role": "model", "bytes": 5},
                {"role": "log", "bytes": 6},
                {"role": "model"},
            ],
        )
        assert list(artifact_sizes(row(document), [names_model(size=7)])) == [5, 7]


class TestAgreement:
    """A row's numbers are those of its receipts, to the digits that these print."""

    @given(SCORES, WITHIN, STEPS)
    def test_a_score_may_differ_by_the_rounding_of_its_receipt_and_by_little(
        self, value: float, within: float, apart: float
    ) -> None:
        document = row(run("r", [value * (1 + apart)]))
        room = max(min(within, 1e-5 * value), 1e-9 * value)
        distance = abs(document.results[0].numbers[METRIC] - value)
        assert agrees(document, evidence({METRIC: value}, within=within)) is (distance <= room)

    @pytest.mark.parametrize("name", ["train_seconds", "eval_seconds"])
    @given(st.floats(1, 1e4), WITHIN, STEPS)
    def test_a_time_may_differ_by_all_the_rounding(
        self, name: str, value: float, within: float, apart: float
    ) -> None:
        document = row(run("r", extra={name: value * (1 + apart)}))
        distance = abs(document.results[0].numbers[name] - value)
        room = max(within, 1e-9 * value)
        assert agrees(document, evidence({name: value}, within=within)) is (distance <= room)

    @given(st.lists(SCORES, min_size=1, max_size=4), st.data())
    def test_a_nameless_observation_may_be_of_any_seed(
        self, scores: list[float], data: st.DataObject
    ) -> None:
        score = data.draw(st.sampled_from(scores))
        assert agrees(row(run("r", scores)), evidence({METRIC: score}))

    @given(st.lists(SCORES, min_size=1, max_size=4))
    def test_or_of_their_mean(self, scores: list[float]) -> None:
        average = sum(scores) / len(scores)
        assert agrees(row(run("r", scores)), evidence({METRIC: average}))

    def test_all_its_numbers_must_be_of_the_same_one(self) -> None:
        document = run("r", [1.0, 2.0])
        document["results"][0]["steps"], document["results"][1]["steps"] = 10, 20
        assert agrees(row(document), evidence({METRIC: 2.0, "steps": 20}))
        assert agrees(row(document), evidence({METRIC: 1.5, "steps": 15}))
        assert not agrees(row(document), evidence({METRIC: 1.0, "steps": 20}))

    def test_a_named_one_is_of_its_seed_alone(self) -> None:
        document = row(run("r", [1.0, 2.0], seeds_run=3))
        assert agrees(document, evidence({METRIC: 2.0}, seed=2))
        assert not agrees(document, evidence({METRIC: 2.0}, seed=1))
        assert agrees(document, evidence({METRIC: 9.0}, seed=3))

    def test_one_of_several_observations_is_enough_to_disagree(self) -> None:
        seen = (Observation(1, readings({METRIC: 1.0})), Observation(2, readings({METRIC: 2.1})))
        assert not agrees(row(run("r", [1.0, 2.0])), Evidence(SHA, seen))

    def test_a_run_without_results_contradicts_no_nameless_number(self) -> None:
        silent = replace(row(run("r")), results=())
        assert agrees(silent, evidence({METRIC: 2.0}))


class TestModels:
    """A model that a receipt names is one that the row lists, with its size."""

    @pytest.mark.parametrize(
        ("listed", "named", "is_listed"),
        [
            ([], (SHA, 5), True),
            ([{"sha256": SHA}], (SHA, None), True),
            ([{"sha256": SHA}], (OTHER_SHA, None), False),
            ([{"sha256": SHA}], (None, None), False),
            ([{"sha256": SHA}, {"sha256": OTHER_SHA}], (OTHER_SHA, None), True),
            ([{"sha256": None}], (OTHER_SHA, None), True),
            ([{"sha256": SHA, "bytes": 5}], (SHA, 5), True),
            ([{"sha256": SHA, "bytes": 5}], (SHA, 6), False),
            ([{"sha256": SHA, "bytes": 5}], (SHA, None), True),
            ([{"sha256": SHA}], (SHA, 6), True),
            ([{"bytes": 5}], (SHA, 5), True),
            ([{"bytes": 5}], (SHA, 6), False),
            ([{"bytes": 5}], (None, 6), False),
            ([{"sha256": SHA, "bytes": 5}, {"sha256": OTHER_SHA, "bytes": 6}], (SHA, 6), False),
        ],
    )
    def test_which(
        self, listed: list[Document], named: tuple[str | None, int | None], is_listed: bool
    ) -> None:
        document, shown = listing(*listed), names_model(*named)
        assert agrees(row(document), shown) is is_listed
        assert reasons(document, shown) == (() if is_listed else ("receipt_mismatch",))

    def test_other_files_are_no_models(self) -> None:
        assert agrees(row(listing({"sha256": SHA})), names_model(OTHER_SHA, 6, role="log"))
        log = run("r", artifacts=[{"role": "log", "sha256": SHA, "bytes": 5}])
        assert agrees(row(log), names_model(OTHER_SHA, 6))

    def test_one_of_several_that_is_not_listed_is_enough(self) -> None:
        listed, other = Artifact("model", SHA, None), Artifact("model", OTHER_SHA, None)
        document = row(listing({"sha256": SHA}))
        assert not agrees(document, Evidence(SHA, (), artifacts=(listed, other)))


REQUIRED = {"requires": ["score_receipt"]}


class TestProof:
    """Each result needs a proof of its own: an observation of its seed, or nameless with its score."""

    def proves(self, document: Document, *shown: Evidence) -> bool:
        is_proved = proves_every_result(row(document), shown, METRIC)
        assert ("no_receipt" in reasons(document, *shown, **REQUIRED)) is not is_proved
        return is_proved

    def test_no_receipt_proves_nothing(self) -> None:
        assert not self.proves(run("r"))

    def test_by_seed(self) -> None:
        one, two = (evidence({METRIC: 1.0 + seed}, seed=seed) for seed in (1, 2))
        assert self.proves(run("r", [2.0, 3.0]), one, two)
        assert not self.proves(run("r", [2.0, 3.0]), one)
        assert not self.proves(run("r", [2.0, 3.0]), one, one)

    def test_by_value(self) -> None:
        one, two = (evidence({METRIC: score}) for score in (2.0, 3.0))
        assert self.proves(run("r", [2.0, 3.0]), two, one)
        assert not self.proves(run("r", [2.0, 3.0]), two)
        assert not self.proves(run("r", [2.0, 3.0]), two, two)

    def repeats(self, *scores: float, seed: int | None = 7) -> Document:
        results = [{"seed": seed, "repeat": n, METRIC: score} for n, score in enumerate(scores)]
        return run("r", results=results, seeds_run=len(scores))

    def test_a_numbered_repeat_is_that_one(self) -> None:
        shown = [
            Evidence(SHA[:-1] + str(n), (Observation(7, {METRIC: Reading(2.0, 1e-9)}, repeat=n),))
            for n in range(2)
        ]
        assert self.proves(self.repeats(2.0, 2.0), *shown)
        assert not self.proves(self.repeats(2.0, 2.0), shown[0], shown[0])

    @pytest.mark.parametrize("seed", [7, None])
    def test_repeats_of_a_seed_are_told_apart_by_their_score(self, seed: int | None) -> None:
        one, two = (evidence({METRIC: score}, seed=seed) for score in (2.0, 3.0))
        both = self.repeats(2.0, 3.0, seed=seed)
        assert self.proves(both, two, one)
        assert not self.proves(both, one)
        assert not self.proves(both, one, one)

    def test_two_repeats_of_the_same_score_need_two(self) -> None:
        proof = evidence({METRIC: 2.0}, seed=7)
        assert not self.proves(self.repeats(2.0, 2.0), proof)
        assert self.proves(self.repeats(2.0, 2.0), proof, proof)

    def test_a_named_one_proves_no_result_without_a_seed(self) -> None:
        named, nameless = evidence({METRIC: 2.0}, seed=7), evidence({METRIC: 2.0})
        assert not self.proves(self.repeats(2.0, seed=None), named)
        assert self.proves(self.repeats(2.0, seed=None), nameless)

    def test_a_repeat_that_no_result_states_is_a_mismatch(self) -> None:
        other = evidence({METRIC: 2.5}, seed=7)
        assert agrees(row(self.repeats(2.0, 2.5)), other)
        assert not agrees(row(self.repeats(2.0, 3.0)), other)

    def test_what_a_receipt_adds_is_of_the_repeat_with_its_score(self) -> None:
        found = row(self.repeats(2.0, 3.0))
        shown = evidence({METRIC: 3.0, "train_seconds": 601.0}, seed=7)
        numbers = [known_numbers(result, found, [shown], METRIC) for result in found.results]
        assert ["train_seconds" in known for known in numbers] == [False, True]

    def test_two_results_of_the_same_score_need_two(self) -> None:
        shown = evidence({METRIC: 2.0})
        assert not self.proves(run("r", [2.0, 2.0]), shown)
        assert self.proves(run("r", [2.0, 2.0]), shown, shown)

    def test_the_mean_proves_no_result(self) -> None:
        mean = evidence({METRIC: 2.5})
        assert reasons(run("r", [2.0, 3.0]), mean, **REQUIRED) == ("no_receipt",)

    def test_what_states_no_score_proves_none(self) -> None:
        assert not self.proves(run("r"), evidence({"train_seconds": 599.0}, seed=1))
        assert not self.proves(run("r"), of_run({METRIC: 1.0}))

    def test_one_that_contradicts_the_row_is_called_so_and_only_so(self) -> None:
        for seed in (None, 1):
            shown = evidence({METRIC: 1.5}, seed=seed)
            assert reasons(run("r"), shown, **REQUIRED) == ("receipt_mismatch",)
        named = evidence({METRIC: 1.5}, seed=2)
        assert reasons(run("r", seeds_run=2), named, **REQUIRED) == ("no_receipt",)

    def test_a_contradiction_stands_in_for_one_result_and_no_more(self) -> None:
        wrong = evidence({METRIC: 9.0})
        assert reasons(run("r", [1.0, 2.0]), wrong, **REQUIRED) == (
            "no_receipt",
            "receipt_mismatch",
        )

    @given(
        st.dictionaries(st.integers(0, 9), st.sampled_from([1.0, 1.000001, 1.5, 2.0]), min_size=1),
        st.data(),
    )
    def test_with_a_receipt_a_result_in_any_order_all_are_proved_and_without_one_not(
        self, scores: dict[int, float], data: st.DataObject
    ) -> None:
        shown = [
            evidence({METRIC: score}, seed=data.draw(st.sampled_from([seed, None])), within=5e-7)
            for seed, score in scores.items()
        ]
        shuffled = data.draw(st.permutations(shown))
        assert self.proves(run("r", scores), *shuffled)
        assert not self.proves(run("r", scores), *shuffled[1:])

    @pytest.mark.parametrize("n_first", [0, 1])
    def test_a_nameless_one_does_not_take_the_place_of_a_named_one(self, n_first: int) -> None:
        shown = [evidence({METRIC: 2.0}), evidence({METRIC: 2.0}, seed=1)]
        assert self.proves(run("r", [2.0, 2.0]), *shown[n_first:], *shown[:n_first])

    @given(st.permutations([1.065, 1.065008, 1.065016]), st.permutations(range(3)))
    def test_receipts_of_few_digits_are_dealt_so_that_they_go_round(
        self, scores: list[float], order: list[int]
    ) -> None:
        shown = [evidence({METRIC: 1.065 + i * 8e-6}, within=0.0005) for i in order]
        assert self.proves(run("r", scores), *shown)

    def test_one_that_has_the_score_and_contradicts_the_rest_proves_nothing(self) -> None:
        wrong = evidence({METRIC: 1.0, "steps": 9})
        document = run("r", [1.0, 2.0], extra={"steps": 8})
        right = [evidence({METRIC: score, "steps": 8}) for score in (1.0, 2.0)]
        assert reasons(document, wrong, *right, **REQUIRED) == ("receipt_mismatch",)
        assert reasons(document, wrong, right[1], **REQUIRED) == ("receipt_mismatch",)
        assert "no_receipt" in reasons(document, wrong, **REQUIRED)


class TestIdentity:
    """What was observed of one config cannot prove another, whatever bytes say it."""

    def key(self, *shown: Evidence) -> list[str]:
        return list(proof_keys(shown, METRIC))

    def receipt(self, sha: str = SHA, score: float = PRECISE, **numbers: float) -> Evidence:
        return evidence({METRIC: score, "train_seconds": 599.5, **numbers}, seed=1, sha=sha)

    def test_the_same_content_has_the_same_key_whatever_its_bytes(self) -> None:
        assert self.key(self.receipt(SHA)) == self.key(self.receipt(OTHER_SHA))
        turned = evidence({"train_seconds": 599.5, METRIC: PRECISE}, seed=1)
        assert self.key(turned) == self.key(self.receipt())

    @given(SCORES.filter(lambda score: len(repr(score)) >= 9), st.integers(0, 9), st.integers(0, 9))
    def test_another_seed_has_another_key(self, score: float, one: int, other: int) -> None:
        keys = [self.key(evidence({METRIC: score}, seed=seed)) for seed in (one, other)]
        assert (keys[0] == keys[1]) is (one == other)

    def test_another_number_makes_another_key(self) -> None:
        for other in (self.receipt(steps=9), self.receipt(train_seconds=599.6)):
            assert self.key(other) != self.key(self.receipt())

    @pytest.mark.parametrize("score", [1, 1.0, 1.06, 1.06543, 12.06543])
    def test_scores_of_few_digits_are_no_identity(self, score: float) -> None:
        assert self.key(self.receipt(score=score)) == []
        assert len(self.key(self.receipt(score=1.065431))) == 1

    def test_what_states_no_score_is_no_identity(self) -> None:
        assert self.key(evidence({"train_seconds": 599.123456}, seed=1)) == []

    def test_of_another_metric_its_own_score_counts(self) -> None:
        shown = evidence({"elbo": -3.1415926, METRIC: 1.0})
        assert list(proof_keys([shown], "elbo"))
        assert self.key(shown) == []

    def judged(
        self, first: Document, second: Document, *shown: Evidence, score: float = PRECISE
    ) -> list[str]:
        """Two runs, each proved by a receipt with other bytes."""
        one, other = shown or (self.receipt(SHA, score), self.receipt(OTHER_SHA, score))
        return outcomes(verdicts(BASELINE, land(first, one), land(second, other)))[1:]

    def test_another_config_with_the_same_observation_is_reused(self) -> None:
        runs = (run("one", [PRECISE], knob=1), run("two", [PRECISE], knob=2))
        assert self.judged(*runs)[1] == "invalid/receipt_reused"

    def test_a_rerun_of_the_same_config_may_observe_the_same(self) -> None:
        runs = (run("one", [PRECISE], knob=1), run("two", [PRECISE], knob=1))
        assert self.judged(*runs)[1].startswith("noise/")

    def test_but_not_with_the_same_bytes(self) -> None:
        runs = (run("one", [PRECISE], knob=1), run("two", [PRECISE], knob=1))
        assert self.judged(*runs, self.receipt(), self.receipt())[1] == "invalid/receipt_reused"

    def test_two_configs_may_share_a_score_of_few_digits(self) -> None:
        runs = (run("one", [1.065], knob=1), run("two", [1.065], knob=2))
        assert self.judged(*runs, score=1.065)[1].startswith("noise/")

    def test_two_configs_may_share_a_score_of_which_the_receipts_say_different_things(self) -> None:
        runs = (run("one", [PRECISE], knob=1), run("two", [PRECISE], knob=2))
        shown = (self.receipt(SHA, steps=9), self.receipt(OTHER_SHA, steps=8))
        assert self.judged(*runs, *shown)[1].startswith("noise/")

    def test_what_proved_an_invalid_row_is_nobodys(self) -> None:
        runs = (run("one", [PRECISE], knob=1, seeds_run=0), run("two", [PRECISE], knob=2))
        assert self.judged(*runs)[1].startswith("noise/")


class TestDisagreement:
    """What is said differently is named with both values."""

    def test_a_number_of_a_seed(self) -> None:
        document = run("a", {1: 1.2, 2: 1.3}, extra={"steps": 5})
        shown = (
            evidence({METRIC: 1.2, "steps": 5}, seed=1),
            evidence({"steps": 5, METRIC: 1.07}, seed=2),
        )
        assert disagreement(row(document), shown) == (
            "val_bpb of seed 2 is 1.3, the receipt gives 1.07"
        )

    def test_a_number_of_no_seed_by_name(self) -> None:
        found = disagreement(row(run("a", {1: 1.2})), [evidence({METRIC: 1.07})])
        assert found == "val_bpb of seed 1 is 1.2, the receipt gives 1.07"

    @pytest.mark.parametrize(("size", "words"), [(None, SHA), (7, f"{SHA} of 7 bytes")])
    def test_another_model(self, size: int | None, words: str) -> None:
        document = run("a", artifacts=[{"role": "model", "sha256": OTHER_SHA}])
        found = disagreement(row(document), [names_model(SHA, size)])
        assert found == f"the receipt names the model {words}"

    def test_nothing(self) -> None:
        assert disagreement(row(run("a", {1: 1.2})), [evidence({METRIC: 1.2}, seed=1)]) == ""
        assert disagreement(row(run("a", {1: 1.2})), [evidence({METRIC: 9.0}, seed=7)]) == ""
