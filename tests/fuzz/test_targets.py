"""No input breaks what a target promises, and none costs more than it may."""

import os
from pathlib import Path

import pytest

from tests.fuzz.limits import limits
from tests.fuzz.mutation import grown, mutant
from tests.fuzz.targets import CORPUS, TARGETS, kept, seeds_of, warm

INPUTS = 5_000
GROWN = 300 if "HOMEGOLF_LONG" in os.environ else 10
FOUND = [path for name in TARGETS for path in kept(name)]


@pytest.mark.parametrize("name", TARGETS)
def test_what_inputs_are_made_from(name: str) -> None:
    made = seeds_of(name)
    assert made
    warm(name)
    with limits() as call:
        for data in made:
            call(TARGETS[name].call, data)


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_made_by_chance(name: str) -> None:
    seeds, number = seeds_of(name), 0
    warm(name)
    with limits() as call:
        try:
            for number in range(INPUTS):
                call(TARGETS[name].call, mutant(seeds, number))
        except BaseException as error:
            error.add_note(f"input {number} of {name}: {mutant(seeds, number)!r}")
            raise


@pytest.mark.parametrize("name", TARGETS)
def test_inputs_as_large_as_may_be(name: str) -> None:
    seeds = seeds_of(name)
    warm(name)
    with limits() as call:
        for number in range(GROWN):
            call(TARGETS[name].call, grown(seeds, number))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_was_found_once(path: Path) -> None:
    warm(path.parent.name)
    with limits() as call:
        call(TARGETS[path.parent.name].call, path.read_bytes())


def test_every_input_that_was_found_has_a_target() -> None:
    files = {path for path in CORPUS.rglob("*") if path.is_file()}
    assert files == set(FOUND)


def test_the_same_number_gives_the_same_input() -> None:
    seeds = [b"a: 1\n", b"- b\n"]
    assert [mutant(seeds, number) for number in range(100)] == [
        mutant(seeds, number) for number in range(100)
    ]
