"""`homegolf status`: one screen a person reads first."""

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Judged, LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.figures import figure, gain_text
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.plateau import plateau, plateau_state
from homegolf_git.core.views import inert
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.lane import counts, incumbent_json, incumbent_line, noise_line
from homegolf_git.errors import Exit
from homegolf_git.shell.reporters import Output


def status(out: Output, workspace: Workspace, lane: str | None) -> Exit:
    """Incumbent, noise, blockers and the latest row of each lane."""
    ledger = open_ledger(workspace)
    texts, lanes = [], dict[str, Json]()
    for name in lanes_named(ledger, lane):
        judged = judge_lane(ledger.lanes[name])
        texts.append("\n".join(_lines(name, ledger.lanes[name], judged)))
        lanes[name] = _json(ledger.lanes[name], judged)
    errors = [item for item in ledger.findings if item.severity == "error"]
    if errors:
        texts.append(f"{len(errors)} faults in the ledger: see `homegolf verify`")
    out.answer("\n\n".join(texts), lanes=lanes, findings=findings_json(errors))
    return Exit.OK


def _lines(name: LaneId, lane: LaneLedger, judged: Judged) -> list[str]:
    rules, state = lane.current.lane, judged.state
    lines = [
        f"{name}  {inert.plain(rules.title)}",
        f"  incumbent  {incumbent_line(judged)}",
        f"  noise      {noise_line(state.noise, rules.metric)}",
    ]
    tally = ", ".join(f"{n} {cls}" for cls, n in counts(judged.state.tally).items() if n)
    lines.append(f"  rows       {len(judged.verdicts)}" + (f": {tally}" if tally else ""))
    found = plateau(state)
    reasons = f" ({', '.join(found.reasons)})" if found.reasons else ""
    if found.state != "no_incumbent":
        lines.append(
            f"  search     {found.state}{reasons}; up to {found.p_upper:.0%} of ideas may still help"
        )
    if state.blockers:
        lines.append(
            f"  blockers   {len(state.blockers)} open, the latest {list(state.blockers)[-1]}"
        )
    if judged.verdicts:
        last = judged.verdicts[-1]
        delta = gain_text(last.delta, rules.metric)
        lines.append(
            f"  latest     {last.run_id}: {last.name}" + (f", delta {delta}" if delta else "")
        )
    return lines


def _json(lane: LaneLedger, judged: Judged) -> Json:
    noise = judged.state.noise
    return {
        "title": lane.current.lane.title,
        "lane_sha256": lane.current.sha256,
        "incumbent": judged.state.incumbent,
        "incumbent_detail": incumbent_json(judged),
        "noise": {"sigma": figure(noise.sigma), "nu": figure(noise.nu), "basis": noise.basis},
        "counts": counts(judged.state.tally),
        "plateau": plateau_state(judged.state),
        "open_blockers": list(judged.state.blockers),
        "latest": judged.verdicts[-1].run_id if judged.verdicts else None,
    }
