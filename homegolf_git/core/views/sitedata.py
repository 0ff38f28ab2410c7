"""The rows of a lane for the script of its page: columns, and what a chart of them needs."""

import json

from homegolf_git.core.model.figures import figure, gain
from homegolf_git.core.model.values import Json
from homegolf_git.core.views import inert
from homegolf_git.core.views.figuretext import cut, day_of
from homegolf_git.core.views.lane import counts
from homegolf_git.core.views.picturestyle import shape
from homegolf_git.core.views.scoreboard import Board
from homegolf_git.core.views.siteparts import Runs, summary_of
from homegolf_git.core.views.verdicts import sentence_now


def data_script(board: Board, runs: Runs) -> str:
    """A call of `homegolfData` with everything that is known of a lane's rows."""
    # ASCII alone, and nothing that could end a script: it is harmless wherever it is put.
    text = json.dumps(lane_data(board, runs), separators=(",", ":")).replace("<", "\\u003c")
    return f"homegolfData({text});\n"


def lane_data(board: Board, runs: Runs) -> dict[str, Json]:
    """Columns of the rows in their order, the titles, and how all of it is drawn."""
    metric, chart = board.judged.state.rules.metric, board.chart
    return {
        "metric": metric.name,
        "unit": metric.unit,
        "direction": metric.direction,
        "decimals": metric.decimals,
        "runs": runs.folder,
        "titles": [[title.order, title.since, title.score] for title in chart.titles],
        "references": [
            [inert.plain(ref.name), ref.value] for ref in board.rules.lane.references
        ],
        "marks": {
            name: [shape(name, is_many=False), shape(name, is_many=True)] for name in counts({})
        },
        "columns": _columns(board, runs),
    }  # fmt: skip


def _columns(board: Board, runs: Runs) -> dict[str, Json]:
    state, verdicts = board.judged.state, board.judged.verdicts
    rows = [state.rows[verdict.run_id] for verdict in verdicts]
    bands = [point.band for point in board.chart.points]
    return {
        "run": [verdict.run_id for verdict in verdicts],
        "page": [int(verdict.run_id in runs.ids) for verdict in verdicts],
        "class": [verdict.verdict_class for verdict in verdicts],
        "reason": [verdict.reason for verdict in verdicts],
        "score": [verdict.score for verdict in verdicts],
        "delta": [gain(verdict.delta) for verdict in verdicts],
        "seeds": [verdict.n_results for verdict in verdicts],
        "side": [verdict.attribution for verdict in verdicts],
        "by": [inert.plain(cut(row.submitter, 60)) for row in rows],
        "date": [day_of(verdict.finished_at) for verdict in verdicts],
        "summary": [inert.plain(summary_of(row.change_summary)) for row in rows],
        "sentence": [inert.plain(sentence_now(verdict, state)) for verdict in verdicts],
        "middle": [None if band is None else gain(band.middle) for band in bands],
        "half": [None if band is None else figure(band.half) for band in bands],
    }
