"""What the demo has made."""

from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.views import next as next_view
from homegolf_git.core.views import status, verdicts
from homegolf_git.core.views.demo import Shown, json, text
from homegolf_git.core.views.layout import Table
from homegolf_git.core.views.loop import Looped
from tests.build import run
from tests.core.build import lane, last
from tests.core.views.build import FULL, NAME, judged, status_of

SHOWN = Shown(
    repository="/tmp/demo/ledger",  # noqa: S108 - a name, and nothing is there
    remote="/tmp/demo/remote.git",  # noqa: S108 - as above
    verdicts={NAME: judged(*FULL)},
    status=status.Status([status_of(*FULL)], []),
    tags=["incumbents/local-cluster/0001", "incumbents/local-cluster/0002"],
    looped=Looped("home", lane().metric, "exhausted", 3, 0.1, "a", [("a", 0.01, True)], []),
    decision=decision_of(last(run("a"))),
    advice=next_view.Advice(NAME, []),
    program="python -m homegolf_git",
)


class TestText:
    """What the ledger says now, and what to try next."""

    def test_verdicts_and_status_are_those_of_the_commands(self) -> None:
        blocks = list(text(SHOWN))
        assert [block for block in blocks if isinstance(block, Table)] == [
            block for block in verdicts.text(SHOWN.verdicts) if isinstance(block, Table)
        ]
        said = list(status.text(SHOWN.status))
        start = blocks.index(said[0])
        assert blocks[start : start + len(said)] == said

    def test_tags_and_places(self) -> None:
        blocks = list(text(SHOWN))
        assert "  tags       incumbents/local-cluster/0001, incumbents/local-cluster/0002" in blocks
        assert f"The repository is in {SHOWN.repository}" in blocks
        assert f"its remote is     {SHOWN.remote}" in blocks

    def test_what_to_try_next_can_be_typed_as_it_stands(self) -> None:
        blocks = list(text(SHOWN))
        commands = blocks[blocks.index("Try next:") + 1 :]
        assert len(commands) == 3
        for command in commands:
            assert isinstance(command, str)
            assert command.startswith(f"  {SHOWN.program} --repo {SHOWN.repository} ")


def test_the_document_says_where_the_repositories_are() -> None:
    assert json(SHOWN) == {"repository": SHOWN.repository, "remote": SHOWN.remote}
