"""A lane's page: its order, and what is folded or cut."""

import re
from typing import Any

from homegolf_git.core.views.boardpage import lane_page
from tests.build import failed
from tests.core.boards import board, ladder, search
from tests.core.build import BASELINE
from tests.core.ledgers import WINNER, tried
from tests.core.search.test_promotion import climbed
from tests.core.views.build import FULL


def page(*events: Any, **rules: Any) -> str:  # noqa: ANN401
    return lane_page(board(*events, **rules), [])


def headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.*)$", text, re.MULTILINE)


def section(text: str, name: str) -> str:
    return text.partition(f"## {name}\n")[2].partition("\n## ")[0]


def test_a_full_lane_in_its_order() -> None:
    found = page(*FULL, claim="comparable", references=[{"name": "naive", "value": 1.2244}])
    assert headings(found) == [
        "local-cluster: Home cluster", "Latest runs", "What improved the score", "Open blockers",
        "The lane",
    ]  # fmt: skip
    assert found.index("| question |") < found.index("](progress.svg)") < found.index("## Latest")
    lane = section(found, "The lane")
    assert "lower is better; a gain counts from 0.002" in lane
    assert found.index("\nWhat a score here may claim: comparable.\n") < found.index("| question |")
    assert "naive 1.2244" in lane
    assert "| improvement/strict | 1 |" in lane


def test_what_there_is_nothing_of_has_no_heading() -> None:
    assert headings(page()) == ["local-cluster: Home cluster", "The lane"]
    found = page(failed("oom"), metric={"unit": "", "direction": "maximize"})
    assert headings(found)[1:] == ["Latest runs", "Open blockers", "The lane"]
    assert "in its own unit, higher is better" in found


def test_the_latest_rows_come_first_and_the_others_are_folded() -> None:
    found = section(page(*search(120)), "Latest runs")
    orders = [int(number) for number in re.findall(r"\*\*#([0-9]+)\*\*", found)]
    assert orders == list(range(120, 20, -1))
    assert "<summary>88 more runs</summary>" in found
    assert found.index("**#109**") < found.index("<details>") < found.index("**#108**")


def test_months_are_linked() -> None:
    found = lane_page(board(*search(120)), [("2026-01", 1), ("2026-02", 2)])
    assert "Earlier runs by month: [Feb 2026](months/2026-02.md), [part 2](" in found


def test_every_run_stands_with_what_it_changed() -> None:
    found = page(*FULL)
    for line in found.splitlines():
        for _ in re.findall(r"\]\(runs/", line):
            assert "a change" in line


class TestTitles:
    """What improved the score, the latest first, with sums."""

    def test_sums(self) -> None:
        found = section(page(*search(60)), "What improved the score")
        numbers = [int(n) for n in re.findall(r"^\| \*\*([0-9]+)\*\* \[", found, re.MULTILINE)]
        assert numbers == list(range(len(numbers) + 1, 1, -1))
        assert "confirmed on fresh seeds. Noise: " in found

    def test_a_confirmed_title_says_so(self) -> None:
        found = section(page(*climbed()), "What improved the score")
        assert found.strip().startswith("1 of 1 title is confirmed on fresh seeds.")
        assert ", **confirmed**<br>" in found

    def test_a_lane_that_asks_for_no_confirmation_says_nothing_of_it(self) -> None:
        found = section(page(*climbed(), decision={"fresh_seeds": 0}), "What improved the score")
        assert "confirmed" not in found

    def test_many(self) -> None:
        rows = [tried(f"t{n:03}", [1.06 - n / 200] * 3, base=None) for n in range(120)]
        found = section(page(BASELINE, *rows), "What improved the score")
        assert "<summary>92 earlier titles</summary>" in found
        assert "20 earlier titles more: `homegolf deltas --lane local-cluster`." in found


class TestBlockers:
    """Groups with their latest, the others folded."""

    def test_groups(self) -> None:
        rows = [failed(f"b{n}", ("oom", "crash")[n % 2], knob=n) for n in range(5)]
        found = section(page(*rows), "Open blockers")
        assert "| oom at train | 3 | [`b4`]" in found
        assert "<summary>3 more open blockers</summary>" in found
        assert re.findall(r"^- \[`(b.)`\]", found, re.MULTILINE) == ["b2", "b1", "b0"]

    def test_a_hundred_at_most(self) -> None:
        found = section(page(*(failed(f"b-{n}", knob=n) for n in range(130))), "Open blockers")
        assert "- and 29 more: `homegolf blockers --lane local-cluster`" in found
        assert len(re.findall(r"^- \[", found, re.MULTILINE)) == 100

    def test_details(self) -> None:
        failure = {"kind": "oom", "stage": "train", "detail": "x" * 300}
        found = page(failed("oom", outcome={"status": "failed", "failure": failure}))
        assert "<br>" + "x" * 199 + "…" in found


def test_a_promotion_is_a_checklist_by_the_rows_alone() -> None:
    below, above = ladder([BASELINE], [failed("up")])
    found = section(lane_page(below, []), "Promotion to h100")
    assert "As of 2026-03-28, by the rows alone" in found
    assert "| is\\_confirmed | **no-go** | a baseline claims no improvement |" in found
    assert "in\\_flight" not in found
    assert "A run needs a promotion from local-cluster." in lane_page(above, [])


def test_rows_without_a_time_show_none() -> None:
    unknown = {"finished_at": "1970-01-01T00:00:02Z"}
    found = page(*(row | unknown for row in (BASELINE, WINNER, failed("oom"))))
    assert "1970-01-01" not in found
    assert "[`winner`](runs/1970-01/winner.yaml) someone<br>" in found
