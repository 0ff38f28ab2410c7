"""Cells for advice: what it costs to follow the next step, and the plan of the stop condition."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from benchmarks.decisions.cell import Cell, Numbers
from benchmarks.decisions.cells import DELTAS, looks_for
from benchmarks.decisions.ours import INIT, Plan, Team
from benchmarks.decisions.world import START, Idea, World
from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.plan import plan_of, undecided
from homegolf_git.core.search.plateau import Plateau, plateau

IDEAS = 40  # of a ledger whose advice is followed
LOOKS_MOST = 6  # after which an idea is given up whatever the advice
RUNS_MOST = 200  # until a plateau has to be reached
_REMEASURED_EVERY = 10  # ideas, with one run of the incumbent
NINE = 9  # seeds of a baseline that is to measure the noise


# --- the next step of one idea


def _follow_next(team: Team, digest: str, verdict: Verdict) -> Verdict | None:
    """Do what the verdict advises; None where it advises to drop the idea."""
    stats = verdict.stats
    assert stats is not None and stats.outlook is not None  # noqa: S101, PT018 - it is undecided
    plan = next_step(stats.outlook, stats.noise).plan
    return None if plan is None else _spend(team, digest, plan.challenger, plan.incumbent)


def _go_on(team: Team, digest: str, verdict: Verdict) -> Verdict | None:
    """The same, but where it is said to be undecidable some more seeds are run all the same."""
    stats = verdict.stats
    assert stats is not None and stats.outlook is not None  # noqa: S101, PT018 - it is undecided
    is_given_up = next_step(stats.outlook, stats.noise).action == "raise_delta"
    return team.look(digest, 3) if is_given_up else _follow_next(team, digest, verdict)


def _follow_seeds_needed(team: Team, digest: str, verdict: Verdict) -> Verdict | None:
    stats = verdict.stats
    assert stats is not None  # noqa: S101 - it was compared
    needed = stats.seeds_needed
    if needed is None or needed.challenger is None or needed.incumbent is None:
        return None
    more = max(0, needed.challenger - stats.n_challenger)
    return _spend(team, digest, more, max(0, needed.incumbent - stats.n_incumbent))


def _spend(team: Team, digest: str, challenger: int, incumbent: int) -> Verdict:
    """Run so many more seeds of both sides; the incumbent's alone ask for the row once more."""
    team.remeasure(incumbent)
    return team.look(digest, challenger) if challenger else team.restate(digest)


FOLLOWED = {"next": _follow_next, "go_on": _go_on, "seeds_needed": _follow_seeds_needed}


def _tried(team: Team, idea: Idea, followed: str) -> bool:
    """Try an idea as advised; whether it won."""
    if followed == "looks":
        return team.challenge(idea)
    digest = team.conceive(idea)
    verdict: Verdict | None = team.look(digest, 1)
    for _ in range(LOOKS_MOST):
        if verdict is None or verdict.verdict_class == "improvement":
            break
        if verdict.stats is None or verdict.stats.outlook is None:
            break
        verdict = FOLLOWED[followed](team, digest, verdict)
    return verdict is not None and verdict.verdict_class == "improvement"


def _ideas(world: World, delta: float) -> Iterator[Idea]:
    """Ideas without and with a gain: one in ten helps by delta, one in ten by 2 delta."""
    for number in range(IDEAS):
        if number % 10 in (3, 7):
            yield Idea(delta if number % 10 == 3 else 2 * delta, "model")
        else:
            yield world.bad_idea(0.5)


def _advised(followed: str, delta: float, looks: tuple[int, ...]) -> Callable[[int], Numbers]:
    def simulate(seed: int) -> Numbers:
        world = World(seed)
        team = Team(world, delta, Plan(looks, INIT, gives_up=True))
        won: dict[float, list[bool]] = {0.0: [], delta: [], 2 * delta: []}
        for idea in _ideas(world, delta):
            won[max(0.0, idea.gain)].append(_tried(team, idea, followed))
        right = sum(won[delta]) + sum(won[2 * delta]) + won[0.0].count(False)
        return {
            "any false": any(won[0.0]),
            "runs": team.spent / IDEAS,
            "won 1": sum(won[delta]) / len(won[delta]),
            "won 2": sum(won[2 * delta]) / len(won[2 * delta]),
            "right": right / IDEAS,
            "runs a gain": team.spent / max(1, sum(won[delta]) + sum(won[2 * delta])),
        }

    return simulate


def next_cells() -> list[Cell]:
    """What one idea costs, by whose advice is followed."""
    cells = []
    for size, delta in DELTAS.items():
        looks = looks_for(size)
        names = {
            "looks": f"looks at {', '.join(map(str, _totals(looks)))} seeds, given up below 10 %",
            "next": "what `next` says",
            "go_on": "the same, but 3 more seeds where it says raise_delta",
            "seeds_needed": "`seeds_needed`",
        }
        for followed, name in names.items():
            needs = {"any false": ("<=", 0.05)}
            simulate = _advised(followed, delta, looks)
            cells.append(Cell("next", (size, name), simulate, needs))
    return cells


def _totals(looks: tuple[int, ...]) -> list[int]:
    return [sum(looks[: i + 1]) for i in range(len(looks))]


# --- the plan of the stop condition


class Search:
    """A team that wants to know whether its lane has plateaued."""

    def __init__(self, seed: int, plan: Plan, helpful: float) -> None:
        self.world = World(seed)
        self.delta, self.helpful, self.p_star = DELTAS["1.4 sigma"], helpful, plan.p_star
        self.team = Team(self.world, self.delta, plan)
        self.ideas = 0
        self.remeasured_every = _REMEASURED_EVERY if plan.rules else 0  # as procedure 2 advises

    def ends(self) -> bool:
        """Whether it has its answer, or no runs are left."""
        return self.team.runs >= RUNS_MOST or self.team.is_plateaued(self.p_star)

    def result(self) -> Numbers:
        """What came out."""
        is_called = self.team.is_plateaued(self.p_star)
        return {
            "stops": is_called,
            "false": is_called and self.helpful >= self.p_star,
            "runs?median": self.team.runs if is_called else float("nan"),
            "gained": (START - self.team.incumbent_true) / self.delta,
        }

    def try_idea(self) -> None:
        """One more idea, looked at until it is cleared; the incumbent runs again now and then."""
        self.team.challenge(self.world.idea(self.helpful, self.delta))
        self.ideas += 1
        if self.remeasured_every and self.ideas % self.remeasured_every == 0:
            self.team.remeasure(1)

    def follow(self) -> None:
        """Do what the plan says, one part after the other, as long as the incumbent stays."""
        found, team = plateau(self.team.state), self.team
        if self._decide_leads(found):
            return
        plan, held = plan_of(team.state, found), team.reign.run_id
        if plan is None or not (plan.incumbent or plan.settle or plan.challengers):
            self.try_idea()
            return
        team.remeasure(plan.incumbent)
        for item in plan.settle:
            if team.reign.run_id != held or team.runs >= RUNS_MOST:
                return
            if item.runs:
                team.look(team.state.rows[RunId(item.run_id)].config_digest, item.runs)
        for _ in range(plan.challengers):
            if team.reign.run_id != held or self.ends():
                return
            self.try_idea()

    def _decide_leads(self, found: Plateau) -> bool:
        """Follow the next step of each undecided run that looks better; whether there was one."""
        team, held = self.team, self.team.reign.run_id
        leads = [i for i in undecided(team.state, found) if i.outlook.gain >= i.outlook.delta_min]
        for item in leads:
            if team.reign.run_id != held:
                break
            plan = next_step(item.outlook, team.state.noise).plan
            digest = team.state.rows[RunId(item.run_id)].config_digest
            if plan is None:  # nothing decides it well; another seed brings it nearer
                team.look(digest, 1)
            else:
                _spend(team, digest, plan.challenger, plan.incumbent)
        return bool(leads)


def _settled(plan: Plan, helpful: float, *, follows: bool) -> Callable[[int], Numbers]:
    def simulate(seed: int) -> Numbers:
        search = Search(seed, plan, helpful)
        while not search.ends():
            if follows:
                search.follow()
            else:
                search.try_idea()
        return search.result()

    return simulate


def settle_cells() -> list[Cell]:
    """Whether a plateau is reached within the runs that a team has, and how often it is none."""
    looks = looks_for("1.4 sigma")
    rules: dict[str, tuple[tuple[int, ...], Mapping[str, Any], bool]] = {
        "ours, looks at 3 and 6 seeds": ((3, 3), {}, False),
        "ours 2, looks until cleared": (looks, INIT, False),
        "ours 2, following the plan": (looks, INIT, True),
    }
    cells = []
    for helpful, what in ((0.0, "nothing helps"), (0.12, "12 % help"), (0.25, "25 % help")):
        for p_star in (0.20, 0.10):
            for name, (spent, declared, follows) in rules.items():
                needs = {"false": ("<=", 0.10)}
                if follows and not helpful and p_star == 0.20:  # as `init` writes it
                    needs["stops"] = (">=", 0.95)
                labels = (what, f"{name}, p_star {p_star:.2f}")
                plan = Plan(spent, declared, p_star, baseline=(NINE,))
                simulate = _settled(plan, helpful, follows=follows)
                cells.append(Cell("settle", labels, simulate, needs))
    return cells
