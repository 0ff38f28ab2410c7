"""The small drawings of a run: places in percent, and the figures in words."""

from homegolf_git.core.model.values import replace
from homegolf_git.core.search.faced import Faced
from homegolf_git.core.search.noiseband import Band
from homegolf_git.core.views.sitedrawings import gain_drawing, seeds_drawing
from tests.core.build import BASELINE, lane, last, stats_of
from tests.core.ledgers import OPEN, WINNER, tried

METRIC = lane().metric


class TestSeeds:
    """Both sides along one line."""

    def test_places_in_their_order(self) -> None:
        found = seeds_drawing(Faced([1.0, 1.2], [1.5, 1.7], Band(1.6, 0.3)), METRIC)
        assert found.own[0] < found.own_mean < found.own[1] < found.reference[0]
        assert found.band is not None
        assert found.band.start < found.reference[0]
        assert found.band_text == "1.3000 to 1.9000"
        assert found.own_text == "1.1000"

    def test_without_what_is_not_known(self) -> None:
        found = seeds_drawing(Faced([1.0], [], None), METRIC)
        assert (found.own, found.reference, found.reference_mean) == ([50], [], None)
        assert (found.band, found.band_text) == (None, "")

    def test_which_way_is_better(self) -> None:
        other = lane(metric={"direction": "maximize"}).metric
        assert seeds_drawing(Faced([1.0], [], None), METRIC).better == "← better"
        assert seeds_drawing(Faced([1.0], [], None), other).better == "better →"


class TestGain:
    """A gain, nothing, and what counts."""

    def test_a_winner_lies_beyond_both(self) -> None:
        found = gain_drawing(stats_of(last(BASELINE, WINNER)), 0.002, METRIC)
        assert found.zero < found.wanted < found.gain
        assert found.interval.start < found.gain < found.interval.start + found.interval.width
        assert found.least.start > found.zero
        assert found.gain_text == "+0.0200"
        assert found.are_close

    def test_an_open_one_may_be_nothing(self) -> None:
        found = gain_drawing(stats_of(last(BASELINE, tried("open", OPEN))), 0.002, METRIC)
        assert found.least.start < found.zero < found.interval.start < found.wanted

    def test_what_is_far_below_does_not_squeeze_the_rest(self) -> None:
        stats = replace(stats_of(last(BASELINE, WINNER)), lcb_alpha=-1e9)
        found = gain_drawing(stats, 0.002, METRIC)
        assert found.wanted - found.zero > 2
        assert found.least.start >= 0
        assert found.least_text.startswith("\N{MINUS SIGN}1000000000")
