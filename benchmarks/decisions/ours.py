"""The project's own judging, driven by a simulated team: rows go through the real fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.decisions.world import SIGMA, START, Idea, World
from homegolf_git.core.judge.fold import step
from homegolf_git.core.judge.levels import level
from homegolf_git.core.judge.nextstep import Prospect
from homegolf_git.core.judge.reign import Reign
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.parse import lane_of, row_of
from homegolf_git.core.model.row import Failure, LandedRow, Row, SeedResult
from homegolf_git.core.model.values import Json, replace
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.plateau import is_bounded, plateau
from tests.build import lane_document, run

FRESH = 4
HOPELESS = 0.10  # chance of a win below which a team gives an idea up
ONE_SEED = 1337
FEW_SEEDS: Mapping[str, Any] = {"few_seeds_df": 6}
INIT: Mapping[str, Any] = {"procedure": 2, "pool_share": 0.25, "reference_guard": True}
DECLARED: Mapping[str, Any] = {
    **INIT,
    "sessions": {"sigma0": 2 * SIGMA, "nu0": 4, "shared": 0},
}
NINE_SESSIONS = (1,) * 9
_TEMPLATE = row_of(run("base"), "base")


@dataclass(frozen=True)
class Plan:
    """How the team spends seeds: new ones for each look, as long as the verdict is open."""

    looks: tuple[int, ...]
    rules: Mapping[str, Any] = field(default_factory=dict)  # of the lane's decision
    p_star: float = 0.20
    fresh: int = FRESH
    baseline: tuple[int, ...] = (FRESH,)  # seeds of each of its rows
    picked_of: int | None = None  # run that many, report the best of them, and say so
    gives_up: bool = False  # when the looks that are left can hardly promote it
    has_sessions: bool = False  # every row is a session of its own, fresh seeds are two
    has_one_seed: bool = False  # every run repeats the same one


def lane_rules(delta: float, plan: Plan) -> Lane:
    """A lane with the documented defaults; its declared noise is the true one."""
    decision = {"delta_min": delta, "sigma0": SIGMA, "fresh_seeds": plan.fresh, **plan.rules}
    attribution = {"config": {"system": ["system"], "model": ["model"]}}
    stop = {"p_star": plan.p_star}
    return lane_of(lane_document(decision=decision, attribution=attribution, stop=stop))


class Team:
    """A ledger of one lane and the team that fills it."""

    def __init__(self, world: World, delta: float, plan: Plan) -> None:
        self.world, self.plan = world, plan
        self.state = LaneState(lane_rules(delta, plan))
        self.runs = 0
        self.ids = 0
        self.true: dict[str, float] = {"base": START}
        self.scale: dict[str, float] = {
            "base": 1.0 if world.noise == "wild challengers" else world.scale()
        }
        self.latest: dict[str, Row] = {}  # by config digest
        self.made: tuple[Mapping[str, Json], RunId] = {}, RunId("")  # the last one conceived
        self.promotions = 0
        self.is_remarked = False  # that sessions differ
        for seeds in plan.baseline:
            self._land("base", self._draw("base", seeds), {}, None)

    @property
    def spent(self) -> int:
        """Runs without those of the baseline."""
        return self.runs - sum(self.plan.baseline)

    @property
    def reign(self) -> Reign:
        """The incumbent's."""
        assert self.state.reign is not None  # noqa: S101 - the baseline has landed
        return self.state.reign

    @property
    def incumbent_true(self) -> float:
        """The incumbent's true score."""
        return self.true[self.reign.config.digest]

    def challenge(self, idea: Idea, scale: float | None = None) -> bool:
        """Try an idea to its end; whether it was ever called an improvement."""
        digest, looks = self.conceive(idea, scale), self.plan.looks
        for number, seeds in enumerate(looks, start=1):
            verdict = self.look(digest, seeds)
            if verdict.verdict_class == "improvement":
                return True
            if self._is_over(verdict, looks[number:]):
                return False
        return False

    def conceive(self, idea: Idea, scale: float | None = None) -> str:
        """A config for an idea on top of the incumbent, not run yet; a blocked one has failed."""
        digest = f"d{self.ids}"
        self.true[digest] = self.incumbent_true - idea.gain
        self.scale[digest] = self.world.scale() if scale is None else scale
        base = self.reign.run_id
        self.made = {**self.state.rows[base].config, idea.side: self.ids}, base
        if idea.is_blocked:
            self._fail(digest, *self.made)
        return digest

    def look(self, digest: str, seeds: int) -> Verdict:
        """Run seeds of a config and land them; a winner is re-measured at once."""
        return self._take(digest, self._report(digest, seeds))

    def restate(self, digest: str) -> Verdict:
        """Land a row of a config again, so that it is judged by what the lane knows now."""
        row = self.latest[digest]
        return self._settled(self._step(replace(row, run_id=RunId(f"r{self.ids}"))))

    def repeat(self, digest: str) -> None:
        """Submit a config again that was judged before: a further look at it."""
        self.look(digest, self.plan.looks[0])

    def remeasure(self, seeds: int) -> None:
        """Run fresh seeds of the incumbent; where sessions count, several of them in two."""
        if not seeds:
            return
        parts = (seeds - seeds // 2, seeds // 2) if self.plan.has_sessions else (seeds,)
        for part in filter(None, parts):
            row = self.state.rows[self.reign.run_id]
            digest = row.config_digest
            self._land(digest, self._draw(digest, part), row.config, row.base)

    def is_plateaued(self, p_star: float) -> bool:
        """The stop condition, at a p_star of at most the lane's."""
        window = len(self.reign.window) + len(self.state.blockers)
        if not is_bounded(window, 0, self.reign.ordinal, self.state.rules.stop):
            return False  # whatever is unresolved
        found = plateau(self.state)
        return found.state == "plateaued" and found.p_upper <= p_star

    def _is_over(self, verdict: Verdict, left: Sequence[int]) -> bool:
        """Whether the team is done with a config that has not won."""
        if self.plan.rules.get("procedure") != 2:
            return verdict.reason != "underpowered"
        stats = verdict.stats
        if stats is None or stats.outlook is None:
            return True
        return self.plan.gives_up and self._hope(verdict, left) < HOPELESS

    def _hope(self, verdict: Verdict, left: Sequence[int]) -> float:
        """The best chance of a win that the looks that are left have."""
        stats, rules = verdict.stats, self.state.rules.decision
        assert stats is not None and stats.outlook is not None  # noqa: S101, PT018 - its caller asked
        hope, more = 0.0, 0
        k = stats.k or self.reign.challengers + 1
        for number, seeds in enumerate(left, start=1):
            more += seeds
            alpha = level(rules.alpha, rules.block, k, stats.look + number, rules.discard)
            outlook = replace(stats.outlook, alpha_next=alpha)
            hope = max(hope, Prospect(outlook, stats.noise).promotes(more, 0))
        return hope

    def _draw(self, digest: str, seeds: int) -> list[float]:
        self.runs += seeds
        return self.world.scores(self.true[digest], seeds, self.scale[digest])

    def _report(self, digest: str, seeds: int) -> list[float]:
        if self.plan.picked_of is None:
            return self._draw(digest, seeds)
        return sorted(self._draw(digest, self.plan.picked_of))[:seeds]

    def _take(self, digest: str, scores: Sequence[float]) -> Verdict:
        if digest in self.latest:
            row = self.latest[digest]
            config, base = row.config, row.base
        else:
            config, base = self.made
        return self._settled(self._land(digest, scores, config, base))

    def _settled(self, verdict: Verdict) -> Verdict:
        if verdict.verdict_class == "improvement":
            self.promotions += 1
            self.remeasure(self.plan.fresh)
        return verdict

    def _land(
        self,
        digest: str,
        scores: Sequence[float],
        config: Mapping[str, Json],
        base: RunId | None,
    ) -> Verdict:
        first = self.ids * 100
        numbers = [{"val_bpb": score} for score in scores]
        results = (
            SeedResult(ONE_SEED, number, first + i)
            if self.plan.has_one_seed
            else SeedResult(first + i, number)
            for i, number in enumerate(numbers)
        )
        return self._step(
            replace(
                _TEMPLATE,
                config=config,
                config_digest=digest,
                base=base,
                seeds_planned=len(scores),
                seeds_run=max(len(scores), self.plan.picked_of or 0),
                results=tuple(results),
            )
        )

    def _fail(self, digest: str, config: Mapping[str, Json], base: RunId) -> None:
        failure = Failure("crash", "train", "")
        self._step(
            replace(
                _TEMPLATE,
                config=config,
                config_digest=digest,
                base=base,
                failure=failure,
                results=(),
            )
        )

    def _step(self, row: Row) -> Verdict:
        row = replace(row, run_id=RunId(f"r{self.ids}"))
        if self.plan.has_sessions:
            row = replace(row, session=f"s{self.ids}")
        self.ids += 1
        if row.is_scored:
            self.latest[row.config_digest] = row
        landed = LandedRow(
            row, (), is_promoted=False, commit=Oid(""), position=0, path="", blob=Oid("")
        )
        verdict = step(self.state, landed)
        self.is_remarked = self.is_remarked or "session_effect" in verdict.flags
        return verdict
