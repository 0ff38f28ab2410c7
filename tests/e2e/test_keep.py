"""judge, seen, show, diff and the filters of log, on a real repository."""

from collections.abc import Sequence

import jsonschema
import pytest

from homegolf_git.shell.files.datafiles import schema
from tests.e2e.world import BASE, World

WORSE = (1.3001, 1.2999, 1.3)
BETTER = (1.1001, 1.0999, 1.1)


@pytest.fixture
def landed(world: World) -> World:
    """A baseline, one that lost and one that won."""
    world.record("base", BASE)
    world.record(
        "lost", WORSE, config={"model.x": 1}, change={"kind": "model", "summary": "go wide"}
    )
    world.record("won", BETTER, config={"model.x": 2}, base="base", submitter="ada")
    return world


def valid(world: World, *words: str, code: int = 0) -> dict[str, object]:
    ran = world.homegolf(*words, "--json")
    assert ran.code == code, ran.said
    assert world.homegolf(*words).code == code
    answer: dict[str, object] = ran.json()
    jsonschema.Draft7Validator(schema("report-v1")).validate(answer)
    assert answer["ok"] is True
    return answer


class TestJudge:
    """The exit code is the decision."""

    @pytest.mark.parametrize(
        ("words", "decision", "code"),
        [
            (("--lane", "home"), "keep", 0),
            (("lost",), "discard", 20),
            (("base", "--lane", "home"), "keep", 0),
        ],
    )
    def test_decisions(self, landed: World, words: Sequence[str], decision: str, code: int) -> None:
        assert valid(landed, "judge", *words, code=code)["decision"] == decision

    def test_what_cannot_be_judged(self, landed: World) -> None:
        assert landed.homegolf("judge", "gone", "--json").codes() == ["no_such_run"]
        assert landed.homegolf("judge", "won", "--lane", "h100").code == 1

    def test_an_empty_lane(self, world: World) -> None:
        assert world.homegolf("judge", "--lane", "home", "--json").codes() == ["no_such_run"]


class TestSeen:
    """Exit 0: not seen; 1: seen."""

    def test_by_config_and_by_words(self, landed: World) -> None:
        config = landed.root / "config.yaml"
        config.write_text("model.x: 2\n")
        assert valid(landed, "seen", "--lane", "home", "--set", "model.x=1", code=1)["seen"] is True
        assert (
            valid(landed, "seen", "--lane", "home", "--config", str(config), code=1)["seen"] is True
        )
        assert valid(landed, "seen", "--lane", "home", "wide", "go", code=1)["seen"] is True
        assert valid(landed, "seen", "--lane", "home", "--set", "model.x=3")["runs"] == []

    def test_an_idea_must_be_given(self, landed: World) -> None:
        assert landed.homegolf("seen").code == 2

    @pytest.mark.parametrize("text", ["{not json", "- a list\n", "a: 1\na: 2\n", "\0"])
    def test_a_config_that_cannot_be_read(self, landed: World, text: str) -> None:
        file = landed.root / "config"
        file.write_text(text)
        ran = landed.homegolf("seen", "--lane", "home", "--config", str(file), "--json")
        assert ran.code == 1
        assert "bug" not in ran.codes()


class TestTwoRuns:
    """show and diff."""

    def test_show(self, landed: World) -> None:
        answer = valid(landed, "show", "won")
        assert answer["row"]["run_id"] == "won"  # type: ignore[index]
        assert "ledger/home/runs/2026-03/won.yaml" in landed.homegolf("show", "won").out

    def test_diff(self, landed: World) -> None:
        answer = valid(landed, "diff", "lost", "won")
        assert answer["gain"]["gain"] == pytest.approx(0.2)  # type: ignore[index]
        assert "better" in landed.homegolf("diff", "lost", "won").out

    def test_unknown_runs(self, landed: World) -> None:
        assert landed.homegolf("show", "gone", "--json").codes() == ["no_such_run"]
        assert landed.homegolf("diff", "won", "gone", "--json").codes() == ["no_such_run"]


class TestLog:
    """Filters, and the brief form."""

    @pytest.mark.parametrize(
        ("words", "runs"),
        [
            ((), ["won", "lost", "base"]),
            (("--class", "regression"), ["lost"]),
            (("--submitter", "ada"), ["won"]),
            (("--since", "2027"), []),
            (("--near-misses",), []),
            (("--most", "1"), ["won"]),
        ],
    )
    def test_filters(self, landed: World, words: Sequence[str], runs: list[str]) -> None:
        rows = valid(landed, "log", *words)["rows"]
        assert [row["run_id"] for row in rows] == runs  # type: ignore[attr-defined]

    def test_brief_lines_are_short(self, landed: World) -> None:
        lines = landed.homegolf("log", "--brief").out.splitlines()
        assert len(lines) == 3
        assert all(len(line) <= 78 for line in lines)
        assert lines[1].startswith("discard -0.1")

    def test_wrong_words(self, landed: World) -> None:
        assert landed.homegolf("log", "--class", "good").code == 2
        assert landed.homegolf("log", "--since", "yesterday").code == 2
