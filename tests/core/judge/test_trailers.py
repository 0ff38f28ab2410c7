"""What commits say of the rows that they land, in one message and in messages that were joined."""

import pytest

from homegolf_git.core.judge.trailers import landed_findings, said_in, said_of_named, said_of_runs

FACTS = {"Run": "a", "Lane": "home", "Row-Sha256": "1" * 64}
PATH = "ledger/home/runs/2026-03/a.yaml"


def block(run: str = "a", lane: str = "home", digest: str = "1" * 64) -> str:
    return f"Homegolf-Run: {run}\nHomegolf-Lane: {lane}\nHomegolf-Row-Sha256: {digest}\n"


def faults(message: str, *others: str) -> list[str]:
    """What is wrong with run a, which lands with others."""
    said = said_of_runs(message, {"a", *others}).get("a", ())
    return [item.message.partition("says Homegolf-")[2] for item in landed_findings(said, FACTS, PATH)]  # fmt: skip


class TestAlone:
    """A commit that lands one row."""

    @pytest.mark.parametrize(
        "message",
        [
            "",
            "Homegolf-Run\n",
            "nothing of it",
            block(),
            block().upper().replace("A\n", "a\n").replace("HOME\n", "home\n"),
            "\n".join(reversed(block().splitlines())),
            "    Homegolf-Run: b\n",  # git merge --squash indents what it joins
            block("b", "up", "2" * 64) + "\n" + block(),  # b landed before
            block() + block("b", "up", "2" * 64),
        ],
    )
    def test_is_well(self, message: str) -> None:
        assert faults(message) == []

    def test_contradicts(self) -> None:
        assert faults(block(digest="2" * 64)) == [f"Row-Sha256: {'2' * 64}"]
        assert faults(block(lane="up")) == ["Lane: up"]
        assert faults(block(run="b")) == ["Run: b"]
        assert faults("Homegolf-Row-Sha256: 2") == ["Row-Sha256: 2"]
        assert faults(block() + block("b"), "c") == []
        assert len(faults(block("b") + block("c"))) == 2

    def test_is_a_warning_with_a_way_out(self) -> None:
        said = said_in(block(lane="up"))
        (found,) = landed_findings(said, FACTS, PATH)
        assert (found.code, found.severity, found.path) == ("trailer_mismatch", "warning", PATH)
        assert "homegolf retract a --reason" in found.fix


class TestJoined:
    """A commit that lands several rows, each with trailers of its own, or none."""

    def test_is_well(self) -> None:
        assert faults(block() + "text\n" + block("b", "up", "2" * 64), "b") == []
        assert faults(block("b", "up", "2" * 64), "b") == []
        assert faults(block("c", "up", "2" * 64), "b") == []
        assert faults("", "b") == []

    def test_contradicts(self) -> None:
        assert faults(block(digest="3" * 64) + block("b"), "b") == [f"Row-Sha256: {'3' * 64}"]
        assert faults(block("b") + block(lane="up"), "b") == ["Lane: up"]


def test_what_is_said_of_others_is_left_out() -> None:
    assert said_of_named(said_in(block("b")), {"a"}) == {}
    assert said_of_named(said_in(block("b") + block()), {"a"}) == {"a": said_in(block())}
    assert said_of_named((), {"a"}) == {}
