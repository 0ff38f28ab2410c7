"""Numbers as rows of one lane, through the project's own fold: real logs and attacks use it alike."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, Unpack

from homegolf_git.core.judge.fold import step
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.parse import lane_of, row_of
from homegolf_git.core.model.row import LandedRow, SeedResult
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Verdict

METRIC = "val_bpb"
BEFORE: Mapping[str, Any] = {"few_seeds_df": 6}  # procedure 1, as a new lane had it
AFTER: Mapping[str, Any] = {"procedure": 2, "pool_share": 0.25, "reference_guard": True}
_TEMPLATE = row_of(
    {
        "run_id": "run", "lane": "lane", "finished_at": "2026-01-01T00:00:00Z", "submitter": "one",
        "change": {"kind": "model", "summary": "a change"}, "source": {}, "config": {},
        "evaluation": {}, "hardware": [], "outcome": {"status": "scored"}, "seeds_planned": 1,
        "seeds_run": 1,
    },
    "",
)  # fmt: skip


def rules(
    sigma0: float,
    delta_min: float,
    stop: Mapping[str, Any] | None = None,
    **decision: Any,  # noqa: ANN401 - JSON values
) -> Lane:
    """A lane without a contract that declares this noise, this least gain, and what is named."""
    return lane_of(
        {
            "lane": "lane",
            "title": "a lane",
            "metric": {"name": METRIC, "unit": "bits/byte", "direction": "minimize"},
            "contract": {},
            "decision": {"delta_min": delta_min, "sigma0": sigma0, **decision},
            "stop": dict(stop or {}),
        }
    )


class How(TypedDict, total=False):
    """What a row says beside its scores."""

    seeds: Sequence[int | None]
    session: str
    submitter: str
    unreported: int
    planned: int


class Feed:
    """A lane that rows land in, one after the other."""

    def __init__(self, lane: Lane) -> None:
        self.state = LaneState(lane)

    def land(self, config: str, scores: Sequence[float], **how: Unpack[How]) -> Verdict:
        """Judge a row with these scores; without `seeds` none was set, without `session` it is one."""
        number = self.state.orders
        seeds = how.get("seeds") or [None] * len(scores)
        row = replace(
            _TEMPLATE,
            run_id=RunId(f"r{number}"),
            submitter=how.get("submitter", "one"),
            config={"config": config},
            config_digest=config,
            session=how.get("session", f"row:r{number}"),
            seeds_planned=how.get("planned", len(scores)),
            seeds_run=len(scores) + how.get("unreported", 0),
            results=tuple(
                SeedResult(seed, {METRIC: score}) for seed, score in zip(seeds, scores, strict=True)
            ),
        )
        landed = LandedRow(
            row, (), is_promoted=False, commit=Oid(""), position=0, path="", blob=Oid("")
        )
        return step(self.state, landed)
