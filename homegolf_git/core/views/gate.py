"""What the gate found: for a terminal, as annotations, as a Markdown summary, and as JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, gain_text
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.values import Json, Record, Value, field
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.advice import StopCall
from homegolf_git.core.search.backtest import Backtest
from homegolf_git.core.views import inert
from homegolf_git.core.views.annotations import annotations
from homegolf_git.core.views.findings import findings_json, worst_first
from homegolf_git.core.views.stop import plateau_json
from homegolf_git.core.views.verdicts import verdict_json

SUMMARY_MAX = 60_000  # characters
_FINDINGS_SHOWN = 50
_MARKS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}  # noqa: RUF001 - as forges show them


class Gate(Record):
    """What the gate says of a pull request."""

    findings: list[Finding] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)  # in the order they would land
    # By all its retractions together, each run once.
    rejudged: list[tuple[Verdict, Verdict]] = field(default_factory=list)
    # Before and after, as the next ones.
    incumbents: dict[LaneId, tuple[RunId | None, RunId | None]] = field(default_factory=dict)
    calls: dict[LaneId, tuple[StopCall, StopCall]] = field(default_factory=dict)
    states: dict[LaneId, LaneState] = field(default_factory=dict)  # as they would be
    rule_changes: dict[LaneId, Backtest] = field(default_factory=dict)

    @property
    def is_ok(self) -> bool:
        """Whether the pull request may be merged."""
        return not has_errors(self.findings)


def headline(gate: Gate) -> str:
    """One line: may it be merged, and what it brings."""
    what = counted(len(gate.verdicts), "run")
    errors = sum(item.severity == "error" for item in gate.findings)
    if errors:
        return f"Not to be merged: {counted(errors, 'error')}"
    return f"May be merged: {what}, no error"


def text(gate: Gate) -> Iterator[str]:
    """The answer for a terminal."""
    yield headline(gate)
    for verdict in gate.verdicts:
        yield f"  {verdict.run_id} in {verdict.lane}: {_judged(verdict, gate)}"
    for was, now in gate.rejudged:
        yield f"  judged anew: {now.run_id}: {was.name} -> {now.name}"
    for lane, (before, after) in _new_titles(gate):
        yield f"  incumbent in {lane}: {before or 'nobody'} -> {after or 'nobody'}"
    for lane, (was_call, now_call) in gate.calls.items():
        yield f"  search in {lane}: {was_call.plateau.state} -> {now_call.plateau.state}"
        yield f"    {now_call.sentence}"
    for lane, found in gate.rule_changes.items():
        yield f"  rules of {lane}: {_rules(found)}"


def github(gate: Gate) -> Iterator[str]:
    """The answer for the log of a runner, findings as annotations; nothing in it acts there."""
    yield from annotations(gate.findings)
    yield from map(inert.plain, text(gate))


def page(gate: Gate) -> Iterator[str]:
    """The answer for a job page."""
    yield markdown(gate).rstrip("\n")


def json(gate: Gate) -> dict[str, Json]:
    """Everything the gate found."""
    return {
        "findings": findings_json(gate.findings),
        "rows": [{"lane": verdict.lane, **verdict_json(verdict)} for verdict in gate.verdicts],
        "rejudged": [
            {"before": verdict_json(was), "after": verdict_json(now)} for was, now in gate.rejudged
        ],
        "incumbents": {
            lane: {"before": before, "after": after}
            for lane, (before, after) in gate.incumbents.items()
        },
        "plateau": {
            lane: {"before": plateau_json(before), "after": plateau_json(after)}
            for lane, (before, after) in gate.calls.items()
        },
        "rules": _rules_json(gate),
    }


def _rules_json(gate: Gate) -> dict[str, Json]:
    if not gate.rule_changes:
        return {}
    from homegolf_git.core.views.backtest import backtest_json  # noqa: PLC0415 - no row needs it

    return {lane: backtest_json(found) for lane, found in gate.rule_changes.items()}


class Submission(Value, frozen=True):
    """What the gate says of rows on a branch, and where that branch is; None: not pushed.

    `address` is the pull request's or, unless it `is_open`, that of the page on which to open it;
    `draft` is the text of a row that was drafted and is only shown.
    """

    gate: Gate
    landed: Sequence[str]  # runs that landed before, where there is no other
    is_dry_run: bool
    remote: str
    branch: str | None = None
    address: str | None = None
    draft: str = ""
    is_open: bool = False


def submit_text(submission: Submission) -> Iterator[str]:
    """What the gate says, and what to do next."""
    if submission.draft:
        yield from submission.draft.rstrip("\n").split("\n")
    if submission.landed:
        yield from (f"{run_id} has landed before: nothing to do" for run_id in submission.landed)
    else:
        yield from text(submission.gate)
    if submission.branch is not None:
        yield f"pushed {submission.branch} to {submission.remote}"
        address = submission.address
        if address is None:
            yield "open a pull request from that branch"
        else:
            yield f"{'pull request' if submission.is_open else 'open a pull request'}: {address}"


def submit_json(submission: Submission) -> dict[str, Json]:
    """Everything the gate found, and where the branch is."""
    return {
        **json(submission.gate),
        "dry_run": submission.is_dry_run,
        "branch": submission.branch,
        "address": submission.address,
        **({"draft": submission.draft} if submission.draft else {}),
    }


def markdown(gate: Gate) -> str:
    """The summary of a job page, cut to what a forge takes."""
    text = "\n".join(_markdown_lines(gate))
    if len(text) <= SUMMARY_MAX:
        return text + "\n"
    cut = text[: SUMMARY_MAX - 100].rpartition("\n")[0]
    return cut + "\n\nThe rest is cut: see the job's log.\n"


def _markdown_lines(gate: Gate) -> Iterator[str]:
    mark = "✅" if gate.is_ok else "❌"
    yield f"## {mark} {headline(gate)}"
    yield ""
    for verdict in gate.verdicts:
        yield f"- {inert.code(verdict.run_id)} in {inert.code(verdict.lane)}: {inert.markdown(_judged(verdict, gate))}"
    for was, now in gate.rejudged:
        yield f"- judged anew: {inert.code(now.run_id)}: {was.name} → {now.name}".replace(
            "_", "\\_"
        )
    for lane, held in _new_titles(gate):
        before, after = (inert.code(run_id) if run_id else "nobody" for run_id in held)
        yield f"- incumbent in {inert.code(lane)}: {before} → {after}"
    for lane, (was_call, now_call) in gate.calls.items():
        states = f"{was_call.plateau.state} → {now_call.plateau.state}".replace("_", "\\_")
        yield f"- search in {inert.code(lane)}: {states}. {inert.markdown(now_call.sentence)}"
    for lane, found in gate.rule_changes.items():
        yield f"- rules of {inert.code(lane)}: {inert.markdown(_rules(found))}"
    if gate.findings:
        yield ""
        yield "### Findings"
        yield ""
    for item in worst_first(gate.findings)[:_FINDINGS_SHOWN]:
        where = f"{item.path}:{item.line}" if item.line else item.path
        place = f" {inert.code(where)}" if where else ""
        fix = f" *Fix:* {inert.markdown(item.fix)}." if item.fix else ""
        yield f"- {_MARKS[item.severity]} {inert.code(item.code)}{place}: {inert.markdown(item.message)}.{fix}"
    if len(gate.findings) > _FINDINGS_SHOWN:
        yield f"- and {counted(len(gate.findings) - _FINDINGS_SHOWN, 'finding')} more"


def _new_titles(gate: Gate) -> Iterator[tuple[LaneId, tuple[RunId | None, RunId | None]]]:
    """Who holds the title before and after, in lanes whose rows are judged anew."""
    anew = {now.lane for _, now in gate.rejudged}
    return ((lane, held) for lane, held in gate.incumbents.items() if lane in anew)


def _judged(verdict: Verdict, gate: Gate) -> str:
    metric = gate.states[verdict.lane].rules.metric
    delta = gain_text(verdict.delta, metric)
    parts = [verdict.name]
    if delta:
        parts.append(
            f"delta {delta} {metric.unit} against {verdict.incumbent_before}".replace("  ", " ")
        )
    parts.append(f"changed: {verdict.attribution}")
    return ", ".join(parts) + f". {verdict.sentence}"


def _rules(found: Backtest) -> str:
    rows = counted(len(found.changed), "row")
    return (
        f"verdicts that have landed stay. Judged by the new rules {rows} of {len(found.pairs)} would have "
        "come out otherwise; a changed decision block starts the count of challengers and the stop window anew"
    )
