"""What noise may explain around an incumbent."""

import pytest

from homegolf_git.core.model.values import replace
from homegolf_git.core.search.noiseband import Band, middle_band, noise_band
from tests.build import failed, run
from tests.core.build import BASELINE, INCUMBENT, lane, last, stats_of
from tests.core.ledgers import OPEN, near, tried

MEAN = sum(INCUMBENT) / len(INCUMBENT)


class TestBand:
    """Its middle is the mean that a run was compared with, its half what a gain had to exceed."""

    def test_of_a_challenger(self) -> None:
        verdict = last(BASELINE, tried("open", OPEN))
        band, stats = noise_band(verdict, lane().metric), stats_of(verdict)
        assert band is not None
        assert band.middle == near(MEAN)
        assert band.half == near(stats.t_needed * stats.se)

    def test_where_more_is_better(self) -> None:
        rules = lane(metric={"direction": "maximize"})
        band = noise_band(last(BASELINE, tried("open", OPEN), rules=rules), rules.metric)
        assert band is not None
        assert band.middle == near(MEAN)

    def test_a_winner_lies_beyond_it(self) -> None:
        verdict = last(BASELINE, tried("winner", (1.04, 1.041, 1.0405)))
        band = noise_band(verdict, lane().metric)
        assert band is not None
        assert verdict.score is not None
        assert verdict.score < band.middle - band.half

    @pytest.mark.parametrize("event", [BASELINE | {"run_id": "again"}, failed("oom", knob="oom")])
    def test_nothing_was_compared(self, event: dict[str, object]) -> None:
        assert noise_band(last(BASELINE, event), lane().metric) is None

    def test_a_wild_run_has_none(self) -> None:
        verdict = last(BASELINE, tried("wild", (1.0, 1.1, 1.2)))
        assert noise_band(verdict, lane().metric) is not None
        assert noise_band(replace(verdict, flags=("unstable",)), lane().metric) is None

    def test_scores_of_two_rows_have_none(self) -> None:
        """The row's own score and the gain of both rows do not tell the reference."""
        first = tried("first", (1.0635,))
        second = run("second", {2: 1.0640}, base="baseline", config=first["config"])
        assert noise_band(last(BASELINE, first, second), lane().metric) is None

    def test_what_cannot_be_drawn_has_none(self) -> None:
        verdict = last(BASELINE, tried("open", OPEN))
        endless = replace(verdict, stats=replace(stats_of(verdict), se=float("inf")))
        assert noise_band(endless, lane().metric) is None


def test_the_median_of_several() -> None:
    bands = [Band(1.0, 0.3), Band(3.0, 0.1), Band(2.0, 0.2)]
    assert middle_band(bands) == Band(2.0, 0.2)
