"""The project's own judging, driven by a simulated team: rows go through the real fold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.decisions.world import SIGMA, START, Idea, World
from homegolf_git.core.judge.fold import step
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.parse import lane_of, row_of
from homegolf_git.core.model.row import Failure, LandedRow, Row, SeedResult
from homegolf_git.core.model.values import Json, replace
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.plateau import plateau
from tests.build import lane_document, run

FRESH = 4
_TEMPLATE = row_of(run("base"), "base")


def lane_rules(delta: float, plan: "Plan") -> Lane:
    """A lane with the documented defaults; its declared noise is the true one."""
    return lane_of(
        lane_document(
            decision={
                "delta_min": delta,
                "sigma0": SIGMA,
                "fresh_seeds": plan.fresh,
                "few_seeds_df": plan.few_seeds_df,
            },
            attribution={"config": {"system": ["system"], "model": ["model"]}},
        )
    )


@dataclass(frozen=True)
class Plan:
    """How the team spends seeds: new ones for each look, as long as the verdict is open."""

    looks: tuple[int, ...]
    fresh: int = FRESH
    few_seeds_df: float | None = None
    picked_of: int | None = None  # run that many, report the best of them, and say so


class Team:
    """A ledger of one lane and the team that fills it."""

    def __init__(self, world: World, delta: float, plan: Plan, baseline_seeds: int = FRESH) -> None:
        self.world, self.plan = world, plan
        self.state = LaneState(lane_rules(delta, plan))
        self.runs = 0
        self.ids = 0
        self.true: dict[str, float] = {"base": START}
        self.promotions = 0
        self._land("base", world.scores(START, baseline_seeds), {}, None)

    @property
    def incumbent_true(self) -> float:
        """The incumbent's true score."""
        assert self.state.reign is not None  # noqa: S101 - the baseline has landed
        return self.true[self.state.reign.config.digest]

    def challenge(self, idea: Idea) -> bool:
        """Try an idea to its end; whether it was ever called an improvement."""
        digest = f"d{self.ids}"
        self.true[digest] = self.incumbent_true - idea.gain
        assert self.state.reign is not None  # noqa: S101 - the baseline has landed
        base = self.state.reign.run_id
        config = {**self.state.rows[base].config, idea.side: self.ids}
        if idea.is_blocked:
            self._fail(digest, config, base)
        for seeds in self.plan.looks:
            verdict = self._land(digest, self._report(digest, seeds), config, base)
            if verdict.verdict_class == "improvement":
                self.promotions += 1
                self.remeasure(self.plan.fresh)
                return True
            if verdict.reason != "underpowered":
                return False
        return False

    def repeat(self, digest: str) -> None:
        """Submit a config again that was judged before: a further look at it."""
        run_id = next(
            run_id for run_id, row in self.state.rows.items() if row.config_digest == digest
        )
        row = self.state.rows[run_id]
        scores = self._report(digest, self.plan.looks[0])
        verdict = self._land(digest, scores, row.config, row.base)
        if verdict.verdict_class == "improvement":
            self.promotions += 1
            self.remeasure(self.plan.fresh)

    def remeasure(self, seeds: int) -> None:
        """Run fresh seeds of the incumbent."""
        reign = self.state.reign
        if seeds and reign is not None:
            row = self.state.rows[reign.run_id]
            self._land(
                row.config_digest, self._draw(row.config_digest, seeds), row.config, row.base
            )

    def is_plateaued(self, p_star: float) -> bool:
        """The stop condition, at a p_star of at most the lane's."""
        found = plateau(self.state)
        return found.state == "plateaued" and found.p_upper <= p_star

    def _draw(self, digest: str, seeds: int) -> list[float]:
        self.runs += seeds
        return self.world.scores(self.true[digest], seeds)

    def _report(self, digest: str, seeds: int) -> list[float]:
        if self.plan.picked_of is None:
            return self._draw(digest, seeds)
        return sorted(self._draw(digest, self.plan.picked_of))[:seeds]

    def _land(
        self,
        digest: str,
        scores: Sequence[float],
        config: Mapping[str, Json],
        base: RunId | None,
    ) -> Verdict:
        first = self.ids * 100
        return self._step(
            replace(
                _TEMPLATE,
                config=config,
                config_digest=digest,
                base=base,
                seeds_planned=len(scores),
                seeds_run=max(len(scores), self.plan.picked_of or 0),
                results=tuple(
                    SeedResult(first + i, {"val_bpb": score}) for i, score in enumerate(scores)
                ),
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
        self.ids += 1
        landed = LandedRow(
            row, (), is_promoted=False, commit=Oid(""), position=0, path="", blob=Oid("")
        )
        return step(self.state, landed)
