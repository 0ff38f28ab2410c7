"""Commands about the search: deltas, blockers, transfer."""

from homegolf_git.commands.common import lanes_named, one_lane, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.judge.tagseries import promoted_runs
from homegolf_git.core.model.figures import gain_text
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.lane import Metric
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.blockers import blockers as find_blockers
from homegolf_git.core.search.deltas import delta_ledger
from homegolf_git.core.search.transfer import transfer as find_transfer
from homegolf_git.core.views import inert
from homegolf_git.core.views.blockers import blockers_json
from homegolf_git.core.views.deltas import deltas_json, deltas_lines, deltas_table
from homegolf_git.core.views.layout import Table
from homegolf_git.core.views.transfer import transfer_json, transfer_lines
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.git.tagobjects import read_tags
from homegolf_git.shell.rendering import text_table
from homegolf_git.shell.reporters import Output


def _state_of(workspace: Workspace, lane: str | None) -> LaneState:
    ledger = open_ledger(workspace)
    return judge_lane(ledger.lanes[one_lane(ledger, lane)]).state


def deltas(out: Output, workspace: Workspace, lane: str | None) -> Exit:
    """Every change of incumbent with its gain, and the totals a side."""
    state = _state_of(workspace, lane)
    found = delta_ledger(state)
    metric = state.rules.metric
    if found.steps:
        lines = [inert.plain(line) for line in deltas_lines(found, metric)]
        text = "\n".join([text_table(deltas_table(found, metric)), "", *lines])
    else:
        text = "no change of incumbent yet"
    out.answer(text, **deltas_json(found))
    return Exit.OK


def blockers(out: Output, workspace: Workspace, lane: str | None) -> Exit:
    """Open blockers by failure and stage, and what settled the others."""
    ledger = open_ledger(workspace)
    texts, lanes = [], dict[str, Json]()
    for name in lanes_named(ledger, lane):
        judged = judge_lane(ledger.lanes[name])
        found = find_blockers(judged.state, judged.verdicts)
        lanes[name] = blockers_json(found)
        lines = [f"{name}: {sum(len(group.runs) for group in found.open_groups)} open"]
        if found.open_groups:
            rows = [
                (
                    group.failure,
                    group.stage,
                    group.first_seen[:10],
                    group.last_seen[:10],
                    ", ".join(group.runs),
                )
                for group in found.open_groups
            ]
            headers = ("failure", "stage", "first seen", "last seen", "runs")
            lines.append(text_table(Table(headers, rows), out.width))
            lines.append(
                f"the stop condition's bound is {found.p_upper:.0%} with them, "
                f"{found.p_upper_without:.0%} without"
            )
        lines += [
            f"settled: {item.run_id} ({item.failure} at {item.stage}) by {item.settled_by}"
            for item in found.settled
        ]
        texts.append("\n".join(lines))
    out.answer("\n\n".join(texts), lanes=lanes)
    return Exit.OK


def transfer(out: Output, workspace: Workspace, local: str, upstream: str) -> Exit:
    """How well gains of one lane have predicted gains of another."""
    if local == upstream:
        raise HomegolfError(Exit.USAGE, finding("usage", "--from and --to name the same lane"))
    ledger = open_ledger(workspace)
    (below,), (above,) = lanes_named(ledger, local), lanes_named(ledger, upstream)
    local_state, upstream_state = (judge_lane(ledger.lanes[name]).state for name in (below, above))
    promoted = promoted_runs(read_tags(workspace.repo()).values())
    found = find_transfer(local_state, upstream_state, promoted)
    metric: Metric = local_state.rules.metric
    rows = [
        (
            pair.run_id, pair.upstream_run_id, pair.side, gain_text(pair.x, metric),
            gain_text(pair.y, upstream_state.rules.metric), "yes" if pair.is_fresh else "no",
        )
        for pair in found.pairs
    ]  # fmt: skip
    headers = ("run", "upstream run", "changed", f"gain in {below}", f"gain in {above}", "fresh")
    lines = [text_table(Table(headers, rows))] if rows else []
    lines += transfer_lines(found.summary)
    for side, summary in found.by_side.items():
        lines += [f"{side} side:", *(f"  {line}" for line in transfer_lines(summary))]
    out.answer("\n".join(lines), **{"from": below, "to": above}, **transfer_json(found))
    return Exit.OK
