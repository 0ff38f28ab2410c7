"""What contradicts itself or what came before: each attack is remarked, and no honest run is."""

from typing import Any

import pytest

from homegolf_git.core.judge.doubts import doubts, landed_doubts
from homegolf_git.core.judge.remarks import NOTHING_MEANT, remarks
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.row import Evidence, LandedRow
from tests.build import SHA, Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, MUCH_WORSE, SAME, land, lane, replay
from tests.core.ledgers import WINNER, landed_lane, tried

OTHER = {"revision": "1234567", "dirty": False, "changed_paths": ["src/a.py"]}
WIDE = {"knob": "base", "model": {"wide": 7}}
TINY = {"knob": "base", "model": {"tiny": 7}}


def said(new: Document | LandedRow, *events: Document) -> list[Finding]:
    """What is said of a row that comes behind the others."""
    state, _ = replay(*events)
    landed = land(new) if isinstance(new, dict) else new
    return list(doubts(state, landed, state.incumbent))


def messages(*args: Any) -> list[str]:  # noqa: ANN401 - as above
    return [f"{item.severity} {item.code}: {item.message}" for item in said(*args)]


def test_they_stand_among_the_remarks() -> None:
    shown = Evidence(SHA, (), contradiction="the log shows oom, the row says crash")
    state, _ = replay(BASELINE)
    [item] = remarks(state, land(failed("bad", "crash", base="baseline"), shown), NOTHING_MEANT)
    assert (item.code, item.severity) == ("failure_differs", "warning")
    assert item.message == "the log shows oom, the row says crash"


def test_a_log_that_agrees_is_nothing() -> None:
    assert said(land(failed("bad", "oom"), Evidence(SHA, ())), BASELINE) == []


class TestUnrelated:
    """A run that settles another tries again what it tried."""

    BLOCKED = failed("oom1", base="baseline", config=WIDE)

    def test_of_another_idea(self) -> None:
        new = run("new", SAME, base="baseline", config=TINY, resolves=["oom1"])
        assert messages(new, BASELINE, self.BLOCKED) == [
            "warning unrelated_resolves: oom1 tried model.wide, of which this run changes nothing"
        ]

    @pytest.mark.parametrize(
        "new",
        [
            run("new", SAME, base="baseline", config=WIDE, resolves=["oom1"]),
            run("new", SAME, base="baseline", config={**WIDE, "model": {"wide": 4}}, resolves=["oom1"]),
            run("new", SAME, base="oom1", config={**WIDE, "system": {"fp8": True}}, resolves=["oom1"]),
            run("new", SAME, base="oom1", config=TINY, resolves=["oom1"]),
            run("new", SAME, source=OTHER, config=TINY, resolves=["oom1"]),
        ],
        ids=["again", "smaller", "with a remedy", "derived from it", "nobody can tell"],
    )  # fmt: skip
    def test_of_the_same_idea(self, new: Document) -> None:
        assert [
            i for i in said(new, BASELINE, self.BLOCKED) if i.code == "unrelated_resolves"
        ] == []

    @pytest.mark.parametrize(
        "blocked",
        [
            failed("oom1", config=WIDE),
            failed("oom1", base="gone", config=WIDE),
            failed("oom1", base="baseline", config={"knob": "base"}),
            failed("oom1", base="baseline", source={**OTHER, "changed_paths": None}, config=WIDE),
            failed("oom1", "quota", base="baseline", config=WIDE),
        ],
        ids=["no base", "a base that is not here", "nothing", "unknown paths", "the machine's fault"],
    )  # fmt: skip
    def test_of_a_run_that_tried_nobody_knows_what(self, blocked: Document) -> None:
        new = run("new", SAME, base="baseline", config=TINY, resolves=["oom1"])
        assert said(new, BASELINE, blocked) == []

    def test_of_a_run_that_is_not_here_or_not_blocked_others_speak(self) -> None:
        new = run("new", SAME, base="baseline", config=TINY, resolves=["gone", "baseline"])
        assert said(new, BASELINE) == []

    def test_four_things_are_shortened(self) -> None:
        many = {"knob": "base", "model": dict.fromkeys("abcde", 7)}
        new = run("new", SAME, base="baseline", config=TINY, resolves=["oom1"])
        [item] = said(new, BASELINE, failed("oom1", base="baseline", config=many))
        assert item.message.startswith("oom1 tried model.a, model.b, model.c and 2 more, of which")


class TestAttribution:
    """The base is the submitter's choice; the incumbent is not."""

    THROWAWAY = tried("throw", MUCH_WORSE, side="system")

    def new(self, **fields: Any) -> Document:  # noqa: ANN401 - JSON values
        config = {"knob": "base", "system": {"throw": 1}, "model": {"x": 3}}
        return run("new", SAME, **{"base": "throw", "config": config, **fields})

    def test_a_throwaway_base(self) -> None:
        [found] = messages(self.new(), BASELINE, self.THROWAWAY)
        assert found == "note other_attribution: it is model beside its base throw, confounded beside the incumbent baseline"  # fmt: skip

    def test_one_that_hides_changed_paths(self) -> None:
        base = run("throw", MUCH_WORSE, base="baseline", source={**OTHER, "changed_paths": None}, config={"knob": "base"})  # fmt: skip
        new = run(
            "new", SAME, base="throw", source=OTHER, config={"knob": "base", "model": {"x": 3}}
        )
        [item] = said(new, BASELINE, base)
        assert item.message.endswith("unknown beside the incumbent baseline")

    @pytest.mark.parametrize("base", ["baseline", "gone", None])
    def test_the_incumbent_as_base(self, base: str | None) -> None:
        assert said(self.new(base=base), BASELINE, self.THROWAWAY) == []

    def test_nobody_holds_the_title(self) -> None:
        assert said(self.new(), failed("throw", config={"knob": "base"})) == []

    def test_the_same_side(self) -> None:
        base = tried("throw", MUCH_WORSE, side="model")
        new = run("new", SAME, base="throw", config={"knob": "base", "model": {"throw": 1, "x": 3}})
        assert said(new, BASELINE, base) == []

    def test_nothing_is_changed_or_nobody_knows_what(self) -> None:
        same = self.new(config={"knob": "base", "system": {"throw": 1}})
        unknown = self.new(source={**OTHER, "changed_paths": None})
        for new in (same, unknown):
            assert said(new, BASELINE, self.THROWAWAY) == []

    def test_a_replicate_of_the_incumbent_names_its_old_base(self) -> None:
        again = {**WINNER, "run_id": "again"}
        assert said(again, BASELINE, WINNER) == []

    @pytest.mark.parametrize(("count", "side"), [(7, "confounded"), (9, "unknown")])
    def test_a_chain_is_followed_so_far(self, count: int, side: str) -> None:
        rules = lane(attribution={"paths": {"system": ["src/**"]}})
        events = [BASELINE]
        for number in range(count):
            events.append(run(f"t{number}", MUCH_WORSE, base=events[-1]["run_id"], source=OTHER, config={"knob": "base", "n": number}))  # fmt: skip
        base = events[-1]
        new = run("new", SAME, base=base["run_id"], source=OTHER, config={**base["config"], "model": {"x": 3}})  # fmt: skip
        new["config"].pop("n")
        events[-1]["config"].pop("n")
        state, _ = replay(*events, rules=rules)
        [item] = doubts(state, land(new), state.incumbent)
        assert item.message.endswith(f"{side} beside the incumbent baseline")

    def test_a_base_whose_base_is_not_here(self) -> None:
        base = failed("throw", base="gone", config=TINY, source=OTHER)
        new = run("new", SAME, base="throw", source=OTHER, config=WIDE)
        assert [item.code for item in said(new, BASELINE, base)] == ["other_attribution"]

    def test_bases_that_name_each_other(self) -> None:
        first = failed("a", base="b", config=TINY, source=OTHER)
        second = failed("b", base="a", config=TINY, source=OTHER)
        new = run("new", SAME, base="b", source=OTHER, config=WIDE)
        [item] = said(new, BASELINE, first, second)
        assert item.code == "other_attribution"


class TestAlike:
    """A config of which only names or last digits are new."""

    FIRST = run("first", SAME, config={"model": {"width": 320}, "lr": 0.0317})

    def test_renamed_keys(self) -> None:
        new = run("new", SAME, config={"system": {"width": 320}, "rate": 0.0317})
        assert messages(new, BASELINE, self.FIRST) == [
            "note renamed_keys: rate is 0.0317 here, first has that as lr, and 1 key more"
        ]

    def test_some_beside_the_base(self) -> None:
        new = run("new", SAME, base="first", config={"system": {"width": 320}, "lr": 0.5})
        assert [i.code for i in said(new, BASELINE, self.FIRST)] == ["renamed_keys"]

    def test_a_near_copy(self) -> None:
        new = run("new", SAME, config={"model": {"width": 320}, "lr": 0.0318})
        assert messages(new, BASELINE, self.FIRST) == [
            "note near_copy: lr is 0.0318 here, 0.0317 in first"
        ]

    def test_the_same_config_is_a_replicate(self) -> None:
        assert said({**self.FIRST, "run_id": "new"}, BASELINE, self.FIRST) == []

    def test_another_idea(self) -> None:
        new = run("new", SAME, config={"model": {"width": 320}, "lr": 0.02})
        assert said(new, BASELINE, self.FIRST) == []

    def test_values_that_change_places(self) -> None:
        new = run("new", SAME, config={"model": {"width": 0.0317}, "lr": 320})
        assert said(new, BASELINE, self.FIRST) == []


class TestKeptBack:
    """Of one config the flag says it; here it is all that a submitter reports on a lane."""

    def rows(self, count: int, **fields: Any) -> list[Document]:  # noqa: ANN401 - JSON values
        return [
            run(f"r{number}", [1.065 + number / 1e4], knob=f"k{number}", seeds_run=4, **fields)
            for number in range(count)
        ]

    def test_many_over_many_configs(self) -> None:
        *before, new = self.rows(2)
        assert messages(new, *before) == [
            "warning seeds_kept_back: someone reports 2 seeds of this lane, 6 more finished"
        ]

    def test_of_each_submitter(self) -> None:
        [new] = self.rows(1, submitter="another")
        assert said(new, *[row | {"run_id": row["run_id"] + "x"} for row in self.rows(3)]) == []

    def test_who_reports_most(self) -> None:
        *before, new = self.rows(3)
        assert (
            said(new, BASELINE, BASELINE | {"run_id": "b2", "config": {"knob": 7}}, *before) == []
        )

    def test_a_row_that_reports_all_of_its_own(self) -> None:
        assert said(run("new", SAME, knob="x"), *self.rows(4)) == []


class TestLanded:
    """Rows that landed are looked at again: winners, and those of which a fact is reason enough."""

    def test_a_winner_from_a_throwaway_base(self) -> None:
        config = {"knob": "base", "system": {"throw": 1}, "model": {"x": 3}}
        won = run("won", MUCH_BETTER, base="throw", config=config)
        ledger = landed_lane(BASELINE, TestAttribution.THROWAWAY, won)
        [item] = landed_doubts(ledger)
        assert (item.code, item.path) == ("other_attribution", land(won).path)
        assert (
            list(landed_doubts(landed_lane(BASELINE, TestAttribution.THROWAWAY, won, "won"))) == []
        )

    def test_seeds_are_said_once_and_counted_once(self) -> None:
        ledger = landed_lane(*TestKeptBack().rows(4))
        assert [item.message for item in landed_doubts(ledger)] == [
            "someone reports 4 seeds of this lane, 12 more finished"
        ]

    def test_a_retraction_settles_it(self) -> None:
        rows = TestKeptBack().rows(4)
        names = [row["run_id"] for row in rows]
        assert list(landed_doubts(landed_lane(*rows, *names))) == []

    def test_a_resolves(self) -> None:
        new = run("new", SAME, base="baseline", config=TINY, resolves=["oom1"])
        ledger = landed_lane(BASELINE, TestUnrelated.BLOCKED, new)
        assert [item.code for item in landed_doubts(ledger)] == ["unrelated_resolves"]
        assert judge_lane(ledger).state.doubted.keys() == {"baseline", "new"}

    def test_a_log(self) -> None:
        shown = Evidence(SHA, (), contradiction="the log shows oom, the row says crash")
        ledger = landed_lane(BASELINE, land(failed("bad", "crash"), shown, position=2))
        assert [item.code for item in landed_doubts(ledger)] == ["failure_differs"]

    def test_an_honest_search(self) -> None:
        config: Document = WINNER["config"]
        best = run(
            "best", (1.02, 1.021, 1.022), base="winner", config={**config, "system": {"y": 2}}
        )
        ledger = landed_lane(BASELINE, tried("model-1"), WINNER, best, rules=lane())
        assert list(landed_doubts(ledger)) == []
