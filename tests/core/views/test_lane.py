"""The state of a lane in a few lines."""

from typing import Any

import pytest

from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Noise
from homegolf_git.core.views.lane import (
    counts,
    incumbent_json,
    incumbent_line,
    noise_line,
    reason_counts,
)
from tests.build import failed, run
from tests.core.build import BASELINE
from tests.core.views.build import FULL, METRIC, judged


class TestFigures:
    """Numbers as text and rounded for documents."""

    def test_noise(self) -> None:
        assert "as declared" in noise_line(Noise(0.0007, 4, 0, "assumed"), METRIC)
        assert "measured on 9" in noise_line(Noise(0.0007, 13, 9, "measured"), METRIC)
        assert noise_line(Noise(0.0007, 4, 0, "weak"), replace(METRIC, unit="")).startswith(
            "0.00070 between"
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
