"""Rules tried before they bind: runs of every kind that nobody made, judged one after the other.

What raises here would raise in every command from the commit on that lands the rules.
"""

from collections.abc import Iterator

from homegolf_git.core.judge.fold import change_rules, step
from homegolf_git.core.judge.scores import mean
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Contract, Lane
from homegolf_git.core.model.naming import Oid, RunId
from homegolf_git.core.model.parse import row_of
from homegolf_git.core.model.row import LandedRow, Row
from homegolf_git.core.model.values import Document, Value, replace

_OPEN = Contract(None, 0, None, None, None, None, None, None, None, None, frozenset())
_FRESH_MOST = 8


class Run(Value, frozen=True):
    """A run to rehearse: its scores, in units of a gain that surely matters, positive is better."""

    name: str
    gains: tuple[float, ...] = ()
    config: str = ""  # of another run; its own where it is empty
    unreported: int = 0
    planned: int = 0
    failure: str = ""
    resolves: tuple[str, ...] = ()


_FRESH = tuple(1.0 + n / 1000 for n in range(_FRESH_MOST))
_RUNS = (
    Run("a first", (0.0, 0.001)),
    Run("a better", (1.0, 1.001, 0.999)),
    Run("an equal", (1.0, 1.001, 0.999)),
    Run("a single", (1.02,)),
    Run("an identical", (1.0, 1.0)),
    Run("a picked", (0.2, 0.22), unreported=3),
    Run("an incomplete", (3.0, 3.001), planned=9),
    Run("a worse", (-3.0, -3.001, -2.999)),
    Run("a diverged", failure="diverged"),
    Run("a blocked", failure="oom"),
    Run("a resolving", (-1.0, -1.001), resolves=("a blocked",)),
    Run("a repeated", (1.03,), config="a single"),
    Run("a replicated", _FRESH, config="a better"),
    Run("a next", (2.0, 2.001, 1.999)),
    Run("an unconfirmed", _FRESH, config="a next"),
    Run("a scattered", (9.0, -9.0, 5.0, 1.0)),
    Run("a last", (-1.0, 2.0)),
)  # fmt: skip


def fault_of(state: LaneState, rules: Lane) -> str:
    """What raises when such runs are judged in this state by these rules; empty: nothing.

    The state stays as it is.
    """
    tried, at = state.copy(), "no"
    try:
        change_rules(tried, rules)
        for name, landed in rehearsed(rules, tried):
            at = name
            step(tried, landed)
    except Exception as error:  # noqa: BLE001 - whatever it is, every command would meet it
        return f"judging {at} run raises {raised(error)}"
    return ""


def raised(error: Exception) -> str:
    """An exception in words."""
    text = str(error)
    return f"{type(error).__name__} ({text})" if text else type(error).__name__


def opened(rules: Lane) -> Lane:
    """The same rules with a contract that every run keeps."""
    return replace(rules, contract=_OPEN, needs_promotion_from=None)


def rehearsed(rules: Lane, state: LaneState | None = None) -> Iterator[tuple[str, LandedRow]]:
    """The runs, on a level with a lane's incumbent where it has one."""
    bar = rules.decision.delta_min + rules.decision.sigma0
    reign = None if state is None else state.reign
    level = mean(reign.config.values) if reign else 1 + 100 * bar
    better = rules.metric.gain(0.0, 1.0)  # 1 where more is better
    for number, run in enumerate(_RUNS):
        scores = [level + 10 * bar * gain * better for gain in run.gains]
        yield run.name, _landed(run, _row(run, number, scores, rules))


def _landed(run: Run, row: Row) -> LandedRow:
    return LandedRow(
        row=row, evidence=(), is_promoted=True, commit=Oid(""), position=-1, path=run.name,
        blob=Oid(""),
    )  # fmt: skip


def _row(run: Run, number: int, scores: list[float], rules: Lane) -> Row:
    """The row as its document is parsed, so that a name that means two things shows."""
    contract, config = rules.contract, run.config or run.name
    failure = {"kind": run.failure, "stage": "train"} if run.failure else None
    document: Document = {
        "run_id": _id(run.name),
        "lane": rules.lane,
        "finished_at": f"2026-03-01T10:00:{number:02}Z",
        "submitter": "nobody",
        "base": _id(_RUNS[0].name),
        "change": {"kind": "model", "summary": run.name},
        "source": {
            "revision": config,
            "dirty": False,
            "changed_paths": ["src/main.py"] if contract.editable_paths is None else None,
            "frozen_sha256": contract.frozen_sha256,
        },
        "config": {"model": {"width": config}, "name": config},
        "hardware": [
            {"device": rule.device_matches, "count": rule.count} for rule in contract.hardware or ()
        ],
        "evaluation": {
            "mode": (contract.evaluation_modes or ("full",))[0],
            "dataset_sha256": contract.dataset_sha256,
            "tokenizer_sha256": contract.tokenizer_sha256,
            "scorer": _scorer(rules),
        },
        "seeds_planned": max(run.planned, len(scores)),
        "seeds_run": len(scores) + run.unreported,
        "train_seconds_budget": contract.train_seconds_max or 600,
        "outcome": {"failure": failure},
        "results": [
            {
                "seed": 100 * number + seed,
                "evaluated_tokens": contract.evaluated_tokens,
                "evaluated_bytes": contract.evaluated_bytes,
                "train_seconds": 1.0,
                "artifact_bytes": 1,
                rules.metric.name: score,
            }
            for seed, score in enumerate(scores)
        ],
        "resolves": list(map(_id, run.resolves)),
    }
    return row_of(document, f"rehearsed {config}")


def _scorer(rules: Lane) -> Document | None:
    """A scorer where the rules ask for one."""
    if "scorer" not in rules.contract.requires:
        return None
    pinned = rules.capture.scorer
    return {"revision": pinned and pinned.revision, "command": "score"}


def _id(name: str) -> RunId:
    return RunId(f"rehearsed {name}")  # the blank keeps it apart from every run that can land
