"""A lane's page in words and figures."""

from homegolf_git.core.views.sitelane import LATEST, way_of
from tests.build import failed
from tests.core.boards import ladder, search
from tests.core.build import BASELINE
from tests.core.ledgers import BEST, OPEN, WINNER, tried
from tests.core.search.test_promotion import climbed
from tests.core.views.build import FULL
from tests.core.views.site import page_of_lane


def test_a_full_lane() -> None:
    page = page_of_lane(*FULL)
    assert page.holder is not None
    assert (page.holder.run.name, page.holder.run.href) == ("winner", "runs/winner.html")
    assert page.holder.rests == "3 seeds; title not confirmed yet (0 of 4 fresh seeds)"
    assert page.gained is not None
    assert page.gained.changes == "over 1 change of incumbent"
    assert (page.call, page.blocked, page.kinds) == ("go on", 1, "1 oom at export")
    assert [found.name for found in page.classes][:2] == ["improvement", "noise"]
    assert [row.order for row in page.rows] == [6, 5, 4, 3, 2, 1]
    assert page.empty == ""
    assert page.rows[3].summary


def test_an_empty_lane_and_one_without_a_title() -> None:
    page = page_of_lane()
    assert (page.holder, page.gained, page.call, page.n_rows) == (None, None, "", 0)
    assert page.nobody == "No run has landed yet."
    page = page_of_lane(failed("oom", knob="oom"))
    assert page.nobody == "No run has a score that counts yet."
    assert page.empty == "no-side no-score no-delta no-seeds"


def test_titles_with_their_waterfall() -> None:
    page = page_of_lane(BASELINE, WINNER, BEST)
    assert [(row.ordinal, row.run.name) for row in page.titles] == [(3, "best"), (2, "winner")]
    latest, first = page.titles
    assert latest.bar.start == first.bar.start + first.bar.width
    assert latest.sum == "+0.0450"
    assert [total.label for total in page.totals] == ["model"]
    assert page.gained is not None
    assert page.gained.side == "model"


def test_where_nobody_knows_a_side_there_are_no_totals() -> None:
    page = page_of_lane(BASELINE, tried("winner", (1.04, 1.041, 1.0405), side="odd"))
    assert page.totals == []
    assert page.titles_line.endswith("Of no change do the rows say what it touched.")
    assert page.gained is not None
    assert page.gained.side == ""


def test_the_latest_rows_alone() -> None:
    page = page_of_lane(*search(80))
    assert (len(page.rows), page.n_rows) == (LATEST, 80)
    assert page.rows[0].order == 80


def test_more_than_a_page_shows_is_counted() -> None:
    blocked = [failed(f"oom-{n}", ("oom", "crash", "quota", "timeout")[n % 4], knob=n) for n in range(104)]  # fmt: skip
    page = page_of_lane(BASELINE, *blocked)
    assert (len(page.blockers), page.blockers_left) == (100, 4)
    assert page.kinds.endswith("and 1 more kind")


def test_a_title_that_fresh_seeds_confirm() -> None:
    board = ladder(climbed(), [])[0]
    found = [way_of(way) for way in board.ways]
    assert [way.target for way in found] == ["h100"]
    assert found[0].missing or found[0].is_go


def test_what_the_lane_asks_and_what_comes_next() -> None:
    page = page_of_lane(BASELINE, tried("open", OPEN), claim="x")
    assert page.claim == "x"
    assert page.lines[0].startswith("val_bpb in bits/byte")
    assert page.next_words.endswith(".")
    assert [link.name for link, _ in page.leads] == ["open"]


def test_a_time_that_nobody_knows_is_no_date() -> None:
    late = WINNER | {"finished_at": "1970-01-01T00:00:01Z"}
    page = page_of_lane(late | {"run_id": "first", "config": {"knob": 9}}, BEST | {"finished_at": "1970-01-01T00:00:02Z"})  # fmt: skip
    assert {row.date for row in page.rows} == {"time unknown"}
    assert page.gained is not None
    assert (page.gained.since, page.gained.on) == ("", "")
