"""The table of finding codes."""

import re

import pytest

from homegolf_git.core.model.findings import CODES, MESSAGE_MAX, Told, capped, finding, has_errors


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_title_and_a_fix(code: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", code)
    assert CODES[code].title
    assert not CODES[code].title.endswith(".")
    assert CODES[code].fix


def test_a_finding_without_a_fix_of_its_own_gets_the_standing_one() -> None:
    assert finding("stray_file", "x").fix == CODES["stray_file"].fix
    assert finding("stray_file", "x", fix="other").fix == "other"


def test_what_a_message_quotes_is_cut() -> None:
    assert finding("alias", "x" * MESSAGE_MAX).message == "x" * MESSAGE_MAX
    assert finding("alias", "x" * 60_000).message == "x" * (MESSAGE_MAX - 1) + "…"


def test_an_unknown_code_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        finding("no_such_code", "x")


def test_only_errors_are_errors() -> None:
    notes = [finding("stray_file", "x", severity="note"), finding("bug", "x", severity="warning")]
    assert not has_errors(notes)
    assert has_errors([*notes, finding("bug", "x")])
    assert not has_errors([])


def test_a_thousand_are_kept_and_the_rest_is_counted() -> None:
    told = Told(2)
    told.take(finding("bug", str(number), severity="note") for number in range(2))
    assert [item.message for item in told.all()] == ["0", "1"]
    told.take([finding("bug", "2", severity="warning"), finding("bug", "3", severity="note")])
    assert [(item.message, item.severity) for item in told.all()[2:]] == [
        ("2 more findings", "warning")
    ]
    told.take([finding("bug", "4")])
    assert has_errors(told.all())


def test_of_a_file_fewer() -> None:
    found = capped((finding("bug", str(number)) for number in range(101)), "x")
    assert len(found) == 101
    assert (found[-1].message, found[-1].path) == ("1 more finding", "x")
