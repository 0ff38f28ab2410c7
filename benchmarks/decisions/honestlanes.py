"""Lanes that nobody games: which flags of honesty they raise all the same.

Each is judged by procedure 2 as a new lane has it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.decisions.attacks import DELTA_MIN, SHOWN
from benchmarks.decisions.feed import AFTER, Feed, rules
from benchmarks.decisions.real import DELTA_MIN as LOOP_DELTA
from benchmarks.decisions.real import SIGMA0
from benchmarks.decisions.reallogs import BASELINES, replicates, tried
from benchmarks.decisions.world import SIGMA, START, World
from homegolf_git.core.judge.fold import step
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.parse import lane_of
from homegolf_git.core.model.verdict import Verdict
from tests.core.build import land
from tests.replay.folders import lane_document, row_documents
from tests.replay.sources import all_folders

FLAGS = tuple(flag for flag in SHOWN if flag not in {"picked", "thin_window"})
_LOGS = (
    "karpathy-h100-mar8.tsv", "karpathy-pr109-loop_results.tsv", "anaclumos.tsv", "mlx-pr9.tsv",
    "unified-5070ti-gpt41-r1.tsv", "unified-5090-gpt41-r1.tsv", "unified-5090-gpt41-r2.tsv",
    "unified-5090-gpt41-r3.tsv",
)  # fmt: skip


class Raised:
    """How many rows a lane has, and how many raise each flag."""

    def __init__(self, verdicts: Iterable[Verdict]) -> None:
        self.rows, self.flags = 0, Counter[str]()
        for verdict in verdicts:
            self.rows += 1
            self.flags.update(flag for flag in verdict.flags if flag in FLAGS)


def records() -> Raised | None:
    """The public records of parameter-golf as one lane; None where they are not at hand."""
    folders = all_folders()
    if folders is None:
        return None
    document = lane_document()
    document["decision"] |= AFTER
    state = LaneState(lane_of(document))
    return Raised(step(state, land(row)) for row in row_documents(folders))


def logs(folder: Path) -> Raised:
    """Every log of a loop as a lane of its own: a config a row, one seed."""
    return Raised(verdict for name in _LOGS for verdict in _log(folder / name))


def _log(path: Path) -> Iterator[Verdict]:
    lane = Feed(rules(SIGMA0, LOOP_DELTA, **AFTER, repeats="count"))
    for number, row in enumerate(tried(path)):
        yield lane.land(f"c{number}", [row.val_bpb], seeds=[42], session="one night")


def replicated(folder: Path, *, is_declared: bool) -> Raised:
    """894 runs of one config, a row a session, by one submitter."""
    sessions = {"sessions": {"sigma0": 2 * SIGMA0}} if is_declared else {}
    lane = Feed(rules(SIGMA0, LOOP_DELTA, **AFTER, **sessions))
    return Raised(
        lane.land("held", scores, session=session) for session, scores in replicates(folder).items()
    )


def nine_baselines() -> Raised:
    """Nine baselines of one code as replicates, by one submitter."""
    lane = Feed(rules(SIGMA0, LOOP_DELTA, **AFTER))
    return Raised(lane.land("held", [one.val_bpb]) for one in BASELINES)


def simulated(lanes: int, between: float) -> Raised:
    """Lanes with 20 replicates of 3 seeds and 20 challengers, a session a row, in turn.

    `between`: how far sessions differ, in standard deviations of seeds.
    """
    return Raised(verdict for seed in range(lanes) for verdict in _simulated(seed, between))


def _simulated(seed: int, between: float) -> Iterator[Verdict]:
    world, lane, seeds = World(seed), Feed(rules(SIGMA, DELTA_MIN, **AFTER)), 0
    for number in range(40):
        config = f"c{number}" if number % 2 else "held"
        worse = float(world.random.exponential(0.002)) if number % 2 else 0.0
        session = between * SIGMA * float(world.random.standard_normal())
        scores = world.scores(START + worse + session, 3)
        yield lane.land(config, scores, seeds=range(seeds, seeds + 3))
        seeds += 3


def every(folder: Path, lanes: int) -> list[tuple[str, Raised]]:
    """All of them, by name."""
    found = [
        ("simulated, sessions do not differ", simulated(lanes, 0.0)),
        ("simulated, sessions differ as much as seeds, not declared", simulated(lanes, 1.0)),
        ("logs of eight loops, one score a config", logs(folder)),
        (
            "894 runs of one config in 43 sessions, not declared",
            replicated(folder, is_declared=False),
        ),
        ("the same, sessions declared", replicated(folder, is_declared=True)),
        ("nine baselines of one code, not declared", nine_baselines()),
    ]
    of_records = records()
    return found if of_records is None else [*found, ("60 records of parameter-golf", of_records)]
