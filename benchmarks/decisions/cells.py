"""Cells that set the project's rule beside others: nothing helps, one gain is real, when to stop."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.decisions.cell import Cell, Numbers
from benchmarks.decisions.ours import DECLARED, FEW_SEEDS, INIT, NINE_SESSIONS, Plan, Team
from benchmarks.decisions.rivals import (
    Board,
    Patience,
    Promotes,
    Window,
    any_lower_mean,
    fixed_threshold,
    quartile_fence,
    welch,
)
from benchmarks.decisions.world import SIGMA, START, Idea, World

CHALLENGERS = 200
TENTH = 9  # challengers before the one whose power is measured
HORIZON = 400  # challengers after which a stop rule has not stopped
NOTHING = Idea(0.0, "system")

RULES: dict[str, Callable[[float], Promotes]] = {
    "any lower mean": lambda _: any_lower_mean(),
    "D >= delta": fixed_threshold,
    "Welch p < 0.05": lambda _: welch(0.05),
    "Welch p < 0.01": lambda _: welch(0.01),
    "parameter-golf: p < 0.01 that D > delta": lambda delta: welch(0.01, delta),
    "quartile fence": lambda _: quartile_fence(),
}
DELTAS = {"3 sigma": 3 * SIGMA, "1.4 sigma": 1.4 * SIGMA}
OURS = {
    "ours, looks at 3 and 6 seeds": Plan((3, 3)),
    "ours, 3 seeds": Plan((3,)),
    "ours, looks at 1, 3 and 6 seeds": Plan((1, 2, 3), FEW_SEEDS),
    "ours, 1 seed": Plan((1,), FEW_SEEDS),
}
AS_INIT = "ours 2, as `init` writes it"
WITH_SESSIONS = "ours 2, sessions declared, nine baseline sessions"


def looks_for(size: str) -> tuple[int, ...]:
    """The new seeds of each look that procedure 2 has for a delta of that size."""
    return (1, 2, 3) if size == "3 sigma" else (1, 2, 3, 6)


def plans_2(size: str) -> dict[str, Plan]:
    """Procedure 2, as a team that follows its defaults spends seeds."""
    looks = looks_for(size)
    return {
        AS_INIT: Plan(looks, INIT, gives_up=True),
        WITH_SESSIONS: Plan(
            looks, DECLARED, baseline=NINE_SESSIONS, gives_up=True, has_sessions=True
        ),
    }


# --- rules that promote, when nothing helps


def _null_rival(rule: str, delta: float, seeds: int, noise: str) -> Callable[[int], Numbers]:
    def simulate(seed: int) -> Numbers:
        world = World(seed, noise)
        board = Board(RULES[rule](delta), world.scores(START, seeds), START)
        wins = sum(board.challenge(world.scores(START, seeds), START) for _ in range(CHALLENGERS))
        return {"any false": wins > 0, "false": wins, "runs": seeds}

    return simulate


def null_ours(
    plan: Plan, delta: float, noise: str, drift: float = 0.0, every: int = 0
) -> Callable[[int], Numbers]:
    """`every`: the incumbent is re-measured with one seed after so many challengers."""

    def simulate(seed: int) -> Numbers:
        world = World(seed, noise, drift)
        team = Team(world, delta, plan)
        for i in range(CHALLENGERS):
            world.time = i / CHALLENGERS
            team.challenge(NOTHING)
            if every and i % every == every - 1:
                team.remeasure(1)
        wins = team.promotions
        return {"any false": wins > 0, "false": wins, "runs": team.spent / CHALLENGERS}

    return simulate


# --- power as the tenth challenger


def _power_rival(rule: str, delta: float, seeds: int, noise: str) -> Callable[[int], Numbers]:
    def simulate(seed: int) -> Numbers:
        found = {}
        for factor in (1, 2, 4):
            world = World(seed, noise)
            board = Board(RULES[rule](delta), world.scores(START, seeds), START)
            for _ in range(TENTH):
                scores = world.scores(START, seeds)
                board.history.append(float(np.mean(board.scores) - np.mean(scores)))
            true = START - factor * delta
            found[f"power {factor}"] = float(board.challenge(world.scores(true, seeds), true))
        return found

    return simulate


def power_ours(plan: Plan, delta: float, noise: str) -> Callable[[int], Numbers]:
    """Whether a gain of 1, 2 and 4 delta wins as the 10th challenger of an incumbent."""

    def simulate(seed: int) -> Numbers:
        found = {}
        for factor in (1, 2, 4):
            team = Team(World(seed, noise), delta, plan)
            before = 0
            while before < TENTH:
                before = 0 if team.challenge(NOTHING) else before + 1
            found[f"power {factor}"] = float(team.challenge(Idea(factor * delta, "model")))
        return found

    return simulate


def promotion_cells() -> list[Cell]:
    """Every rule under every noise, delta and number of seeds; nothing helps, or one gain does."""
    cells = []
    for noise in ("normal", "t5"):
        for size, delta in DELTAS.items():
            for seeds in (3, 1):
                for rule in RULES:
                    labels = (rule, f"{seeds} seeds" if seeds > 1 else "1 seed", noise, size)
                    cells.append(Cell("null", labels, _null_rival(rule, delta, seeds, noise)))
                    cells.append(Cell("power", labels, _power_rival(rule, delta, seeds, noise)))
            for name, plan in OURS.items():
                labels = (name, "1 seed" if plan.looks[0] == 1 else "3 seeds", noise, size)
                needs = {"any false": ("<=", 0.05)}
                cells.append(Cell("null", labels, null_ours(plan, delta, noise), needs))
                is_bound = name.endswith("looks at 3 and 6 seeds") and size == "3 sigma"
                power = {"power 2": (">=", 0.95)} if is_bound else {}
                cells.append(Cell("power", labels, power_ours(plan, delta, noise), power))
            cells += _cells_2(noise, size, delta)
            labels = ("looks at 1, 3 and 6 seeds without few_seeds_df", "1 seed", noise, size)
            bare = Plan((1, 2, 3))
            cells.append(Cell("null", labels, null_ours(bare, delta, noise)))
            cells.append(Cell("power", labels, power_ours(bare, delta, noise)))
    return cells


def _cells_2(noise: str, size: str, delta: float) -> list[Cell]:
    """The same of procedure 2."""
    cells = []
    for name, plan in plans_2(size).items():
        labels = (name, "1 seed", noise, size)
        needs = {"any false": ("<=", 0.05)}
        cells.append(Cell("null", labels, null_ours(plan, delta, noise), needs))
        least = 0.95 if name == AS_INIT else 0.9
        power = {"power 2": (">=", least)} if size == "3 sigma" else {}
        cells.append(Cell("power", labels, power_ours(plan, delta, noise), power))
    return cells


# --- what is hard for a rule: picked seeds, drift


def special_cells() -> list[Cell]:
    """Both procedures with disclosed picking, and with a lane that drifts between dates."""
    delta, cells = DELTAS["3 sigma"], []
    for name, rules in (("", {}), ("procedure 2: ", INIT)):
        for noise in ("normal", "t5"):
            picked = Plan((3, 3), rules, picked_of=7)
            labels = (f"{name}best 3 of 7 seeds, disclosed", noise)
            needs = {"any false": ("<=", 0.05)}
            cells.append(Cell("picked", labels, null_ours(picked, delta, noise), needs))
    rules_of = {
        "ours, looks at 3 and 6 seeds": OURS["ours, looks at 3 and 6 seeds"],
        AS_INIT: plans_2("3 sigma")[AS_INIT],
    }
    for name, plan in rules_of.items():
        for drift in (0.5, 1.0, 2.0, 4.0):
            for every in (0, 10):
                how = (
                    f"one seed of the incumbent every {every} challengers"
                    if every
                    else "not re-measured"
                )
                moved = f"{drift:g} sigma over {CHALLENGERS} challengers"
                simulate = null_ours(plan, delta, "normal", drift, every)
                cells.append(Cell("drift", (moved, how, name), simulate))
    return cells


# --- rules that stop


@dataclass(frozen=True)
class Scenario:
    """How many ideas still help as time goes on, and what goes wrong with them."""

    helpful: Callable[[int], float]
    blocked: float = 0.0
    duplicate: float = 0.0
    drift: float = 0.0


SCENARIOS = {
    "25 % of ideas help": Scenario(lambda _: 0.25),
    "12 % of ideas help": Scenario(lambda _: 0.12),
    "12 % help, 30 % blocked first, 20 % duplicates": Scenario(lambda _: 0.12, 0.3, 0.2),
    "decaying: 0.3 exp(-t/60)": Scenario(lambda t: float(0.3 * np.exp(-t / 60))),
    "2 % of ideas help": Scenario(lambda _: 0.02),
    "nothing helps": Scenario(lambda _: 0.0),
    "12 % help, drift of 2 sigma": Scenario(lambda _: 0.12, drift=2.0),
}
STOPPERS: dict[str, tuple[Callable[[], Patience | Window], int]] = {
    "patience 10, 1 seed": (lambda: Patience(10), 1),
    "patience 20, 3 seeds": (lambda: Patience(20), 3),
    "Ax window rule, 1 seed": (Window, 1),
}


def _outcome(at: int | None, helpful: float, bar: float) -> Numbers:
    return {
        "stops": at is not None,
        "false": at is not None and helpful >= bar,
        "at?median": float("nan") if at is None else at,
    }


def _stop_rival(scenario: Scenario, stopper: str, delta: float) -> Callable[[int], Numbers]:
    make, seeds = STOPPERS[stopper]

    def simulate(seed: int) -> Numbers:
        world, stop = World(seed, drift=scenario.drift), make()
        board = Board(fixed_threshold(delta), world.scores(START, seeds), START)
        for t in range(HORIZON):
            world.time = t / HORIZON
            idea = world.idea(scenario.helpful(t), delta, scenario.blocked, scenario.duplicate)
            true = board.true - idea.gain
            scores = [] if idea.is_blocked else world.scores(true, seeds)
            promoted = bool(scores) and board.challenge(scores, true)
            if stop.stops(promoted=promoted, scores=scores):
                return _outcome(t + 1, scenario.helpful(t + 1), 0.10)
        return _outcome(None, 0.0, 0.10)

    return simulate


STOP_PLANS = {
    "ours": OURS["ours, looks at 3 and 6 seeds"],
    "ours 2": Plan(looks_for("3 sigma"), INIT),  # looks until a config is cleared
}


def _stop_ours(
    scenario: Scenario, delta: float, plan: Plan, p_star: float
) -> Callable[[int], Numbers]:
    def simulate(seed: int) -> Numbers:
        world = World(seed, drift=scenario.drift)
        team = Team(world, delta, plan)
        for t in range(HORIZON):
            world.time = t / HORIZON
            idea = world.idea(scenario.helpful(t), delta, scenario.blocked, scenario.duplicate)
            window = list(team.reign.window.entries) if idea.is_duplicate else []
            if window:
                team.repeat(window[-1])
            else:
                team.challenge(idea)
            if team.is_plateaued(p_star):
                return _outcome(t + 1, scenario.helpful(t + 1), p_star)
        return _outcome(None, 0.0, p_star)

    return simulate


def stop_cells() -> list[Cell]:
    """Every stop rule in every scenario."""
    delta, cells = DELTAS["3 sigma"], []
    for name, scenario in SCENARIOS.items():
        cells += [
            Cell("stop", (name, stopper), _stop_rival(scenario, stopper, delta))
            for stopper in STOPPERS
        ]
        for rule, plan in STOP_PLANS.items():
            for p_star in (0.20, 0.10):
                needs = {} if scenario.drift else {"false": ("<=", 0.10)}
                labels = (name, f"{rule}, p_star {p_star:.2f}")
                cells.append(Cell("stop", labels, _stop_ours(scenario, delta, plan, p_star), needs))
    return cells
