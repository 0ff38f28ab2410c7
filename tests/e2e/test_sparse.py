"""A work tree that leaves the ledger out: git is asked, and what it has is not taken for missing."""

import shutil
from collections.abc import Callable

import pytest

from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, World

RETRACT = ("--reason", "r", "--evidence", "e", "--by", "someone")
READING = (
    ("verify",),
    ("status",),
    ("verdicts",),
    ("log",),
    ("explain", "better"),
    ("tags", "verify"),
    ("doctor",),
)


@pytest.fixture
def whole(world: World) -> World:
    """A ledger with everything that is generated, and files of a trainer beside it."""
    world.record("base", BASE)
    world.record("better", BETTER)
    world.homegolf("tags", "sync")
    assert world.homegolf("init").code == 0
    owners = world.repo / ".github" / "CODEOWNERS"
    owners.write_text("* @us/all\n")
    assert world.homegolf("scoreboard").code == 0
    world.write("trainer/train.py", "x\n")
    world.git("add", "--all")
    world.git("commit", "--quiet", "--message", "Everything")
    return world


def leave_out_two(world: World) -> None:
    """Without a sparse checkout, file by file."""
    names = ("ledger/home/lane.yaml", "ledger/SCOREBOARD.md")
    world.git("update-index", "--skip-worktree", *names)
    for name in names:
        (world.repo / name).unlink()


WAYS: dict[str, Callable[[World], object]] = {
    "cone": lambda w: w.git("sparse-checkout", "set", "--cone", "trainer"),
    "cone with a sparse index": lambda w: w.git(
        "sparse-checkout", "set", "--cone", "--sparse-index", "trainer"
    ),
    "no cone": lambda w: w.git("sparse-checkout", "set", "--no-cone", "/trainer/"),
    "two files": leave_out_two,
}


@pytest.fixture(params=WAYS)
def sparse(request: pytest.FixtureRequest, whole: World) -> World:
    """The same with most of it left out."""
    WAYS[request.param](whole)
    assert not (whole.repo / "ledger/home/lane.yaml").exists()
    assert whole.git("status", "--porcelain") == ""
    return whole


def test_reading(whole: World) -> None:
    expected = [whole.homegolf(*words) for words in READING]
    WAYS["cone"](whole)
    assert [whole.homegolf(*words) for words in READING] == expected


def test_the_scoreboard_is_fresh(sparse: World) -> None:
    assert sparse.homegolf("scoreboard", "--check").code == 0
    answer = sparse.answer("scoreboard")
    assert answer["written"] == []
    assert sparse.git("status", "--porcelain") == ""


def test_a_stale_one_is_written(sparse: World) -> None:
    before = {
        item["path"]
        for item in sparse.homegolf("scoreboard", "--check", "--json").json()["findings"]
    }
    sparse.record("best", BEST)
    stale = {
        item["path"]
        for item in sparse.homegolf("scoreboard", "--check", "--json").json()["findings"]
    }
    assert before == set()
    assert {"ledger/SCOREBOARD.md", "ledger/home/SCOREBOARD.md"} <= stale
    assert set(sparse.answer("scoreboard")["written"]) == stale
    assert sparse.homegolf("scoreboard", "--check").code == 0


def test_init_leaves_what_git_has(sparse: World) -> None:
    """A ladder of two lanes is not taken for none, nor the owners for the example's."""
    answer = sparse.answer("init")
    assert answer["written"] == []
    assert sparse.git("status", "--porcelain") == ""
    assert sparse.answer("init", "--lane", "new")["written"] == ["ledger/new/lane.yaml"]


def test_committing(sparse: World) -> None:
    sparse.record("best", BEST)
    assert sparse.homegolf("retract", "best", *RETRACT).code == 0
    assert sparse.answer("tags", "sync")["created"] != []
    assert sparse.answer("verify")["findings"] == []
    changed = sparse.git("diff", "--name-only", "HEAD~2", "HEAD").splitlines()
    assert changed == ["ledger/home/retractions/best.yaml", "ledger/home/runs/2026-03/best.yaml"]


def test_a_row_that_has_landed(sparse: World) -> None:
    text = sparse.git("show", "HEAD:ledger/home/runs/2026-03/base.yaml") + "\n"
    path = sparse.root / "base.yaml"
    path.write_text(text)
    assert sparse.answer("record", str(path))["already_landed"] == ["base"]


def test_submitting(sparse: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sparse.git("clone", "--quiet", "--bare", str(sparse.repo), str(sparse.root / "remote.git"))
    sparse.git("remote", "add", "origin", str(sparse.root / "remote.git"))
    tools = sparse.root / "tools"
    tools.mkdir()
    for tool in ("git", "sh"):  # without gh
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    monkeypatch.setenv("PATH", str(tools))
    before = sparse.state()
    for options in (("--dry-run",), ()):
        answer: Document = sparse.answer("submit", str(sparse.row("best", BEST)), *options)
        assert [row["class"] for row in answer["rows"]] == ["improvement"]
    after = sparse.state()
    assert (after[0], after[3], after[4]) == (before[0], before[3], before[4])


def test_a_month_that_goes(whole: World) -> None:
    """A file of verdicts that nobody needs any more, in a work tree that leaves it out."""
    path = "ledger/home/verdicts/2020-01.jsonl"
    whole.commit("Old", {path: "{}\n"})
    WAYS["cone"](whole)
    ran = whole.homegolf("scoreboard", "--check", "--json")
    assert ran.code == 1
    (item,) = ran.json()["findings"]
    assert item["path"] == path
    assert whole.homegolf("scoreboard").code == 0
    whole.git(*item["fix"].split("`")[1].split()[1:])
    whole.git("commit", "--quiet", "--message", "Gone")
    assert whole.homegolf("scoreboard", "--check").code == 0


def test_another_branch_is_checked_out(whole: World) -> None:
    """The branch has no ledger: that is what is said, and the ledger of the other is left alone."""
    whole.git("switch", "--quiet", "--orphan", "trainer")
    whole.commit("Code", {"train.py": "x\n"})
    for words in (("verify",), ("scoreboard",), ("record", str(whole.row("best", BEST)))):
        assert whole.homegolf(*words).code in {1, 4}
    ran = whole.homegolf("check", "--base", "main~2", "--head", "main~1", "--json")
    assert ran.code == 0, ran.said
    assert whole.git("status", "--porcelain") == ""


def test_a_tracked_file_that_somebody_deleted_is_written_anew(whole: World) -> None:
    """That is no sparse checkout."""
    (whole.repo / "ledger/ladder.yaml").unlink()
    assert whole.answer("init")["written"] == ["ledger/ladder.yaml"]
    assert "lanes:" in (whole.repo / "ledger/ladder.yaml").read_text()
