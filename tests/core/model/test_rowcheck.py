"""What a schema cannot say of a row."""

import pytest

from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import parse_path, row_path
from homegolf_git.core.model.rowcheck import (
    metric_findings,
    name_findings,
    place_findings,
    row_findings,
)
from tests.build import SHA, Document, run
from tests.core.build import lane, row


class TestRowCheck:
    """What a schema cannot say of a row."""

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"run_id": "X"}, "bad_format"),
            ({"lane": "UP"}, "bad_format"),
            ({"finished_at": "2026-02-30T00:00:00Z"}, "bad_time"),
            ({"base": "good"}, "unknown_run"),
            ({"receipts": [{"kind": "k", "path": "a", "sha256": SHA}] * 2}, "duplicate_key"),
            ({"session": "a\tb"}, "bad_format"),
            ({"session": "a\u202eb"}, "bad_format"),
            ({"session": "a\x7f"}, "bad_format"),
        ],
    )
    def test_faults(self, facts: Document, code: str) -> None:
        assert [item.code for item in row_findings(run("good") | facts, "x.yaml")] == [code]
        assert list(row_findings(run("good"), "x.yaml")) == []

    def test_the_place(self) -> None:
        document = run("good")
        place = parse_path(row_path(document["lane"], document["finished_at"], "good"))
        assert place is not None
        assert list(place_findings(document, place, "p")) == []
        others = {"run_id": "other", "lane": "h100", "finished_at": "2026-04-01T00:00:00Z"}
        for field, value in others.items():
            found = list(place_findings(document | {field: value}, place, "p"))
            assert [item.code for item in found] == ["wrong_place"]
            assert found[0].message.startswith(field)

    def test_the_metric(self) -> None:
        rules = lane(metric={"name": "accuracy", "direction": "maximize", "unit": ""})
        right = run("x", [0.5], metric="accuracy")
        assert list(metric_findings(right, rules, "p")) == []
        again = right | {"results": [{"seed": 1, "repeat": 1, "accuracy": 0.5}]}
        assert list(metric_findings(again, rules, "p")) == []
        wrong = right | {"results": [{"seed": 1, "acuracy": 0.5, "val_bpb": 1.0}]}
        found = list(metric_findings(wrong, rules, "p"))
        assert [item.code for item in found] == ["missing_field", "unknown_field"]
        assert "accuracy" in found[1].fix


def codes(findings: list[Finding]) -> list[str]:
    return [item.code for item in findings]


class TestRowFindings:
    """Names and times are checked again, by the one grammar, whatever the schema let through."""

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"run_id": "abc\n"}, "bad_format"),
            ({"lane": "h100\n"}, "bad_format"),
            ({"finished_at": "2026-03-28T11:06:00Z\n"}, "bad_time"),
            ({"finished_at": "2026-02-30T11:06:00Z"}, "bad_time"),
            ({"base": "abc"}, "unknown_run"),
        ],
    )
    def test_each(self, change: Document, code: str) -> None:
        found = list(row_findings({**run("abc"), **change}, "p"))
        assert codes(found) == [code]

    def test_a_receipt_is_listed_once(self) -> None:
        listed = [{"kind": "a", "path": "x.json", "sha256": "ab" * 32}]
        assert list(row_findings(run("abc", receipts=listed), "p")) == []
        found = list(row_findings(run("abc", receipts=listed * 3), "p"))
        assert codes(found) == ["duplicate_key"]

    @pytest.mark.parametrize(
        ("config", "count"),
        [({"a" * 1000: 1}, 0), ({"a" * 1001: 1}, 1), ({"a" * 500: {"b" * 499: {}}}, 0), ({"a" * 500: {"b" * 500: 1}}, 1)],
    )  # fmt: skip
    def test_keys_have_a_length(self, config: Document, count: int) -> None:
        found = list(name_findings(row(run("good") | {"config": config}), "p", "warning"))
        assert [(item.code, item.severity) for item in found] == [
            ("out_of_range", "warning")
        ] * count
