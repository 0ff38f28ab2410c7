"""What could act where a text is shown is an escape."""

from homegolf_git.core.model.escapes import escaped


def test_what_acts_is_shown() -> None:
    assert escaped("a\x1b[31m\rb\u202e\ud800") == "a\\x1b[31m\\rb\\u202e\\ud800"


def test_other_text_stays() -> None:
    assert escaped("größer ☃ 'x'") == "größer ☃ 'x'"
