"""Rows, retractions and tags of lanes that ask for signatures."""

from collections.abc import Iterator, Mapping

from homegolf_git.core.judge.ledger import LaneLedger, Ledger
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, Oid, parse_tag, retraction_path
from homegolf_git.core.model.values import Value


class Asked(Value, frozen=True):
    """A file that somebody is to have signed, by the list before the commit that landed it."""

    path: str
    by: str
    position: int


def asked_files(ledger: Ledger, beyond: int = -1) -> Iterator[Asked]:
    """Rows and retractions that landed when their lane asked for signed ones, behind a commit."""
    for name, lane in ledger.lanes.items():
        if not any(rules.lane.signatures.rows for rules in lane.rules):
            continue
        for landed in lane.rows:
            if landed.position > beyond and _rules_at(lane, landed.position).signatures.rows:
                yield Asked(landed.path, landed.row.submitter, landed.position)
        for gone in lane.retractions:
            if gone.position > beyond and _rules_at(lane, gone.position).signatures.rows:
                path = retraction_path(name, gone.retraction.run_id)
                yield Asked(path, gone.retraction.by, gone.position)


def asked_tags(
    ledger: Ledger, targets: Mapping[str, Oid], positions: Mapping[Oid, int]
) -> Iterator[str]:
    """Tags on commits at which their lane asks for signed ones."""
    asking = {
        name for name, lane in ledger.lanes.items()
        if any(rules.lane.signatures.tags for rules in lane.rules)
    }  # fmt: skip
    for name, target in targets.items():
        parsed = parse_tag(name)
        if parsed is None or parsed.lane not in asking or target not in positions:
            continue
        if _rules_at(ledger.lanes[parsed.lane], positions[target]).signatures.tags:
            yield name


def wants_signed_rows(ledger: Ledger) -> bool:
    """Whether any lane asks, or once asked, for signed rows."""
    return any(rules.lane.signatures.rows for lane in ledger.lanes.values() for rules in lane.rules)


def wants_signed_tags(ledger: Ledger, lane: LaneId) -> bool:
    """Whether a lane asks for signed tags now."""
    found = ledger.lanes.get(lane)
    return found is not None and found.current.lane.signatures.tags


def _rules_at(lane: LaneLedger, position: int) -> Lane:
    before = [rules for rules in lane.rules if rules.position <= position]
    return (before or lane.rules)[-1].lane
