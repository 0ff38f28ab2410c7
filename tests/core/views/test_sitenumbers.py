"""Every number of a verdict has its line."""

from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import SeedsNeeded
from homegolf_git.core.views.sitenumbers import verdict_figures
from homegolf_git.core.views.verdicts import verdict_json
from tests.core.build import BASELINE, lane, last, stats_of
from tests.core.ledgers import OPEN, WINNER, tried


def test_names_are_those_of_the_json() -> None:
    verdict = last(BASELINE, tried("open", OPEN))
    stats = stats_of(verdict)
    names = {
        name for found in verdict_figures(verdict, stats, lane()) for name in found.name.split(", ")
    }
    document = verdict_json(verdict)
    assert names - {"delta"} <= document["stats"].keys()
    assert {"D", "se", "t", "t_needed", "alpha", "seeds_needed"} <= names


def test_figures_and_what_they_mean() -> None:
    verdict = last(BASELINE, WINNER)
    found = {item.name: item for item in verdict_figures(verdict, stats_of(verdict), lane())}
    assert found["D"].value == "+0.020000"
    assert "as 1st challenger at look 1" in found["t_needed"].meaning
    assert "seeds_needed" not in found


def test_what_no_number_of_seeds_decides_and_who_has_no_number() -> None:
    verdict = last(BASELINE, tried("open", OPEN))
    stats = replace(stats_of(verdict), seeds_needed=SeedsNeeded(None, None), k=None)
    found = {item.name: item for item in verdict_figures(verdict, stats, lane())}
    assert found["seeds_needed"].value == "none"
    assert "without a number yet" in found["t_needed"].meaning
    stats = replace(stats, seeds_needed=SeedsNeeded(6, 4))
    found = {item.name: item for item in verdict_figures(verdict, stats, lane())}
    assert found["seeds_needed"].value == "6 and 4"
    without = replace(verdict, delta=None)
    assert "delta" not in {item.name for item in verdict_figures(without, stats, lane())}
