"""Where an export went, in text and JSON."""

from homegolf_git.core.views.export import Exported, json, text

EXPORTED = Exported("out", "csv", {"runs": 2, "steps": 1})


def test_text() -> None:
    assert list(text(EXPORTED)) == ["out: runs 2 lines, steps 1 line"]


def test_json() -> None:
    said = json(EXPORTED)
    assert (said["format"], said["output"], said["lines"]) == (
        "csv",
        "out",
        {"runs": 2, "steps": 1},
    )
