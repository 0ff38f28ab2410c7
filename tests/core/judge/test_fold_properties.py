"""What holds for every ledger, grouped by the clause of the contract it comes from."""

from dataclasses import dataclass, field
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import replace
from homegolf_git.core.model.verdict import Verdict, VerdictClass
from tests.build import Document, failed, run
from tests.core.build import fold, land, lane

STEP = 1 / 4096  # a power of two: sums of scores are exact
RULES = lane(
    metric={"name": "score", "direction": "minimize"}, decision={"sigma0": 0.0005, "nu0": 10}
)
MIRRORED = lane(
    metric={"name": "score", "direction": "maximize"}, decision={"sigma0": 0.0005, "nu0": 10}
)
QUICK = lane(
    metric={"name": "score", "direction": "minimize"},
    decision={"sigma0": 0.0005, "nu0": 10, "fresh_seeds": 2, "block": 2},
)
KNOBS = st.integers(0, 4)


def score_of(knob: int, seed: int) -> float:
    """Each knob is of one kind; the lucky ones shine with low seeds and fall with the others."""
    lucky = 120 * knob if seed < 4 else 0
    gain = {0: 0, 1: lucky, 2: 80, 3: lucky, 4: 6}[knob]
    return 1 - STEP * (gain + (seed * 7 + knob * 3) % 3)


@st.composite
def scored_runs(draw: st.DrawFn) -> Document:
    """A run of one of a few configurations; now and then a seed comes out otherwise."""
    knob, first, count = draw(KNOBS), draw(st.sampled_from([1, 4])), draw(st.integers(1, 3))
    scores = {seed: score_of(knob, seed) for seed in range(first, first + count)}
    if draw(st.integers(0, 19)) == 7:
        scores[first] += STEP
    return run(
        "",
        scores,
        knob=knob,
        metric="score",
        seeds_planned=draw(st.sampled_from([0, 0, 0, 0, 4])),
        seeds_run=count + draw(st.sampled_from([0, 0, 0, 0, 2])),
    )


def failed_runs() -> st.SearchStrategy[Document]:
    """A run that failed, by the system or in training."""
    return st.builds(
        lambda kind, knob: failed("", kind, knob=knob),
        st.sampled_from(["oom", "crash", "diverged"]),
        KNOBS,
    )


def invalid_runs() -> st.SearchStrategy[Document]:
    """A run that breaks the contract, whatever it scored."""
    return scored_runs().map(lambda document: {**document, "seeds_run": 0})


def blocked_runs() -> st.SearchStrategy[Document]:
    """A run that a system failure stopped."""
    return KNOBS.map(lambda knob: failed("", "oom", knob=knob))


@st.composite
def ledgers(draw: st.DrawFn, max_size: int = 12) -> list[Document]:
    """Rows in their order, with ids, bases and resolved blockers among earlier rows."""
    kinds = {0: failed_runs(), 1: invalid_runs()}
    documents: list[Document] = []
    for n in range(draw(st.integers(0, max_size))):
        document = draw(kinds.get(draw(st.integers(0, 9)), scored_runs()))
        earlier = [other["run_id"] for other in documents]
        base = draw(st.sampled_from([None, *earlier]))
        resolves = draw(st.lists(st.sampled_from(earlier), max_size=2)) if earlier else []
        documents.append({**document, "run_id": f"run-{n}", "base": base, "resolves": resolves})
    return documents


def land_all(documents: list[Document]) -> list[LandedRow]:
    return [land(document, position=n) for n, document in enumerate(documents)]


def judge_all(documents: list[Document], rules: Lane = RULES) -> list[Verdict]:
    return fold(rules, land_all(documents))[1]


def mirror(document: Document) -> Document:
    results = [{**result, "score": -result["score"]} for result in document["results"]]
    return {**document, "results": results}


class TestPrefixStable:
    """Principle 2: adding row N+1 never changes the verdicts of rows 1..N."""

    @given(ledgers(), st.sampled_from([RULES, QUICK]), st.data())
    def test_a_prefix_has_the_same_verdicts(
        self, documents: list[Document], rules: Lane, data: st.DataObject
    ) -> None:
        whole = judge_all(documents, rules)
        cut = data.draw(st.integers(0, len(documents)))
        assert judge_all(documents[:cut], rules) == whole[:cut]

    @given(ledgers(), st.data())
    def test_a_change_of_rules_judges_only_what_lands_after_it(
        self, documents: list[Document], data: st.DataObject
    ) -> None:
        cut = data.draw(st.integers(0, len(documents)))
        landed = land_all(documents)
        _, changed = fold(RULES, [*landed[:cut], QUICK, *landed[cut:]])
        assert changed[:cut] == judge_all(documents)[:cut]


class TestPure:
    """Principle 1: verdicts are a pure function of the ledger's history."""

    @given(ledgers())
    def test_folding_twice_gives_the_same(self, documents: list[Document]) -> None:
        assert judge_all(documents) == judge_all(documents)

    @given(ledgers())
    def test_the_order_of_results_within_a_row_does_not_matter(
        self, documents: list[Document]
    ) -> None:
        turned = [{**document, "results": document["results"][::-1]} for document in documents]
        assert judge_all(turned) == judge_all(documents)


class TestChain:
    """Exactly five classes; the incumbent is the best accepted run, handed from row to row."""

    @given(ledgers(), st.sampled_from([RULES, QUICK]))
    def test_every_verdict_is_whole(self, documents: list[Document], rules: Lane) -> None:
        found = judge_all(documents, rules)
        assert [verdict.order for verdict in found] == list(range(1, len(documents) + 1))
        for verdict in found:
            assert verdict.verdict_class in get_args(VerdictClass)
            assert verdict.reason
            assert verdict.reason == verdict.reasons[0]
            assert verdict.sentence.endswith(".")
            assert "\n" not in verdict.sentence

    @given(ledgers(), st.sampled_from([RULES, QUICK]))
    def test_each_row_starts_from_the_incumbent_the_last_one_left(
        self, documents: list[Document], rules: Lane
    ) -> None:
        incumbent: RunId | None = None
        for verdict in judge_all(documents, rules):
            assert verdict.incumbent_before == incumbent
            incumbent = verdict.incumbent_after

    @given(ledgers(), st.sampled_from([RULES, QUICK]))
    def test_only_an_improvement_or_a_failed_confirmation_changes_the_incumbent(
        self, documents: list[Document], rules: Lane
    ) -> None:
        for verdict in judge_all(documents, rules):
            if verdict.verdict_class == "improvement":
                assert verdict.incumbent_after == verdict.run_id
            elif verdict.reason == "not_confirmed":
                assert verdict.incumbent_after != verdict.incumbent_before
            else:
                assert verdict.incumbent_after == verdict.incumbent_before

    @given(ledgers(), st.sampled_from([RULES, QUICK]))
    def test_an_improvement_gains_at_least_delta_min_at_its_level(
        self, documents: list[Document], rules: Lane
    ) -> None:
        for verdict in judge_all(documents, rules):
            if verdict.verdict_class == "improvement" and verdict.reason != "baseline":
                assert verdict.delta is not None
                assert verdict.stats is not None
                assert verdict.delta >= rules.decision.delta_min - 1e-9
                assert verdict.stats.p_better <= verdict.stats.alpha

    @given(ledgers(), st.sampled_from([RULES, QUICK]))
    def test_stats_stand_where_a_comparison_was_made(
        self, documents: list[Document], rules: Lane
    ) -> None:
        without = {"baseline", "replicate", "not_confirmed", "diverged"}
        for verdict in judge_all(documents, rules):
            compared = verdict.verdict_class not in {"invalid", "blocked"}
            compared = compared and verdict.reason not in without
            assert (verdict.stats is not None) is compared
            has_delta = compared or verdict.reason == "not_confirmed"
            assert (verdict.delta is not None) is has_delta


class TestWithoutEffect:
    """An invalid row counts nowhere; a blocked one is never evidence."""

    @given(ledgers(), st.one_of(invalid_runs(), blocked_runs()), st.data())
    def test_one_more_changes_no_other_verdict(
        self, documents: list[Document], more: Document, data: st.DataObject
    ) -> None:
        at = data.draw(st.integers(0, len(documents)))
        longer = [*documents[:at], {**more, "run_id": "more"}, *documents[at:]]
        with_it = judge_all(longer)
        assert with_it[at].incumbent_after == with_it[at].incumbent_before
        others = with_it[:at] + with_it[at + 1 :]
        assert [replace(verdict, order=0) for verdict in others] == [
            replace(verdict, order=0) for verdict in judge_all(documents)
        ]


class TestDirection:
    """`direction: maximize` works the same with the sign turned."""

    @given(ledgers())
    def test_the_mirrored_ledger_has_the_mirrored_verdicts(self, documents: list[Document]) -> None:
        def without_score(verdict: Verdict) -> Verdict:
            return replace(verdict, score=None)

        plain = judge_all(documents)
        mirrored = judge_all([mirror(document) for document in documents], MIRRORED)
        assert list(map(without_score, mirrored)) == list(map(without_score, plain))


@dataclass
class Counter:
    """k and look of each config against one incumbent."""

    places: dict[str, tuple[int, int]] = field(default_factory=dict)

    def judged(self, digest: str) -> tuple[int, int]:
        k, look = self.places.get(digest, (len(self.places) + 1, 0))
        self.places[digest] = k, look + 1
        return self.places[digest]


class TestNumbers:
    """k counts the configs judged against the incumbent; reinstatement brings its k back."""

    @given(ledgers(max_size=20), st.sampled_from([RULES, QUICK]))
    def test_k_and_look_follow_a_plain_count(self, documents: list[Document], rules: Lane) -> None:
        landed, reigns = land_all(documents), [Counter()]
        for verdict, event in zip(judge_all(documents, rules), landed, strict=True):
            if verdict.stats is not None:
                place = reigns[-1].judged(event.row.config_digest)
                assert (verdict.stats.k, verdict.stats.look) == place
            if verdict.verdict_class == "improvement":
                reigns.append(Counter())
            if verdict.reason == "not_confirmed":
                reigns.pop()

    @given(ledgers(max_size=20))
    def test_levels_spent_against_one_incumbent_stay_below_alpha(
        self, documents: list[Document]
    ) -> None:
        spent: dict[Any, float] = {}
        for verdict in judge_all(documents, QUICK):
            if verdict.stats is not None:
                key = verdict.incumbent_before
                spent[key] = spent.get(key, 0.0) + verdict.stats.alpha
        assert all(total < QUICK.decision.alpha for total in spent.values())

    @given(ledgers())
    def test_a_replicate_leaves_every_number_as_it_was(self, documents: list[Document]) -> None:
        state, _ = fold(RULES, land_all(documents))
        if state.reign is None:
            return
        digest = state.reign.config.digest
        twin = next(d for d in documents if land(d).row.config_digest == digest)
        tickets = {name: (t.k, t.look) for name, t in state.reign.tickets.items()}
        again = run("twin", {99: 1.0}, knob=twin["config"]["knob"], metric="score")
        after, found = fold(RULES, land_all([*documents, again]))
        assert found[-1].reason in {"replicate", "not_confirmed"}
        if found[-1].reason == "replicate":
            assert after.reign is not None
            assert {n: (t.k, t.look) for n, t in after.reign.tickets.items()} == tickets


class TestWindow:
    """The stop window holds distinct configs judged against the incumbent, never the incumbent."""

    @given(ledgers(max_size=20), st.sampled_from([RULES, QUICK]))
    def test_it_holds_the_judged_and_the_diverged(
        self, documents: list[Document], rules: Lane
    ) -> None:
        state, _ = fold(rules, land_all(documents))
        if state.reign is None:
            return
        window, tickets = state.reign.window.entries, state.reign.tickets
        assert state.reign.config.digest not in window
        assert set(tickets) <= set(window)
        for digest in set(window) - set(tickets):
            assert window[digest].reason == "diverged"
            assert window[digest].is_cleared


class TestNoise:
    """Noise is pooled over all configs of the lane with two or more scores."""

    @given(ledgers(max_size=20))
    def test_the_running_pool_equals_the_pool_of_all_configs(
        self, documents: list[Document]
    ) -> None:
        state, _ = fold(RULES, land_all(documents))
        df, squares = 0, 0.0
        for config in state.configs.values():
            scores = config.values
            if len(set(scores)) > 1:
                centre = sum(scores) / len(scores)
                df += len(scores) - 1
                squares += sum((score - centre) ** 2 for score in scores)
        variance = (10 * 0.0005**2 + squares) / (10 + df)
        assert state.noise.nu_obs == df
        assert state.noise.sigma**2 == pytest.approx(variance, rel=1e-9)


class TestBlockers:
    """A blocker is open until a later valid scored row names it or has its digest."""

    @given(ledgers(max_size=16))
    def test_open_blockers_are_the_blocked_rows_nobody_settled(
        self, documents: list[Document]
    ) -> None:
        landed = land_all(documents)
        state, found = fold(RULES, landed)
        unsettled: dict[str, LandedRow] = {}
        for event, verdict in zip(landed, found, strict=True):
            if verdict.verdict_class == "blocked":
                unsettled[event.row.run_id] = event
            elif verdict.verdict_class != "invalid" and verdict.reason != "diverged":
                unsettled = {
                    name: other
                    for name, other in unsettled.items()
                    if name not in event.row.resolves
                    and other.row.config_digest != event.row.config_digest
                }
        assert set(state.blockers) == set(unsettled)
