"""How numbers are written."""

import pytest

from homegolf_git.core.model.figures import counted, figure, gain, gain_text, ordinal, score_text
from tests.core.build import lane

METRIC = lane().metric


class TestFigures:
    """Numbers as text and rounded for documents."""

    @pytest.mark.parametrize(
        ("value", "score", "difference"),
        [(None, "", ""), (1.06504, "1.0650", "+1.0650"), (-0.00216, "-0.0022", "-0.0022")],
    )
    def test_text(self, value: float | None, score: str, difference: str) -> None:
        assert score_text(value, METRIC) == score
        assert gain_text(value, METRIC) == difference

    @pytest.mark.parametrize(("n", "text"), [(0, "0 runs"), (1, "1 run"), (2, "2 runs")])
    def test_counted(self, n: int, text: str) -> None:
        assert counted(n, "run") == text

    def test_rounding(self) -> None:
        assert figure(None) is None
        assert gain(None) is None
        assert figure(0.12345678949) == 0.123456789
        assert figure(1.23456, 3) == 1.23
        assert gain(0.1 + 0.2) == 0.3


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (10, "10th"), (11, "11th"), (12, "12th"),
        (13, "13th"), (21, "21st"), (22, "22nd"), (101, "101st"), (111, "111th"), (113, "113th"),
    ],
)  # fmt: skip
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text
