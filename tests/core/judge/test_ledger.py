"""Changes of incumbent, their numbers and causes, and the tags they want (section 8)."""

from typing import Any

import pytest

from homegolf_git.core.judge.ledger import IncumbentChange, LaneLedger, Ledger
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane
from homegolf_git.core.judge.tagseries import (
    Tag,
    headline,
    incumbent_document,
    link,
    pointer_document,
    series_findings,
)
from homegolf_git.core.model.findings import CODES
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.values import replace
from tests.build import Document, failed, run
from tests.core.build import BASELINE, MUCH_BETTER, SAME, lane
from tests.core.ledgers import around, landed_lane, tried

NAME = LaneId("local-cluster")
WINNER = tried("winner", MUCH_BETTER)
BEST = tried("best", around(1.02), base="winner")
BAD_FRESH = run("bad", {i: 1.065 + i / 1e5 for i in range(11, 15)}, config=WINNER["config"])
FIRST, SECOND, THIRD = (f"incumbents/{NAME}/000{n}" for n in (1, 2, 3))
POINTER = f"incumbent/{NAME}"


def told(*events: Any) -> list[tuple[int, str | None, str, str]]:  # noqa: ANN401
    return [
        (change.number, change.run_id, change.cause, change.cause_run_id)
        for change in incumbent_changes(landed_lane(*events))
    ]


class TestChanges:
    """Each change takes the next number, on the commit that caused it."""

    def test_improvements(self) -> None:
        assert told(BASELINE, tried("same", SAME), WINNER, failed("oom"), BEST) == [
            (1, "baseline", "improvement", "baseline"),
            (2, "winner", "improvement", "winner"),
            (3, "best", "improvement", "best"),
        ]

    @pytest.mark.parametrize("events", [(), (failed("oom"),), (run("x", seeds_run=0),)])
    def test_none(self, events: tuple[Document, ...]) -> None:
        assert told(*events) == []

    def test_a_failed_confirmation(self) -> None:
        assert told(BASELINE, WINNER, BAD_FRESH, BEST) == [
            (1, "baseline", "improvement", "baseline"),
            (2, "winner", "improvement", "winner"),
            (3, "baseline", "not_confirmed", "bad"),
            (4, "best", "improvement", "best"),
        ]

    def test_a_retraction_of_the_incumbent(self) -> None:
        ledger = landed_lane(BASELINE, WINNER, "winner")
        found = incumbent_changes(ledger)
        assert told(BASELINE, WINNER, "winner")[2:] == [(3, "baseline", "retraction", "winner")]
        assert found[-1].commit == ledger.retractions[0].commit
        assert found[-1].verdict.reason == "retracted"

    def test_a_retraction_of_what_was_displaced(self) -> None:
        """Without the middle one the last would still have won: nothing changes."""
        assert len(told(BASELINE, WINNER, BEST, "winner")) == 3

    def test_a_retraction_that_lets_another_win(self) -> None:
        close = tried("close", [1.0449, 1.0442, 1.0456], side="system")
        assert told(BASELINE, WINNER, close, "winner")[-1] == (3, "close", "retraction", "winner")

    def test_nobody_left(self) -> None:
        assert told(BASELINE, "baseline") == [
            (1, "baseline", "improvement", "baseline"),
            (2, None, "retraction", "baseline"),
        ]
        assert told(BASELINE, "baseline", WINNER)[2] == (3, "winner", "improvement", "winner")

    @pytest.mark.parametrize(
        "events",
        [
            (BASELINE, failed("oom"), "oom"),
            (BASELINE, tried("same", SAME), "same"),
            (BASELINE, run("x", seeds_run=0), "x"),
            ("winner", BASELINE, WINNER),
            (BASELINE, "gone"),
        ],
        ids=["blocked", "a challenger", "invalid", "before it landed", "no such run"],
    )
    def test_retractions_that_change_nothing(self, events: tuple[Any, ...]) -> None:
        assert told(*events) == [(1, "baseline", "improvement", "baseline")]

    def test_rules_are_those_in_force(self) -> None:
        other = lane(title="Other")
        ledger = landed_lane(BASELINE, other, WINNER)
        told = [change.lane_sha256 for change in incumbent_changes(ledger)]
        assert told == [rules.sha256 for rules in ledger.rules]

    def test_the_last_is_the_incumbent_of_the_fold(self) -> None:
        for events in (
            (BASELINE, WINNER, BAD_FRESH),
            (BASELINE, WINNER, BEST, "best"),
            (BASELINE,),
        ):
            ledger = landed_lane(*events)
            assert incumbent_changes(ledger)[-1].run_id == judge_lane(ledger).state.incumbent


class TestLedger:
    """Lanes in the ladder's order, and events in the order of landing."""

    def test_lane_order(self) -> None:
        ladder = (LaneId("b"), LaneId("gone"), LaneId("a"))
        lanes = {LaneId(name): landed_lane() for name in ("z", "a", "b", "c")}
        assert Ledger(Oid("0"), ladder, lanes).lane_order() == ["b", "a", "c", "z"]

    def test_events(self) -> None:
        ledger = landed_lane(BASELINE, lane(), WINNER, "winner")
        assert [event.position for event in ledger.events()] == [0, 1, 2, 3, 4]
        assert ledger.current is ledger.rules[-1]
        assert ledger.retracted == {"winner"}


class Series:
    """A lane whose tags are all as the rows want them."""

    def __init__(self, *events: Any) -> None:  # noqa: ANN401 - documents, lanes, retractions
        self.ledger: LaneLedger = landed_lane(*events)
        self.changes: list[IncumbentChange] = list(incumbent_changes(self.ledger))
        self.tags: dict[str, Tag] = {}
        previous = None
        for change in self.changes:
            name = f"incumbents/{NAME}/{change.number:04d}"
            document = incumbent_document(NAME, self.ledger, change, previous)
            oid = Oid(f"{change.number:040x}")
            self.tags[name] = Tag(name, oid, True, change.commit, document)  # noqa: FBT003
            previous = link(name, oid)
        if self.changes:
            last = self.tags[name]
            assert last.document is not None
            pointer = pointer_document(last.document, last.name, last.oid)
            self.tags[POINTER] = Tag(POINTER, Oid("f" * 40), True, last.target, pointer)  # noqa: FBT003

    def edit(self, name: str, **changes: Any) -> None:  # noqa: ANN401 - fields of a tag
        self.tags[name] = replace(self.tags[name], **changes)

    def say(self, name: str, **fields: Any) -> None:  # noqa: ANN401 - JSON values
        self.edit(name, document={**(self.tags[name].document or {}), **fields})

    def found(self) -> dict[str, set[str]]:
        codes: dict[str, set[str]] = {}
        for item in series_findings(NAME, self.ledger, self.changes, self.tags):
            assert item.severity == "error"
            assert item.message
            assert item.fix
            assert item.code in CODES
            codes.setdefault(item.path, set()).add(item.code)
        return codes


class TestTags:
    """What is wrong with a lane's tags."""

    @pytest.mark.parametrize(
        "events",
        [
            (),
            (BASELINE,),
            (BASELINE, WINNER, BEST),
            (BASELINE, "baseline"),
            (BASELINE, WINNER, BAD_FRESH),
        ],
    )
    def test_nothing(self, events: tuple[Any, ...]) -> None:
        assert Series(*events).found() == {}

    @pytest.mark.parametrize(
        ("name", "fields"),
        [
            (SECOND, {"run_id": "other"}),
            (SECOND, {"row_blob": "0" * 40}),
            (SECOND, {"lane_sha256": "0" * 64}),
            (SECOND, {"verdict": {"class": "improvement", "reason": "strict", "delta": 1.0}}),
            (SECOND, {"cause": "retraction"}),
            (SECOND, {"number": 3}),
            (SECOND, {"kind": "promotion"}),
            (SECOND, {"lane": "h100"}),
            (POINTER, {"run_id": "other"}),
            (POINTER, {"number": 9}),
            (POINTER, {"number": "3"}),
        ],
    )
    def test_forged(self, name: str, fields: dict[str, Any]) -> None:
        series = Series(BASELINE, WINNER, BEST)
        series.say(name, **fields)
        assert series.found() == {name: {"tag_forged"}}

    @pytest.mark.parametrize("name", [FIRST, SECOND, THIRD, POINTER])
    def test_lightweight_unreadable_and_moved(self, name: str) -> None:
        changes: list[tuple[dict[str, Any], str]] = [
            ({"is_annotated": False, "document": None}, "tag_lightweight"),
            ({"document": None}, "tag_unreadable"),
            ({"target": Oid("9" * 40)}, "tag_moved"),
        ]
        for change, code in changes:
            series = Series(BASELINE, WINNER, BEST)
            series.edit(name, **change)
            assert series.found() == {name: {code}}

    @pytest.mark.parametrize("name", [FIRST, SECOND, THIRD, POINTER])
    def test_missing(self, name: str) -> None:
        series = Series(BASELINE, WINNER, BEST)
        del series.tags[name]
        assert series.found() == {name: {"tag_missing"}}

    def test_all_missing(self) -> None:
        series = Series(BASELINE, WINNER, BEST)
        series.tags.clear()
        assert series.found() == {name: {"tag_missing"} for name in (FIRST, SECOND, THIRD, POINTER)}

    def test_made_anew_breaks_the_chain_behind_it(self) -> None:
        series = Series(BASELINE, WINNER, BEST)
        series.edit(FIRST, oid=Oid("7" * 40))
        assert series.found() == {SECOND: {"tag_broken_chain"}}
        series = Series(BASELINE, WINNER, BEST)
        series.edit(THIRD, oid=Oid("7" * 40))
        assert series.found() == {POINTER: {"tag_broken_chain"}}

    @pytest.mark.parametrize("previous", [None, {"tag": THIRD, "oid": "0" * 40}, "text", 7])
    def test_a_chain_that_names_another(self, previous: Any) -> None:  # noqa: ANN401
        series = Series(BASELINE, WINNER, BEST)
        series.say(SECOND, previous=previous)
        assert series.found() == {SECOND: {"tag_broken_chain"}}

    def test_a_number_too_many(self) -> None:
        series = Series(BASELINE)
        series.tags[SECOND] = replace(series.tags[FIRST], name=SECOND)
        assert series.found() == {SECOND: {"tag_forged"}}

    def test_a_pointer_where_nobody_ever_was(self) -> None:
        series = Series()
        series.tags[POINTER] = Tag(POINTER, Oid("1" * 40), True, Oid("2" * 40), {})  # noqa: FBT003
        assert series.found() == {POINTER: {"tag_forged"}}

    def test_a_pointer_that_lags(self) -> None:
        series, before = Series(BASELINE, WINNER, BEST), Series(BASELINE, WINNER)
        series.tags[POINTER] = before.tags[POINTER]
        assert series.found() == {POINTER: {"tag_stale"}}

    def test_tags_of_others_are_theirs(self) -> None:
        series = Series(BASELINE)
        for name in ("incumbents/h100/0001", f"promotions/{NAME}/0009", "v1"):
            series.tags[name] = replace(series.tags[FIRST], name=name)
        assert series.found() == {}

    @pytest.mark.parametrize(
        ("document", "text"),
        [
            ({"kind": "incumbent", "number": 3, "run_id": "r"}, "incumbent 3 is r"),
            ({"kind": "incumbent", "number": 3, "run_id": None}, "incumbent 3 is nobody"),
            ({"kind": "pointer", "number": 3, "run_id": "r"}, "the incumbent is r"),
            ({"kind": "promotion", "number": 3, "run_id": "r"}, "go for r"),
        ],
    )
    def test_the_line_for_a_person(self, document: dict[str, Any], text: str) -> None:
        assert headline({"lane": NAME, **document}) == f"{NAME}: {text}"
