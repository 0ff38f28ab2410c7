"""Section 3: a commit is whole or absent, whoever is killed and however many there are at once."""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing import journal, lock
from homegolf_git.shell.landing.commits import committing
from homegolf_git.shell.landing.lock import CommitLock
from tests.e2e.world import BASE, BETTER, World


def clean(world: World) -> bool:
    """Work tree and index are those of HEAD."""
    return world.git("status", "--porcelain", "--untracked-files=all") == ""


def record_and_die(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Record a row, and be killed when it has landed and the work tree lacks it."""

    def killed(*_: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patch:
        patch.setattr(journal, "settle", killed)
        world.homegolf("record", str(world.row("first", BASE)))


class TestKilled:
    """What a kill leaves is completed by the next command; kills at random instants are in tests/kills."""

    def test_behind_the_commit(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """The row is there; the next committing command brings work tree and index up to it."""
        record_and_die(world, monkeypatch)
        assert world.git("show", "--stat", "--format=%s", "HEAD").startswith("run(home): first")
        assert not clean(world)
        world.record("second", BETTER)
        assert clean(world)
        assert world.outcomes()["first"] == "improvement/baseline"

    def test_doctor_sees_and_completes_it(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record_and_die(world, monkeypatch)
        assert "killed_commit" in world.homegolf("doctor", "--json").codes()
        with lock.CommitLock(
            world.repo / ".git" / "homegolf"
        ).held():  # it may be the work of a living command
            assert "killed_commit" not in world.homegolf("doctor", "--json").codes()
        mended = world.answer("doctor", "--fix")
        assert "killed_commit" in mended["mended"]
        assert "killed_commit" not in [item["code"] for item in mended["findings"]]
        assert clean(world)

    def test_a_journal_of_a_commit_that_never_landed(self, world: World) -> None:
        repo = GitRepo(world.repo)
        path = world.write("ledger/home/runs/2026-03/x.yaml", "a: 1\n")
        blob = repo.blob_id(path.read_bytes())
        name = str(path.relative_to(world.repo))
        journal.note(repo, journal.Entry("refs/heads/main", {name: blob}, [name], "1" * 40))
        with committing(repo):
            pass
        assert not path.exists()
        assert not journal.is_pending(repo)

    @pytest.mark.parametrize("text", ["", "{}", "[1]", '{"ref": 1'])
    def test_a_journal_that_no_command_wrote(self, world: World, text: str) -> None:
        world.write(".git/homegolf/journal.json", text)
        world.record("first", BASE)
        assert clean(world)


PARTS = [(f"m{n}", {f"ledger/home/runs/2026-03/r{n}.yaml": b"%d\n" % n}) for n in range(5)]


class TestSeries:
    """Several commits by one process: one on the other, all of them or none."""

    @pytest.mark.parametrize("hook", [None, "exit 0"], ids=["plain", "hooks"])
    def test_one_on_the_other(self, world: World, hook: str | None) -> None:
        if hook is not None:
            world.hook("pre-commit", hook)
        before = world.head
        with committing(GitRepo(world.repo)) as committer:
            made = committer.commit_all(PARTS)
            assert committer.head == made[-1]
        assert world.git("rev-list", "--reverse", f"{before}..HEAD").split() == made
        assert world.git("log", "-5", "--format=%s").split() == ["m4", "m3", "m2", "m1", "m0"]
        for commit, (_, files) in zip(made, PARTS, strict=True):
            (name,) = files
            assert world.git("show", "--format=", "--name-status", commit) == f"A\t{name}"
        assert clean(world)

    def test_nothing_of_it_where_one_stands_in_the_way(self, world: World) -> None:
        world.write("ledger/home/runs/2026-03/r3.yaml", "other\n")
        before = world.state()
        with (
            pytest.raises(HomegolfError, match="in_the_way"),
            committing(GitRepo(world.repo)) as committer,
        ):
            committer.commit_all(PARTS)
        assert world.state() == before

    def test_killed_behind_the_commits(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        def killed(*_: object) -> None:
            raise SystemExit(137)

        before = world.head
        with committing(GitRepo(world.repo)) as committer, monkeypatch.context() as patch:
            patch.setattr(journal, "settle", killed)
            with pytest.raises(SystemExit):
                committer.commit_all(PARTS)
        assert len(world.git("rev-list", f"{before}..HEAD").split()) == len(PARTS)
        with committing(GitRepo(world.repo)):
            pass
        assert clean(world)

    def test_somebody_else_was_first(self, world: World) -> None:
        with committing(GitRepo(world.repo)) as committer:
            world.git("commit", "--quiet", "--allow-empty", "--message", "mine")
            with pytest.raises(HomegolfError, match="lost_race"):
                committer.commit_all(PARTS)
        assert world.git("log", "-1", "--format=%s") == "mine"
        assert clean(world)
        assert world.git("for-each-ref", "refs/homegolf/new") == ""


def test_what_was_packed_while_it_waited_counts(world: World) -> None:
    """A git that stays open may take the new `packed-refs` for the one that it knows."""
    before = world.head
    for _ in range(3):
        world.git("commit", "--quiet", "--allow-empty", "--message", "mine")
        after = world.head
        while time.time() % 1 > 0.3:  # all of it is to happen within one second
            time.sleep(0.01)
        world.git("update-ref", "refs/heads/main", before)
        world.git("pack-refs", "--all", "--prune")
        repo = GitRepo(world.repo)
        assert repo.ledger_head() == before
        world.git("pack-refs", "--all", "--prune")  # the next one gets the inode of the first
        world.git("update-ref", "refs/heads/main", after)
        world.git("pack-refs", "--all", "--prune")
        with committing(repo) as committer:
            assert committer.head == after


class TestLock:
    """The lock itself."""

    def test_in_order_of_arrival(self, tmp_path: Path) -> None:
        order: list[int] = []

        def hold(number: int) -> None:
            with CommitLock(tmp_path).held():
                order.append(number)
                time.sleep(0.05)

        with ThreadPoolExecutor(5) as pool, CommitLock(tmp_path).held():
            for number in range(5):
                pool.submit(hold, number)
                time.sleep(0.05)
            assert order == []
        assert order == list(range(5))

    def test_the_dead_are_not_waited_for(self, tmp_path: Path) -> None:
        queue = tmp_path / "queue"
        queue.mkdir()
        (queue / f"{1:020}-1").touch()
        began = time.monotonic()
        with CommitLock(tmp_path).held():
            assert time.monotonic() - began < 1
        assert list(queue.iterdir()) == []

    def test_nobody_waits_for_ever(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(lock, "_PATIENCE", 0.2)
        with (
            CommitLock(tmp_path).held(),
            pytest.raises(HomegolfError, match="lost_race"),
            CommitLock(tmp_path).held(),
        ):
            pass

    def test_progress_of_others_is_waited_for(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lock, "_PATIENCE", 0.3)
        holder = CommitLock(tmp_path)

        def wait() -> bool:
            with CommitLock(tmp_path).held():
                return True

        with ThreadPoolExecutor(1) as pool:
            with holder.held():
                waiting = pool.submit(wait)
                for _ in range(5):
                    time.sleep(0.15)
                    holder.landed()
            assert waiting.result()

    @pytest.mark.parametrize("seconds", [-86_400, 86_400])
    def test_patience_is_not_told_by_the_clock(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: int
    ) -> None:
        """Whoever lands while the clock is set back or forth is progress; who does not, is none."""
        monkeypatch.setattr(lock, "_PATIENCE", 0.3)
        with (holder := CommitLock(tmp_path)).held():
            holder.landed()
            os.utime(tmp_path / "commit", (time.time() + seconds,) * 2)
            began = time.monotonic()
            with pytest.raises(HomegolfError, match="lost_race"), CommitLock(tmp_path).held():
                pass
            assert 0.2 < time.monotonic() - began < 5
