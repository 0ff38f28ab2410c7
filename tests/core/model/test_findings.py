"""The table of finding codes."""

import re

import pytest

from homegolf_git.core.judge.validity import MENDABLE_REASONS
from homegolf_git.core.model.findings import CODES, finding, has_errors
from homegolf_git.core.model.nearest import nearest


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_title_and_a_fix(code: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code)
    assert CODES[code].title
    assert not CODES[code].title.endswith(".")
    assert CODES[code].fix


def test_a_finding_without_a_fix_of_its_own_gets_the_standing_one() -> None:
    assert finding("stray_file", "x").fix == CODES["stray_file"].fix
    assert finding("stray_file", "x", fix="other").fix == "other"


def test_an_unknown_code_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        finding("no_such_code", "x")


def test_only_errors_are_errors() -> None:
    notes = [finding("stray_file", "x", severity="note"), finding("bug", "x", severity="warning")]
    assert not has_errors(notes)
    assert has_errors([*notes, finding("bug", "x")])
    assert not has_errors([])


@pytest.mark.parametrize("reason", MENDABLE_REASONS)
def test_what_a_submitter_can_mend_has_a_code(reason: str) -> None:
    assert reason in CODES


@pytest.mark.parametrize(
    ("name", "expected"),
    [("seed_planned", "seeds_planned"), ("val_bbp", "val_bpb"), ("zzz", None), ("", None)],
)
def test_the_nearest_name(name: str, expected: str | None) -> None:
    assert nearest(name, ["seeds_planned", "seeds_run", "val_bpb"]) == expected


def test_a_very_long_name_is_compared_quickly() -> None:
    assert nearest("x" * 10**6, ["seeds_planned"]) is None
