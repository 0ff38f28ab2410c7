"""The tags that changes of incumbent want, and what is wrong with those that are there (section 8)."""

from typing import Any, ClassVar

import pytest

from homegolf_git.core.judge.ledger import IncumbentChange, LaneLedger
from homegolf_git.core.judge.replay import incumbent_changes, judge_lane
from homegolf_git.core.judge.tagseries import (
    Tag,
    headline,
    incumbent_document,
    link,
    pointer_document,
    promoted_runs,
    promotion_document,
    series_findings,
    unread_tag,
    verified_numbers,
)
from homegolf_git.core.model.findings import CODES
from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.values import Document, replace
from tests.build import SHA
from tests.core.build import BASELINE
from tests.core.ledgers import BAD_FRESH, BEST, WINNER, landed_lane

NAME = LaneId("local-cluster")
FIRST, SECOND, THIRD = (f"incumbents/{NAME}/000{n}" for n in (1, 2, 3))
POINTER = f"incumbent/{NAME}"


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

    def test_behind_those_that_were_found_right_before(self) -> None:
        series = Series(BASELINE, WINNER, BEST)
        series.edit(FIRST, target=Oid("9" * 40))
        series.edit(THIRD, target=Oid("9" * 40))
        found = list(series_findings(NAME, series.ledger, series.changes, series.tags, 1))
        assert [(item.code, item.path) for item in found] == [("tag_moved", THIRD)]


class TestVerified:
    """Tags that were found right before are not opened again while they are the same objects."""

    OIDS: ClassVar[dict[str, Oid]] = {FIRST: Oid("1"), SECOND: Oid("2"), THIRD: Oid("3")}

    @pytest.mark.parametrize(
        ("tags", "number"),
        [
            ({}, 3),
            ({THIRD: Oid("9")}, 2),
            ({SECOND: Oid("9")}, 1),
            ({FIRST: Oid("9")}, 0),
        ],
    )
    def test_from_the_first_on(self, tags: dict[str, Oid], number: int) -> None:
        assert verified_numbers(NAME, self.OIDS, self.OIDS | tags) == number

    def test_only_what_is_there(self) -> None:
        assert verified_numbers(NAME, self.OIDS, {FIRST: Oid("1")}) == 1
        assert verified_numbers(NAME, {FIRST: Oid("1")}, self.OIDS) == 1

    def test_an_unread_tag_has_its_object_alone(self) -> None:
        tag = unread_tag(FIRST, Oid("1"))
        assert (tag.name, tag.oid, tag.is_annotated, tag.document) == (FIRST, "1", True, None)


class TestPromotions:
    """What a tag of a promotion says, and whom it promotes."""

    def test_its_document(self) -> None:
        ledger = landed_lane(BASELINE, WINNER)
        landed, verdict = ledger.rows[1], judge_lane(ledger).verdicts[1]
        previous = link("promotions/h100/0006", Oid("6"))
        found: Document = promotion_document(
            LaneId("h100"), 7, landed, verdict, SHA, {"transfer": "unknown"}, previous
        )
        assert (found["kind"], found["lane"], found["number"]) == ("promotion", "h100", 7)
        assert (found["run_id"], found["promoted_from"]) == ("winner", NAME)
        assert (found["row_path"], found["row_blob"]) == (landed.path, landed.blob)
        assert found["verdict"]["class"] == "improvement"
        assert found["checklist"] == {"transfer": "unknown"}
        assert (found["lane_sha256"], found["previous"]) == (SHA, previous)
        assert headline(found) == "h100: go for winner"

    def test_whom_they_promote(self) -> None:
        def tag(name: str, document: dict[str, Any] | None) -> Tag:
            return Tag(name, Oid("1"), is_annotated=True, target=Oid("2"), document=document)

        named = {"run_id": "winner"}
        tags = [
            tag("promotions/h100/0001", named),
            tag("promotions/h100/0002", None),
            tag("promotions/h100/0003", {"run_id": None}),
            tag("incumbents/h100/0001", named),
            tag("v1", named),
        ]
        assert promoted_runs(tags) == {"promotions/h100/0001": "winner"}
