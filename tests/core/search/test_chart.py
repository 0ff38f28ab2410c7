"""What a picture of a lane shows: its rows, its titles and its months."""

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.search.chart import Title, named_titles
from tests.build import failed
from tests.core.boards import chart
from tests.core.build import BASELINE
from tests.core.ledgers import BAD_FRESH, WINNER, tried


class TestChart:
    """A point a row, in order."""

    def test_rows(self) -> None:
        found = chart(BASELINE, failed("oom", knob=1), tried("open", (1.0635,)))
        assert [point.order for point in found.points] == [1, 2, 3]
        assert [point.verdict_class for point in found.points] == [
            "improvement", "blocked", "noise",
        ]  # fmt: skip
        assert found.points[1].score is None
        assert [point.band is not None for point in found.points] == [False, False, True]

    def test_titles(self) -> None:
        found = chart(BASELINE, tried("open", (1.0635,)), WINNER)
        assert [(t.run_id, t.order, t.since) for t in found.titles] == [
            ("baseline", 1, 1), ("winner", 3, 3),
        ]  # fmt: skip

    def test_a_title_that_comes_back(self) -> None:
        """A winner that fresh seeds refute gives its title back to the one before."""
        found = chart(BASELINE, WINNER, BAD_FRESH)
        assert [(t.run_id, t.order, t.since) for t in found.titles] == [
            ("baseline", 1, 1), ("winner", 2, 2), ("baseline", 1, 3),
        ]  # fmt: skip
        assert found.titles[2].score == found.titles[0].score

    def test_a_retracted_title_is_none(self) -> None:
        assert [t.run_id for t in chart(BASELINE, WINNER, "winner").titles] == ["baseline"]

    def test_months_begin_with_their_first_row(self) -> None:
        """One that finished earlier than a row before it begins no month again."""
        months = ("2026-03", "2026-03", "2026-05", "2026-04", "2026-05", "2026-06")
        rows = [
            failed(f"run-{i}", knob=i, finished_at=f"{month}-0{i + 1}T00:00:00Z")
            for i, month in enumerate(months)
        ]
        assert chart(*rows).months == [(1, "2026-03"), (3, "2026-05"), (6, "2026-06")]

    def test_an_empty_lane(self) -> None:
        found = chart()
        assert (list(found.points), list(found.titles), list(found.months)) == ([], [], [])


class TestNamed:
    """The last title, the first, and the largest gains."""

    def named(self, gains: dict[str, float], *names: str) -> list[str]:
        titles = [Title(RunId(name), n, n, 1.0) for n, name in enumerate(names, 1)]
        return [t.run_id for t in named_titles(titles, {RunId(k): v for k, v in gains.items()})]

    def test_order(self) -> None:
        gains = {"b": 0.1, "c": 0.3, "d": 0.2, "e": 0.05}
        assert self.named(gains, "a", "b", "c", "d", "e") == ["e", "a", "c", "d", "b"]

    def test_a_title_that_did_not_stand_has_no_name(self) -> None:
        assert self.named({"c": 0.1}, "a", "b", "a", "c") == ["c", "a"]

    def test_one_title_and_none(self) -> None:
        assert self.named({}, "a") == ["a"]
        assert self.named({}) == []

    def test_seven_gains_at_most(self) -> None:
        names = [f"t{n:02}" for n in range(20)]
        assert len(self.named(dict.fromkeys(names[1:], 0.1), *names)) == 9
