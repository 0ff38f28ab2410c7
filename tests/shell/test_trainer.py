"""The trainer's own repository as a row names it."""

import pytest

from homegolf_git.shell.trainer import without_secrets


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("https://user:token@example.org/x.git", "https://example.org/x.git"),
        ("https://token@example.org/x", "https://example.org/x"),
        ("ssh://git@example.org/x", "ssh://git@example.org/x"),
        ("ssh://git:word@example.org/x", "ssh://example.org/x"),
        ("git@example.org:x.git", "git@example.org:x.git"),
        ("https://example.org/a@b", "https://example.org/a@b"),
        ("../l\udce4ufe", None),
    ],
)
def test_no_row_names_a_password(address: str, named: str | None) -> None:
    assert without_secrets(address) == named
