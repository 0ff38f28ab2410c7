"""The state of a lane in a few lines."""

from typing import Any

import pytest

from homegolf_git.core.views.lane import (
    counts,
    incumbent_json,
    incumbent_line,
    noise_line,
    reason_counts,
)
from tests.build import failed, run
from tests.core.build import BASELINE, lane, replay
from tests.core.views.build import FULL, judged


class TestFigures:
    """Numbers as text and rounded for documents."""

    @pytest.mark.parametrize(
        ("scores", "said"),
        [
            ([1.065], "0.00070 bits/byte between seeds, as declared: no config has two seeds yet"),
            ([1.065, 1.066], "weak on 1 degree of freedom"),
            ([1.065 + i / 1e4 for i in range(10)], "measured on 9 degrees of freedom"),
        ],
    )
    def test_noise(self, scores: list[float], said: str) -> None:
        assert said in noise_line(replay(run("base", scores))[0])

    def test_noise_of_sessions(self) -> None:
        rules = lane(decision={"sessions": {"sigma0": 0.0014}})
        said = noise_line(replay(run("base"), rules=rules)[0])
        assert said == (
            "0.00070 bits/byte within a session, 0.00140 between, assumed on 0 and 0 degrees of freedom"
        )


class TestReport:
    """Documents of the report API."""

    def test_counts(self) -> None:
        tally = judged(*FULL)[1].state.tally
        assert counts(tally) == {
            "improvement": 2, "noise": 1, "regression": 1, "blocked": 1, "invalid": 1,
        }  # fmt: skip
        assert counts({}) == dict.fromkeys(counts(tally), 0)
        found = reason_counts(tally | {"regression/worse": 2})
        assert next(iter(found)) == "regression/worse"
        assert found["improvement/baseline"] == 1


class TestBoard:
    """Tables of strings."""

    @pytest.mark.parametrize(
        ("events", "text"),
        [
            ((), "no run has landed"),
            ((failed("oom"),), "of 1 run none has a score that counts (1 blocked)"),
            ((BASELINE,), "baseline at 1.0650 bits/byte, the mean of 4 seeds"),
            ((run("one", [1.1]),), "one at 1.1000 bits/byte, 1 seed"),
        ],
    )
    def test_incumbent_line(self, events: tuple[Any, ...], text: str) -> None:
        assert text in incumbent_line(judged(*events)[1])


class TestScoreboard:
    """The machine-readable scoreboard."""

    def test_incumbent(self) -> None:
        assert incumbent_json(judged()[1]) is None
        found, other = (incumbent_json(judged(*events)[1]) for events in (FULL, (BASELINE,)))
        assert found is not None
        assert other is not None
        assert (found["run_id"], found["ordinal"], found["seeds"]) == ("winner", 2, 3)
        assert (found["fresh_seeds"], found["is_confirmed"]) == (0, False)
        assert other["is_confirmed"] is True
