"""How numbers are written: for people with the lane's decimals, for programs with the digits that count."""

from homegolf_git.core.model.lane import Metric

# Logarithms differ in their last digits between C libraries; what is written does not.
_STATS_DIGITS = 9


_SCORE_DIGITS = 12  # of a difference; a score keeps all


def score_text(value: float | None, metric: Metric) -> str:
    """A score with the lane's decimals."""
    return "" if value is None else f"{value:.{metric.decimals}f}"


def gain_text(value: float | None, metric: Metric) -> str:
    """A gain with its sign: + is better."""
    return "" if value is None else f"{value:+.{metric.decimals}f}"


def counted(number: int, noun: str, several: str = "") -> str:
    """A number with its noun: 1 run, 2 runs."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or noun + 's'}"


def duration(seconds: float) -> str:
    """A time in the unit that people would use."""
    if seconds < 120:  # noqa: PLR2004 - two minutes
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"  # noqa: PLR2004 - two hours


def ordinal(number: int) -> str:
    """English ordinal: 1st, 2nd, 3rd, 4th."""
    last_two = number % 100
    suffix = (
        "th" if last_two in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{suffix}"


def rules_nothing_out(share: float) -> bool:
    """Whether a bound on a share, as it would be written, says no more than that nothing is known."""
    return f"{share:.0%}" == "100%"


def figure(value: float | None, digits: int = _STATS_DIGITS) -> float | None:
    """A number rounded to significant digits, so that every machine writes the same."""
    return None if value is None else float(f"{value:.{digits}g}")


def gain(value: float | None) -> float | None:
    """A difference of scores; the digits behind these are what subtraction left over."""
    return figure(value, _SCORE_DIGITS)
