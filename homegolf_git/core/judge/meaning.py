"""What a score means: a contract that changes it under an incumbent makes scores that do not compare.

Rules may change, and a stricter cap or a new bar judges the next run. Other data, another tokenizer,
another number of tokens or bytes, another mode of evaluation, or other frozen files are another
measurement: a lane has one.
"""

from collections.abc import Iterator
from itertools import pairwise

from homegolf_git.core.judge.evidence import facts_known, known_numbers, numbers_of_run
from homegolf_git.core.judge.integrity import frozen_digests
from homegolf_git.core.judge.ledger import LandedRules, LaneLedger, rows_before
from homegolf_git.core.judge.replay import judge_lane, rules_in_force
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId, lane_path
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Verdict

_NUMBERS = ("evaluated_tokens", "evaluated_bytes")
_DIGESTS = ("dataset_sha256", "tokenizer_sha256")
_FIELDS = (*_DIGESTS, *_NUMBERS, "evaluation_modes", "frozen_sha256")
_SCORED = ("improvement", "noise", "regression")

Pinned = str | int | frozenset[str] | None


class Title:
    """Who held a lane's title behind so many of its rows, and what that run was measured on."""

    def __init__(self, lane: LaneLedger, run_id: RunId, n_rows: int) -> None:
        held = lane.find(run_id)
        assert held is not None  # noqa: S101 - it holds the title
        self.run_id, self.held, self._lane, self._n_rows = run_id, held, lane, n_rows
        self.scored_under = lane.rules_of(held).lane

    def is_meant(self, name: str, value: Pinned) -> bool:
        """Whether its scores are what a contract with this value asks for."""
        pinned = _pinned(self.scored_under, name)
        return value == pinned or (pinned is None and self._states(name, value))

    def _states(self, name: str, value: Pinned) -> bool:
        """Whether every score of its config is stated to be of this value, by row or receipt."""
        evaluation, metric = self.held.row.evaluation, self.scored_under.metric.name
        if name in _DIGESTS:
            own = getattr(evaluation, name)
            stated = facts_known(own, self.held.evidence, f"evaluation.{name}")
            return all(digest == value for digest in stated)
        if name == "evaluation_modes":
            return value == frozenset((evaluation.mode,))
        if name == "frozen_sha256":
            rows = self._rows()
            stated = [digest for r in rows for digest in frozen_digests(r.row, r.evidence)]
            return all(digest == value for digest in stated)
        return all(_states_number(landed, name, value, metric) for landed in self._rows())

    def _rows(self) -> Iterator[LandedRow]:
        """The rows whose scores count as its config's; they share their evaluation, as a config does."""
        verdicts = judge_lane(self._lane).verdicts
        for number, landed in enumerate(self._lane.rows.between(0, self._n_rows)):
            is_its_own = landed.row.config_digest == self.held.row.config_digest
            if is_its_own and _is_scored(verdicts[number]):
                yield landed


def _states_number(landed: LandedRow, name: str, value: Pinned, metric: str) -> bool:
    row, evidence = landed.row, landed.evidence
    stated = [known_numbers(result, row, evidence, metric).get(name) for result in row.results]
    stated += [numbers[name] for numbers in numbers_of_run(evidence) if name in numbers]
    return all(number == value for number in stated)


def title_behind(lane: LaneLedger, n_rows: int) -> Title | None:
    """The title as it stood behind so many rows; None where nobody held it."""
    held = judge_lane(lane).verdicts[n_rows - 1].incumbent_after if n_rows else None
    return None if held is None else Title(lane, held, n_rows)


def meaning_findings(title: Title, before: Lane, after: Lane) -> Iterator[Finding]:
    """What the incumbent's scores are no measure of any more, when one contract follows the other."""
    for name in _changed(title, before, after):
        yield _finding(name, title, before, after)


def landed_meaning(lane: LaneLedger) -> Iterator[Finding]:
    """Changes of meaning that landed all the same; a note where it was put back before it judged."""
    rules = rules_in_force(lane)
    for number, (before, after) in enumerate(pairwise(rules), start=2):
        n_rows = rows_before(lane, after.position)
        title = title_behind(lane, n_rows)
        if title is None:
            continue
        for name in _changed(title, before.lane, after.lane):
            later = [r for r in rules[number:] if _is_same(name, r.lane, before.lane)][:1]
            found = _finding(name, title, before.lane, after.lane)
            is_harmless = bool(later) and not _judged_scores(lane, n_rows, later[0])
            yield replace(found, severity="note") if is_harmless else found


def _judged_scores(lane: LaneLedger, n_rows: int, later: LandedRules) -> bool:
    """Whether a score that counts landed behind so many rows and before some rules."""
    between = judge_lane(lane).verdicts.between(n_rows, rows_before(lane, later.position))
    return any(map(_is_scored, between))


def _changed(title: Title, before: Lane, after: Lane) -> Iterator[str]:
    """Fields whose change is one of meaning.

    A pin that says what the incumbent's scores state already is none, and neither is a step back to
    what they were measured on. To give such a pin up is one: then anything counts.
    """
    for name in _FIELDS:
        was, now = _pinned(before, name), _pinned(after, name)
        is_loosened = now is None and title.is_meant(name, was)
        if was != now and (is_loosened or not title.is_meant(name, now)):
            yield name


def _finding(name: str, title: Title, before: Lane, after: Lane) -> Finding:
    was, now = _text(_pinned(before, name)), _text(_pinned(after, name))
    message = f"{name} {was} becomes {now} under the incumbent {title.run_id}"
    return finding("meaning_changed", message, lane_path(after.lane))


def _is_same(name: str, one: Lane, other: Lane) -> bool:
    return _pinned(one, name) == _pinned(other, name)


def _is_scored(verdict: Verdict) -> bool:
    return verdict.verdict_class in _SCORED


def _pinned(rules: Lane, name: str) -> Pinned:
    value = getattr(rules.contract, name)
    return frozenset(value) if isinstance(value, tuple) else value


def _text(value: Pinned) -> str:
    if isinstance(value, frozenset):
        return "[" + ", ".join(sorted(value)) + "]"
    return "null" if value is None else str(value)
