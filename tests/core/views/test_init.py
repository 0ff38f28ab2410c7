"""Files of a new ledger."""

from homegolf_git.core.model.autoresearch import Trainer
from homegolf_git.core.model.naming import LADDER_PATH, LaneId, lane_path
from homegolf_git.core.views.init import Begun, Moved, Opened, json, moved_json, moved_text, text

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


TRAINER = Trainer("", None, "ab" * 32, "uv run train.py", ("train.py", "*.md"))


class TestMoved:
    """A trainer's repository: what the lane asks, and the next command last."""

    def test_a_new_lane(self) -> None:
        opened = Opened([LANE], [RULES, LADDER_PATH], branch="runs", beside=["homegolf.md"])
        found = list(moved_text(Moved(opened, LANE, TRAINER)))
        assert found[0].startswith(f"committed {RULES} and 1 more to branch runs")
        assert "uv run train.py, 300 s, for prepare.py states no TIME_BUDGET" in found[1]
        assert "wrote homegolf.md" in found
        assert not [line for line in found if "import" in line]
        assert found[-1] == "next: homegolf capture --lane h100, which makes the baseline"
        assert moved_json(Moved(opened, LANE, TRAINER))["beside"] == ["homegolf.md"]

    def test_in_a_folder_with_a_log_where_the_lane_was_there(self) -> None:
        trainer = Trainer("gpt/", 60, "ab" * 32, "python train.py", ("gpt/train.py",), has_results=True)  # fmt: skip
        opened = Opened([LANE], [], [RULES], branch="runs")
        found = list(moved_text(Moved(opened, LANE, trainer, "h100-past")))
        assert found[0] == f"left {RULES} on branch runs: it is there already"
        assert found[1].endswith(
            "in gpt/: homegolf import autoresearch results.tsv --lane h100-past"
        )
        assert found[-1].startswith("next: in gpt/: homegolf capture")
