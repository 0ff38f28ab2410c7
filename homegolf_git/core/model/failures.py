"""Why a run ended without a score, by ordered rules over its last lines and what the launcher knows.

Words are looked for as literal text, so that no line of output, however made, takes more than time
in proportion to its length.
"""

import re
import signal
from collections.abc import Sequence
from statistics import median
from typing import Literal

from homegolf_git.core.model.escapes import escaped
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import Number, Value

Fact = Literal["oom_killed", "preempted", "wall_limit", "ended_well", "loss_rose"]
DETAIL_MAX = 500  # characters, as the schema of a row has it
LINES_MAX = 200
TEXT_MAX = 64 * 1024  # characters of output that are looked at
_LINE_MAX = 4096  # characters of one line
_SHOWN = 120  # of a line in a message
_SHELL = 128  # a shell adds the number of the signal to it
_ENDS = 3  # readings on each side that a median is taken of

# Of bounded length from its first character on, whatever stands there.
_LOSS = re.compile(
    r"(?:train|training)?[_/ ]?loss[: ](-?[0-9]{1,15}(?:\.[0-9]{0,15})?(?:e[+-]?[0-9]{1,3})?)(?![0-9a-z.])"
)
_COLOUR = re.compile(r"\x1b\[[0-9;?]{0,16}[A-Za-z]")
_NOT_TRAINED = ("val", "eval", "valid", "validation", "test")


class Ended(Value, frozen=True):
    """How a run ended: what the launcher knows, and the last lines of output, without secrets.

    `status` may be a signal's number with a minus, as Python has it. `early_loss` is the launcher's
    own reading where the first lines are no longer among `lines`.
    """

    status: int | None = None
    signal: int | None = None
    lines: Sequence[str] = ()
    stage: str = "train"  # that it was in
    is_wall_limit_reached: bool = False
    is_preempted: bool = False
    oom_kills: int = 0  # that the control group counted
    is_retry: bool = False  # of a run that had ended for the same reason
    early_loss: float | None = None


class Rule(Value, frozen=True):
    """A kind of failure and what tells it; see the data file for the fields."""

    kind: str
    stage: str | None
    says: str
    after_retry: str | None = None
    facts: tuple[Fact, ...] = ()
    statuses: tuple[int, ...] = ()
    signals: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


class Rules(Value, frozen=True):
    """All rules in their order, and when a loss counts as risen."""

    rules: tuple[Rule, ...]
    loss_factor: Number
    loss_readings: int


def fault_of(rules: Rules) -> str:
    """Why rules cannot be held against an end; empty: they can."""
    if rules.loss_readings < 1:
        return "a loss rises over no readings"
    for number, rule in enumerate(rules.rules, start=1):
        if not (rule.facts or rule.statuses or rule.signals or rule.lines):
            return f"rule {number} asks for nothing"
        if rule.unless and not rule.lines:
            return f"rule {number} takes lines out of none"
        words = (part for text in (*rule.lines, *rule.unless) for part in _parts(text))
        if not all(words):
            return f"rule {number} looks for words that are empty"
    return ""


class _Seen(Value, frozen=True):
    """What the rules are held against."""

    facts: frozenset[str]
    status: int | None
    signal: str
    stage: str
    lines: tuple[str, ...]
    plain: tuple[str, ...]  # the same in the form in which words are looked for


def classify(ended: Ended, rules: Rules) -> Failure:
    """The failure of a run that ended without a score, with the evidence as its detail."""
    seen = _seen(ended, rules)
    for rule in rules.rules:
        if (evidence := _evidence(rule, seen)) is not None:
            kind = rule.after_retry if rule.after_retry and ended.is_retry else rule.kind
            return Failure(kind, rule.stage or ended.stage, _detail(evidence))
    return Failure("crash", ended.stage, _detail(_with_last(_end_words(seen), seen)))


def contradiction(failure: Failure, lines: Sequence[str], rules: Rules) -> str:
    """What the last lines show of a failure other than the one that is stated; or nothing.

    Only words and the loss count. Where the launcher alone may know the kind that is stated, and says
    so before any words do, the words are no contradiction; a loss that rose is.
    """
    seen = _seen(Ended(lines=lines, stage=failure.stage), rules)
    may_be_known = False
    for rule in rules.rules:
        is_stated = failure.kind in (rule.kind, rule.after_retry)
        if _is_of_launcher(rule):
            may_be_known |= is_stated
        elif (evidence := _evidence(rule, seen)) is not None:
            if is_stated or (may_be_known and rule.kind != "diverged"):
                return ""
            shown = _detail(evidence)[:_SHOWN]
            return f"the log shows {rule.kind} ({shown}), the row says {failure.kind}"
    return ""


def _is_of_launcher(rule: Rule) -> bool:
    """Whether a rule rests on what the launcher alone knows."""
    return not rule.lines and "loss_rose" not in rule.facts


def _seen(ended: Ended, rules: Rules) -> _Seen:
    status, name = _how_it_ended(ended)
    lines = _last_lines(ended.lines)
    plain = tuple(map(_plain, lines))
    facts = {
        "oom_killed": ended.oom_kills > 0,
        "preempted": ended.is_preempted,
        "wall_limit": ended.is_wall_limit_reached,
        "ended_well": status == 0,
        "loss_rose": _loss_rose(plain, ended.early_loss, rules),
    }
    return _Seen(
        frozenset(fact for fact, is_so in facts.items() if is_so),
        status, name, ended.stage, lines, plain,
    )  # fmt: skip


def _how_it_ended(ended: Ended) -> tuple[int | None, str]:
    """Exit status, and the name of the signal; a status that stands for a signal is none."""
    number, status = ended.signal, ended.status
    if number is None and status is not None and (status < 0 or status > _SHELL):
        number = -status if status < 0 else status - _SHELL
    if number is None:
        return status, ""
    try:
        return None, signal.Signals(number).name
    except ValueError:  # no signal: a status above 128 that a program chose
        return status, ""


def _last_lines(lines: Sequence[str]) -> tuple[str, ...]:
    """The last lines that say anything, in their order, within the limits.

    A progress bar writes line over line with carriage returns.
    """
    found: list[str] = []
    room = TEXT_MAX
    pieces = (
        piece for line in reversed(lines[-LINES_MAX:]) for piece in reversed(line.split("\r"))
    )
    for piece in pieces:
        text = _COLOUR.sub("", piece[:_LINE_MAX]).strip()
        room -= len(text) + 1
        if room < 0 or len(found) == LINES_MAX:
            break
        if text:
            found.append(text)
    return tuple(reversed(found))


def _plain(line: str) -> str:
    """A line in the form in which words are looked for."""
    text = line.lower().replace("'", "").replace('"', "").replace("`", "").replace("=", ":")
    return " ".join(text.split()).replace(" :", ":").replace(": ", ":")


def _evidence(rule: Rule, seen: _Seen) -> str | None:
    """What shows that a rule holds; None where it does not."""
    holds = (
        seen.facts.issuperset(rule.facts)
        and (not rule.statuses or seen.status in rule.statuses)
        and (not rule.signals or seen.signal in rule.signals)
        and (not rule.stages or seen.stage in rule.stages)
    )
    if not holds:
        return None
    if not rule.lines:
        return _with_last(rule.says, seen)
    words, without = list(map(_parts, rule.lines)), list(map(_parts, rule.unless))
    for line, plain in zip(reversed(seen.lines), reversed(seen.plain), strict=True):
        if _has_any(plain, words) and not _has_any(plain, without):
            return line
    return None


def _parts(words: str) -> list[str]:
    return [_plain(part) for part in words.split(" ... ")]


def _has_any(plain: str, words: Sequence[Sequence[str]]) -> bool:
    return any(_has(plain, parts) for parts in words)


def _has(plain: str, parts: Sequence[str]) -> bool:
    """Whether all parts stand in a line as whole words, one behind the other."""
    at = 0
    for part in parts:
        at = _find(plain, part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _find(plain: str, part: str, at: int) -> int:
    """Where a part stands, with no letter or digit going on at its ends; -1 where it does not."""
    while (at := plain.find(part, at)) >= 0:
        end = at + len(part)
        is_start = at == 0 or not (plain[at - 1].isalnum() and part[0].isalnum())
        is_end = end == len(plain) or not (plain[end].isalnum() and part[-1].isalnum())
        if is_start and is_end:
            return at
        at += 1
    return -1


def _loss_rose(plain: Sequence[str], early: float | None, rules: Rules) -> bool:
    """Whether the loss ended far above where it began."""
    readings = [value for line in plain if (value := _loss_of(line)) is not None]
    if len(readings) < rules.loss_readings:
        return False
    start = median(readings[:_ENDS]) if early is None else early
    return start > 0 and median(readings[-_ENDS:]) > start * rules.loss_factor


def early_loss(lines: Sequence[str]) -> float | None:
    """The training loss that the first lines of a run state, by its first readings."""
    found = (_loss_of(_plain(line)) for piece in lines for line in piece.split("\r"))
    readings = [value for value in found if value is not None][:_ENDS]
    return median(readings) if len(readings) == _ENDS else None


def _loss_of(plain: str) -> float | None:
    """The training loss that a line states first."""
    for found in _LOSS.finditer(plain):
        if not plain[: found.start()].rstrip("_/ ").endswith(_NOT_TRAINED):
            return float(found[1])
    return None


def _with_last(words: str, seen: _Seen) -> str:
    return f"{words}; last line: {seen.lines[-1]}" if seen.lines else words


def _end_words(seen: _Seen) -> str:
    if seen.signal:
        return f"killed by {seen.signal}"
    return "ended" if seen.status is None else f"exit status {seen.status}"


def _detail(text: str) -> str:
    """One line within the schema's length, in which nothing acts."""
    safe = escaped(text)
    return safe if len(safe) <= DETAIL_MAX else safe[: DETAIL_MAX - 1] + "…"
