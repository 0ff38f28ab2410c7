"""`--plain`: a row a line in columns that docs/reading.md names, for shells (section 11)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from homegolf_git.core.views import blockers, deltas, judge, log, next, status, verdicts  # noqa: A004 - a view
from tests.e2e.world import BASE, BETTER, LANE, WORSE, World, clean_environment, make_template

PAGE = (Path(__file__).parents[2] / "docs" / "reading.md").read_text("utf-8")
COLUMNS = {
    "status": status.PLAIN, "log": log.PLAIN, "verdicts": verdicts.PLAIN, "deltas": deltas.PLAIN,
    "blockers": blockers.PLAIN, "next": next.PLAIN, "seen": judge.SEEN_PLAIN,
}  # fmt: skip
WIDE = "漢字 " * 39 + "漢字"
NEEDS_LANE = {"deltas", "next", "seen"}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A lane with rows of most classes, whose texts try to break a line; nobody changes it."""
    root = tmp_path_factory.mktemp("plain")
    with clean_environment(root / "home"):
        world = make_template(root)
        world.record("base", BASE)
        world.record("better", BETTER, base="base", change={"kind": "model", "summary": WIDE})
        world.record("worse", WORSE, base="better", submitter="A\tB\x1b[31m")
        world.record("wide", ())
        world.record("too-wide", (), config={"model.knob": "t"})
        world.record("narrow", WORSE, base="better", resolves=["wide"])
        yield world


def plain(world: World, name: str, *more: str) -> list[dict[str, str]]:
    """The lines of a command by their columns."""
    lane = ("--lane", LANE) if name in NEEDS_LANE else ()
    ran = world.homegolf(name, *lane, *more, "--plain")
    assert ran.code in {0, 1}, ran.said
    assert re.search(r"[\x00-\x08\x0b-\x1f]", ran.out) is None
    rows = [line.split("\t") for line in ran.out.splitlines()]
    return [dict(zip(COLUMNS[name], row, strict=True)) for row in rows]


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_are_documented(name: str) -> None:
    assert f"| `{name}` | {', '.join(COLUMNS[name])} |\n" in PAGE


class TestRows:
    """What each command gives."""

    def test_status(self, ledger: World) -> None:
        (home, empty) = plain(ledger, "status")
        assert home == {
            "lane": LANE, "incumbent": "better", "score": "1.18", "rows": "6", "open_blockers": "1",
            "state": "improving", "latest": "narrow", "action": "fresh", "run": "better", "runs": "2",
        }  # fmt: skip
        assert (empty["incumbent"], empty["action"], empty["run"]) == ("", "baseline", "")

    def test_log(self, ledger: World) -> None:
        rows = plain(ledger, "log")
        assert [row["run"] for row in rows] == [
            "narrow",
            "too-wide",
            "wide",
            "worse",
            "better",
            "base",
        ]
        assert rows[0]["commit"] == ledger.head
        assert rows[4]["summary"] == WIDE
        assert rows[3]["submitter"] == "A\\tB\\x1b[31m"
        assert [row["run"] for row in plain(ledger, "log", "--class", "blocked")] == ["too-wide", "wide"]  # fmt: skip
        assert plain(ledger, "log", "--submitter", "nobody") == []

    def test_verdicts(self, ledger: World) -> None:
        said = ledger.answer("verdicts")["lanes"][LANE]["rows"]
        rows = plain(ledger, "verdicts")
        assert [row["order"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
        for document, row in zip(said, rows, strict=True):
            for name in ("class", "reason", "score", "delta", "sentence", "attribution"):
                value = document[name]
                assert row[name] == ("" if value is None else str(value))

    def test_deltas(self, ledger: World) -> None:
        (step,) = plain(ledger, "deltas")
        assert (step["from"], step["to"], step["confirmed"]) == ("base", "better", "no")
        assert float(step["gain"]) == pytest.approx(0.02)

    def test_blockers(self, ledger: World) -> None:
        rows = plain(ledger, "blockers")
        assert [(row["run"], row["settled_by"]) for row in rows] == [("too-wide", ""), ("wide", "narrow")]  # fmt: skip

    def test_next(self, ledger: World) -> None:
        said = ledger.answer("next", "--lane", LANE)["actions"]
        rows = plain(ledger, "next")
        assert [(row["action"], row["runs"]) for row in rows] == [
            (action["action"], str(action["runs"])) for action in said
        ]

    def test_seen(self, ledger: World) -> None:
        (found,) = plain(ledger, "seen", "try", "worse")
        assert (found["run"], found["decision"], found["class"]) == ("worse", "discard", "regression")  # fmt: skip
        assert plain(ledger, "seen", "never", "tried") == []


def test_no_width_and_no_terminal_changes_it(
    ledger: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ledger.homegolf("log", "--plain").out
    monkeypatch.setenv("COLUMNS", "40")
    assert ledger.homegolf("log", "--plain").out == said


def test_a_document_is_a_document_all_the_same(ledger: World) -> None:
    assert ledger.homegolf("log", "--plain", "--json").json()["ok"]
