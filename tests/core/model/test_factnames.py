"""Names of facts in receipt maps."""

import pytest

from homegolf_git.core.model.factnames import FACTS, GROUPS, map_findings

LINES: dict[tuple[str | int, ...], int] = {("receipts", "mine", "val_bbp"): 7}


def fixes(name: str, *metrics: str) -> list[str]:
    found = map_findings({"mine": {name: "/x"}}, metrics, "lane.yaml", LINES)
    return [item.fix for item in found]


class TestNames:
    """An unknown name is a fault with the nearest one that is known."""

    @pytest.mark.parametrize(
        "name",
        [
            *FACTS,
            *GROUPS,
            "results",
            "seed",
            "extra",
            "extra.mem",
            "extra.a.b",
            "steps",
            "accuracy",
        ],
    )
    def test_known(self, name: str) -> None:
        assert fixes(name, "accuracy") == []

    @pytest.mark.parametrize(
        ("name", "close"),
        [
            ("val_bbp", "val_bpb"), ("confg", "config"), ("evaluation.mod", "evaluation.mode"),
            ("source.revison", "source.revision"), ("accurracy", "accuracy"),
            ("seed_planned", "seeds_planned"),
        ],
    )  # fmt: skip
    def test_misspelt(self, name: str, close: str) -> None:
        assert fixes(name, "accuracy") == [f"did you mean {close}?"]

    def test_like_nothing(self) -> None:
        assert fixes("qqq", "accuracy") == ["name a fact of a row, or extra.qqq"]
        assert fixes("extra.", "accuracy") != []

    def test_where_no_lane_is_known_any_metric_may_be_meant(self) -> None:
        assert fixes("qqq") == []
        assert fixes("source.qqq") != []

    def test_place(self) -> None:
        (found,) = map_findings(
            {"mine": {"val_bbp": "/x"}}, ["loss"], "lane.yaml", LINES, "warning"
        )
        assert (found.code, found.path, found.line, found.severity) == (
            "unknown_field", "lane.yaml", 7, "warning",
        )  # fmt: skip
        assert found.message == "receipts.mine.val_bbp is no fact of a row"
