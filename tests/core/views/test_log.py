"""The latest rows of all lanes."""

from homegolf_git.core.views.layout import Table
from homegolf_git.core.views.log import Rows, json, text
from homegolf_git.core.views.verdicts import verdict_json
from tests.core.build import BASELINE
from tests.core.ledgers import WINNER
from tests.core.views.build import judged


def rows() -> Rows:
    ledger, found = judged(BASELINE, WINNER)
    return list(zip(ledger.rows, found.verdicts, strict=True))


class TestText:
    """A table with one line a row, in the order given."""

    def test_rows(self) -> None:
        [table] = text(rows())
        assert isinstance(table, Table)
        assert [row[3] for row in table.rows] == ["baseline", "winner"]
        landed = rows()[1][0]
        assert table.rows[1] == (
            landed.commit[:10],
            "2026-03-28 11:06",
            "local-cluster",
            "winner",
            "improvement/strict",
            "a change",
        )
        assert len(table.headers) == len(table.rows[1])

    def test_nothing_has_landed(self) -> None:
        assert list(text([])) == ["no such run has landed"]


class TestJson:
    """Verdicts, and where their rows landed."""

    def test_rows(self) -> None:
        landed, verdict = rows()[1]
        found = json(rows())["rows"]
        assert isinstance(found, list)
        assert found[1] == {
            "lane": "local-cluster",
            "commit": landed.commit,
            "path": landed.path,
            "submitter": "someone",
            "summary": "a change",
            **verdict_json(verdict),
        }

    def test_nothing_has_landed(self) -> None:
        assert json([]) == {"rows": []}
