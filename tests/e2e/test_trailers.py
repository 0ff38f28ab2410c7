"""Trailers of commits that landed: only one that contradicts its row is a finding."""

import pytest

from tests.e2e.world import BASE, BETTER, World

CODE = "trailer_mismatch"


def warned(world: World) -> list[str]:
    """Paths of rows whose commit says other than they do."""
    found = world.answer("verify")["findings"]
    again = world.answer("verify")["findings"]
    assert found == again
    return [item["path"] for item in found if item["code"] == CODE]


def amend(world: World, before: str, after: str) -> None:
    """Reword the commit of HEAD."""
    message = world.git("log", "-1", "--format=%B")
    assert before in message
    world.git("commit", "--quiet", "--amend", "--message", message.replace(before, after))


def path(run_id: str) -> str:
    return f"ledger/home/runs/2026-03/{run_id}.yaml"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Row-Sha256: ", "Row-Sha256: 0"),
        ("Lane: home", "Lane: h100"),
        ("Run: base", "Run: other"),
    ],
)
def test_a_contradiction(world: World, before: str, after: str) -> None:
    world.record("base", BASE)
    amend(world, f"Homegolf-{before}", f"Homegolf-{after}")
    world.answer("status")
    assert warned(world) == [path("base")]


def test_another_row_than_its_commit_says(world: World) -> None:
    """Somebody changed the row and kept the message."""
    world.record("base", BASE)
    row = world.repo / path("base")
    row.write_text(row.read_text().replace("try base", "tried base"))
    world.git("commit", "--quiet", "--all", "--amend", "--no-edit")
    assert warned(world) == [path("base")]
    words = ("--reason", "changed", "--evidence", "none", "--by", "Ada")
    assert world.homegolf("retract", "base", *words).code == 0
    (found,) = (item for item in world.answer("verify")["findings"] if item["code"] == CODE)
    assert found["severity"] == "note"  # a retraction settles it


def test_what_lands_behind_a_checkpoint_is_looked_at_as_well(world: World) -> None:
    world.record("base", BASE)
    world.answer("status")
    world.record("better", BETTER)
    amend(world, "Homegolf-Lane: home", "Homegolf-Lane: up")
    world.answer("status")
    assert warned(world) == [path("better")]


def test_no_trailers(world: World) -> None:
    world.commit("Imported", dict([world.place("base", BASE)]))
    assert warned(world) == []


class TestMerged:
    """A branch of one run or two, merged in each way."""

    @pytest.fixture
    def side(self, world: World) -> World:
        world.record("base", BASE)
        world.git("switch", "--quiet", "--create", "side")
        world.record("one", BETTER)
        return world

    def squash(self, world: World) -> None:
        """As forges do: the messages one behind the other."""
        messages = world.git("log", "--reverse", "--format=* %B", "main..side")
        world.git("switch", "--quiet", "main")
        world.git("merge", "--quiet", "--squash", "side")
        world.git("commit", "--quiet", "--message", f"Runs (#7)\n\n{messages}")

    @pytest.mark.parametrize("wrong", [False, True])
    @pytest.mark.parametrize("several", [False, True])
    def test_squash(self, side: World, *, several: bool, wrong: bool) -> None:
        if several:
            side.record("two", BETTER)
        run_id = "two" if several else "one"
        if wrong:
            amend(side, "Row-Sha256: ", "Row-Sha256: 0")
        self.squash(side)
        assert warned(side) == ([path(run_id)] if wrong else [])

    @pytest.mark.parametrize("wrong", [False, True])
    def test_merge_commit(self, side: World, *, wrong: bool) -> None:
        """The trailers of the commit that was merged count, as far as they name the run."""
        if wrong:
            amend(side, "Row-Sha256: ", "Row-Sha256: 0")
        side.git("switch", "--quiet", "main")
        side.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
        assert warned(side) == ([path("one")] if wrong else [])

    def test_a_merge_of_several_is_looked_at_where_its_tip_is_concerned(self, side: World) -> None:
        amend(side, "Row-Sha256: ", "Row-Sha256: 0")
        side.record("two", BETTER)
        side.git("switch", "--quiet", "main")
        side.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
        assert warned(side) == []


def test_a_message_of_any_kind(world: World) -> None:
    """Whatever it holds, it is a field of its own."""
    place, text = world.place("base", BASE)
    world.write(place, text)
    world.git("add", "--all")
    tree, parent = world.git("write-tree"), world.head
    message = f"\x01{'a' * 40} {parent}\n:100644 100644 a b A\n\nHomegolf-Run: x\n" + "m" * 200_000
    world.git("update-ref", "HEAD", world.git("commit-tree", "-p", parent, tree, stdin=message))
    assert warned(world) == [place]
    assert world.answer("verify")["rows"] == 1
