"""Whether a run may go up the ladder: each item of the checklist, and what makes it no-go."""

from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Evidence, Observation, Reading
from homegolf_git.core.model.values import replace
from homegolf_git.core.search.promotion import Candidate, Item, checklist, in_flight, unproven
from tests.build import SHA, Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, land, lane, replay
from tests.core.ledgers import cleared, tried

NOW = datetime(2026, 4, 1, tzinfo=UTC)
MODEL = {"role": "model", "uri": "s3://b/m", "sha256": SHA, "bytes": 15_000_000}
RECEIPT = {"kind": "k", "path": "a.json", "sha256": SHA}
NUMBERS = {"artifact_bytes": 15_000_000, "train_seconds": 599.0}
TAG = "promotions/h100/0001"


def winner(**facts: Any) -> Document:  # noqa: ANN401 - JSON values
    """A run that has all that a promotion asks for."""
    proofs: Document = {"artifacts": [MODEL], "receipts": [RECEIPT], "extra": NUMBERS}
    return tried("winner", MUCH_BETTER, **{**proofs, **facts})


def fresh(of: Document, *scores: float) -> Document:
    return run("fresh", dict(enumerate(scores, start=11)), config=of["config"], base="baseline")


def climbed(**facts: Any) -> list[Document]:  # noqa: ANN401 - JSON values
    """A lane with measured noise whose incumbent is a confirmed winner."""
    won = winner(**facts)
    return [BASELINE, *cleared(2, 2), won, fresh(won, 1.0450, 1.0452, 1.0448, 1.0451)]


def candidate(
    events: list[Document],
    *above: Document,
    run_id: str = "winner",
    promoted: dict[str, str] | None = None,
    rules: Document | None = None,
    **promotion: Any,  # noqa: ANN401 - JSON values
) -> Candidate:
    """A run of a lane on its way to a lane that has the rows `above`."""
    target = lane(lane="h100", needs_promotion_from="local-cluster",
                  promotion=promotion, **(rules or {}))  # fmt: skip
    named = {tag: RunId(name) for tag, name in (promoted or {}).items()}
    rows = [land(document | {"lane": "h100"}, is_promoted=True) for document in above]
    return Candidate(RunId(run_id), replay(*events)[0], replay(*rows, rules=target)[0], named, NOW)


def items(found: Candidate) -> dict[str, Item]:
    return {item.name: item for item in checklist(found)}


def no_go(found: Candidate) -> list[str]:
    return [item.name for item in checklist(found) if not item.is_go]


class TestScorer:
    """A score that the training process reported itself is never promoted, where a lane scores apart."""

    BY_SCORER: ClassVar[Document] = {
        "mode": "non_overlapping", "scorer": {"revision": "abcdef1", "command": "s"},
    }  # fmt: skip

    @pytest.mark.parametrize(
        "rules",
        [
            {"contract": {"frozen_paths": ["eval/**"]}},
            {"capture": {"scorer": {"command": "s", "report": "r"}}},
        ],
    )
    def test_on_such_a_lane(self, rules: Document) -> None:
        events = climbed()
        found = replace(candidate(events), source=replay(*events, rules=lane(**rules))[0])
        assert no_go(found) == ["scored_apart"]
        assert "training process" in items(found)["scored_apart"].evidence

    def test_a_scorer_is_go(self) -> None:
        rules = lane(contract={"frozen_paths": ["eval/**"]})
        scored = [{**event, "evaluation": self.BY_SCORER} for event in climbed()]
        found = replace(candidate(scored), source=replay(*scored, rules=rules)[0])
        assert items(found)["scored_apart"].is_go

    def test_one_row_of_the_config_is_enough(self) -> None:
        """A receipt may name the scorer of one row, and none that of another."""
        rules = lane(contract={"frozen_paths": ["eval/**"]})
        added = {"evaluation.scorer": {"revision": None, "command": "s"}}
        every = [
            land(event, Evidence(f"{number:064x}", (), added=added))
            for number, event in enumerate(climbed())
        ]
        some = [*every[:-1], land(climbed()[-1])]
        for rows, is_go in ((every, True), (some, False)):
            found = replace(candidate(climbed()), source=replay(*rows, rules=rules)[0])
            assert items(found)["scored_apart"].is_go is is_go

    def test_elsewhere_nobody_asks(self) -> None:
        assert "scored_apart" not in items(candidate(climbed()))


class TestIncumbent:
    """Only the incumbent goes up, confirmed and on a lane that knows its noise."""

    def test_all_is_go(self) -> None:
        found = items(candidate(climbed()))
        assert [item.name for item in found.values() if not item.is_go] == []
        assert list(found) == [
            "is_incumbent", "is_confirmed", "noise_measured", "artifact", "receipt",
            "clean_source", "no_gating_blockers", "plateau_or_gain", "transfer",
            "predicted_gain", "in_flight",
        ]  # fmt: skip
        assert all(item.evidence for item in found.values())

    def test_a_replicate_is_as_good_as_the_row_that_won(self) -> None:
        assert "is_incumbent" not in no_go(candidate(climbed(), run_id="fresh"))

    @pytest.mark.parametrize("run_id", ["baseline", "model-0", "gone"])
    def test_of_another_run_nothing_else_is_asked(self, run_id: str) -> None:
        [item] = checklist(candidate(climbed(), run_id=run_id))
        assert (item.name, item.is_go) == ("is_incumbent", False)
        assert item.evidence.endswith("the incumbent of local-cluster is winner")

    def test_nobody_is(self) -> None:
        [item] = checklist(candidate([]))
        assert item.evidence.endswith("is nobody")

    def test_too_few_fresh_seeds(self) -> None:
        won = winner()
        found = candidate([BASELINE, *cleared(2, 2), won, fresh(won, 1.045)])
        assert no_go(found) == ["is_confirmed"]
        assert items(found)["is_confirmed"].evidence == "1 fresh seeds, 4 are asked"

    def test_a_baseline_improved_nothing(self) -> None:
        found = candidate([BASELINE, *cleared(2, 2)], run_id="baseline")
        assert "is_confirmed" in no_go(found)
        assert "claims no improvement" in items(found)["is_confirmed"].evidence

    def test_noise_that_is_not_measured(self) -> None:
        won = winner()
        found = candidate([run("baseline", [1.065], knob="base"), won, fresh(won, *[1.045] * 4)])
        assert no_go(found) == ["noise_measured"]


class TestSeeds:
    """A gain that was seen under one seed alone may be that seed's."""

    def seeds(self, *numbers: int) -> Item:
        """The item of a baseline with a score of each seed, the same ones as repeats."""
        results = [
            {"seed": seed, "repeat": numbers[:place].count(seed), "val_bpb": 1.065 + place / 1e4}
            for place, seed in enumerate(numbers)
        ]
        base = run("baseline", knob="base", results=results, seeds_run=len(numbers))
        rules = lane(decision={"repeats": "count"})
        source = replay(base, rules=rules)[0]
        return items(replace(candidate([], run_id="baseline"), source=source))["seed_covered"]

    def test_one_seed_run_again(self) -> None:
        item = self.seeds(42, 42, 42)
        assert (item.is_go, item.evidence) == (False, "its scores are of 1 seed, run again")

    def test_two_seeds(self) -> None:
        item = self.seeds(42, 43, 43)
        assert (item.is_go, item.evidence) == (True, "its scores are of 2 seeds")

    def test_a_lane_without_repeats_does_not_ask(self) -> None:
        assert "seed_covered" not in items(candidate(climbed()))


class TestEvidence:
    """The model, a receipt, clean source, and numbers within the limits of the lane above."""

    @pytest.mark.parametrize(
        ("facts", "name"),
        [
            ({"artifacts": []}, "artifact"),
            ({"artifacts": [{**MODEL, "sha256": None}]}, "artifact"),
            ({"artifacts": [{**MODEL, "role": "log"}]}, "artifact"),
            ({"receipts": []}, "receipt"),
            ({"source": {"revision": "68e46b8", "dirty": True}}, "clean_source"),
            ({"source": {"revision": "68e46b8", "dirty": None}}, "clean_source"),
            ({"source": {"revision": None, "dirty": False}}, "clean_source"),
        ],
    )
    def test_what_is_missing(self, facts: Document, name: str) -> None:
        assert name in no_go(candidate(climbed(**facts)))

    def test_a_lane_that_asks_for_no_artifact(self) -> None:
        assert no_go(candidate(climbed(artifacts=[]), require_artifacts=False)) == []

    @pytest.mark.parametrize(("days", "is_go"), [(4, True), (3, False)])
    def test_age(self, days: int, is_go: bool) -> None:
        found = items(candidate(climbed(), max_revision_age_days=days))
        assert found["revision_age"].is_go is is_go
        assert found["revision_age"].evidence.startswith("the run finished 3 days ago")

    @pytest.mark.parametrize(
        ("contract", "name", "is_go"),
        [
            ({"artifact_bytes_max": 15_000_000}, "artifact_bytes", True),
            ({"artifact_bytes_max": 14_999_999}, "artifact_bytes", False),
            ({"train_seconds_max": 598, "train_seconds_tolerance": 1}, "train_seconds", True),
            ({"train_seconds_max": 598, "train_seconds_tolerance": 0.5}, "train_seconds", False),
        ],
    )
    def test_limits_of_the_lane_above(self, contract: Document, name: str, is_go: bool) -> None:
        found = items(candidate(climbed(), rules={"contract": contract}))
        assert found[name].is_go is is_go

    def test_a_number_that_nobody_states_is_within_no_limit(self) -> None:
        rules = {"contract": {"artifact_bytes_max": 10**9}}
        found = items(candidate(climbed(extra={}), rules=rules))
        assert (found["artifact_bytes"].is_go, found["artifact_bytes"].evidence) == (
            False,
            "not stated",
        )


class TestSearch:
    """Blockers, and a gain since the last promotion unless the search has plateaued."""

    @pytest.mark.parametrize(
        ("kinds", "is_go"), [({}, False), ({"gating_blockers": ["oom"]}, False),
                             ({"gating_blockers": ["crash"]}, True),
                             ({"gating_blockers": []}, True)],
    )  # fmt: skip
    def test_blockers(self, kinds: Document, is_go: bool) -> None:
        found = items(candidate([*climbed(), failed("oom-1", knob="x")], **kinds))
        assert found["no_gating_blockers"].is_go is is_go
        assert found["no_gating_blockers"].evidence == f"open: {'none' if is_go else 'oom-1'}"

    @pytest.mark.parametrize(("least", "is_go"), [(0.01, True), (0.03, False)])
    def test_a_gain_since_the_first_incumbent(self, least: float, is_go: bool) -> None:
        item = items(candidate(climbed(), min_gain=least))["plateau_or_gain"]
        assert item.is_go is is_go
        assert "+0.0200 since the first incumbent" in item.evidence

    @pytest.mark.parametrize(
        ("promoted", "words"),
        [
            ({TAG: "baseline"}, "+0.0200 since the promotion of baseline"),
            ({TAG: "baseline", "promotions/h100/0002": "winner"}, "since the promotion of winner"),
            ({TAG: "baseline", "promotions/h100/0002": "gone"}, "since the promotion of baseline"),
            ({TAG: "gone"}, "since the first incumbent"),
        ],
    )
    def test_a_gain_since_the_latest_promotion(self, promoted: dict[str, str], words: str) -> None:
        found = candidate(climbed(), promoted=promoted)
        assert words in items(found)["plateau_or_gain"].evidence

    def test_a_plateau_asks_for_no_gain(self) -> None:
        tries = [
            tried(f"{side}{i}", [1.0451, 1.0449, 1.0450], side=side)
            for i in range(20)
            for side in ("system", "model")
        ]
        item = items(candidate([*climbed(), *tries], min_gain=1.0))["plateau_or_gain"]
        assert (item.is_go, item.evidence) == (True, "the lane below has plateaued")


class TestTransfer:
    """What is known of the lanes: a gain that is expected to count above."""

    def pairs(self, sign: float) -> tuple[list[Document], list[Document]]:
        """Five changes below, and what they did above: as much, times `sign`."""
        low, high = [BASELINE], [run("up", [0.95], config=BASELINE["config"])]
        for i in range(5):
            config = {"knob": "base", "model": {f"x{i}": 1}}
            score = 1.0750 + i / 1000
            low.append(run(f"r{i}", [score, score + 0.0002], config=config, base="baseline"))
            above = 0.95 + sign * (score - 1.065)
            high.append(run(f"up{i}", [above], config=config, base="up"))
        return low, high

    def test_nothing_is_known_yet(self) -> None:
        found = items(candidate(climbed()))
        assert (
            found["transfer"].evidence
            == "unknown: 0 of 0 agree in sign, and only refuted gains hold a run back"
        )
        assert "calibration" in found["predicted_gain"].evidence

    @pytest.mark.parametrize(("sign", "state"), [(1.0, "supported"), (-1.0, "refuted")])
    def test_what_pairs_say(self, sign: float, state: str) -> None:
        low, high = self.pairs(sign)
        found = items(candidate([*low, *climbed()[-2:]], *high))
        assert found["transfer"].evidence.startswith(state)
        assert found["transfer"].is_go is (sign > 0)
        assert found["predicted_gain"].is_go is (sign > 0)
        assert "calibration" not in found["predicted_gain"].evidence

    def test_a_gain_that_would_not_count_above(self) -> None:
        found = candidate(climbed(), rules={"decision": {"delta_min": 0.03}})
        assert no_go(found) == ["predicted_gain"]


class TestInFlight:
    """Promotions whose result has not landed above yet."""

    def test_none(self) -> None:
        assert in_flight(candidate(climbed())) == []

    def test_until_a_row_above_names_it(self) -> None:
        promoted = {TAG: "winner"}
        named = run("up", promotion=TAG)
        assert in_flight(candidate(climbed(), promoted=promoted)) == [TAG]
        assert in_flight(candidate(climbed(), run("up"), promoted=promoted)) == [TAG]
        assert in_flight(candidate(climbed(), named, promoted=promoted)) == []

    @pytest.mark.parametrize(("most", "is_go"), [({}, False), ({"max_in_flight": 2}, True)])
    def test_how_many_may_be(self, most: Document, is_go: bool) -> None:
        found = items(candidate(climbed(), promoted={TAG: "baseline"}, **most))["in_flight"]
        assert found.is_go is is_go
        assert TAG in found.evidence


class TestUnproven:
    """What a run is promoted for is stated by a report of a machine, or it is a word."""

    ROW = run("one", {1: 1.05, 2: 1.06}, receipts=[RECEIPT])

    def shown(self, *seeds: int, devices: bool = True, **numbers: float) -> Evidence:
        scores = {1: 1.05, 2: 1.06}
        seen = tuple(
            Observation(seed, {"val_bpb": Reading(scores[seed], 1e-9)} | {name: Reading(value, 0) for name, value in numbers.items()})
            for seed in seeds
        )  # fmt: skip
        return Evidence(SHA, seen, names_devices=devices)

    def said(self, *shown: Evidence) -> str:
        found = unproven(land(self.ROW, *shown), "val_bpb")
        return found.message if found is not None else ""

    def test_a_text_file_states_nothing(self) -> None:
        assert self.said(Evidence(SHA, ())) == (
            "1 receipt of one, none of which states val_bpb of each seed, train_tokens, hardware"
        )

    def test_a_report_of_each_seed(self) -> None:
        assert self.said(self.shown(1, 2, train_tokens=1e9)) == ""
        of_run = Evidence(SHA, (), {"train_tokens": Reading(1e9, 0)})
        assert self.said(self.shown(1, 2), of_run) == ""

    def test_each_fact_is_named(self) -> None:
        assert self.said(self.shown(1, train_tokens=1e9)).endswith("states val_bpb of each seed")
        assert self.said(self.shown(1, 2)).endswith("states train_tokens")
        assert self.said(self.shown(1, 2, devices=False, train_tokens=1e9)).endswith(
            "states hardware"
        )
