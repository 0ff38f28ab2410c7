"""An idea is known by its whole config or by the words of a summary."""

import pytest

from homegolf_git.core.search.seen import Idea, Match, seen
from tests.build import run
from tests.core.build import row

ROWS = [
    row(run("a", config={"lr": 0.02, "model": {"depth": 4}}, change={"kind": "model", "summary": "Clip at 1.0"})),
    row(run("b", config={"lr": 0.02}, source={"revision": "abcdef1234"}, change={"kind": "model", "summary": "wider"})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("idea", "found"),
    [
        (Idea(config={"lr": 0.02, "model.depth": 4.0}), [("a", "config")]),
        (Idea(config={"lr": 0.02}), [("b", "config")]),
        (Idea(config={"lr": 2e-2}, revision="abcdef1"), [("b", "config")]),
        (Idea(config={"lr": 0.02}, revision="1234567"), []),
        (Idea(revision="abcdef1234ff"), [("b", "config")]),
        (Idea(config={"lr": 0.03}), []),
        (Idea(config={}), []),
        (Idea(words="clip, at: 1.0!"), [("a", "words")]),
        (Idea(words="1.0 AT clip"), [("a", "words")]),
        (Idea(words="clip"), []),
        (Idea(words="--"), []),
    ],
)
def test_what_is_known(idea: Idea, found: list[tuple[str, str]]) -> None:
    assert list(seen(ROWS, idea)) == [Match(run_id, by) for run_id, by in found]  # type: ignore[arg-type]
