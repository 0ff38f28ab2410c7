"""Keep, discard or more: text, and JSON of at most a kilobyte."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import figure, gain
from homegolf_git.core.model.values import Document, Json
from homegolf_git.core.search.keep import Decision
from homegolf_git.core.search.seen import Match
from homegolf_git.core.views.layout import Cells, cells
from homegolf_git.core.views.verdicts import plan_json

_SENTENCE_MOST = 300  # bytes; the whole answer is read by programs that pay by the word


def text(decision: Decision) -> Iterator[str]:
    """The decision and its reason in one line."""
    verdict = decision.verdict
    yield f"{decision.name} {verdict.run_id} ({verdict.name}): {verdict.sentence}"


def json(decision: Decision) -> Document:
    """The decision with the figures that it rests on."""
    verdict, step = decision.verdict, decision.step
    stats = verdict.stats
    next_runs: dict[str, Json] | None = None
    if step is not None:
        next_runs = {
            "action": step.action, "plan": plan_json(step.plan), "hope": figure(step.hope, 3)
        }  # fmt: skip
    return {
        "decision": decision.name,
        "run_id": verdict.run_id,
        "lane": verdict.lane,
        "class": verdict.verdict_class,
        "reason": verdict.reason,
        "delta": gain(verdict.delta),
        "se": None if stats is None else figure(stats.se),
        "incumbent": verdict.incumbent_after,
        "next": next_runs,
        "sentence": _short(verdict.sentence),
    }


def _short(sentence: str) -> str:
    """The sentence within its limit, cut at a word."""
    if len(sentence.encode()) <= _SENTENCE_MOST:
        return sentence
    cut = sentence.encode()[: _SENTENCE_MOST - 3].decode(errors="ignore")
    return cut.rpartition(" ")[0] + "..."


Seen = Sequence[tuple[Match, Decision]]


def seen_text(found: Seen) -> Iterator[str]:
    """A run a line, or that there is none."""
    if not found:
        yield "not seen: no run of this lane has tried it"
    for match, decision in found:
        known = "the same config" if match.by == "config" else "a summary of the same words"
        yield f"seen: {known} in {match.run_id}: {decision.name}, {decision.verdict.sentence}"


SEEN_PLAIN = ("run", "by", "decision", "class", "reason", "delta")


def seen_plain(found: Seen) -> Iterator[Cells]:
    """A run a line, for other programs."""
    for match, decision in found:
        v = decision.verdict
        yield cells(match.run_id, match.by, decision.name, v.verdict_class, v.reason, gain(v.delta))


def seen_json(found: Seen) -> Document:
    """The runs that tried it, each with its decision."""
    return {
        "seen": bool(found),
        "runs": [
            {
                "run_id": match.run_id,
                "by": match.by,
                "decision": decision.name,
                "class": decision.verdict.verdict_class,
                "reason": decision.verdict.reason,
                "delta": gain(decision.verdict.delta),
            }
            for match, decision in found
        ],
    }
