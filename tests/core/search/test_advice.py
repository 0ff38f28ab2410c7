"""The stop condition in words, with what would settle it."""

import pytest

from homegolf_git.core.model.values import replace
from homegolf_git.core.search.advice import stop_call
from tests.build import Document, failed, run
from tests.core.build import BASELINE, lane, replay
from tests.core.ledgers import LEAD, OPEN, WINNER, cleared, tried
from tests.core.search.build import after, blocked, said


class TestBlockedOnly:
    """If everything but the blockers holds, it says so."""

    def test_so(self) -> None:
        rows = [BASELINE, *cleared(10, 10), blocked("oom"), blocked("quota")]
        assert after(*rows).is_blocked_only
        assert "2 blocked" in said(*rows)

    @pytest.mark.parametrize(
        "rows",
        [
            [*cleared(10, 10)],
            [*cleared(9, 9), blocked("oom")],
            [*cleared(16, 4), blocked("oom")],
            [*cleared(10, 10), tried("open", OPEN), blocked("oom")],
            [*cleared(18, 17), tried("lead", LEAD), blocked("oom")],
            [*cleared(18, 17), blocked("oom")],
        ],
        ids=["no blocker", "too few", "a side", "unresolved", "lead", "plateaued all the same"],
    )
    def test_not_so(self, rows: list[Document]) -> None:
        assert not after(BASELINE, *rows).is_blocked_only
        assert "would be plateaued" not in said(BASELINE, *rows)

    def test_an_improving_lane_is_not(self) -> None:
        assert not after(BASELINE, WINNER, blocked("oom")).is_blocked_only


class TestWords:
    """The sentence names what would settle it."""

    def test_how_many_more(self) -> None:
        text = said(BASELINE, *cleared(4, 2))
        assert "13 more cleared challengers" in text
        assert "1 system-side and 3 model-side among them" in text

    def test_which_runs_need_seeds(self) -> None:
        rows = [tried(f"open-{i}", OPEN) for i in range(5)]
        text = said(BASELINE, *cleared(5, 5), *rows)
        assert "open-0" in text
        assert "2 more" in text

    def test_which_blockers(self) -> None:
        text = said(BASELINE, *cleared(5, 5), blocked("oom-x"), blocked("oom-y"))
        assert "oom-x" in text
        assert "oom-y" in text

    def test_noise_seeds_and_leads(self) -> None:
        short = run("baseline", [1.0650], config={"knob": "base"})
        text = said(short, tried("lead", [1.0620]))
        assert "8 more degrees of freedom" in text
        assert "3 fresh seeds" in text
        assert "look better" in text

    def test_beyond_counting(self) -> None:
        rules = lane(stop={"p_star": 1e-9})
        assert after(BASELINE, rules=rules).needed is None
        assert "than can be counted" in said(BASELINE, rules=rules)

    def test_no_more_challengers_than_are_missing(self) -> None:
        text = said(BASELINE, *cleared(10, 10, [1.0651]))
        assert "degrees of freedom" in text
        assert "cleared challenger" not in text

    def test_one_is_one(self) -> None:
        assert "1 blocked runs" not in said(BASELINE, *cleared(10, 10), blocked("oom"))
        assert "1 more cleared challengers" not in said(BASELINE, *cleared(9, 9))

    @pytest.mark.parametrize(
        ("rows", "word"),
        [
            ([BASELINE, *cleared(10, 10)], "Plateaued"),
            ([BASELINE, WINNER], "Improving"),
            ([], "No incumbent"),
        ],
    )
    def test_the_state(self, rows: list[Document], word: str) -> None:
        assert said(*rows).startswith(word)

    def test_a_side_alone_says_what_it_counts(self) -> None:
        """Nothing but a side is missing: there is no number of challengers to be `of them`."""
        assert "of them" not in said(BASELINE, *cleared(20, 0))

    def test_the_sides_never_ask_for_more_than_all_that_are_asked_for(self) -> None:
        """18 cleared on one side: one more would bring the bound down, the other side needs 5."""
        assert "1 more cleared challengers" not in said(BASELINE, *cleared(18, 0))


class TestInfeasible:
    """Ideas that were declared infeasible stand outside the window, and are told of."""

    @pytest.mark.parametrize(
        ("count", "said"),
        [
            (0, ""),
            (1, " 1 idea was declared infeasible."),
            (2, " 2 ideas were declared infeasible."),
        ],
    )
    def test_the_sentence(self, count: int, said: str) -> None:
        rows = [failed(f"f{n}", "infeasible", knob=n) for n in range(count)]
        with_them, without = replay(BASELINE, *rows)[0], replay(BASELINE)[0]
        call, plain = stop_call(with_them), stop_call(without)
        assert call.sentence == plain.sentence + said
        assert call.plateau.infeasible == count
        assert replace(call.plateau, infeasible=0) == plain.plateau

    def test_before_there_is_an_incumbent(self) -> None:
        state, _ = replay(failed("f", "infeasible"))
        assert stop_call(state).sentence.endswith("search. 1 idea was declared infeasible.")
