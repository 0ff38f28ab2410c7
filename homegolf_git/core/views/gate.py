"""What the gate found, as lines for a terminal and as a Markdown summary."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import counted, gain_text
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.advice import StopCall
from homegolf_git.core.search.backtest import Backtest
from homegolf_git.core.views import inert
from homegolf_git.core.views.findings import worst_first

SUMMARY_MAX = 60_000  # characters
_FINDINGS_SHOWN = 50
_MARKS = {"error": "❌", "warning": "⚠️", "note": "ℹ️"}  # noqa: RUF001 - as forges show them


class Gate(Value, frozen=True):
    """What is shown of a pull request's judgement."""

    findings: Sequence[Finding]
    verdicts: Sequence[Verdict]
    rejudged: Sequence[tuple[Verdict, Verdict]]
    calls: Mapping[LaneId, tuple[StopCall, StopCall]]
    states: Mapping[LaneId, LaneState]
    rule_changes: Mapping[LaneId, Backtest]


def headline(gate: Gate) -> str:
    """One line: may it be merged, and what it brings."""
    what = counted(len(gate.verdicts), "run")
    errors = sum(item.severity == "error" for item in gate.findings)
    if errors:
        return f"Not to be merged: {counted(errors, 'error')}"
    return f"May be merged: {what}, no error"


def text_lines(gate: Gate) -> Iterator[str]:
    """The answer for a terminal."""
    yield headline(gate)
    for verdict in gate.verdicts:
        yield inert.plain(f"  {verdict.run_id} in {verdict.lane}: {_judged(verdict, gate)}")
    for was, now in gate.rejudged:
        yield inert.plain(f"  judged anew: {now.run_id}: {was.name} -> {now.name}")
    for lane, (before, after) in gate.calls.items():
        yield f"  search in {lane}: {before.plateau.state} -> {after.plateau.state}"
        yield inert.plain(f"    {after.sentence}")
    for lane, found in gate.rule_changes.items():
        yield f"  rules of {lane}: {_rules(found)}"


def markdown(gate: Gate) -> str:
    """The summary of a job page, cut to what a forge takes."""
    text = "\n".join(_markdown_lines(gate))
    if len(text) <= SUMMARY_MAX:
        return text + "\n"
    cut = text[: SUMMARY_MAX - 100].rpartition("\n")[0]
    return cut + "\n\nThe rest is cut: see the job's log.\n"


def _markdown_lines(gate: Gate) -> Iterator[str]:
    mark = "❌" if has_errors(list(gate.findings)) else "✅"
    yield f"## {mark} {headline(gate)}"
    yield ""
    for verdict in gate.verdicts:
        yield f"- {inert.code(verdict.run_id)} in {inert.code(verdict.lane)}: {inert.markdown(_judged(verdict, gate))}"
    for was, now in gate.rejudged:
        yield f"- judged anew: {inert.code(now.run_id)}: {was.name} → {now.name}".replace(
            "_", "\\_"
        )
    for lane, (before, after) in gate.calls.items():
        states = f"{before.plateau.state} → {after.plateau.state}".replace("_", "\\_")
        yield f"- search in {inert.code(lane)}: {states}. {inert.markdown(after.sentence)}"
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
