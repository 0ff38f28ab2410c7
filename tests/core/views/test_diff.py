"""Two runs side by side, as text and as JSON."""

from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.search.comparison import Difference, Interval
from homegolf_git.core.views.diff import Pair, json, text
from homegolf_git.core.views.layout import Table

PAIR = Pair(
    RunId("a"), RunId("b"), Metric("val_bpb", "bits/byte", "minimize", 4),
    [Difference("config.lr", 0.01, None)], (1.07, 1.06), Interval(0.01, 0.008, 0.012, 4, 3),
)  # fmt: skip


def test_text() -> None:
    table, line = text(PAIR)
    assert isinstance(table, Table)
    assert table.rows == [("config.lr", "0.01", ""), ("val_bpb (mean)", "1.0700", "1.0600")]
    assert line == (
        "b is 0.0100 better; with 95 % confidence the gain lies between +0.0080 and +0.0120 "
        "(3 scores against 4)"
    )


def test_without_scores() -> None:
    pair = Pair(PAIR.before, PAIR.after, PAIR.metric, [], (1.07, None), None)
    assert list(text(pair))[1] == "no gain to tell: a run has no score that counts"
    assert json(pair)["gain"] is None


def test_json() -> None:
    assert json(PAIR)["gain"]["low95"] == 0.008
    assert json(PAIR)["differences"] == [{"name": "config.lr", "before": 0.01, "after": None}]
