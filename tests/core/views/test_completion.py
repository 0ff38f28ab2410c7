"""Where a script of completion was written."""

from homegolf_git.core.views.completion import (
    Installed,
    Script,
    installed_json,
    installed_text,
    script_json,
    script_text,
)


def test_a_script_is_shown_as_it_is() -> None:
    assert list(script_text(Script("a\n\tb\n"))) == ["a\n\tb"]
    assert script_json(Script("a\n")) == {"script": "a\n"}


def test_a_start_file_is_named_where_it_was_changed() -> None:
    assert len(list(installed_text(Installed("zsh", "x", None)))) == 2
    assert "added a line to y" in list(installed_text(Installed("zsh", "x", "y")))
    assert installed_json(Installed("zsh", "x", "y")) == {"shell": "zsh", "path": "x", "start": "y"}
