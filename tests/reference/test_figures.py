"""Figures and pictures that stand in a page are those that the program or a table of a benchmark gives."""

import os
import re
from pathlib import Path
from statistics import NormalDist

import pytest

from benchmarks.pictures import worlds
from benchmarks.pictures.scenes import PICTURES
from benchmarks.tables import read_table

TOP = Path(__file__).parents[2]
DOCS = TOP / "docs"
SURE = (DOCS / "how-sure.md").read_text(encoding="utf-8")
README = (TOP / "README.md").read_text(encoding="utf-8")
KNOWN = list(worlds.KNOWN.values())


def percent(share: float) -> str:
    """A share as the pages write it."""
    digits = 0 if share > 0.05 else 1 if share > 0.001 else 2
    return f"{100 * share:.{digits}f} %"


@pytest.mark.parametrize("name", list(PICTURES))
def test_pictures(name: str) -> None:
    path = DOCS / "pictures" / f"{name}.svg"
    if os.environ.get("HOMEGOLF_GOLDEN") == "write":
        path.write_text(PICTURES[name](), encoding="utf-8", newline="\n")
    stale = f"{path.name} has changed: run `python -m benchmarks.pictures`, and look at it"
    assert path.read_bytes() == PICTURES[name]().encode(), stale


def test_every_picture_is_shown() -> None:
    shown = re.findall(r"\(pictures/(.*?)\.svg\)", SURE)
    assert sorted(shown) == sorted(PICTURES)
    assert sorted(path.stem for path in (DOCS / "pictures").iterdir()) == sorted(PICTURES)


class TestHowSure:
    """docs/how-sure.md."""

    @pytest.mark.parametrize(("name", "times"), [("nothing", 0), ("1 sigma", 1), ("2 sigma", 2), ("3 sigma", 3)])  # fmt: skip
    def test_the_same_code_twice(self, name: str, times: int) -> None:
        one, three = (1 - NormalDist(0, (2 / n) ** 0.5).cdf(times) for n in (1, 3))
        often = [1 - (1 - share) ** 50 for share in (one, three)]
        assert f"| {' | '.join([name, *map(percent, (one, three, *often))])} |\n" in SURE

    @pytest.mark.parametrize("seeds", [1, 3, 6])
    def test_what_seeds_buy(self, seeds: int) -> None:
        gains = [f"{worlds.found_gain(seeds, df):.1f} sigma" for df in KNOWN]
        assert f"| {' | '.join([str(seeds), *gains])} |\n" in SURE

    @pytest.mark.parametrize("first", [1, 21, 181])
    def test_the_bar(self, first: int) -> None:
        bars = [f"{worlds.needed(first, df):.1f}" for df in KNOWN]
        assert f"| {first} to {first + 19} | {' | '.join(bars)} |\n" in SURE

    def test_fifty_tries(self) -> None:
        told = worlds.fifty()
        assert round(told.believed / worlds.SIGMA) == 2
        assert (
            f"a noise of {worlds.SIGMA:.4f}. Whoever keeps whatever is lower has kept {told.kept} "
            f"changes and believes in a gain of {told.believed:.4f}, twice the noise. Nothing was "
            f"gained. The rules of a new lane promote {told.promoted} of these runs. "
            f"(Of {worlds.DRAWS} such draws this is the middle one.)"
        ) in SURE

    def test_the_words_of_the_picture(self) -> None:
        names = [verdict.name.rpartition("/")[2] for _, verdict in worlds.examples()]
        assert names == ["strict", "better", "below_delta", "underpowered", "equivalent", "worse"]
        assert [name for name in names if name not in SURE] == ["worse"]

    def test_how_often_it_is_wrong(self) -> None:
        found = {name: f"{100 * share:.3g} %" for name, share in worlds.false_promotions().items()}
        assert worlds.false_promotions()["homegolf"] == 1 / 40
        (power,) = [
            row
            for row in read_table(DOCS / "decisions.md", "rule | seeds | noise | delta | power at delta")
            if row["rule"] == "ours 2, as init writes it" and (row["noise"], row["delta"]) == ("t5", "3 sigma")
        ]  # fmt: skip
        at, twice = (
            f"{100 * float(power[name]):.3g} %" for name in ("power at delta", "at 2 delta")
        )
        assert (
            f"promotes something in {found['whatever is lower']} of these lanes, a t-test in "
            f"{found['a t-test at 5 %']}, the rules of a new lane in {found['homegolf']}, one lane of 40."
        ) in SURE
        assert (
            f"of gains of twice `delta_min` {twice} are found, of gains of just `delta_min` {at}."
        ) in SURE

    def test_the_price_of_the_loop(self) -> None:
        rows = read_table(DOCS / "loop.md", "world | rule | true gain")
        (ours,) = [row for row in rows if (row["world"], row["rule"]) == ("as in the logs", "homegolf loop")]  # fmt: skip
        runs = re.search("worlds of each kind, ([0-9]+) runs each", (DOCS / "loop.md").read_text())
        assert runs
        assert (
            f"in the same {runs[1]} runs ours reaches {ours['of keep if lower']} of the true gain"
        ) in SURE
