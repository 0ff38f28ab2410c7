"""The worked vectors of the statistics, through the program's own functions.

In the vectors D is the gain after the correction for picked seeds, which is `Outcome.delta` here.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.core.judge.decide import Challenge, judge
from homegolf_git.core.judge.levels import expected_top_mean, level
from homegolf_git.core.judge.noise import Scatter, lane_noise
from homegolf_git.core.judge.pool import Group, Pool
from homegolf_git.core.judge.scores import mean
from homegolf_git.core.model.lane import Decision, Metric
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Noise
from tests.core.build import sample

VECTORS: dict[str, dict[str, Any]] = {
    vector["name"].split()[0]: vector
    for vector in json.loads(
        (Path(__file__).parents[2] / "fixtures" / "stat-vectors.json").read_text("utf-8")
    )
}
RELATIVE = 1e-5
BITS_PER_BYTE = Metric("val_bpb", "bits/byte", "minimize", 4)
SCORE = Metric("score", "points", "maximize", 4)
COMPARISONS = ("V3", "V4", "V5", "V6", "V7", "V8a", "V8b", "V9", "V10", "V11")


def near(value: float) -> Any:  # noqa: ANN401 - pytest.approx has no public type
    return pytest.approx(value, rel=RELATIVE, abs=1e-12)


def rules(delta_min: float) -> Decision:
    return Decision(
        delta_min=delta_min,
        sigma0=0.0007,
        nu0=4,
        alpha=0.05,
        block=20,
        regression_alpha=0.01,
        fresh_seeds=4,
    )


def challenge(given: dict[str, Any], sign: int = 1) -> Challenge:
    scores = [sign * score for score in given["cha"]]
    return Challenge(
        reference=sample(sign * score for score in given["inc"]),
        challenger=sample(scores),
        k=given.get("k", 1),
        look=given.get("look", 1),
        unreported=given.get("picked_of", len(scores)) - len(scores),
    )


@pytest.mark.parametrize("name", ["V1", "V2"])
def test_noise_is_pooled_and_shrunk_to_the_prior(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    pool = Pool()
    for number, group in enumerate(given["groups"]):
        pool.put(str(number), Group(), Group(*sample(group).spread))
    decision = replace(rules(0.002), sigma0=given["sigma0"], nu0=given.get("nu0", 4))
    noise = lane_noise(Scatter(plain=pool), decision, tuple)
    assert noise.sigma == near(expected["sigma"])
    assert (noise.nu, noise.nu_obs, noise.basis) == (
        expected["nu"],
        expected["nu_obs"],
        expected["basis"],
    )


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_comparison_gives_every_number_of_its_vector(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    outcome = judge(challenge(given), Noise(**given["noise"]), rules(given["delta"]), BITS_PER_BYTE)
    stats = outcome.stats
    assert (outcome.verdict_class, outcome.reason) == (expected["cls"], expected["reason"])
    assert set(outcome.flags) == set(expected["flags"])
    assert outcome.is_cleared is expected["cleared"]
    found = {
        "D": outcome.delta,
        "se": stats.se,
        "df": stats.df,
        "t": stats.t,
        "p_better": stats.p_better,
        "p_worse": stats.p_worse,
        "alpha": stats.alpha,
        "lcb95": stats.lcb95,
        "ucb95": stats.ucb95,
        "lcb_alpha": stats.lcb_alpha,
        "mde": stats.mde,
    }
    assert found == {number: near(expected[number]) for number in found}
    if "seeds_needed" in expected:
        needed = stats.seeds_needed
        assert needed is not None
        assert (needed.challenger, needed.incumbent) == (
            expected["seeds_needed"]["challenger"],
            expected["seeds_needed"]["incumbent"],
        )
    else:
        assert stats.seeds_needed is None


@pytest.mark.parametrize("name", COMPARISONS)
def test_a_lane_that_maximizes_turns_the_sign(name: str) -> None:
    given = VECTORS[name]["input"]
    noise, decision = Noise(**given["noise"]), rules(given["delta"])
    assert judge(challenge(given, sign=-1), noise, decision, SCORE) == judge(
        challenge(given), noise, decision, BITS_PER_BYTE
    )


@pytest.mark.parametrize(("place", "expected"), list(VECTORS["V12"]["output"].items()))
def test_the_level_of_a_challenger(place: str, expected: float) -> None:
    k, look = (int(part.split("=")[1]) for part in place.split(","))
    assert level(0.05, 20, k, look) == near(expected)


@pytest.mark.parametrize(("name", "expected"), list(VECTORS["V19"]["output"].items()))
def test_the_shift_of_picked_seeds(name: str, expected: float) -> None:
    picked, of = map(int, name.removeprefix("c(").removesuffix(")").split(","))
    assert expected_top_mean(picked, of) == near(expected)


def test_best_five_of_seven_of_a_real_record() -> None:
    given, expected = VECTORS["V20"]["input"], VECTORS["V20"]["output"]
    best = sorted(given["all7"])[:5]
    assert mean(given["all7"]) == near(expected["mean7"])
    assert mean(best) == near(expected["reported_best5"])
    outcome = judge(
        Challenge(reference=sample([1.07]), challenger=sample(best), k=1, look=1, unreported=2),
        Noise(given["sigma"], 53, 49, "measured"),
        rules(0.002),
        BITS_PER_BYTE,
    )
    assert 1.07 - outcome.delta == near(expected["corrected"])
    assert outcome.stats.gain == near(1.07 - mean(best))
    assert "picked" in outcome.flags
