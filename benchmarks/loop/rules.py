"""What loops keep: rules in use elsewhere, each as its project describes it, and ours.

Sources: keep if lower: karpathy/autoresearch, program.md; confidence of the median absolute
deviation: pi-autoresearch; three runs with a bootstrap: rigor; patience: early stopping as in Keras; Optuna's own WilcoxonPruner.
"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from benchmarks.decisions.feed import AFTER, Feed, rules
from benchmarks.loop.worlds import SIGMA, START, World
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.incumbents import step_gains
from homegolf_git.core.search.looping import next_order

_DELTA = 0.002  # least gain that matters
SESSION_RUNS = 40  # runs of a night
_TRIAL_RUNS = 6


@dataclass
class Walk:
    """A rule on its way: what it spent, what it holds, and what it kept."""

    world: World
    budget: int
    spent: int = 0
    true: float = START
    kept: list[float] = field(default_factory=list)  # true gains of what it kept
    holds: set[int] = field(default_factory=set)  # ideas that are in what it holds
    claimed: float = 0.0
    stopped: int | None = None  # runs until it stopped by itself

    @property
    def is_over(self) -> bool:
        """Whether the hours are spent."""
        return self.spent >= self.budget

    def run(self, true: float) -> float:
        """One run."""
        if self.spent % SESSION_RUNS == 0:
            self.world.new_session()
        self.spent += 1
        return self.world.run(true)

    def gain(self, number: int) -> float:
        """What an idea truly adds; one that is in already adds nothing."""
        return 0.0 if self.world.origin(number) in self.holds else self.world.gains[number]

    def keep(self, number: int) -> None:
        """Take an idea in."""
        gain = self.gain(number)
        self.true -= gain
        self.kept.append(gain)
        self.holds.add(self.world.origin(number))


Rule = Callable[[Walk], None]


def keep_if_lower(walk: Walk, patience: int | None = None) -> None:
    """One run an idea; it stays if its score is the lowest so far."""
    first = best = walk.run(walk.true)
    idle = 0
    for number in range(len(walk.world.gains)):
        if walk.is_over:
            break
        score = walk.run(walk.true - walk.gain(number))
        idle += 1
        if score < best:
            walk.keep(number)
            best, idle = score, 0
        if patience is not None and idle >= patience:
            walk.stopped = walk.spent
            break
    walk.claimed = first - best


def patience(walk: Walk) -> None:
    """The same, ended after 15 ideas that were not kept."""
    keep_if_lower(walk, 15)


def mad_confidence(walk: Walk) -> None:
    """One run an idea; it stays if the gain is at least twice the median absolute deviation of all scores."""
    first = best = walk.run(walk.true)
    scores = [first]
    for number in range(len(walk.world.gains)):
        if walk.is_over:
            break
        score = walk.run(walk.true - walk.gain(number))
        scores.append(score)
        spread = float(np.median(np.abs(np.asarray(scores) - np.median(scores))))
        is_sure = len(scores) >= 3 and best - score >= 2 * spread
        if score < best and (is_sure or len(scores) < 3):
            walk.keep(number)
            best = score
    walk.claimed = first - best


def three_runs(walk: Walk) -> None:
    """Three runs an idea; it stays if 95 % of bootstrapped differences of means are gains."""
    held = [walk.run(walk.true) for _ in range(3)]
    first = float(np.mean(held))
    draw = np.random.default_rng(7)
    for number in range(len(walk.world.gains)):
        if walk.budget - walk.spent < 3:
            break
        own = [walk.run(walk.true - walk.gain(number)) for _ in range(3)]
        a = np.mean(draw.choice(held, (400, 3)), axis=1)
        b = np.mean(draw.choice(own, (400, 3)), axis=1)
        if float(np.mean(a - b > 0)) >= 0.95:
            walk.keep(number)
            held = own
    walk.claimed = first - float(np.mean(held))


def optuna_pruned(walk: Walk) -> None:
    """Up to six runs an idea, as trials of an Optuna study with its pruner for scores that scatter.

    An idea stays if its trial is the study's best.
    """
    import optuna  # noqa: PLC0415 - half a second

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    warnings.filterwarnings("ignore", category=optuna.exceptions.ExperimentalWarning)
    study = optuna.create_study(pruner=optuna.pruners.WilcoxonPruner(p_threshold=0.1))
    first, best = None, None
    for number in (None, *range(len(walk.world.gains))):
        if walk.budget - walk.spent < _TRIAL_RUNS:
            break
        trial, scores = study.ask(), list[float]()
        gain = 0.0 if number is None else walk.gain(number)
        is_pruned = False
        while len(scores) < _TRIAL_RUNS and not is_pruned:
            scores.append(walk.run(walk.true - gain))
            trial.report(scores[-1], len(scores))
            is_pruned = trial.should_prune()
        mean = float(np.mean(scores))
        if is_pruned:
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            continue
        study.tell(trial, mean)
        first = mean if first is None else first
        if number is not None and study.best_trial.number == trial.number:
            walk.keep(number)
        best = study.best_value
    walk.claimed = (first or 0.0) - (best or 0.0)


def ours(walk: Walk, *, alpha: float = 0.05, fresh: int = 4) -> None:
    """What `homegolf loop` does, by its own code: only the runs are simulated.

    The lane is as `init` writes it, but for the level and the fresh seeds that are named.
    """
    lane = rules(SIGMA, _DELTA, repeats="count", fresh_seeds=fresh, alpha=alpha, **AFTER)
    feed = Feed(lane)
    rows: list[Row] = []
    latest: dict[str, Verdict] = {}
    configs = {"base": _Config(walk.true, frozenset())}
    ideas = iter(range(len(walk.world.gains)))
    tried: set[int] = set()
    while not walk.is_over:
        seen = dict.fromkeys(row.config_digest for row in reversed(rows))
        order = next_order(feed.state, rows, [latest[digest] for digest in seen])
        if order.action == "plateaued":
            walk.stopped = walk.spent
            break
        held = feed.state.reign.config.digest if feed.state.reign else "base"
        digest = "base"
        if order.action == "idea":
            number = next(_new(ideas, walk.world, configs[held], tried), None)
            if number is None:
                break
            digest = f"idea-{number}-on-{len(configs)}"
            configs[digest] = configs[held].with_idea(walk.world, number)
        elif order.action != "baseline":
            digest = next(row.config_digest for row in reversed(rows) if row.run_id == order.run_id)
        count = min(order.runs, walk.budget - walk.spent)
        session = f"s{walk.spent // SESSION_RUNS}"
        scores = [walk.run(configs[digest].true) for _ in range(count)]
        verdict = feed.land(digest, scores, session=session)
        rows.append(feed.state.rows[verdict.run_id])
        latest[digest] = verdict
    if feed.state.reign is not None:
        best = configs[feed.state.reign.config.digest]
        walk.true, walk.kept = best.true, list(best.gains)
    walk.claimed = sum(value for value, _ in step_gains(feed.state))


@dataclass(frozen=True)
class _Config:
    """A config: its true score, the ideas in it, and what each added."""

    true: float
    ideas: frozenset[int]
    gains: tuple[float, ...] = ()

    def with_idea(self, world: World, number: int) -> "_Config":
        origin = world.origin(number)
        gain = 0.0 if origin in self.ideas else world.gains[number]
        return _Config(self.true - gain, self.ideas | {origin}, (*self.gains, gain))


def _new(ideas: Iterator[int], world: World, held: _Config, tried: set[int]) -> Iterator[int]:
    """The next idea that was not tried, and is not in what is held: by its config or by its change."""
    for number in ideas:
        origin = world.origin(number)
        if origin not in held.ideas and origin not in tried:
            tried.add(origin)
            yield number


RULES: dict[str, Rule] = {
    "keep if lower": keep_if_lower,
    "confidence by MAD": mad_confidence,
    "three runs, bootstrap": three_runs,
    "patience 15": patience,
    "Optuna, Wilcoxon pruner": optuna_pruned,
    "homegolf loop": ours,
    "homegolf loop, alpha 0.3, 2 fresh seeds": partial(ours, alpha=0.3, fresh=2),
}


def shares(kept: Sequence[float]) -> float:
    """Share of what was kept that is truly better."""
    return sum(gain > 0 for gain in kept) / len(kept) if kept else float("nan")
