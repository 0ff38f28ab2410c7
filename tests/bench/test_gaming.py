"""Attacks by numbers in short: what procedure 2 stops, what it shows, and what honest lanes raise."""

import pytest

from benchmarks.decisions import honestlanes
from benchmarks.decisions.attacks import ATTACKS, HONEST, Attack
from benchmarks.decisions.feed import AFTER, BEFORE
from benchmarks.decisions.gaming import Played, play
from benchmarks.decisions.reallogs import ABSENT, loops

LANES = 6
FOLDER = loops()


def attack(name: str) -> Attack:
    return next(one for one in (*ATTACKS, *HONEST) if one.name == name)


def both(name: str) -> tuple[Played, Played]:
    return play(attack(name), BEFORE, LANES), play(attack(name), AFTER, LANES)


def test_invented_replicates_take_the_title_no_more() -> None:
    before, after = both("8 invented replicates, 0.003 worse")
    assert (before.rate, after.rate) == (1.0, 0.0)
    assert after.flags["reference_shift"] == LANES


def test_honest_replicates_join_without_a_word() -> None:
    _, after = both("8 honest replicates of another submitter")
    assert (after.rate, after.flags["reference_shift"]) == (0.0, 0)


def test_two_who_agree_are_believed() -> None:
    _, after = both("the same by two submitters who agree")
    assert after.rate == 1.0


@pytest.mark.parametrize(
    ("name", "flag"),
    [
        ("made-up scores that hardly differ", "spread_low"),
        ("the incumbent's scores, each 0.004 better", "copied_scores"),
        ("40 names of the same training", "noop_config"),
        ("3 of 30 replicates, the worst, four times, disclosed", "many_unreported"),
    ],
)
def test_a_flag_shows_it(name: str, flag: str) -> None:
    assert both(name)[1].flags[flag] == LANES


def test_copies_end_no_search_and_worse_ideas_do() -> None:
    before, after = both("40 near-copies of one config")
    assert before.rate == 1.0
    assert after.works < LANES / 2
    assert both("40 ideas, all worse")[1].rate == 1.0


def test_honest_lanes_raise_nothing() -> None:
    found = honestlanes.simulated(LANES, 0.0)
    assert (found.rows, sum(found.flags.values())) == (40 * LANES, 0)


@pytest.mark.skipif(FOLDER is None, reason=ABSENT)
def test_real_lanes_raise_nothing() -> None:
    assert FOLDER is not None
    found = {name: dict(raised.flags) for name, raised in honestlanes.every(FOLDER, 1)[2:]}
    assert len(found) >= 5
    assert set(map(len, found.values())) == {0}
