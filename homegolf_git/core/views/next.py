"""What to spend the next runs on: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import counted, duration, figure
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Document, Value
from homegolf_git.core.search.actions import Action
from homegolf_git.core.views.layout import Cells, cells


class Advice(Value, frozen=True):
    """The actions for a lane, first things first."""

    lane: LaneId
    actions: Sequence[Action]


_DO = {
    "baseline": "record a baseline",
    "fresh": "run the incumbent {run} again, on fresh seeds",
    "noise": "run the incumbent {run} again, to measure the noise",
    "challenger": "run {run} again",
    "incumbent": "run the incumbent {run} again",
    "both": "run {run} and the incumbent again",
    "drop": "drop {run}",
    "raise_delta": "raise delta_min, or leave {run} undecided",
    "blocker": "settle the blocker {run}",
    "promote": "promote {run}",
    "stop": "stop here",
    "idea": "try a new idea",
}


def text(advice: Advice) -> Iterator[str]:
    """An action a line."""
    yield from map(action_text, advice.actions)


def action_text(action: Action, incumbent: str | None = None) -> str:
    """What to do, what it costs, and why; an `incumbent` that was named before is not named again."""
    return f"{_words(action, is_named=action.run_id == incumbent)}: {action.why}"


PLAIN = ("action", "run", "runs", "device_seconds", "why")


def plain(advice: Advice) -> Iterator[Cells]:
    """An action a line, for other programs."""
    for action in advice.actions:
        seconds = figure(action.device_seconds)
        yield cells(action.action, action.run_id, action.runs, seconds, action.why)


def json(advice: Advice) -> Document:
    """The actions, and the first one in a sentence."""
    return {
        "lane": advice.lane,
        "actions": [action_json(action) for action in advice.actions],
        "sentence": sentence(advice),
    }


def action_json(action: Action) -> Document:
    """One thing to do."""
    return {
        "action": action.action,
        "run_id": action.run_id,
        "runs": action.runs,
        "device_seconds": figure(action.device_seconds),
        "why": action.why,
    }


def sentence(advice: Advice) -> str:
    """The first action in a sentence."""
    if not advice.actions:
        return "Nothing: so few runs are enough for no action."
    first = advice.actions[0]
    words = _words(first)
    return f"{words[0].upper()}{words[1:]}: {first.why}."


def _words(action: Action, *, is_named: bool = False) -> str:
    words = _DO[action.action]
    if is_named:
        words = words.replace("the incumbent {run}", "{run}").format(run="the incumbent")
    words = words.format(run=action.run_id)
    cost = [counted(action.runs, "run")] if action.runs else []
    if action.device_seconds:
        cost.append(f"about {duration(action.device_seconds)} of device time")
    return words + (f" ({', '.join(cost)})" if cost else "")
