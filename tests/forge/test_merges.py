"""A submitted branch gives the same verdicts however it is merged, alone or behind another."""

from collections.abc import Callable, Sequence

import pytest

from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World
from tests.forge.forge import Forge


def submit(clone: World, *runs: tuple[str, Sequence[float]], branch: str, **facts: object) -> str:
    """Submit rows from a clone; the branch."""
    files = [str(clone.row(name, scores, **facts)) for name, scores in runs]
    ran = clone.homegolf("submit", *files, "--branch", branch)
    assert ran.code == 0, ran.said
    return branch


def check(clone: World, base: str, head: str, *options: str, code: int = 0) -> Document:
    answer: Document = clone.answer("check", "--base", base, "--head", head, *options, code=code)
    return answer


def outcomes(report: Document) -> dict[str, str]:
    return {row["run_id"]: f"{row['class']}/{row['reason']}" for row in report["rows"]}


def codes(report: Document, severity: str = "error") -> list[str]:
    return [item["code"] for item in report["findings"] if item["severity"] == severity]


def merge(clone: World, branch: str) -> None:
    clone.git("merge", "--quiet", "--no-ff", "--message", f"Merge {branch}", f"origin/{branch}")


def squash(clone: World, branch: str) -> None:
    clone.git("merge", "--quiet", "--squash", f"origin/{branch}")
    clone.git("commit", "--quiet", "--message", f"{branch} (#1)\n\nSquashed.")


def rebase(clone: World, branch: str) -> None:
    base = clone.git("merge-base", "main", f"origin/{branch}")
    clone.git("cherry-pick", f"{base}..origin/{branch}")


def fast_forward(clone: World, branch: str) -> None:
    clone.git("merge", "--quiet", "--ff-only", f"origin/{branch}")


BUTTONS: tuple[Callable[[World, str], None], ...] = (merge, squash, rebase)


@pytest.fixture
def opened(world: World, forge: Forge) -> Forge:
    """A forge with a baseline on main."""
    world.record("base", BASE)
    world.git("push", "--quiet", "origin", "main")
    return forge


def land(forge: Forge, name: str, button: Callable[[World, str], None], *branches: str) -> World:
    """Merge branches one after the other as a maintainer, in a clone of its own; push main."""
    clone = forge.clone(name)
    for branch in branches:
        button(clone, branch)
    clone.git("push", "--quiet", "origin", "main")
    return clone


class TestButtons:
    """Merge commit, squash and rebase: order and verdicts come from main's first parents."""

    ROWS = (("better", BETTER), ("worse", WORSE), ("best", BEST))

    @pytest.mark.parametrize("is_behind", [False, True])
    def test_all_give_the_same_verdicts(
        self, opened: Forge, world: World, *, is_behind: bool
    ) -> None:
        submit(world, *self.ROWS, branch="mine")
        foreseen = check(world, "origin/main", "origin/mine")
        if is_behind:  # main moves on, so that a rebase makes new commits
            world.commit("Say more", {"README.md": "more\n"})
            world.git("push", "--quiet", "origin", "main")
        found = {}
        for button in BUTTONS:
            clone = opened.clone(button.__name__)
            button(clone, "mine")
            assert clone.homegolf("verify").code == 0
            found[button] = clone.verdicts()
            assert clone.homegolf("scoreboard").code == 0
            assert clone.homegolf("tags", "sync").code == 0
            assert clone.homegolf("tags", "verify").code == 0
            assert len(clone.git("tag", "--list", "incumbents/*").splitlines()) == 3
        assert found[merge] == found[squash] == found[rebase]
        assert [row["run_id"] for row in found[merge]] == ["base", "better", "worse", "best"]
        assert {row["run_id"]: row["class"] for row in found[merge]} == {
            "base": "improvement", "better": "improvement", "worse": "regression",
            "best": "improvement",
        }  # fmt: skip
        assert [row["delta"] for row in foreseen["rows"]] == [
            row["delta"] for row in found[merge][1:]
        ]

    def test_the_gate_says_what_the_buttons_give(self, opened: Forge, world: World) -> None:
        submit(world, *self.ROWS, branch="mine")
        for button in (merge, rebase, fast_forward):
            clone = opened.clone(button.__name__)
            before = clone.head
            button(clone, "mine")
            report = check(clone, before, "HEAD")
            assert outcomes(report) == {
                "better": "improvement/strict", "worse": "regression/worse",
                "best": "improvement/strict",
            }  # fmt: skip
            assert codes(report) == []

    def test_the_push_of_a_merge_is_no_forced_one(self, opened: Forge, world: World) -> None:
        submit(world, *self.ROWS, branch="mine")
        clone = land(opened, "maintainer", merge, "mine")
        assert opened.main == clone.head

    def test_a_branch_that_took_main_in_is_judged_the_same(
        self, opened: Forge, world: World
    ) -> None:
        """'Update branch' on the forge merges main into the pull request."""
        submit(world, ("better", BETTER), branch="mine")
        world.record("other", WORSE)
        world.git("push", "--quiet", "origin", "main")
        clone = opened.clone("author")
        clone.git("switch", "--quiet", "mine")
        clone.git("merge", "--quiet", "--message", "Take main in", "origin/main")
        report = check(clone, "origin/main", "HEAD")
        assert codes(report) == []
        assert outcomes(report) == {"better": "improvement/strict"}


class TestSecondOfTwo:
    """Both green against the same incumbent; the second is judged again on what has landed."""

    @pytest.mark.parametrize(
        ("first", "second", "expected"),
        [
            (BEST, BETTER, "regression/worse"),
            (BETTER, (1.1802, 1.1798, 1.1801), "noise/"),
            (BETTER, BEST, "improvement/strict"),  # a smaller gain than it had
        ],
        ids=["regression", "noise", "smaller"],
    )  # fmt: skip
    @pytest.mark.parametrize("button", BUTTONS)
    def test_the_second_is_told(
        self, opened: Forge, world: World, button: Callable[[World, str], None],
        first: Sequence[float], second: Sequence[float], expected: str,
    ) -> None:  # fmt: skip
        submit(world, ("first", first), branch="one")
        submit(world, ("second", second), branch="two")
        green = {
            branch: check(world, "origin/main", f"origin/{branch}") for branch in ("one", "two")
        }
        assert outcomes(green["one"]) == {"first": "improvement/strict"}
        assert outcomes(green["two"]) == {"second": "improvement/strict"}
        assert {row["incumbent_before"] for report in green.values() for row in report["rows"]} == {
            "base"
        }
        land(opened, "maintainer", button, "one")
        world.git("fetch", "--quiet", "origin")
        again = check(world, "origin/main", "origin/two")
        (row,) = again["rows"]
        assert again["ok"]
        assert row["incumbent_before"] == "first"
        assert outcomes(again)["second"].startswith(expected)
        assert row["delta"] < green["two"]["rows"][0]["delta"]
        land(opened, "second", button, "two")
        world.git("pull", "--quiet", "--ff-only")
        assert world.outcomes()["second"] == outcomes(again)["second"]
        landed = world.verdicts()[-1]
        assert landed | {"order": None} == {
            name: value for name, value in (row | {"order": None}).items() if name in landed
        }

    def test_the_same_run_twice(self, opened: Forge, world: World) -> None:
        """Two branches with one run id: the second is refused once the first has landed."""
        submit(world, ("mine", BETTER), branch="one", finished_at="2026-03-20T10:00:00Z")
        submit(world, ("mine", BEST), branch="two", finished_at="2026-03-20T10:00:00Z")
        land(opened, "maintainer", merge, "one")
        world.git("fetch", "--quiet", "origin")
        report = check(world, "origin/main", "origin/two", code=1)
        assert "duplicate_run_id" in codes(report)


class TestQueue:
    """A merge queue builds each pull request on top of the one before, and checks that."""

    @pytest.fixture
    def queue(self, opened: Forge, world: World) -> World:
        submit(world, ("first", BEST), branch="one")
        submit(world, ("second", BETTER), branch="two")
        return opened.clone("queue")

    @pytest.mark.parametrize("button", BUTTONS)
    def test_the_second_group_is_judged_behind_the_first(
        self, queue: World, opened: Forge, button: Callable[[World, str], None]
    ) -> None:
        base = queue.head
        groups = []
        for branch in ("one", "two"):
            button(queue, branch)
            groups.append(queue.head)
        first = check(queue, base, groups[0], "--merge-group")
        both = check(queue, base, groups[1], "--merge-group")
        second = check(queue, groups[0], groups[1], "--merge-group")
        assert outcomes(first) == {"first": "improvement/strict"}
        assert outcomes(both) == {"first": "improvement/strict", "second": "regression/worse"}
        assert outcomes(second) == {"second": "regression/worse"}
        assert second["rows"][0]["incumbent_before"] == "first"
        assert [codes(report) for report in (first, both, second)] == [[], [], []]
        queue.git("push", "--quiet", "origin", f"{groups[1]}:refs/heads/main")
        assert opened.main == groups[1]
        assert queue.outcomes() | {"base": ""} == outcomes(both) | {"base": ""}

    def test_a_group_squashed_into_one_commit_is_a_note(self, queue: World) -> None:
        base = queue.head
        for branch in ("one", "two"):
            queue.git("merge", "--quiet", "--squash", f"origin/{branch}")
        queue.git("commit", "--quiet", "--message", "Both")
        assert codes(check(queue, base, "HEAD", code=1)) == ["several_rows"]
        report = check(queue, base, "HEAD", "--merge-group")
        assert (codes(report), codes(report, "note")) == ([], ["several_rows"])
        assert outcomes(report) == {"first": "improvement/strict", "second": "regression/worse"}
        ran = queue.homegolf("verify", "--json")
        assert (ran.code, [item["severity"] for item in ran.json()["findings"]]) == (0, ["note"])

    @pytest.mark.parametrize(
        "names",
        [("aaa", "bbb"), ("bbb", "aaa")],
    )
    def test_rows_of_one_commit_are_in_the_order_they_finished(
        self, opened: Forge, world: World, names: tuple[str, str]
    ) -> None:
        """Their names say nothing about it."""
        submit(world, (names[0], BETTER), (names[1], BEST), branch="mine")
        clone = opened.clone("queue")
        squash(clone, "mine")
        report = check(clone, "origin/main", "HEAD", "--merge-group")
        assert codes(report) == []
        assert [row["run_id"] for row in report["rows"]] == list(names)

    def test_a_squash_that_joins_the_messages(self, opened: Forge, world: World) -> None:
        """A forge offers the messages of all commits, trailers and all, as that of the squash."""
        submit(world, ("one", BETTER), ("other", BEST), branch="mine")
        clone = opened.clone("queue")
        messages = clone.git("log", "--reverse", "--format=* %B", "origin/main..origin/mine")
        clone.git("merge", "--quiet", "--squash", "origin/mine")
        clone.git("commit", "--quiet", "--message", f"Two runs (#1)\n\n{messages}")
        report = check(clone, "origin/main", "HEAD", "--merge-group")
        assert codes(report) == []

    def test_pull_requests_of_a_group_need_not_have_finished_in_its_order(
        self, opened: Forge, world: World
    ) -> None:
        """Only the rows of one pull request can be put in order by their submitter."""
        submit(world, ("early", BETTER), branch="two")
        submit(world, ("late", BEST), branch="one")
        clone = opened.clone("queue")
        for branch in ("one", "two"):
            merge(clone, branch)
        assert codes(check(clone, "origin/main", "HEAD", "--merge-group")) == []

    def test_a_group_stays_as_strict_in_everything_else(self, queue: World) -> None:
        """What a pull request may not do, a queue may not either."""
        base = queue.head
        merge(queue, "one")
        path, text = queue.place("late", BETTER)
        queue.commit("A row and rules", {path: text, "ledger/ladder.yaml": "lanes: []\n"})
        report = check(queue, base, "HEAD", "--merge-group", code=1)
        assert "mixed_change" in codes(report)

    def test_a_conflict_of_the_merge_itself_is_seen(self, queue: World) -> None:
        """The commit that the queue makes may not change a row on the way."""
        base = queue.head
        queue.git("merge", "--quiet", "--no-ff", "--no-commit", "origin/one")
        path = "ledger/home/runs/2026-03/first.yaml"
        text = (queue.repo / path).read_text(encoding="utf-8")
        queue.write(path, text.replace("try first", "try it"))
        queue.git("add", "--all")
        queue.git("commit", "--quiet", "--message", "Merge one")
        report = check(queue, base, "HEAD", "--merge-group", code=1)
        assert "merge_changes" in codes(report)
