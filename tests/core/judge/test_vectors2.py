"""The worked vectors of procedure 2, through the program's own functions."""

import json
from pathlib import Path
from typing import Any

import pytest

from homegolf_git.core.judge.decide import Challenge, judge, outlook_of
from homegolf_git.core.judge.honesty import copied_chance, quiet_chance
from homegolf_git.core.judge.levels import level
from homegolf_git.core.judge.nextstep import (
    Prospect,
    decidable_delta,
    next_step,
    to_clear,
    to_detect_delta,
    to_settle,
    to_win_at_estimate,
)
from homegolf_git.core.judge.noise import Scatter, Share, lane_noise, seed_effect, share_of
from homegolf_git.core.judge.pool import Group, Pool, pooled
from homegolf_git.core.judge.reign import Config, Reign, Ticket
from homegolf_git.core.judge.scores import Counting, Sample, Score, sample_of, spread
from homegolf_git.core.model.lane import Decision, Metric, Sessions
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import BetweenNoise, Change, Noise, RunPlan
from homegolf_git.core.search.plan import Standing, Undecided, stop_plan
from homegolf_git.core.search.thinness import Measured, thinness
from tests.core.build import lane

VECTORS: dict[str, dict[str, Any]] = {
    vector["name"].split()[0]: vector
    for vector in json.loads(
        (Path(__file__).parents[2] / "fixtures" / "stat-vectors-2.json").read_text("utf-8")
    )
}
METRIC = Metric("val_bpb", "bits/byte", "minimize", 4)


def named(kind: str) -> list[str]:
    return [name for name, vector in VECTORS.items() if vector["fn"] == kind]


def near(value: float | None) -> Any:  # noqa: ANN401 - pytest.approx has no public type
    return value if value is None else pytest.approx(value, rel=1e-9, abs=1e-30)


def scores(pairs: list[list[Any]]) -> list[Score]:
    """Scores of [session, value], each of a seed of its own."""
    return [Score(seed, 0, value, session, 1) for seed, (session, value) in enumerate(pairs)]


def side(pairs: list[list[Any]]) -> Sample:
    return sample_of(scores(pairs), "average")


def rules(given: dict[str, Any]) -> Decision:
    decision = lane().decision
    sessions = given.get("sessions")
    return replace(
        decision,
        sigma0=given.get("sigma0", 0.0007),
        nu0=given.get("nu0", 4),
        delta_min=given.get("delta", 0.002),
        moderate=given.get("mod"),
        sessions=None if sessions is None else Sessions(**sessions),
        honesty=True,
    )


def noise_of(given: dict[str, Any]) -> Noise:
    between = None
    if "sigma_b" in given:
        between = BetweenNoise(
            given["sigma_b"],
            given["nu_b"],
            given["nu_b_obs"],
            given["msb"],
            given["n0"],
            given["shared"],
        )
    return Noise(given["sigma"], given["nu"], given["nu_obs"], given["basis"], between)


@pytest.mark.parametrize("name", named("noise2"))
def test_noise_between_and_within_sessions(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    scatter = Scatter()
    for number, config in enumerate(given["configs"]):
        scatter.put(str(number), Share(), share_of(scores(config), "average"))
    found = lane_noise(scatter, rules(given), tuple)
    assert (found.sigma, found.nu, found.nu_obs, found.basis, len(found.wild)) == (
        near(expected["sigma"]), expected["nu"], expected["nu_obs"], expected["basis"],
        expected["wild"],
    )  # fmt: skip
    between = found.between
    assert between is not None
    assert (between.sigma, between.nu, between.nu_obs, between.mean_square, between.n0) == (
        near(expected["sigma_b"]), expected["nu_b"], expected["nu_b_obs"], near(expected["msb"]),
        near(expected["n0"]),
    )  # fmt: skip


@pytest.mark.parametrize("name", named("verdict2"))
def test_a_comparison_gives_every_number_of_its_vector(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    outcome = judge(
        Challenge(side(given["inc"]), side(given["cha"]), given["k"], given["look"]),
        noise_of(given["noise"]), rules(given), METRIC,
    )  # fmt: skip
    stats = outcome.stats
    assert (outcome.verdict_class, outcome.reason) == (expected["cls"], expected["reason"])
    assert outcome.is_cleared is expected["cleared"]
    assert set(outcome.flags) - {"few_seeds"} == set(expected["flags"])
    found = {
        "D": outcome.delta, "se": stats.se, "df": stats.df, "t": stats.t,
        "p_better": stats.p_better, "p_worse": stats.p_worse, "alpha": stats.alpha,
        "t_needed": stats.t_needed, "lcb95": stats.lcb95, "ucb95": stats.ucb95,
        "lcb_alpha": stats.lcb_alpha, "mde": stats.mde,
    }  # fmt: skip
    assert found == {number: near(expected[number]) for number in found}


@pytest.mark.parametrize("name", named("effective"))
def test_which_scores_count(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    stated = [
        Score(seed, n, value, session, 1)
        for n, (session, seed, value) in enumerate(given["scores"])
    ]
    seeds = {score.seed for score in stated} - {None}
    is_counted = given["repeats"] == "count" and len(seeds) < 2
    counting: Counting = "count" if is_counted else "average"
    found = sample_of(stated, counting)
    assert [list(pair) for pair in zip(found.sessions, found.values, strict=True)] == expected[
        "scores"
    ]
    assert list(found.flags) == expected["flags"]


def test_a_lane_with_a_seed_effect() -> None:
    given, expected = VECTORS["R5"]["input"], VECTORS["R5"]["output"]
    scatter = Scatter()
    for number, config in enumerate(given["configs"]):
        stated = [
            Score(seed, n, value, session, 1) for n, (session, seed, value) in enumerate(config)
        ]
        scatter.put(str(number), Share(), share_of(stated, "average"))
    found = seed_effect(scatter)
    assert found is not None
    assert (found.larger, found.smaller) == (
        near(expected["sd_seed_means"]),
        near(expected["sd_repeat"]),
    )
    assert (found.larger / found.smaller) ** 2 == near(expected["F"])
    sums = scatter.repeats
    assert (sums.df_seeds, sums.df_repeats) == (expected["df_seed"], expected["df_repeat"])


def test_levels_with_discard() -> None:
    given = VECTORS["D1"]["input"]
    found = [
        level(given["alpha"], given["block"], k, look, given["tau"]) for k, look in given["k_look"]
    ]
    assert found == [near(value) for value in VECTORS["D1"]["output"]]


@pytest.mark.parametrize("name", named("discard"))
def test_hopeless_first_looks_take_no_number(name: str) -> None:
    given = VECTORS[name]["input"]
    reign = Reign(Config("d", Change("model", "knob")), RunId("held"), 1, 0, None)
    found = []
    for config, look, p_better in given["looks"]:
        ticket = reign.ticket(config)
        assert ticket.look == look
        is_numbered = look > 1 or p_better <= given["tau"]
        reign.take(config, ticket, is_numbered=is_numbered)
        k = ticket.k if is_numbered else None
        assert reign.tickets[config] == Ticket(k, look)
        alpha = None if k is None else level(given["alpha"], given["block"], k, look, given["tau"])
        found.append([config, look, k, near(alpha)])
    assert found == VECTORS[name]["output"]


@pytest.mark.parametrize("name", named("pool_ss"))
def test_pools(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    pool = Pool()
    for number, group in enumerate(given["groups"]):
        pool.put(str(number), Group(), Group(*spread(group)))
    decision = replace(rules(given), pool="capped" if given["capped"] else "all")
    found = pooled(pool, decision, tuple)
    assert (found.variance**0.5, found.nu) == (near(expected["sigma"]), expected["nu"])
    assert sorted(found.wild) == [str(number) for number in expected["wild"]]


def prospect(given: dict[str, Any]) -> Prospect:
    noise = noise_of(given["noise"])
    challenge = Challenge(
        side(given["inc"]), side(given["cha"]), given.get("k", 5), given.get("look", 1)
    )
    return Prospect(outlook_of(challenge, noise, rules(given), METRIC), noise)


def plan(found: RunPlan | None) -> dict[str, int] | None:
    if found is None:
        return None
    return {"challenger": found.challenger, "incumbent": found.incumbent, "runs": found.runs}


@pytest.mark.parametrize("name", named("next_step"))
def test_the_next_step(name: str) -> None:
    here, expected = prospect(VECTORS[name]["input"]), VECTORS[name]["output"]
    found = next_step(here.outlook, here.noise)
    assert (found.action, plan(found.plan)) == (expected["action"], expected["plan"])
    assert (found.hope, found.promotes, found.clears) == (
        near(expected["hope"]), near(expected.get("promotes")), near(expected.get("clears")),
    )  # fmt: skip
    assert {
        "to_settle": plan(to_settle(here)),
        "to_win_at_estimate": plan(to_win_at_estimate(here)),
        "to_detect_delta": plan(to_detect_delta(here)),
        "to_clear": plan(to_clear(here)),
    } == {
        name: expected[name]
        for name in ("to_settle", "to_win_at_estimate", "to_detect_delta", "to_clear")
    }
    assert decidable_delta(here) == near(expected["decidable_delta"])


def test_the_two_chances_of_one_more_look() -> None:
    given = VECTORS["N6"]["input"]
    here = prospect(given)
    assert here.outlook.alpha_next == given["alpha_next"]
    found = [here.promotes(given["x"], given["y"]), here.clears(given["x"], given["y"])]
    assert found == [near(value) for value in VECTORS["N6"]["output"]]


@pytest.mark.parametrize("name", named("stop_plan"))
def test_what_would_settle_the_stop_condition(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    noise = noise_of(given["noise"])
    undecided = []
    for config, pairs, k, look in given["open"]:
        outlook = prospect({**given, "cha": pairs, "k": k, "look": look}).outlook
        undecided.append(Undecided(config, outlook))
    standing = Standing(
        n=given["n"], ordinal=given["j"],
        stop=replace(lane().stop, p_star=given["p_star"], error=0.10), mean_cost=given["mean_cost"],
        blockers=tuple(f"blocker {n + 1}" for n in range(given.get("blockers", 0))),
        least=given.get("min_y", 0),
    )  # fmt: skip
    found = stop_plan(undecided, noise, standing)
    assert found is not None
    assert {
        "runs": found.runs, "incumbent": found.incumbent,
        "settle": [{"config": item.run_id, "runs": item.runs} for item in found.settle],
        "new_challengers": found.challengers, "unresolved_left": found.unresolved_left,
        "leads": list(found.leads),
    } == expected  # fmt: skip


@pytest.mark.parametrize("name", named("spread_low"))
def test_a_spread_that_is_too_small(name: str) -> None:
    given = VECTORS[name]["input"]
    df, squares = spread(given["scores"])
    chance = quiet_chance(squares / df, df, given["sigma"], given["nu"])
    assert chance == near(VECTORS[name]["output"])


@pytest.mark.parametrize("name", named("copied"))
def test_a_constant_difference(name: str) -> None:
    given = VECTORS[name]["input"]
    one, other = ({(int(seed), 0): value for seed, value in given[side].items()} for side in "ab")
    # The vector counts 50 comparisons, of which this is the closest.
    far = [
        {key: value + n * 1000 * 3 ** key[0] for key, value in other.items()}
        for n in range(1, given["comparisons"])
    ]
    chance = copied_chance(one, [other, *far], given["sigma"])
    assert chance == near(VECTORS[name]["output"])


@pytest.mark.parametrize("name", named("thin"))
def test_a_window_of_copies(name: str) -> None:
    given, expected = VECTORS[name]["input"], VECTORS[name]["output"]
    measured = [Measured(mean, n) for mean, n in zip(given["means"], given["n"], strict=True)]
    found = thinness(measured, Noise(given["sigma"], 53, 49, "measured"))
    assert found is not None
    assert (found.q, found.bar, found.is_thin) == (
        near(expected["Q"]), near(expected["bar"]), expected["thin"],
    )  # fmt: skip
