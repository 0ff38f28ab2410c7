"""Lanes as scoreboards in few words, and searches of many rows that are the same everywhere."""

from random import Random
from typing import Any

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.search.chart import Chart, chart_of
from homegolf_git.core.views.picture import picture
from homegolf_git.core.views.scoreboard import Board, subject_of
from homegolf_git.shell.generated import board_of
from tests.build import Document, failed, run
from tests.core.build import lane
from tests.core.ledgers import landed_lane
from tests.core.views.build import NAME, judged

SUMMARIES = (
    "clip gradients at 1.0", "twice the batch", "rotary base 50,000", "tied embeddings",
    "a longer warmdown of the learning rate, with the last steps averaged", "fused optimizer step",
)  # fmt: skip


def board(*events: Any, **rules: Any) -> Board:  # noqa: ANN401
    """A lane's board; events and rules as `judged` takes them."""
    ledger, _ = judged(*events, **rules)
    return board_of(NAME, Ledger(Oid("0" * 40), (NAME,), {NAME: ledger}), {})


def ladder(below: list[Any], above: list[Any], **promotion: Any) -> list[Board]:  # noqa: ANN401
    """Boards of a lane and of the one above it, which promotes from it."""
    upper = lane(lane="h100", needs_promotion_from=str(NAME), promotion=promotion)
    rows = [document | {"lane": "h100"} for document in above]
    lanes = {NAME: landed_lane(*below), LaneId("h100"): landed_lane(*rows, rules=upper)}
    ledger = Ledger(Oid("0" * 40), tuple(lanes), lanes)
    return [board_of(name, ledger, {}) for name in lanes]


def chart(*events: Any, **rules: Any) -> Chart:  # noqa: ANN401
    """What a picture of a lane shows."""
    return chart_of(judged(*events, **rules)[1])


def drawn(*events: Any, **rules: Any) -> str:  # noqa: ANN401
    """The picture of a lane."""
    return picture(subject_of(board(*events, **rules)))


def search(rows: int, *, best: float = 1.2, falls: float = -0.12, seed: int = 1) -> list[Document]:
    """A search of so many runs over some months, of every kind; the same on every machine."""
    dice, level, found = Random(seed), best, []  # noqa: S311 - a simulated world
    for number in range(rows):
        day, hour = divmod(number * 1800 // rows, 24)
        facts: Document = {
            "finished_at": f"2026-{1 + day // 28:02d}-{1 + day % 28:02d}T{hour:02d}:00:00Z",
            "change": {"kind": "model", "summary": SUMMARIES[number % len(SUMMARIES)]},
            "submitter": ("ada", "grace", "loop")[number % 3],
            "base": f"run-{number - 1:04d}" if number else None,
        }
        name, kind = f"run-{number:04d}", dice.random()
        if kind < 0.08 and number:
            found.append(
                failed(name, ("oom", "crash", "diverged")[number % 3], knob=number, **facts)
            )
            continue
        off = 0.4 if kind > 0.97 else (0.02 if kind > 0.6 else 0.0005)
        if number and number % max(7, rows // 12) == 0:
            level, kind = level + falls / 12, 0.2
        away = -falls / abs(falls) * off * dice.random() * (number > 0)
        scores = [round(level + away + dice.gauss(0, 0.0007), 6) for _ in range(1 + number % 3)]
        facts["seeds_run"] = 0 if 0.58 < kind < 0.6 and number else len(scores)
        found.append(run(name, scores, knob=number, **facts))
    return found
