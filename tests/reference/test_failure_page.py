"""The page docs/failures.md is what the rules say, in their order."""

from homegolf_git.core.model.failures import DETAIL_MAX, LINES_MAX, Rule
from homegolf_git.shell.files.failurerules import failure_rules
from tests.reference.test_reference import compare

FACTS = {
    "oom_killed": "the control group counted a kill for memory",
    "preempted": "the scheduler took the machine away",
    "wall_limit": "the launcher ended it at the wall limit",
    "ended_well": "exit status 0 and no score",
    "loss_rose": "the loss rose (see below)",
}
HEAD = """\
# Failures

For whoever wonders why a run without a score was called what it was: the rules, first to last.

The first rule that holds gives kind and stage; where none holds it is a `crash` with how the process ended and its last line. A rule is held against what the launcher knows, the exit status, the signal (an exit status above 128 is read as the signal that a shell means by it), and the last {lines} lines of output, at most 64 KiB. Words are whole words, in capitals or not; `...` stands for anything between two of them; quotes, colours, and blanks around `=` and `:` make no difference. The last line that a rule finds is its evidence and becomes `detail`, with controls escaped, in at most {detail} characters; a rule that needs no line says in its own words what it knows, and the last line stands behind them.

`where it ended` is the stage that the launcher saw. Kinds and stages themselves are in [rows.md](rows.md#failed-runs).

The loss rose where the median of its last three readings in these lines is above the median of the first three by a factor of {factor}, given at least {readings} readings of a training loss. Where the launcher kept the run's first readings itself, those count.

This page is written from `homegolf_git/data/failures.yaml` by `make golden`, and a test compares the two.

| # | kind | stage | holds where |
|---|---|---|---|
"""


def conditions(rule: Rule) -> str:
    """What a rule asks for, in words."""
    parts = [FACTS[fact] for fact in rule.facts]
    parts += [f"exit status {status}" for status in rule.statuses]
    parts += [f"signal {name}" for name in rule.signals]
    parts += [f"it ended in {stage}" for stage in rule.stages]
    if rule.lines:
        parts.append("a line has " + " or ".join(f"`{line}`" for line in rule.lines))
    if rule.unless:
        parts.append("and not " + " or ".join(f"`{line}`" for line in rule.unless))
    return ", ".join(parts)


def page() -> str:
    rules = failure_rules()
    head = HEAD.format(
        lines=LINES_MAX, detail=DETAIL_MAX, factor=rules.loss_factor, readings=rules.loss_readings
    )
    rows = []
    for number, rule in enumerate(rules.rules, start=1):
        again = f"; `{rule.after_retry}` where it was tried again" if rule.after_retry else ""
        stage = f"`{rule.stage}`" if rule.stage else "where it ended"
        rows.append(f"| {number} | `{rule.kind}`{again} | {stage} | {conditions(rule)} |\n")
    return head + "".join(rows)


def test_every_rule_is_explained() -> None:
    compare("failures.md", page())
