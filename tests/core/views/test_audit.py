"""A ledger held against what others know of it."""

from typing import Any

from homegolf_git.core.judge.witness import Witness
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.views.audit import Audited, Kept, Other, json, text
from homegolf_git.core.views.findings import finding_json

A, B = Oid("a" * 40), Oid("b" * 40)
TAG = "incumbents/home/0001"
NOW = Witness("2026-03-28T11:06:00Z", A, B, 5, 2, "c" * 64, (), {"incumbents/home": (TAG, A)})
OLD = Witness("2026-02-28T11:06:00Z", A, A, 3, 1, "d" * 64, (), {})
LINES = [f"2 rows up to {B[:12]}: all in order", f"sha256 {'c' * 64} of 5 files", f"{TAG} {A}"]


def test_alone() -> None:
    assert list(text(Audited(NOW, []))) == LINES
    found = json(Audited(NOW, []))
    assert found["witnesses"] == []
    assert found["against"] is None
    assert found["chains"] == {"incumbents/home": {"tag": TAG, "oid": A}}
    assert (found["rows"], found["files"], found["begins"], found["head"]) == (2, 5, A, B)


def test_errors_are_counted() -> None:
    fault, note = finding("row_edited", "x"), finding("tag_ahead", "x", severity="note")
    assert next(iter(text(Audited(NOW, [fault, note])))).endswith(": 1 error")
    assert json(Audited(NOW, [fault]))["findings"] == [finding_json(fault)]


def test_witnesses() -> None:
    kept = [
        Kept("new.json", is_new=True, witness=NOW),
        Kept("old.json", is_new=False, witness=OLD, signed_by=("ada", "bob")),
    ]
    assert list(text(Audited(NOW, [], kept)))[3:] == [
        "wrote new.json",
        f"old.json of 2026-02-28T11:06:00Z, signed by ada and bob: 1 row up to {A[:12]}",
    ]
    found: Any = json(Audited(NOW, [], kept))["witnesses"]
    assert [each["path"] for each in found] == ["new.json", "old.json"]
    assert [each["written"] for each in found] == [True, False]
    assert [each["signed_by"] for each in found] == [[], ["ada", "bob"]]
    assert [each["rows"] for each in found] == [2, 1]


def test_another_ledger() -> None:
    same = Other("origin", A)
    assert list(text(Audited(NOW, [], (), same)))[-1] == f"origin is at {A[:12]}"
    more = Other("origin", A, 1, 2)
    assert (
        list(text(Audited(NOW, [], (), more)))[-1]
        == f"origin is at {A[:12]}: 1 row more here and 2 rows more there"
    )
    assert json(Audited(NOW, [], (), more))["against"] == {
        "name": "origin",
        "head": A,
        "more_here": 1,
        "more_there": 2,
    }
