"""Student's t, F, beta and chi-squared distributions, from continued fractions.

Source: NIST Digital Library of Mathematical Functions, 8.17 (incomplete beta function; 8.17.22 is
the continued fraction) and 5.11 (Stirling's series). Importing a numerical library costs more than
most commands take altogether; a test holds these figures to one.
"""

import math
from functools import lru_cache
from statistics import NormalDist

_NORMAL = NormalDist()
_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)
_STIRLING_FROM = 15.0  # from here five terms of the series are exact to the last digits
_TINY = 1e-300
_EPSILON = 1e-16
_STEPS_MAX = 10_000  # the fraction takes about the root of the larger parameter
_FAR = 1e100  # no gain is so many standard errors, and what is computed from it stays finite
_LEAP_MAX = 100.0  # of a step in the logarithm of t
_EXPONENT_MAX = 700.0


def t_upper_tail(t: float, df: float) -> float:
    """P(T >= t) for Student's t."""
    if t < 0:
        return 1.0 - t_upper_tail(-t, df)
    square = t * t
    return 0.5 * _beta_tails(df / 2, 0.5, df / (df + square), square / (df + square))[0]


def t_quantile(probability: float, df: float) -> float:
    """Quantile of Student's t, for a probability from 0 to 1."""
    if probability < 0.5:  # noqa: PLR2004 - the median
        return -t_upper_quantile(probability, df)
    return t_upper_quantile(1.0 - probability, df)


@lru_cache(maxsize=1 << 10)
def t_upper_quantile(tail: float, df: float) -> float:
    """The t that is reached with the chance `tail`, at most a half; as far as `_FAR`.

    One minus a small chance is 1.0, so a small chance is given as it is; one below 1e-300 counts
    as that.
    """
    tail = max(tail, _TINY)
    z = -_NORMAL.inv_cdf(tail)
    t = max(z, _expanded(z, df))
    if t <= 0.0:
        return 0.0
    # The logarithm of the tail is concave in the logarithm of t: Newton's steps cannot run away.
    log_density = -math.log(df) / 2 - _log_beta(df / 2, 0.5)
    for _ in range(60):
        here = t_upper_tail(t, df)
        slope = math.exp(log_density - (df + 1) / 2 * math.log1p(t * t / df) + math.log(t))
        step = math.log(here / tail) * here / slope
        t = min(t * math.exp(min(step, _LEAP_MAX)), _FAR)
        if abs(step) < 1e-9:  # noqa: PLR2004 - squared by this last step, it is below rounding
            break
    return t


def _expanded(z: float, df: float) -> float:
    """Cornish and Fisher's expansion of a quantile of t in the normal one: a first guess."""
    z2 = z * z
    terms = (
        (z2 + 1) * z / 4,
        ((5 * z2 + 16) * z2 + 3) * z / 96,
        (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384,
    )
    return z + math.fsum(term / df**power for power, term in enumerate(terms, 1))


def f_upper_tail(value: float, df1: float, df2: float) -> float:
    """P(F >= value) for the F distribution; `value` is not negative."""
    return _f_tails(value, df1, df2)[0]


def f_lower_tail(value: float, df1: float, df2: float) -> float:
    """P(F <= value), with all its digits where it is small."""
    return _f_tails(value, df1, df2)[1]


def _f_tails(value: float, df1: float, df2: float) -> tuple[float, float]:
    scaled = df1 * value
    return _beta_tails(df2 / 2, df1 / 2, df2 / (df2 + scaled), scaled / (df2 + scaled))


@lru_cache(maxsize=1 << 10)
def f_quantile(probability: float, df1: float, df2: float) -> float:
    """Quantile of the F distribution, for a probability from 0 to 1."""
    below = beta_quantile(probability, df1 / 2, df2 / 2)  # df1 F / (df1 F + df2)
    above = beta_upper_quantile(probability, df2 / 2, df1 / 2)  # one less that, with all its digits
    return df2 * below / (df1 * above)


def chi2_lower_tail(value: float, df: float) -> float:
    """P(X <= value) for the chi-squared distribution; `value` is not negative."""
    return _gamma_tails(df / 2, value / 2)[0]


@lru_cache(maxsize=1 << 8)
def chi2_quantile(probability: float, df: float) -> float:
    """Quantile of the chi-squared distribution, for a probability within 0 and 1."""
    low, high = 0.0, df + 10.0
    while chi2_lower_tail(high, df) < probability:
        low, high = high, high * 2
    while True:
        middle = (low + high) / 2
        if middle in (low, high):
            return middle
        low, high = (middle, high) if chi2_lower_tail(middle, df) < probability else (low, middle)


def _gamma_tails(a: float, x: float) -> tuple[float, float]:
    """P(a, x) and 1 - P(a, x), regularized; DLMF 8.7.1 (series) and 8.9.2 (continued fraction)."""
    if x <= 0.0:
        return 0.0, 1.0
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        term = total = 1.0 / a
        at = a
        while term > total * _EPSILON:
            at += 1
            term *= x / at
            total += term
        return front * total, 1.0 - front * total
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    found = d
    for i in range(1, _STEPS_MAX):
        b += 2
        d = 1 / ((i * (a - i) * d + b) or _TINY)
        c = (b + i * (a - i) / c) or _TINY
        found *= c * d
        if abs(c * d - 1) <= 2 * _EPSILON:
            break
    return 1.0 - front * found, front * found


def beta_upper_tail(x: float, a: float, b: float) -> float:
    """P(X >= x) for the beta distribution; x in [0, 1]."""
    return _beta_tails(a, b, x, 1.0 - x)[1]


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Quantile of the beta distribution, for a probability from 0 to 1."""
    return _beta_quantile(probability, 1.0 - probability, a, b)


def beta_upper_quantile(tail: float, a: float, b: float) -> float:
    """What the beta distribution reaches with the chance `tail`, which may be small."""
    return _beta_quantile(1.0 - tail, tail, a, b)


@lru_cache(maxsize=1 << 12)
def _beta_quantile(probability: float, upper: float, a: float, b: float) -> float:
    """Quantile by the chance below it and the chance above it, of which the smaller one counts."""
    probability, upper = max(probability, _TINY), max(upper, _TINY)
    is_below = probability < upper
    wanted = probability if is_below else upper
    low, high = 0.0, 1.0
    x = _beta_guess(-_NORMAL.inv_cdf(wanted) if is_below else _NORMAL.inv_cdf(wanted), a, b)
    for _ in range(200):
        below, above = _beta_tails(a, b, x, 1.0 - x)
        here = max(below if is_below else above, _TINY)
        low, high = (low, x) if (here > wanted) is is_below else (x, high)
        # Newton's step in the logarithm of the tail, which is nearly straight far out.
        log_density = (a - 1) * math.log(x) + (b - 1) * math.log1p(-x) - _log_beta(a, b)
        ratio = math.exp(min(math.log(here) - log_density, _EXPONENT_MAX))
        step = math.log(here / wanted) * ratio
        guess = x - step if is_below else x + step
        if not low < guess < high:
            guess = (low + high) / 2
        if abs(guess - x) <= 4 * _EPSILON * x or guess in (low, high):
            return guess
        x = guess
    return x


def _beta_guess(z: float, a: float, b: float) -> float:
    """A first guess of what has the chance above it that a normal deviate has above `-z`.

    Paulson's approximation (Abramowitz and Stegun 26.5.22); the mean where it does not hold.
    """
    if a <= 1 or b <= 1:
        return a / (a + b)
    lam = (z * z - 3) / 6
    h = 2 / (1 / (2 * a - 1) + 1 / (2 * b - 1))
    root = math.sqrt(max(0.0, h + lam))
    w = z * root / h - (1 / (2 * b - 1) - 1 / (2 * a - 1)) * (lam + 5 / 6 - 2 / (3 * h))
    return min(1 - 1e-9, max(1e-9, a / (a + b * math.exp(min(2 * w, _EXPONENT_MAX)))))


def _beta_tails(a: float, b: float, x: float, y: float) -> tuple[float, float]:
    """I_x(a, b) and 1 - I_x(a, b), given y = 1 - x too: the smaller one loses no digits."""
    if x <= 0.0 or y <= 0.0:
        return (0.0, 1.0) if x <= 0.0 else (1.0, 0.0)
    log_x = math.log(x) if x < y else math.log1p(-y)  # near 1 a logarithm knows few digits
    log_y = math.log(y) if y < x else math.log1p(-x)
    front = math.exp(a * log_x + b * log_y - _log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        below = front * _fraction(a, b, x) / a
        return below, 1.0 - below
    above = front * _fraction(b, a, y) / b
    return 1.0 - above, above


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function, evaluated as Lentz does."""
    c, d = 1.0, 1.0 / ((1.0 - (a + b) * x / (a + 1)) or _TINY)
    found = d
    for m in range(1, _STEPS_MAX):
        at = a + 2 * m
        even = m * (b - m) * x / ((at - 1) * at)
        d = 1.0 / ((1.0 + even * d) or _TINY)
        c = (1.0 + even / c) or _TINY
        found *= c * d
        odd = -(a + m) * (a + b + m) * x / (at * (at + 1))
        d = 1.0 / ((1.0 + odd * d) or _TINY)
        c = (1.0 + odd / c) or _TINY
        change = c * d
        found *= change
        if abs(change - 1.0) <= 2 * _EPSILON:
            break
    return found


@lru_cache(maxsize=1 << 8)
def _log_beta(a: float, b: float) -> float:
    """Logarithm of the beta function; no large terms cancel."""
    a, b = max(a, b), min(a, b)
    if a < _STIRLING_FROM:
        return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
    rest = _stirling(a) - _stirling(a + b) - (a - 0.5) * math.log1p(b / a)
    if b < _STIRLING_FROM:
        return math.lgamma(b) + rest + b - b * math.log(a + b)
    return rest + _stirling(b) + _HALF_LOG_2PI - 0.5 * math.log(b) + b * math.log(b / (a + b))


def _stirling(z: float) -> float:
    """What Stirling's formula leaves of the logarithm of the gamma function."""
    square = z * z
    series = 1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square
    return (1 / 12 - (1 / 360 - series / square) / square) / z
