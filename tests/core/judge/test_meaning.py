"""A contract that changes what a score means, under a run that holds the title."""

from typing import Any

import pytest

from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.meaning import landed_meaning, meaning_findings, title_behind
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Evidence, LandedRow
from tests.build import OTHER_SHA, SHA, Document, run
from tests.core.build import BASELINE, SAME, evidence, land, lane
from tests.core.ledgers import WINNER, landed_lane, tried

MODE = "non_overlapping"


def pinned(**contract: Any) -> Lane:  # noqa: ANN401 - JSON values
    return lane(contract=contract)


def facts(**numbers: Any) -> Document:  # noqa: ANN401 - JSON values
    """A first run that states more."""
    return {**BASELINE, "results": [{**entry, **numbers} for entry in BASELINE["results"]]}


def told(before: Lane, after: Lane, *events: Document | LandedRow) -> list[str]:
    """Messages about a change behind these rows."""
    ledger = landed_lane(*events, rules=before)
    title = title_behind(ledger, len(ledger.rows))
    found = list(meaning_findings(title, before, after)) if title else []
    assert {(item.code, item.path) for item in found} <= {
        ("meaning_changed", "ledger/local-cluster/lane.yaml")
    }
    return [item.message for item in found]


class TestChanges:
    """Any change of what was measured is one; a new cap or bar is none."""

    @pytest.mark.parametrize(
        ("name", "was", "now", "says"),
        [
            ("dataset_sha256", SHA, OTHER_SHA, f"dataset_sha256 {SHA} becomes {OTHER_SHA}"),
            ("tokenizer_sha256", SHA, None, f"tokenizer_sha256 {SHA} becomes null"),
            ("evaluated_tokens", 1000, 2000, "evaluated_tokens 1000 becomes 2000"),
            ("evaluated_bytes", 1000, None, "evaluated_bytes 1000 becomes null"),
            ("frozen_sha256", SHA, OTHER_SHA, f"frozen_sha256 {SHA} becomes {OTHER_SHA}"),
            ("frozen_sha256", SHA, None, "becomes null"),
            ("evaluation_modes", [MODE], ["x"], f"evaluation_modes [{MODE}] becomes [x]"),
            ("evaluation_modes", [MODE], [MODE, "x"], f"[{MODE}] becomes [{MODE}, x]"),
            ("evaluation_modes", [MODE, "x"], [MODE], f"[{MODE}, x] becomes [{MODE}]"),
            ("evaluation_modes", [MODE], None, "becomes null"),
        ],
    )
    def test_under_an_incumbent(self, name: str, was: Any, now: Any, says: str) -> None:  # noqa: ANN401
        (message,) = told(pinned(**{name: was}), pinned(**{name: now}), BASELINE)
        assert says in message
        assert message.endswith("under the incumbent baseline")

    def test_where_nobody_holds_the_title(self) -> None:
        before, after = pinned(evaluated_tokens=1000), pinned(evaluated_tokens=2000)
        assert told(before, after) == []
        assert told(before, after, facts(evaluated_tokens=7)) == []  # it is invalid

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (pinned(evaluation_modes=[MODE, "x"]), pinned(evaluation_modes=["x", MODE])),
            (pinned(evaluated_tokens=1000), pinned(evaluated_tokens=1000.0)),
            (pinned(train_seconds_max=600), pinned(train_seconds_max=300, requires=["clean_source"])),
            (lane(), lane(decision={"delta_min": 0.5})),
        ],
    )  # fmt: skip
    def test_no_change_of_meaning(self, before: Lane, after: Lane) -> None:
        assert told(before, after, BASELINE) == []


class TestPins:
    """A pin that says what every score of the incumbent states already changes nothing."""

    @pytest.mark.parametrize("name", ["dataset_sha256", "tokenizer_sha256"])
    def test_of_a_digest(self, name: str) -> None:
        stated = {**BASELINE, "evaluation": {"mode": MODE, name: SHA}}
        assert told(pinned(), pinned(**{name: SHA}), stated) == []
        assert len(told(pinned(), pinned(**{name: OTHER_SHA}), stated)) == 1
        assert len(told(pinned(), pinned(**{name: SHA}), BASELINE)) == 1

    def test_of_the_frozen_files(self) -> None:
        source = {"revision": "abc1234", "changed_paths": [], "frozen_sha256": SHA}
        stated = {**BASELINE, "source": source}
        again = {**run("again", {7: 1.065}, knob="base"), "source": source}
        after = pinned(frozen_sha256=SHA)
        assert told(pinned(), after, stated, again) == []
        assert len(told(pinned(), pinned(frozen_sha256=OTHER_SHA), stated)) == 1
        assert len(told(pinned(), after, BASELINE)) == 1
        other = {**again, "source": {**source, "frozen_sha256": OTHER_SHA}}
        assert len(told(pinned(), after, stated, other)) == 1
        shown = Evidence(SHA, (), added={"source.frozen_sha256": SHA})
        assert told(pinned(), after, land(BASELINE, shown, position=1)) == []

    def test_of_the_mode(self) -> None:
        assert told(pinned(), pinned(evaluation_modes=[MODE]), BASELINE) == []
        assert len(told(pinned(), pinned(evaluation_modes=["x"]), BASELINE)) == 1
        assert len(told(pinned(), pinned(evaluation_modes=[MODE, "x"]), BASELINE)) == 1

    @pytest.mark.parametrize("name", ["evaluated_tokens", "evaluated_bytes"])
    def test_of_a_number(self, name: str) -> None:
        assert told(pinned(), pinned(**{name: 1000}), facts(**{name: 1000})) == []
        assert len(told(pinned(), pinned(**{name: 1000}), facts(**{name: 999}))) == 1
        assert len(told(pinned(), pinned(**{name: 1000}), BASELINE)) == 1

    def test_every_row_of_the_config_counts_and_no_other(self) -> None:
        after = pinned(evaluated_tokens=1000)
        first = facts(evaluated_tokens=1000)
        again = run("again", {7: 1.065}, knob="base")
        other, broken = tried("other", SAME), {**again, "run_id": "broken", "seeds_run": 0}
        assert told(pinned(), after, first, other, broken) == []
        assert len(told(pinned(), after, first, again)) == 1

    @pytest.mark.parametrize(("tokens", "n_found"), [(1000, 0), (999, 1)])
    def test_a_receipt_states_it_as_well(self, tokens: int, n_found: int) -> None:
        shown = [
            evidence({"val_bpb": entry["val_bpb"], "evaluated_tokens": tokens}, seed=entry["seed"])
            for entry in BASELINE["results"]
        ]
        after = pinned(evaluated_tokens=1000)
        assert len(told(pinned(), after, land(BASELINE, *shown, position=1))) == n_found

    def test_what_a_receipt_states_of_the_whole_run(self) -> None:
        shown = Evidence(SHA, (), evidence({"evaluated_tokens": 7}).observations[0].numbers)
        landed = land(facts(evaluated_tokens=1000), shown, position=1)
        assert len(told(pinned(), pinned(evaluated_tokens=1000), landed)) == 1

    def test_a_pin_is_not_given_up(self) -> None:
        first = facts(evaluated_tokens=1000)
        ledger = landed_lane(first, pinned(evaluated_tokens=1000), rules=pinned())
        title = title_behind(ledger, 1)
        assert title is not None
        assert len(list(meaning_findings(title, ledger.current.lane, pinned()))) == 1


class TestLanded:
    """What landed past the gate: past verdicts stay, and the ledger says so."""

    OLD, NEW = pinned(evaluated_tokens=1000), pinned(evaluated_tokens=2000)
    FIRST = facts(evaluated_tokens=1000)
    SECOND = WINNER | {"results": [{**e, "evaluated_tokens": 2000} for e in WINNER["results"]]}

    def found(self, *events: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - of any kind
        ledger = landed_lane(*events, rules=self.OLD)
        found: list[Finding] = list(landed_meaning(ledger))
        return [(item.code, item.severity) for item in found]

    def test_none(self) -> None:
        assert self.found(self.FIRST, lane(contract={"evaluated_tokens": 1000}, title="x")) == []
        assert self.found(self.NEW, self.SECOND) == []

    def test_it_is_an_error(self) -> None:
        assert self.found(self.FIRST, self.NEW) == [("meaning_changed", "error")]
        assert self.found(self.FIRST, self.NEW, self.SECOND) == [("meaning_changed", "error")]

    def test_put_back_before_it_judged_a_score_it_is_a_note(self) -> None:
        note = [("meaning_changed", "note")]
        assert self.found(self.FIRST, self.NEW, self.OLD) == note
        assert self.found(self.FIRST, self.NEW, self.FIRST | {"run_id": "b"}, self.OLD) == note

    def test_put_back_too_late_it_is_an_error_until_those_runs_are_retracted(self) -> None:
        events = (self.FIRST, self.NEW, self.SECOND, self.OLD)
        assert ("meaning_changed", "error") in self.found(*events)
        assert self.found(*events, "winner") == [("meaning_changed", "note")]

    def test_the_title_of_that_time_counts(self) -> None:
        ledger = landed_lane(self.FIRST, self.NEW, self.SECOND, self.NEW, rules=self.OLD)
        assert isinstance(ledger, LaneLedger)
        (found,) = landed_meaning(ledger)
        assert found.message.endswith("under the incumbent baseline")
