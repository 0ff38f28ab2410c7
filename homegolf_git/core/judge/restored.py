"""Rules that are changed and changed back: what lies between was judged by rules of its own."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.ledger import LandedRules, LaneLedger, rows_before
from homegolf_git.core.judge.replay import rules_in_force
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane, Maps
from homegolf_git.core.model.naming import RECEIPTS_PATH, RunId, lane_path

ROWS_MOST = 20  # so few rows between two changes are a reason to look at them
_NAMED = 5
_PARTS = (
    "metric", "contract", "decision", "stop", "attribution", "receipts", "shared_receipts",
    "needs_promotion_from", "signatures", "promotion",
)  # fmt: skip
_SHARED = "shared_receipts"  # from the file of all lanes
_JUDGING = _PARTS[:-1]  # a promotion's checklist judges no row


def restored_parts(before: Lane, between: Lane, after: Lane) -> list[str]:
    """Parts of the rules that are changed at first and the same again in the end."""
    return [
        part
        for part in _PARTS
        if getattr(before, part) == getattr(after, part) != getattr(between, part)
    ]


def restored_kinds(before: Maps, between: Maps, after: Maps) -> list[str]:
    """Kinds whose shared receipt map is changed at first and the same again in the end."""
    return [
        kind
        for kind in {**before, **between, **after}
        if before.get(kind) == after.get(kind) != between.get(kind)
    ]


def restored_findings(lane: LaneLedger) -> Iterator[Finding]:
    """Rules that landed for a few rows and were taken back; retracted runs are no reason to look."""
    rules, found = rules_in_force(lane), dict[tuple[int, int], list[str]]()
    for part in _JUDGING:
        for span in _spans([getattr(landed.lane, part) for landed in rules]):
            found.setdefault(span, []).append(part)
    for (first, back), parts in sorted(found.items()):
        judged = _judged_between(lane, rules[first], rules[back])
        if judged:
            named = ", ".join(judged[:_NAMED])
            more = f" and {len(judged) - _NAMED} more" if len(judged) > _NAMED else ""
            is_shared = parts == [_SHARED]
            path = RECEIPTS_PATH if is_shared else lane_path(rules[back].lane.lane)
            changed = " and ".join(part.removeprefix("shared_") for part in parts)
            message = (
                f"{changed} changed in commit {rules[first].commit[:12]} and changed back in "
                f"{rules[back].commit[:12]}; between them {named}{more} landed"
            )
            yield finding("rules_taken_back", message, path, severity="warning")


def _spans(values: Sequence[object]) -> Iterator[tuple[int, int]]:
    """The first version that differs and the one that is as before, for each time that happens."""
    seen: list[object] = []
    last: list[int] = []
    for number, value in enumerate(values):
        if value not in seen:
            seen.append(value)
            last.append(number)
            continue
        place = seen.index(value)
        if last[place] < number - 1:
            yield last[place] + 1, number
        last[place] = number


def _judged_between(lane: LaneLedger, first: LandedRules, back: LandedRules) -> list[RunId]:
    start, stop = rows_before(lane, first.position), rows_before(lane, back.position)
    if stop - start > ROWS_MOST:
        return []
    runs = [landed.row.run_id for landed in lane.rows.between(start, stop)]
    return [run_id for run_id in runs if run_id not in lane.retracted]
