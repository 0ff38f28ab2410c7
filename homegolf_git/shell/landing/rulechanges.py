"""Rules that a pull request changes, and what they would have made of the rows so far."""

from collections.abc import Mapping

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.proposal import Proposal
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.namefaults import unportable_part
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, LaneId, Oid
from homegolf_git.core.search.backtest import Backtest, backtest
from homegolf_git.shell.files.documents import read_ladder, read_lane


def read_rules(
    proposal: Proposal, ledger: Ledger, blobs: Mapping[Oid, bytes]
) -> tuple[list[Finding], dict[LaneId, Backtest]]:
    """Findings on changed lanes and ladder; for each lane its history judged by the new rules."""
    found: list[Finding] = []
    changes: dict[LaneId, Backtest] = {}
    for change, place in proposal.places("lane", "ladder"):
        if change.status == "D":
            code = "lane_deleted" if place.kind == "lane" else "unknown_lane"
            found.append(finding(code, "the pull request deletes it", change.path))
            continue
        data = blobs.get(change.blob)
        if data is None:
            if change.mode != REGULAR_FILE_MODE:
                found.append(finding("not_a_file", f"its mode is {change.mode}", change.path))
            continue
        if place.kind == "ladder":
            found += read_ladder(data, change.path)[1]
            continue
        rules, faults = read_lane(data, change.path, place.lane)
        found += faults
        lane = ledger.lanes.get(place.lane)
        if lane is None and unportable_part(place.lane):
            message = f"lane {place.lane} cannot be the name of a folder everywhere"
            found.append(finding("unportable_name", message, change.path))
        if rules is None or lane is None:
            continue
        was, now = lane.current.lane.metric, rules.metric
        if not now.is_comparable(was):
            found.append(finding("metric_changed", f"{was.name} becomes {now.name}", change.path))
        else:
            changes[place.lane] = backtest(lane, rules)
    return found, changes
