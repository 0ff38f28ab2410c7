"""`homegolf init`: another repository gets a ledger, and what it has already stays."""

import re
import subprocess

import pytest

from tests.e2e.world import BASE, BETTER, GIT, World
from tests.forge.script import THEIRS, workflow

WRITTEN = {
    "ledger/ladder.yaml", "ledger/home/lane.yaml", ".gitattributes", ".github/CODEOWNERS",
    ".vscode/settings.json",
    *(f".github/workflows/{name}.yml" for name in THEIRS),
    *(f"schemas/{name}-v1.schema.json" for name in ("run", "lane", "ladder", "receipts", "retraction")),
}  # fmt: skip


@pytest.fixture
def empty(world: World) -> World:
    """A repository without a commit."""
    folder = world.root / "empty"
    subprocess.run([GIT, "init", "--quiet", "--initial-branch=main", str(folder)], check=True)
    return World(world.root, folder, world.home)


def commit(world: World) -> None:
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Open the ledger")


class TestInit:
    """Everything is written once."""

    def test_what_it_writes(self, empty: World) -> None:
        answer = empty.answer("init", "--lane", "home")
        assert set(answer["written"]) == WRITTEN
        assert answer["left"] == []
        assert empty.git("status", "--porcelain", "--untracked-files=all").count("??") == len(
            WRITTEN
        )

    def test_several_lanes_with_a_metric_of_their_own(self, empty: World) -> None:
        answer = empty.answer(
            "init", "--lane", "gpu", "--lane", "cpu", "--metric", "accuracy", "--unit", "",
            "--direction", "maximize",
        )  # fmt: skip
        assert {"ledger/gpu/lane.yaml", "ledger/cpu/lane.yaml"} <= set(answer["written"])
        assert "lanes:\n- cpu\n- gpu" in (empty.repo / "ledger/ladder.yaml").read_text()
        commit(empty)
        assert empty.answer("verify")["findings"] == []
        row = empty.row("one", (0.7,), lane="gpu", metric="accuracy")
        assert empty.homegolf("record", str(row)).code == 0
        assert empty.incumbent("gpu") == "one"

    def test_a_new_lane_finds_its_metric_in_what_a_run_prints(self, empty: World) -> None:
        assert empty.homegolf("init", "--lane", "home", "--metric", "accuracy").code == 0
        commit(empty)
        ran = empty.homegolf("capture", "--json", "--set", "lr=1", "--", "echo", "accuracy: 0.7")
        assert (ran.code, ran.json()["reason"]) == (0, "baseline"), ran.said

    @pytest.mark.parametrize(
        "options",
        [("--direction", "down"), ("--metric", "Val Bpb"), ("--lane", "aux"), ("--unit", "x" * 51)],
    )
    def test_what_no_lane_can_have_is_refused_and_nothing_written(
        self, empty: World, options: tuple[str, str]
    ) -> None:
        assert empty.homegolf("init", *options).code == 1
        assert not (empty.repo / "ledger").exists()

    def test_workflows_have_every_place_filled(self, empty: World) -> None:
        assert empty.homegolf("init", "--lane", "home").code == 0
        for name, text in THEIRS.items():
            written = (empty.repo / ".github" / "workflows" / f"{name}.yml").read_bytes()
            assert written == text.encode()
            assert re.findall("<[A-Z]+>", text) == []
            assert workflow(text)["name"] == name

    def test_twice(self, empty: World) -> None:
        assert empty.homegolf("init", "--lane", "home").code == 0
        before = empty.state()
        answer = empty.answer("init", "--lane", "home")
        assert answer["written"] == []
        assert set(answer["left"]) >= WRITTEN - {"ledger/home/lane.yaml"}
        assert empty.state() == before

    def test_never_overwrites(self, empty: World) -> None:
        for name in WRITTEN:
            empty.write(name, f"mine: {name}\n")
        before = empty.state()
        answer = empty.answer("init", "--lane", "home")
        assert answer["written"] == []
        assert empty.state() == before

    @pytest.mark.parametrize("name", sorted(WRITTEN))
    def test_one_that_is_there_stays(self, empty: World, name: str) -> None:
        path = empty.write(name, "mine\n")
        answer = empty.answer("init", "--lane", "home")
        assert path.read_text() == "mine\n"
        assert set(answer["written"]) == WRITTEN - {name}

    def test_a_dangling_link_is_no_way_out(self, empty: World) -> None:
        outside = empty.root / "outside"
        (empty.repo / ".github").mkdir()
        (empty.repo / ".github" / "CODEOWNERS").symlink_to(outside)
        assert empty.homegolf("init", "--lane", "home").code == 0
        assert not outside.exists()

    def test_a_linked_folder_is_refused(self, empty: World) -> None:
        outside = empty.root / "outside"
        outside.mkdir()
        (empty.repo / ".github").symlink_to(outside)
        ran = empty.homegolf("init", "--lane", "home", "--json")
        assert (ran.code, ran.codes()) == (1, ["symlink"])
        assert list(outside.iterdir()) == []
        assert not (empty.repo / "ledger").exists()

    def test_a_file_where_a_folder_goes(self, empty: World) -> None:
        empty.write(".github", "mine\n")
        before = empty.state()
        ran = empty.homegolf("init", "--lane", "home", "--json")
        assert (ran.code, ran.codes()) == (4, ["cannot_write"])
        assert empty.state() == before

    @pytest.mark.parametrize("lane", ["Home", "-x", "a/b", "..", "", "a b", "x" * 33, "a\n"])
    def test_a_lane_that_has_no_name(self, empty: World, lane: str) -> None:
        ran = empty.homegolf("init", f"--lane={lane}")
        assert ran.code in {1, 2}
        assert not (empty.repo / "ledger").exists()

    def test_a_bare_repository_is_refused(self, world: World) -> None:
        """There is no work tree to write to, and git's own folder is none."""
        folder = world.root / "bare.git"
        subprocess.run([GIT, "init", "--quiet", "--bare", str(folder)], check=True)
        before = sorted(folder.rglob("*"))
        ran = World(world.root, folder, world.home).homegolf("init", "--json")
        assert (ran.code, ran.codes()) == (4, ["bare_repository"])
        assert sorted(folder.rglob("*")) == before

    def test_a_ledger_of_another_lane_stays_whole(self, world: World) -> None:
        """Where lanes are there already, no rules are added that would make it wrong."""
        world.git("rm", "--quiet", "ledger/ladder.yaml")
        world.git("commit", "--quiet", "--message", "No ladder")
        world.record("base", BASE)
        assert world.homegolf("verify").code == 0
        assert world.homegolf("init").code == 0
        commit(world)
        ran = world.homegolf("verify")
        assert ran.code == 0, ran.said
        assert world.incumbent() == "base"


class TestThen:
    """What it wrote is a ledger that works."""

    def test_a_first_row_is_recorded_and_checked(self, empty: World) -> None:
        assert empty.homegolf("init", "--lane", "home").code == 0
        commit(empty)
        assert empty.homegolf("verify").code == 0
        empty.record("base", BASE)
        empty.git("switch", "--quiet", "--create", "mine")
        empty.record("better", BETTER)
        answer = empty.answer("check", "--base", "main", "--head", "HEAD")
        assert answer["ok"]
        assert [f"{row['class']}/{row['reason']}" for row in answer["rows"]] == [
            "improvement/strict"
        ]
        assert empty.homegolf("verify").code == 0
        assert empty.homegolf("scoreboard").code == 0
        assert empty.homegolf("tags", "sync").code == 0

    def test_line_ends_are_never_changed(self, empty: World) -> None:
        empty.git("config", "core.autocrlf", "true")
        assert empty.homegolf("init", "--lane", "home").code == 0
        commit(empty)
        empty.record("base", BASE)
        other = empty.clone("windows", "--config", "core.autocrlf=true")
        path = "ledger/home/runs/2026-03/base.yaml"
        assert b"\r" not in (other.repo / path).read_bytes()
        assert other.homegolf("verify").code == 0

    def test_the_default_lane(self, empty: World) -> None:
        assert empty.homegolf("init").code == 0
        commit(empty)
        assert empty.homegolf("verify").code == 0
        assert list(empty.answer("verdicts")["lanes"]) == ["local-cluster"]
