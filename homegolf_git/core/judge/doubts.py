"""Facts of a row that contradict each other or what came before, and that nobody can settle from here.

None is an error: honest runs meet them too. Each asks a person to look, and docs/security.md says at
what. `held` is the run that held the title when the row landed, so a row that landed long ago can be
looked at as well as one that is proposed.
"""

from collections.abc import Iterator

from homegolf_git.core.judge.attribution import attribute_step, change_of, kinds_of
from homegolf_git.core.judge.intake import seeds_with
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.likeness import likeness, near_words, renamed_words
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import LandedRow, Row

# As the flag `many_unreported` has it of one config.
_UNREPORTED_FROM, _UNREPORTED_TIMES = 5, 2
_BASES = 8  # that are followed from a run to the incumbent
# What a machine lacked is settled by any run that has it.
_OF_MACHINES = ("preempted", "quota", "missing_input")
_SHOWN = 3  # keys in a message


def doubts(state: LaneState, landed: LandedRow, held: RunId | None) -> Iterator[Finding]:
    """What to look at in a row, beside the run that held the title."""
    row, path = landed.row, landed.path
    for item in landed.evidence:
        if item.contradiction:
            yield finding("failure_differs", item.contradiction, path, severity="warning")
    yield from _unrelated(state, row, path)
    yield from _beside_incumbent(state, row, held, path)
    yield from _alike(state, row, held, path)
    yield from _kept_back(state, row, path)


def landed_doubts(lane: LaneLedger) -> Iterator[Finding]:
    """The same of rows that landed: those that won, and those of which a fact alone is reason to look.

    A retraction settles what is said of its run; of a submitter the same is said once.
    """
    judged = judge_lane(lane)
    told: set[tuple[str, str]] = set()
    for order in sorted(judged.state.doubted.values()):
        landed, verdict = lane.rows[order - 1], judged.verdicts[order - 1]
        if verdict.reason == "retracted":
            continue
        for item in doubts(judged.state, landed, verdict.incumbent_before):
            if (item.code, item.message) not in told:
                told.add((item.code, item.message))
                yield item


def _unrelated(state: LaneState, row: Row, path: str) -> Iterator[Finding]:
    """Blocked runs of which the row tries nothing again."""
    for run_id in row.resolves:
        blocked = state.rows.get(run_id)
        if blocked is None or blocked.failure is None or blocked.failure.kind in _OF_MACHINES:
            continue
        tried = _tried(state, blocked)
        touched = _touched(state, row, blocked)
        if tried and touched is not None and not tried & touched:
            message = f"{run_id} tried {_named(tried)}, of which this run changes nothing"
            yield finding("unrelated_resolves", message, path, severity="warning")


def _tried(state: LaneState, blocked: Row) -> set[str]:
    """What a blocked run changed; nothing where nobody can tell."""
    base = state.rows.get(blocked.base) if blocked.base else None
    return (base and kinds_of(blocked, base, state.rules.attribution)) or set()


def _touched(state: LaneState, row: Row, blocked: Row) -> set[str] | None:
    """What a run changes against the base of a blocked one; None where it follows or nobody can tell."""
    base = state.rows.get(blocked.base) if blocked.base else None
    if base is None or blocked.run_id in (row.base, row.run_id):
        return None
    return kinds_of(row, base, state.rules.attribution)


def _named(kinds: set[str]) -> str:
    more = len(kinds) - _SHOWN
    return ", ".join(sorted(kinds)[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _beside_incumbent(
    state: LaneState, row: Row, held: RunId | None, path: str
) -> Iterator[Finding]:
    """The class of change against the incumbent, where a base of another kind hides it."""
    base = state.rows.get(row.base) if row.base else None
    incumbent = state.rows.get(held) if held else None
    if base is None or incumbent is None or base.config_digest == incumbent.config_digest:
        return
    rules = state.rules.attribution
    own = change_of(row, base, rules).side
    if own in ("unknown", "none"):
        return
    beside = attribute_step(row, incumbent, _bases(state, row), rules)
    if beside not in (own, "none"):
        message = f"it is {own} beside its base {base.run_id}, {beside} beside the incumbent {held}"
        yield finding("other_attribution", message, path, severity="note")


def _bases(state: LaneState, row: Row) -> dict[RunId, Row]:
    """The runs from which a run was derived, as far as they are followed."""
    found: dict[RunId, Row] = {}
    name = row.base
    while name is not None and name not in found and len(found) < _BASES:
        base = state.rows.get(name)
        if base is None:
            break
        found[name] = base
        name = base.base
    return found


def _alike(state: LaneState, row: Row, held: RunId | None, path: str) -> Iterator[Finding]:
    """The first run beside which the config has only other names, or hardly other values."""
    for name in dict.fromkeys((state.alike.get(likeness(row)), row.base, held)):
        other = state.rows.get(name) if name is not None and name != row.run_id else None
        if other is None or other.config_digest == row.config_digest:
            continue
        for code, words in (
            ("renamed_keys", list(renamed_words(row, other))),
            ("near_copy", list(near_words(row, other))),
        ):
            if words:
                more = f", and {counted(len(words) - 1, 'key')} more" if len(words) > 1 else ""
                severity: Severity = "note"
                yield finding(code, words[0] + more, path, severity=severity)
                return


def _kept_back(state: LaneState, row: Row, path: str) -> Iterator[Finding]:
    """Whether the submitter's rows together report few of the seeds that finished."""
    if not row.unreported_seeds:
        return
    is_counted = row.run_id in state.rows
    seeds = state.seeds_of.get(row.submitter, (0, 0)) if is_counted else seeds_with(state, row)
    reported, unreported = seeds
    if unreported >= max(_UNREPORTED_FROM, _UNREPORTED_TIMES * reported + 1):
        message = (
            f"{row.submitter} reports {reported} seeds of this lane, {unreported} more finished"
        )
        yield finding("seeds_kept_back", message, path, severity="warning")
