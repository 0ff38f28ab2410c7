"""Cells for what is hard for a rule: sessions, configs that scatter, one fixed seed, long windows."""

from collections.abc import Callable

from benchmarks.decisions.cell import Cell, Numbers
from benchmarks.decisions.cells import (
    AS_INIT,
    CHALLENGERS,
    DELTAS,
    NOTHING,
    TENTH,
    WITH_SESSIONS,
    looks_for,
    plans_2,
)
from benchmarks.decisions.ours import DECLARED, FEW_SEEDS, INIT, NINE_SESSIONS, Plan, Team
from benchmarks.decisions.world import SIGMA, Idea, World

LONG = 500
BROKEN = 50.0  # sigmas that a broken config scatters by, and is worse by
KEEPS = {"any false": ("<=", 0.05)}
_PROCEDURE_1 = "ours, looks at 1, 3 and 6 seeds"


def _null_and_power(
    plan: Plan, delta: float, noise: str = "normal", session: float = 0.0
) -> Callable[[int], Numbers]:
    """A ledger in which nothing helps, and the power of the 10th challenger in another."""

    def simulate(seed: int) -> Numbers:
        team = begun(World(seed, noise, session=session), delta, plan)
        for _ in range(CHALLENGERS):
            team.challenge(NOTHING)
        found: Numbers = {
            "any false": team.promotions > 0,
            "false": team.promotions,
            "runs": team.spent / CHALLENGERS,
            "power 2": gain_found(plan, delta, World(seed, noise, session=session)),
        }
        if session or plan.has_sessions:
            found["remarked"] = team.is_remarked
        return found

    return simulate


def begun(world: World, delta: float, plan: Plan) -> Team:
    """A lane behind its baseline; in one world a broken config stands in it too, with three seeds."""
    team = Team(world, delta, plan)
    if world.noise == "broken":
        team.look(team.conceive(Idea(-BROKEN * SIGMA, "model"), BROKEN), 3)
    return team


def gain_found(plan: Plan, delta: float, world: World) -> bool:
    """Whether a gain of 2 delta wins as the 10th challenger of an incumbent."""
    team, before = begun(world, delta, plan), 0
    while before < TENTH:
        before = 0 if team.challenge(NOTHING) else before + 1
    scale = 1.0 if world.noise.startswith("wild") else None
    return team.challenge(Idea(2 * delta, "model"), scale)


# --- sessions


def session_cells() -> list[Cell]:
    """Effects of sessions; every row is one of its own, the baseline is one or nine."""
    delta, looks = DELTAS["3 sigma"], looks_for("3 sigma")
    rules = {
        _PROCEDURE_1: FEW_SEEDS,
        AS_INIT: INIT,
        "ours 2, sessions declared": DECLARED,
    }
    cells = []
    for effect in (0.0, 0.5, 1.0, 2.0):
        for name, declared in rules.items():
            for where, baseline in (("one", (9,)), ("nine", NINE_SESSIONS)):
                plan = Plan(
                    looks,
                    declared,
                    baseline=baseline,
                    gives_up=declared is not FEW_SEEDS,
                    has_sessions=True,
                )
                needs = KEEPS if declared is DECLARED or (declared is INIT and not effect) else {}
                if not effect and declared is DECLARED and where == "nine":
                    needs = {**needs, "power 2": (">=", 0.9)}
                labels = (f"{effect:g} sigma", name, where)
                simulate = _null_and_power(plan, delta, session=effect)
                cells.append(Cell("sessions", labels, simulate, needs))
    return cells


# --- configs that scatter


WILD = "one score shows no scatter: a wild config wins by chance before it is known to be one"


def scatter_cells() -> list[Cell]:
    """Configs that do not scatter alike; a small `moderate` trusts a config's own scatter more."""
    worlds = {
        "broken": "one broken config has scattered 50 times as much",
        "wild challengers": "one challenger in ten scatters 10 times as much",
        "wild": "the same, and the baseline may",
        "unequal": "variances differ by a factor of 1 to 4",
    }
    cells = []
    for noise, what in worlds.items():
        for size, delta in DELTAS.items():
            plans = {_PROCEDURE_1: Plan((1, 2, 3), FEW_SEEDS), **plans_2(size)}
            for weight in (2, 1):
                trusting = {**INIT, "moderate": weight}
                plans[f"ours 2, and moderate: {weight}"] = Plan(
                    looks_for(size), trusting, gives_up=True
                )
            for name, plan in plans.items():
                is_bound = name in (AS_INIT, WITH_SESSIONS)
                known = WILD if is_bound and noise.startswith("wild") else ""
                simulate = _null_and_power(plan, delta, noise)
                labels = (what, size, name)
                cells.append(Cell("scatter", labels, simulate, KEEPS if is_bound else {}, known))
    return cells


# --- one fixed seed


def fixed_seed_cells() -> list[Cell]:
    """A trainer that fixes its seed and scatters all the same: every run repeats it."""
    cells = []
    for noise in ("normal", "t5"):
        for size, delta in DELTAS.items():
            for name in (AS_INIT, WITH_SESSIONS):
                like = plans_2(size)[name]
                plan = Plan(
                    like.looks,
                    {**like.rules, "repeats": "count"},
                    baseline=like.baseline,
                    gives_up=True,
                    has_sessions=like.has_sessions,
                    has_one_seed=True,
                )
                labels = (f"{name}, repeats count", noise, size)
                cells.append(Cell("fixed", labels, _null_and_power(plan, delta, noise), KEEPS))
    return cells


# --- long windows


def _long(plan: Plan, delta: float, harmful: float) -> Callable[[int], Numbers]:
    def simulate(seed: int) -> Numbers:
        world = World(seed)
        team = Team(world, delta, plan)
        for _ in range(LONG):
            team.challenge(world.bad_idea(harmful))
        wins, runs = team.promotions, team.spent
        return {
            "any false": wins > 0,
            "false": wins,
            "runs": runs / LONG,
            "power last": team.challenge(Idea(2 * delta, "model")),
            "power next": team.challenge(Idea(3 * delta, "model")),
        }

    return simulate


def long_cells() -> list[Cell]:
    """Windows of 500 challengers, many of them harmful, with and without `discard`."""
    size = "1.4 sigma"
    cells = []
    for harmful in (0.0, 0.5, 0.9):
        for name, rules in (
            (AS_INIT, INIT),
            ("ours 2, and discard: 0.5", {**INIT, "discard": 0.5}),
        ):
            plan = Plan(looks_for(size), rules, gives_up=True)
            labels = (f"{harmful:.0%} harmful", name)
            cells.append(Cell("long", labels, _long(plan, DELTAS[size], harmful), KEEPS))
    return cells
