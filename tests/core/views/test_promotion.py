"""A decision up the ladder."""

import inspect
import re

from homegolf_git.core.model.naming import LaneId, Oid, RunId
from homegolf_git.core.model.values import replace
from homegolf_git.core.search import promotion as checklist_module
from homegolf_git.core.search.promotion import Item
from homegolf_git.core.views import promotion as view
from homegolf_git.core.views.promotion import Promotion, json, text
from tests.core.views.build import NAME

KEPT = Item("noise_measured", is_go=True, evidence="measured on 9 degrees of freedom")
BROKEN = Item("receipt", is_go=False, evidence="0 receipts")
GO = Promotion(RunId("winner"), NAME, LaneId("h100"), [KEPT], is_go=True, is_dry_run=False)
TAGGED = replace(GO, tag="promotions/h100/0001", oid=Oid("ab" * 20))


class TestText:
    """The decision, its reasons, and what to do with the tag."""

    def test_one_item_that_is_no_go_stands_out(self) -> None:
        found = replace(GO, items=[KEPT, BROKEN], is_go=False)
        assert list(text(found)) == [
            "winner from local-cluster to h100: no-go",
            "  go    noise_measured: measured on 9 degrees of freedom",
            "  NO-GO receipt: 0 receipts",
            "        to mend it: record a run of this config with the report that proves its score",
        ]

    def test_a_tag_that_was_made_is_to_be_named_in_the_row_above(self) -> None:
        first, *_, last = text(TAGGED)
        assert first.endswith(": go")
        assert last == (
            "created promotions/h100/0001: name it under `promotion` in the run's row on h100"
        )

    def test_without_a_tag_nothing_is_said_of_one(self) -> None:
        assert len(list(text(GO))) == 2


class TestJson:
    """The checklist and the tag."""

    def test_a_promotion(self) -> None:
        assert json(TAGGED) == {
            "run_id": "winner",
            "from": "local-cluster",
            "to": "h100",
            "dry_run": False,
            "items": [{"name": KEPT.name, "is_go": True, "evidence": KEPT.evidence, "fix": ""}],
            "tag": "promotions/h100/0001",
            "oid": "ab" * 20,
            "findings": [],
        }

    def test_without_a_tag_both_are_null(self) -> None:
        found = json(replace(GO, is_dry_run=True))
        assert (found["tag"], found["oid"], found["dry_run"]) == (None, None, True)


def test_every_item_of_the_checklist_has_something_that_mends_it() -> None:
    source = inspect.getsource(checklist_module)
    names = set(re.findall(r'Item\(\s*"(\w+)"', source)) | {"artifact_bytes", "train_seconds"}
    assert names == set(view._MENDS)
