"""Files of a new ledger."""

from homegolf_git.core.model.naming import LADDER_PATH, LaneId, lane_path
from homegolf_git.core.views.init import Begun, json, text

LANE = LaneId("h100")
RULES = lane_path(LANE)
PULL = (
    "in every clone: git config pull.rebase true, because rows count in the order of the main line"
)


class TestText:
    """A line a file, and what to do next."""

    def test_a_new_lane_is_to_get_its_numbers(self) -> None:
        assert list(text(Begun([LANE], [RULES, LADDER_PATH], []))) == [
            f"wrote {RULES}",
            f"wrote {LADDER_PATH}",
            f"next: set the numbers in {RULES}, then commit it all",
            PULL,
        ]

    def test_a_ladder_that_was_there_is_to_be_extended(self) -> None:
        found = list(text(Begun([LANE], [RULES], [LADDER_PATH])))
        assert found[1] == f"left {LADDER_PATH}: it is there already"
        assert found[-2:] == [f"and add h100 to the lanes of {LADDER_PATH}", PULL]

    def test_rules_that_were_there_need_nothing(self) -> None:
        found = list(text(Begun([LANE], [LADDER_PATH], [RULES])))
        assert found == [f"wrote {LADDER_PATH}", f"left {RULES}: it is there already"]


def test_the_document_has_the_files_and_no_finding() -> None:
    assert json(Begun([LANE], [RULES], [LADDER_PATH])) == {
        "written": [RULES],
        "left": [LADDER_PATH],
        "findings": [],
    }
