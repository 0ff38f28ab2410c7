"""`pool_share` and `reference_guard` come out as a second opinion has them.

The vectors are written by tests/fixtures/guard_vectors.py, which knows nothing of the program.
"""

import json
import math
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.core.judge.pool import Group, Pool, pooled
from homegolf_git.core.model.values import replace
from tests.build import run
from tests.core.build import lane, replay
from tests.fixtures import guard_vectors

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "guard-vectors.json").read_text("utf-8")
)


def of(kind: str) -> list[Any]:
    return [pytest.param(v, id=v["name"]) for v in VECTORS if v["fn"] == kind]


def near(value: object) -> Any:  # noqa: ANN401 - pytest.approx has no public type
    return pytest.approx(value, rel=1e-9)


def test_the_vectors_are_those_of_the_second_opinion() -> None:
    again = json.loads(json.dumps(guard_vectors.vectors()))
    assert [v["name"] for v in again] == [v["name"] for v in VECTORS]
    for one, other in zip(again, VECTORS, strict=True):
        assert one["input"] == other["input"]
        for told, kept in zip(_numbers(one["output"]), _numbers(other["output"]), strict=True):
            assert told == near(kept)


def _numbers(output: Any) -> list[float]:  # noqa: ANN401 - JSON
    if isinstance(output, dict):
        return [float(output["sigma"]), float(output["nu"])]
    return [x for row in output for x in (float(row["waits"]), *row["counts"])]


@pytest.mark.parametrize("vector", of("pool_share"))
def test_no_config_has_more_than_its_share_of_the_pool(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["output"]
    pool = Pool()
    groups = {str(i): Group(int(df), squares) for i, (df, squares) in enumerate(given["groups"])}
    for digest, group in groups.items():
        pool.put(digest, Group(), group)
    rules = replace(
        lane().decision,
        sigma0=guard_vectors.SIGMA0,
        nu0=guard_vectors.NU0,
        pool="capped" if given["capped"] else "all",
        pool_share=given["share"],
    )
    found = pooled(pool, rules, groups.items)
    assert math.sqrt(found.variance) == near(expected["sigma"])
    assert found.nu == near(expected["nu"])


@pytest.mark.parametrize("vector", of("reference_guard"))
def test_replicates_that_leave_the_scores_before_wait(vector: dict[str, Any]) -> None:
    given, expected = vector["input"], vector["output"]
    decision = {
        "sigma0": guard_vectors.SIGMA0,
        "nu0": guard_vectors.NU0,
        "moderate": guard_vectors.MODERATE,
        "reference_guard": True,
    }
    documents = [run("base", given["held"], knob="base", submitter="a")]
    for number, row in enumerate(given["rows"], start=1):
        scores = {100 * number + i: score for i, score in enumerate(row["scores"])}
        documents.append(
            run(
                f"again-{number}", scores, knob="base", submitter=row["submitter"],
                seeds_run=len(scores) + row["unreported"],
            )
        )  # fmt: skip
    for count, after in enumerate(expected, start=2):
        state, verdicts = replay(*documents[:count], rules=lane(decision=decision))
        assert ("reference_shift" in verdicts[-1].flags) is after["waits"]
        assert state.reign is not None
        assert state.reign.config.values == near(after["counts"])
        assert verdicts[-1].name == "noise/replicate"
