"""`homegolf verdicts` and `homegolf log`: what the ledger says of each row."""

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.values import Json
from homegolf_git.core.views.layout import Table
from homegolf_git.core.views.scoreboard import rows_table
from homegolf_git.core.views.verdicts import lane_json, verdict_json
from homegolf_git.errors import Exit
from homegolf_git.shell.rendering import text_table
from homegolf_git.shell.reporters import Output


def verdicts(out: Output, workspace: Workspace, lane: str | None) -> Exit:
    """Every verdict of a lane, or of all lanes, in order."""
    ledger = open_ledger(workspace)
    texts, lanes = [], dict[str, Json]()
    for name in lanes_named(ledger, lane):
        judged = judge_lane(ledger.lanes[name])
        lanes[name] = lane_json(ledger.lanes[name], judged)
        table = rows_table(judged.verdicts[::-1], judged.state.rules.metric)
        texts.append(f"{name}\n{text_table(table, out.width)}")
    out.answer("\n\n".join(texts), lanes=lanes)
    return Exit.OK


def log(out: Output, workspace: Workspace, lane: str | None, most: int) -> Exit:
    """The latest rows of all lanes, the newest first, one line each."""
    ledger = open_ledger(workspace)
    judged = [
        (landed, verdict)
        for name in lanes_named(ledger, lane)
        for landed, verdict in zip(
            ledger.lanes[name].rows, judge_lane(ledger.lanes[name]).verdicts, strict=True
        )
    ]
    judged.sort(key=lambda pair: (pair[0].position, pair[1].order), reverse=True)
    shown = judged[:most]
    rows = [
        (
            landed.commit[:10], verdict.finished_at[:16].replace("T", " "), verdict.lane,
            verdict.run_id, verdict.name,
            landed.row.change_summary,
        )
        for landed, verdict in shown
    ]  # fmt: skip
    headers = ("commit", "finished", "lane", "run", "class", "change")
    entries: list[Json] = [
        {
            "lane": verdict.lane,
            "commit": landed.commit,
            "path": landed.path,
            "submitter": landed.row.submitter,
            "summary": landed.row.change_summary,
            **verdict_json(verdict),
        }
        for landed, verdict in shown
    ]
    text = text_table(Table(headers, rows), out.width) if rows else "no run has landed"
    out.answer(text, rows=entries)
    return Exit.OK
