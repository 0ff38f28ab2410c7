"""What is worth saying of a row that wants to land, and changes no class."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.distributions import t_quantile
from homegolf_git.core.judge.remarks import Meant, remarks, suspicions
from homegolf_git.core.model.findings import Finding
from tests.build import OTHER_SHA, SHA, Document, failed, run
from tests.core.build import BASELINE, SAME, land, lane, replay

PRECISE = (1.06543217, 1.0661)
MODEL: Document = {"artifacts": [{"role": "model", "sha256": SHA}]}
OTHER_MODEL: Document = {"artifacts": [{"role": "model", "sha256": OTHER_SHA}]}
LOG: Document = {"artifacts": [{"role": "log", "sha256": SHA}]}
SLIDING = {"mode": "sliding_window:64"}
OWNER = run("owner", SAME, knob=1, **MODEL)


def said(
    new: Document,
    *events: Document,
    allow_empty_config: bool = False,
    **rules: Any,  # noqa: ANN401 - JSON values
) -> list[Finding]:
    """Remarks on a row that comes behind the others."""
    state, _ = replay(*events, rules=lane(**rules))
    return list(remarks(state, land(new), Meant(empty_config=allow_empty_config)))


def codes(*args: Any, **fields: Any) -> list[str]:  # noqa: ANN401 - as above
    return [item.code for item in said(*args, **fields)]


class TestReusedArtifact:
    """A model belongs to the run that made it; to score it again is another thing."""

    def test_under_another_model_config_it_is_refused(self) -> None:
        [item] = said(run("new", [1.0], knob=2, **MODEL), OWNER)
        assert (item.code, item.severity) == ("artifact_reused", "error")
        assert item.message == "owner lists the same model"
        assert item.path == land(run("new")).path

    def test_another_evaluation_of_it(self) -> None:
        again = run("new", [1.0], knob=1, evaluation=SLIDING, **MODEL)
        assert codes(again, OWNER) == []
        both = run("new", [1.0], knob=2, evaluation=SLIDING, **MODEL)
        assert codes(both, OWNER) == ["artifact_reused"]

    def test_the_same_config_scored_again(self) -> None:
        assert codes(run("new", {9: 1.065}, knob=1, **MODEL), OWNER) == []

    @pytest.mark.parametrize(
        ("fields", "is_fine"),
        [
            ({"verification": "reproduced", "submitter": "somebody else"}, True),
            ({"verification": "reproduced"}, False),
            ({"verification": "maintainer", "submitter": "somebody else"}, False),
            ({"submitter": "somebody else"}, False),
        ],
    )
    def test_somebody_else_may_reproduce_it_on_other_devices(
        self, fields: Document, is_fine: bool
    ) -> None:
        devices = [{"device": "NVIDIA A100", "count": 1}]
        again = run("new", [1.0], knob=1, hardware=devices, **MODEL, **fields)
        assert codes(again, OWNER) == ([] if is_fine else ["artifact_reused"])

    def test_but_not_under_another_model_config(self) -> None:
        fields: Document = {"verification": "reproduced", "submitter": "somebody else"}
        assert codes(run("new", [1.0], knob=2, **MODEL, **fields), OWNER) == ["artifact_reused"]

    def test_logs_and_other_models_are_free(self) -> None:
        for artifacts in (LOG, OTHER_MODEL, {}):
            assert codes(run("new", [1.0], knob=2, **artifacts), OWNER) == []
        assert codes(run("new", [1.0], knob=2, **MODEL), run("log", SAME, knob=1, **LOG)) == []

    def test_each_owner_is_named_once(self) -> None:
        both: Document = {"artifacts": [*MODEL["artifacts"], *OTHER_MODEL["artifacts"]]}
        owners = (run("owner", SAME, knob=1, **both), run("next", [1.1], knob=3, **OTHER_MODEL))
        found = said(run("new", [1.0], knob=2, **both), *owners)
        assert [item.message.split()[0] for item in found] == ["owner", "next"]

    @pytest.mark.parametrize("owner", [failed("owner", **MODEL), {**OWNER, "seeds_run": 0}])
    def test_a_run_that_does_not_count_owns_none(self, owner: Document) -> None:
        assert codes(run("new", [1.0], knob=2, **MODEL), owner) == []

    def test_a_failed_run_may_be_suspected_too(self) -> None:
        assert codes(failed("new", knob=2, **MODEL), OWNER) == ["artifact_reused"]


class TestCopiedScores:
    """Two configs have no score in common to its last digit, if it has many."""

    @given(st.permutations(PRECISE), st.booleans())
    def test_whichever_way_they_are_listed(self, scores: list[float], is_same: bool) -> None:
        first = run("first", PRECISE, knob=1)
        new = run("new", scores, knob=1 if is_same else 2)
        found = suspicions(replay(first)[0], land(new))
        assert [item.message for item in found] == ([] if is_same else ["they are those of first"])

    @pytest.mark.parametrize(
        "scores",
        [PRECISE[:1], (*PRECISE, 1.0), (PRECISE[0], 1.0662), (1.065, 1.0661)],
        ids=["some of them", "more than them", "one other", "few digits"],
    )
    def test_what_is_no_copy(self, scores: tuple[float, ...]) -> None:
        assert codes(run("new", scores, knob=2), run("first", PRECISE, knob=1)) == []

    def test_few_digits_are_shared_by_chance(self) -> None:
        assert codes(run("new", [1.06543], knob=2), run("first", [1.06543], knob=1)) == []

    def test_each_other_config_is_named(self) -> None:
        firsts = [run(f"first-{knob}", PRECISE, knob=knob) for knob in (1, 2)]
        found = said(run("new", PRECISE, knob=2), *firsts)
        assert [item.message for item in found] == ["they are those of first-1"]


class TestEmptyConfig:
    """Two runs without a config are the same config."""

    @pytest.mark.parametrize("new", [run("new", config={}), failed("new", config={})])
    def test_it_is_an_error_unless_it_is_meant(self, new: Document) -> None:
        assert [(item.code, item.severity) for item in said(new)] == [("empty_config", "error")]
        assert said(new, allow_empty_config=True) == []

    def test_any_knob_will_do(self) -> None:
        assert said(run("new", config={"x": None})) == []


class TestSeedInConfig:
    """A seed among the config makes each seed a config of its own."""

    @pytest.mark.parametrize(
        ("config", "key"),
        [
            ({"seed": 7}, "seed"),
            ({"seed": 7.0}, "seed"),
            ({"train": {"lr": 1, "seed": 7}}, "train.seed"),
            ({"train": {"rng": {"Seed": 7}}}, "train.rng.Seed"),
            ({"random_seed": 7}, "random_seed"),
            ({"x": 1, "DATA_SEED": 7}, "DATA_SEED"),
        ],
    )
    def test_by_name_and_value(self, config: Document, key: str) -> None:
        [item] = said(run("new", {7: 1.0}, config=config))
        assert (item.code, item.severity) == ("seed_in_config", "warning")
        assert item.message.startswith(f"config key {key} is the seed")

    @pytest.mark.parametrize(
        "config",
        [
            {"seed": 8}, {"seed": "7"}, {"seed": True}, {"seed": None}, {"seed": [7]},
            {"seeds": 7}, {"seedling": 7}, {"reseed": 7}, {"seed": {"of": 7}}, {"steps": 7},
        ],
    )  # fmt: skip
    def test_what_is_not_the_seed(self, config: Document) -> None:
        assert said(run("new", {7: 1.0}, config=config)) == []

    def test_true_is_no_seed_of_one(self) -> None:
        assert said(run("new", {1: 1.0}, config={"seed": True})) == []

    def test_no_seed_is_in_no_config(self) -> None:
        unseeded = run("new", config={"seed": None})
        unseeded["results"] = [{**unseeded["results"][0], "seed": None}]
        assert said(unseeded) == []

    def test_where_seeds_differ_it_is_a_knob(self) -> None:
        assert said(run("new", {7: 1.0, 8: 1.1}, config={"seed": 7})) == []

    def test_a_failed_run_has_no_seed(self) -> None:
        assert said(failed("new", config={"seed": 7})) == []


class TestOtherBytes:
    """Bits per byte compare where the bytes are the same."""

    HELD = run("held", SAME, knob=1, extra={"evaluated_bytes": 151_080_363})

    def brings(self, size: int | None, **fields: Any) -> Document:  # noqa: ANN401 - JSON values
        extra = {} if size is None else {"evaluated_bytes": size}
        return run("new", [1.065], knob=2, extra=extra, **fields)

    def test_it_is_a_warning_with_both_sizes(self) -> None:
        [item] = said(self.brings(151_080_362), self.HELD)
        assert (item.code, item.severity) == ("other_bytes", "warning")
        assert "151,080,362" in item.message
        assert "held has 151,080,363" in item.message

    @pytest.mark.parametrize("size", [151_080_363, None])
    def test_the_same_bytes_or_none_stated(self, size: int | None) -> None:
        assert said(self.brings(size), self.HELD) == []

    def test_the_incumbent_states_none(self) -> None:
        assert said(self.brings(5), run("held", SAME, knob=1)) == []

    def test_on_another_split_they_are_other_bytes(self) -> None:
        split = {"mode": "non_overlapping", "split": "other"}
        assert said(self.brings(5, evaluation=split), self.HELD) == []

    def test_without_an_incumbent_there_is_nothing_to_compare(self) -> None:
        assert said(self.brings(5)) == []

    def test_one_seed_of_several_is_enough(self) -> None:
        new = run("new", [1.065, 1.066], knob=2, extra={"evaluated_bytes": 151_080_363})
        new["results"][1]["evaluated_bytes"] = 7
        assert [item.code for item in said(new, self.HELD)] == ["other_bytes"]


class TestDifferingReplicate:
    """A replicate that leaves its config's scores by more than noise explains was something else."""

    def replicate(self, gap: float, scores: Mapping[int, float] | None = None) -> list[Finding]:
        first = run("first", [1.065, 1.065], knob="base")
        return said(run("new", scores or {9: 1.065 + gap}, knob="base"), first)

    @pytest.mark.parametrize("sign", [1, -1])
    def test_the_bar_is_a_quantile_of_t_either_way(self, sign: int) -> None:
        bar = t_quantile(0.9995, 4) * 0.0007 * (1 + 1 / 2) ** 0.5
        assert self.replicate(sign * bar * 0.999) == []
        [item] = self.replicate(sign * bar * 1.001)
        assert (item.code, item.severity) == ("replicate_differs", "warning")
        assert item.message.startswith(f"its scores lie {bar * 1.001:.4f} from those")

    def test_more_seeds_show_a_smaller_difference(self) -> None:
        gap = 0.006
        assert self.replicate(gap) == []
        assert self.replicate(gap, dict.fromkeys(range(10, 20), 1.065 + gap))

    def test_seeds_that_are_known_say_nothing_new(self) -> None:
        assert self.replicate(0.0, {1: 1.065}) == []
        assert self.replicate(0.0, {1: 1.065, 9: 1.1})

    def test_another_config_may_score_what_it_will(self) -> None:
        assert said(run("new", {9: 2.0}, knob=2), BASELINE) == []

    def test_nor_does_it_change_its_class(self) -> None:
        replicate = run("new", {9: 1.2}, knob="base")
        assert codes(replicate, BASELINE) == ["replicate_differs"]
        assert replay(BASELINE, replicate)[1][-1].name == "noise/replicate"


class TestSecondSeed:
    """2.0: in a lane of one seed that counts repeats, a second seed has to be meant."""

    COUNT: Mapping[str, Any] = MappingProxyType({"decision": {"repeats": "count"}})
    FIRST = run("first", {7: 1.065}, knob=1)

    def test_it_is_an_error_that_names_both(self) -> None:
        [item] = said(run("new", {8: 1.06}, knob=2), self.FIRST, **self.COUNT)
        assert (item.code, item.severity) == ("second_seed", "error")
        assert "seed 8 is new" in item.message
        assert "seed 7" in item.message

    def test_unless_it_is_meant(self) -> None:
        state, _ = replay(self.FIRST, rules=lane(**self.COUNT))
        meant = Meant(new_seed=True)
        assert list(remarks(state, land(run("new", {8: 1.06}, knob=2)), meant)) == []

    @pytest.mark.parametrize(
        ("scores", "before"),
        [
            ({7: 1.06}, [FIRST]),
            ({8: 1.06}, []),
            ({8: 1.06, 9: 1.061}, []),
            ({9: 1.06}, [FIRST, run("second", {8: 1.07}, knob=3)]),
        ],
        ids=["the same seed", "the first row", "several at once", "two are there already"],
    )
    def test_what_is_none(self, scores: dict[int, float], before: list[Document]) -> None:
        assert codes(run("new", scores, knob=2), *before, **self.COUNT) == []

    def test_scores_without_a_seed(self) -> None:
        results = [{"seed": None, "val_bpb": 1.06}]
        assert (
            codes(run("new", knob=2, results=results, seeds_run=1), self.FIRST, **self.COUNT) == []
        )

    @pytest.mark.parametrize("repeats", [None, "one"])
    def test_where_repeats_do_not_count_seeds_are_free(self, repeats: str | None) -> None:
        rules = {"decision": {"repeats": repeats}}
        assert codes(run("new", {8: 1.06}, knob=2), self.FIRST, **rules) == []

    def test_a_failed_row_has_none(self) -> None:
        assert codes(failed("new", knob=2), self.FIRST, **self.COUNT) == []


def test_a_plain_row_is_worth_no_remark() -> None:
    assert said(run("new", SAME, knob=2, **OTHER_MODEL), BASELINE, OWNER) == []


def test_all_remarks_of_a_row_are_made() -> None:
    held = run("held", {1: PRECISE[0]}, knob=1, extra={"evaluated_bytes": 5}, **MODEL)
    new = run("new", {7: PRECISE[0]}, config={"seed": 7}, extra={"evaluated_bytes": 6}, **MODEL)
    assert codes(new, held) == ["artifact_reused", "copied_scores", "seed_in_config", "other_bytes"]
