"""Targets: how runs end, held against the rules that come with the program and against other rules.

Nobody hands rules over to the program; whoever changes its own meets the reader.
"""

from homegolf_git.core.model.escapes import escaped
from homegolf_git.core.model.failures import (
    DETAIL_MAX,
    Ended,
    Rules,
    classify,
    contradiction,
    early_loss,
)
from homegolf_git.core.model.row import Failure
from homegolf_git.shell.files.failurerules import RulesError, failure_rules, rules_of
from homegolf_git.shell.files.fastschema import is_valid
from tests import build


def failures(data: bytes) -> None:
    """How a run ended in four bytes, then its last lines."""
    failure = _told(_end(data), failure_rules())
    said = {"kind": failure.kind, "stage": failure.stage, "detail": failure.detail}
    outcome = {"status": "failed", "failure": said}
    assert is_valid("run-v1", build.failed("failed", outcome=outcome))


def rules(data: bytes) -> None:
    """A file of rules, and behind a zero byte how a run ended: read, or refused with a reason."""
    text, _, end = data.partition(b"\x00")
    try:
        read = rules_of(text)
    except RulesError as error:
        assert str(error)  # noqa: PT017 - any reason will do
        return
    ended = _end(end)
    failure = _told(ended, read)
    assert failure.kind in {"crash", *(rule.kind for rule in read.rules)} | {
        rule.after_retry for rule in read.rules
    }
    assert failure.stage in {ended.stage, *(rule.stage for rule in read.rules)}


def _end(data: bytes) -> Ended:
    status, signal, flags, early = data[:4].ljust(4, b"\x00")
    return Ended(
        status=status - 128 if flags & 1 else None,
        signal=signal if flags & 2 else None,
        lines=data[4:].decode("utf-8", "replace").split("\n"),
        is_wall_limit_reached=bool(flags & 4),
        is_preempted=bool(flags & 8),
        oom_kills=flags >> 4 & 1,
        is_retry=bool(flags & 32),
        early_loss=early / 10 if flags & 64 else None,
    )


def _told(ended: Ended, held: Rules) -> Failure:
    """The failure by some rules, and what the same lines show of two that a row may say."""
    early_loss(ended.lines)
    failure = classify(ended, held)
    assert failure.detail is not None
    assert len(failure.detail) <= DETAIL_MAX
    assert failure.detail == escaped(failure.detail)
    at = len(ended.lines) % max(1, len(held.rules))
    for kind in ("crash", *(rule.kind for rule in held.rules[at : at + 1])):
        shown = contradiction(Failure(kind, failure.stage, ""), ended.lines, held)
        assert shown == escaped(shown)
        assert not shown or kind in shown
    return failure
