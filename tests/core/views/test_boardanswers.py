"""The questions about a lane and their answers."""

import re
from typing import Any

import pytest

from homegolf_git.core.views.boardanswers import answers, stop_or_go
from tests.build import failed, run
from tests.core.boards import board, ladder
from tests.core.build import BASELINE, MUCH_BETTER, MUCH_WORSE
from tests.core.ledgers import LEAD, WINNER, cleared, tried
from tests.core.search.test_actions import NINE
from tests.core.search.test_promotion import climbed
from tests.core.views.build import FULL


def asked(*events: Any, **rules: Any) -> dict[str, str]:  # noqa: ANN401
    """Each question with its answer."""
    return said(answers(board(*events, **rules)))


def said(table: str) -> dict[str, str]:
    return dict(re.findall(r"^\| \*\*(.+?)\*\* \| (.*) \|$", table, re.MULTILINE))


def test_a_full_lane_answers_all() -> None:
    found = asked(*FULL)
    assert list(found) == [
        "Incumbent", "Gain", "System or model", "Stop or go", "What to run next", "Open blockers",
    ]  # fmt: skip
    assert found["Incumbent"] == (
        "**1.0450** bits/byte, [`winner`](runs/2026-03/winner.yaml), the mean of 3 seeds; title not "
        "confirmed yet (0 of 4 fresh seeds)<br>a change"
    )
    assert found["Gain"].startswith(
        "**+0.0200** ± 0.0005 over 1 change of incumbent since 2026-03-28"
    )
    assert found["Gain"].endswith("the latest **+0.0200** by someone on 2026-03-28")
    assert found["System or model"] == "model +0.0200 (100%)"
    assert found["Stop or go"].startswith("**go on** · Improving: ")
    assert found["What to run next"].startswith("Run the incumbent again, on fresh seeds (4 runs)")
    assert found["Open blockers"] == "[**1**](#open-blockers): oom at export 1"


def test_rows_without_a_time_have_no_date() -> None:
    found = asked(*({**row, "finished_at": "1970-01-01T00:00:02Z"} for row in (BASELINE, WINNER)))
    assert "1970-01-01" not in found["Gain"]
    assert found["Gain"].endswith("1 change of incumbent; the latest **+0.0200** by someone")


def test_sides_that_nobody_knows() -> None:
    found = asked(BASELINE, run("winner", MUCH_BETTER, config={"idea": "heads"}))
    assert found["System or model"] == "unknown: of no change do the rows say what it touched"


class TestWhatToRunNext:
    """The first of what `homegolf next` gives, and what the run has changed that it is about."""

    def test_a_lead(self) -> None:
        lead = tried("lead", LEAD, change={"kind": "model", "summary": "a *wider* head"})
        found = asked(NINE, *cleared(9, 9), lead, decision={"procedure": 2})
        assert found["What to run next"].endswith("<br>a \\*wider\\* head")
        assert "lead: a \\*wider\\* head" in found["Stop or go"]

    def test_nothing_has_landed(self) -> None:
        assert asked()["What to run next"].startswith("Record a baseline (9 runs): ")

    def test_the_lane_above(self) -> None:
        below, _ = ladder(climbed(), [])
        assert said(answers(below))["What to run next"].startswith("Promote ")


class TestIncumbent:
    """What the title rests on."""

    @pytest.mark.parametrize(("events", "words"), [
        ((), "none yet; no run has landed"),
        ((failed("oom"),), "none yet; of 1 run none has a score that counts"),
        ((BASELINE,), "the first valid score, which claims no gain"),
        ((BASELINE, WINNER), "title not confirmed yet (0 of 4 fresh seeds)"),
        (climbed(), "title confirmed on 4 fresh seeds"),
    ])  # fmt: skip
    def test_title(self, events: list[Any], words: str) -> None:
        assert words in asked(*events)["Incumbent"]

    def test_a_lane_that_asks_for_no_confirmation(self) -> None:
        found = asked(BASELINE, WINNER, decision={"fresh_seeds": 0})["Incumbent"]
        assert "asks for no confirmation" in found

    def test_one_seed_and_no_unit(self) -> None:
        found = asked(run("one", (1.0,)), metric={"unit": ""})["Incumbent"]
        assert found.startswith("**1.0000**, [`one`]")
        assert "1 seed;" in found


def test_shares_only_where_they_mean_something() -> None:
    small = asked(BASELINE, tried("won", (1.0606, 1.0605, 1.0607)), decision={"sigma0": 0.0007})
    assert (
        "%" in small["System or model"] or "shares would mean nothing" in small["System or model"]
    )


class TestStopOrGo:
    """One word, then why."""

    def test_nobody_to_beat(self) -> None:
        assert (
            stop_or_go(board()) == "No incumbent yet: a first valid scored run begins the search."
        )
        assert stop_or_go(board(), is_brief=True) == ""

    def test_go_on_is_said_once(self) -> None:
        found = stop_or_go(board(BASELINE, *cleared(9, 9)))
        assert found.startswith("**go on** · ")
        assert "Go on:" not in found

    def test_stop(self) -> None:
        ended = board(*climbed(), *cleared(30, 30, MUCH_WORSE), stop={"p_star": 0.9})
        assert ended.stop.plateau.state == "plateaued"
        assert stop_or_go(ended).startswith("**stop** · Plateaued: ")
        assert stop_or_go(ended, is_brief=True) == "stop"


def test_kinds_of_blockers() -> None:
    kinds = ("oom", "crash", "timeout", "quota", "preempted", "other")
    rows = [failed(f"b{n}", kind, knob=n) for n, kind in enumerate(kinds)]
    found = asked(*rows, failed("b9", "oom", knob=9))["Open blockers"]
    assert found.startswith("[**7**](#open-blockers): oom at train 2, ")
    assert found.endswith("and 2 more kinds")
    assert asked(BASELINE)["Open blockers"] == "none"


class TestPromotion:
    """A row for each lane above."""

    def test_no_go_names_what_is_missing_first(self) -> None:
        below, above = ladder([BASELINE], [])
        assert said(answers(below))["Promotion to h100"] == (
            "**no-go** · first missing: a baseline claims no improvement"
        )
        assert "Promotion to h100" not in said(answers(above))

    def test_go(self) -> None:
        below, _ = ladder(climbed(), [])
        found = said(answers(below))["Promotion to h100"]
        assert re.fullmatch(
            r"\*\*go\*\* · all [0-9]+ points of the checklist, as of 2026-03-28", found
        )

    def test_an_empty_lane_asks_nothing(self) -> None:
        below, _ = ladder([], [])
        assert "Promotion to h100" not in said(answers(below))


def test_links_of_the_overview_lead_into_the_lane() -> None:
    found = answers(board(*FULL), "home/")
    assert "](home/runs/2026-03/winner.yaml)" in found
    assert "](home/SCOREBOARD.md#open-blockers)" in found
