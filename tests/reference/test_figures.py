"""Figures and pictures that stand in a page are those that the program or a table of a benchmark gives."""

import os
import re
from pathlib import Path
from statistics import NormalDist

import pytest

from benchmarks.pictures import worlds
from benchmarks.pictures.scenes import PICTURES
from benchmarks.tables import read_table
from homegolf_git import __version__
from homegolf_git.core.judge.levels import level, seeds_needed

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

    def test_noise_first(self) -> None:
        assert worlds.found_gain(3, KNOWN[1]) < worlds.found_gain(10**9, KNOWN[0])

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


class TestReadme:
    """The table of README.md, and what it shows of an answer."""

    ROWS = README.partition("## What it is measured to do")[2].partition("\n## ")[0]

    def has(self, what: str, ours: str, beside: str) -> bool:
        """Whether a row of the table has these cells."""
        cells = rf"{re.escape(what)}[^|]*\| {re.escape(ours)} \| {re.escape(beside)}( [^|]*)?\|"
        return re.search(rf"^\| {cells}", self.ROWS, re.MULTILINE) is not None

    def test_false_promotions(self) -> None:
        found = {name: f"{100 * share:.3g} %" for name, share in worlds.false_promotions().items()}
        lower, welch = found["whatever is lower"], found["a t-test at 5 %"]
        beside = f"{lower} by keeping whatever is lower, {welch} by a t-test at 5 %"
        assert self.has("lanes in which nothing helps", found["homegolf"], beside)
        assert not self.has("lanes in which nothing helps", "0 %", beside)

    def test_gains_found(self) -> None:
        rows = {
            row["rule"]: f"{100 * float(row['at 2 delta']):.3g} %"
            for row in read_table(DOCS / "decisions.md", "rule | seeds | noise | delta | power at delta")
            if (row["seeds"], row["noise"], row["delta"]) == ("1 seed", "t5", "3 sigma")
        }  # fmt: skip
        assert self.has("gains of twice", rows["ours 2, as init writes it"], rows["any lower mean"])

    def test_the_loop(self) -> None:
        found = worlds.truly_better()
        ours, lower = (
            f"{100 * found[name]:.3g} %" for name in ("homegolf loop", "whatever is lower")
        )
        assert self.has("changes kept by a loop", ours, lower)
        gains = {
            row["rule"]: row["true gain"]
            for row in read_table(DOCS / "loop.md", "world | rule | true gain")
            if row["world"] == "as in the logs"
        }
        assert self.has(
            "true gain in the same 300 runs", gains["homegolf loop"], gains["keep if lower"]
        )

    def test_real_logs(self) -> None:
        page = (DOCS / "decisions.md").read_text(encoding="utf-8")
        told = re.search("([0-9]+) of the ([0-9]+) kept changes stand on one run each; ([0-9]+) more are worth runs, ([0-9]+) in all", page)  # fmt: skip
        assert told
        kept, of, more, runs = told.groups()
        what = "changes that a public autoresearch run kept"
        assert self.has(what, f"{kept} of {of}", f"{more} more are worth runs, {runs} in all")
        (pairs, *_) = read_table(DOCS / "decisions.md", "equal code | comparisons")
        ours, without = (pairs[name].split(" ")[0] for name in ("with sessions", "procedure 2"))
        what = f"nine baselines of one code in nine sessions: pairs of {pairs['comparisons']}"
        assert self.has(what, f"{ours} with sessions declared", f"{without} without")

    def test_a_check(self) -> None:
        seconds = {
            (rows, row["what"]): row["wall, s"]
            for rows in ("1,000", "100,000")
            for row in read_table(DOCS / "performance.md", "what | wall", under=f"### {rows} rows")
        }
        ours = f"{seconds['1,000', 'check']} s, {seconds['100,000', 'check']} s"
        assert self.has("a check of one row", ours, f"{seconds['1,000', 'import git']} s")

    def test_the_answer_is_one_of_the_tutorial(self) -> None:
        (answer,) = re.findall(r"^> (more .*)$", README, re.MULTILINE)
        assert f"\n{answer}\n" in (DOCS / "tutorial.md").read_text(encoding="utf-8")

    def test_the_picture(self) -> None:
        place = "ledger/public-autoresearch/progress.svg"
        title = re.search("<title[^>]*>(.*?)</title>", (TOP / place).read_text(encoding="utf-8"))
        assert title
        assert f"![{title[1]}]({place})" in README

    def test_the_ledger_here(self) -> None:
        board = (TOP / "ledger" / "h100" / "SCOREBOARD.md").read_text(encoding="utf-8")
        assert "(1,348.9 s of 600 s)" in board
        assert "took 1,348.9 s of training under a 600 s cap" in README

    def test_the_numbers_of_a_new_lane(self) -> None:
        rules = (TOP / "examples" / "ledger" / "lane.yaml").read_text(encoding="utf-8")
        assert re.search("delta_min: 0.002 .*\n  sigma0: 0.0007 ", rules)
        assert "a smallest gain of 0.002 that matters, a noise of 0.0007" in README

    def test_it_is_short(self) -> None:
        assert len(README.splitlines()) < 200


def test_what_a_loop_costs_and_saves() -> None:
    page = (DOCS / "loops.md").read_text(encoding="utf-8")
    rows = read_table(DOCS / "loop.md", "world | rule | true gain")
    cells = {(row["world"], row["rule"]): row for row in rows}
    lower, ours = (cells["as in the logs", rule] for rule in ("keep if lower", "homegolf loop"))
    idle, none = (cells["nothing helps", rule] for rule in ("keep if lower", "homegolf loop"))
    helps = [f"{100 * float(row['truly better']):.0f} %" for row in (lower, ours)]
    assert (
        f"keeps {lower['kept']} changes in 300 runs, of which {helps[0]} help. "
        f"[Ours](loop.md#what-it-is-worth) keeps {ours['kept']}, of which {helps[1]} help, and "
        f"reaches {ours['of keep if lower']} of the true gain"
    ) in page
    assert (
        f"the first keeps {idle['kept']} changes and believes in a gain of "
        f"{float(idle['claimed beyond']) + float(idle['true gain']):.4f}; ours keeps {none['kept']}."
    ) in page
    told = re.search("([0-9]+) of the ([0-9]+) kept changes stand on one run each; ([0-9]+) more are worth runs, ([0-9]+) in all; the other ([0-9]+) are not", (DOCS / "decisions.md").read_text("utf-8"))  # fmt: skip
    assert told
    kept, of, more, runs, not_worth = told.groups()
    assert (
        f"Of the {of} changes that a public session of 125 runs kept, {kept} stand on one run each, "
        f"{more} more are worth {runs} runs together, and the other {not_worth} are not"
    ) in page


def test_the_tutorial_installs_this_version() -> None:
    page = (DOCS / "tutorial.md").read_text(encoding="utf-8")
    assert f"`HOMEGOLF_REQUIREMENT` is `homegolf-git=={__version__}`" in page


def test_limits() -> None:
    page = (DOCS / "limits.md").read_text(encoding="utf-8")
    crowds = (TOP / "tests" / "kills" / "test_crowds.py").read_text(encoding="utf-8")
    loops = (TOP / "tests" / "forge" / "test_loops.py").read_text(encoding="utf-8")
    assert "CLONES, ROWS = (16, 25) if IS_LONG" in crowds
    assert "MACHINES, KILLED, IDEAS = (8, 3, 16) if IS_LONG" in loops
    assert "| 16 with 25 rows each |" in page
    assert "| 8 clones, 3 of them killed |" in page
    for name, what in (("scale", "\n| 100,000 | "), ("performance", "\n### 5,000 packed tags")):
        assert what in (DOCS / f"{name}.md").read_text(encoding="utf-8")
    needed = seeds_needed((1.0, 1.0), 50, level(0.05, 20, k=1, look=1), 0.5, (4, 0))
    assert needed.challenger is None
    matrix = (TOP / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    versions = re.search("python: \\[(.*)\\]", matrix)
    assert versions
    assert [one for one in re.findall("[0-9.]+", versions[1]) if one not in page] == []
    assert "macos" in matrix
