"""What a command fetches is its own: nobody else's file, and nobody's refs but those it is about."""

import os
import shutil
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.remotes import fetched
from homegolf_git.shell.git.sidebranch import side_branch
from tests.e2e.world import BASE, BEST, BETTER, GIT, World, executable

PROMOTIONS = ("for-each-ref", "refs/tags/promotions")


@pytest.fixture
def clone(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A clone with a bare remote that has another branch too; there is no `gh`."""
    world.record("base", BASE)
    world.git("branch", "other")
    world.record("landed", BETTER)
    world.git("clone", "--quiet", "--bare", str(world.repo), str(world.root / "remote.git"))
    tools = world.root / "tools"
    tools.mkdir()
    for tool in ("git", "sh"):
        (tools / tool).symlink_to(shutil.which(tool) or tool)
    monkeypatch.setenv("PATH", str(tools))
    there = world.clone("clone", source=str(world.root / "remote.git"))
    there.count = 30
    return there


def meanwhile(world: World, command: str, script: str) -> str:
    """A PATH whose git does something else as well when it is called for a command."""
    folder = world.root / f"after-{command}"
    executable(
        folder / "git",
        f'"{GIT}" "$@"; code=$?\ncase " $* " in *" {command} "*) ( {script} ) >/dev/null 2>&1 ;; esac\nexit $code',
    )
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


FETCHES = {
    "another branch": "fetch origin other",
    "nothing that is there": "fetch origin nowhere",
    "another remote": "fetch ../repo other",
    "everything": "fetch --all --tags",
}


class TestTwoAtOnce:
    """A fetch beside changes nothing of what a command sees."""

    @pytest.mark.parametrize("fetch", FETCHES)
    @pytest.mark.parametrize("options", [(), ("--dry-run",)], ids=["real", "dry"])
    def test_another_fetch_in_between(
        self, clone: World, fetch: str, options: tuple[str, ...]
    ) -> None:
        path = meanwhile(clone, "fetch", f'"{GIT}" {FETCHES[fetch]}')
        row = str(clone.row("best", BEST))
        ran = clone.process("submit", row, *options, "--json", PATH=path)
        assert ran.code == 0, ran.said
        assert ran.json()["rows"][0]["incumbent_before"] == "landed"
        if not options:
            assert clone.git("rev-parse", "run/best~1") == clone.git("rev-parse", "origin/main")

    def test_fetch_head_is_left_alone(self, clone: World) -> None:
        clone.git("fetch", "--quiet", "origin", "other")
        path = clone.repo / ".git" / "FETCH_HEAD"
        before = path.read_bytes()
        assert clone.homegolf("submit", str(clone.row("best", BEST))).code == 0
        assert clone.homegolf("tags", "sync", "--push", "origin").code == 0
        assert path.read_bytes() == before

    def test_several_submits(self, clone: World) -> None:
        rows = [str(clone.row(f"run-{number}", BEST)) for number in range(4)]

        with ThreadPoolExecutor(4) as pool:
            ran = list(
                pool.map(
                    lambda row, base: clone.process("submit", row, "--base", base),
                    rows,
                    ["main", "other", "main", "other"],
                )
            )
        assert [each.code for each in ran] == [0] * 4, [each.said for each in ran]
        for number, base in enumerate(["main", "other", "main", "other"]):
            there = clone.git("rev-parse", f"run/run-{number}~1")
            assert there == clone.git("rev-parse", f"origin/{base}")
        assert clone.git("for-each-ref", "refs/homegolf") == ""


class TestLeavesNothing:
    """No ref is left behind, and none of others is changed."""

    @pytest.mark.parametrize(
        "words",
        [("--dry-run",), (), ("--base", "nowhere"), ("--dry-run", "--base", "nowhere")],
        ids=" ".join,
    )
    def test_refs(self, clone: World, words: tuple[str, ...]) -> None:
        clone.git("config", "--add", "remote.origin.fetch", "+refs/heads/*:refs/heads/*")
        clone.git("branch", "--force", "other", "HEAD")  # which the remote has elsewhere
        before = set(clone.git("for-each-ref").splitlines())
        ran = clone.homegolf("submit", str(clone.row("best", BEST)), *words, "--json")
        after = set(clone.git("for-each-ref").splitlines())
        new = {line.split("\t")[1] for line in after - before}
        assert before <= after
        if "nowhere" in words:
            assert (ran.code, ran.codes(), new) == (4, ["fetch_failed"], set())
            assert "nowhere" in ran.json()["findings"][0]["message"]
        else:
            sent = {"refs/heads/run/best", "refs/remotes/origin/run/best"}
            assert (ran.code, new) == (0, set() if words else sent)

    def test_a_tag_that_is_called_as_the_branch(self, clone: World) -> None:
        """Git takes a tag of that name first."""
        clone.git("push", "--quiet", "origin", "origin/other:refs/tags/main")
        answer = clone.answer("submit", str(clone.row("best", BEST)))
        assert answer["rows"][0]["incumbent_before"] == "landed"

    def test_a_killed_one_leaves_a_ref_that_misleads_nobody(self, clone: World) -> None:
        clone.git("update-ref", "refs/homegolf/fetch/1-0000/base", "origin/other")
        answer = clone.answer("submit", str(clone.row("best", BEST)))
        assert answer["rows"][0]["incumbent_before"] == "landed"
        assert clone.git("for-each-ref", "refs/homegolf") == ""


class TestKilled:
    """What a killed submit left is taken away by the next one, or by `doctor --fix`."""

    @pytest.fixture(params=["worktree", "fast-import", "push"])
    def killed(self, clone: World, request: pytest.FixtureRequest) -> World:
        """A clone in which git, and all that waits for it, was killed at one of its commands."""
        tools = clone.root / "killing"
        executable(
            tools / "git",
            f'case " $* " in *" {request.param} "*) kill -KILL $PPID $$ ;; esac\nexec {GIT} "$@"',
        )
        path = f"{tools}:{os.environ['PATH']}"
        temporary = str(clone.root / "tmp")
        (clone.root / "tmp").mkdir()
        ran = clone.process("submit", str(clone.row("best", BEST)), PATH=path, TMPDIR=temporary)
        assert ran.code == -signal.SIGKILL
        assert clone.git("for-each-ref", "refs/homegolf") != ""
        return clone

    def assert_clean(self, clone: World) -> None:
        assert clone.git("for-each-ref", "refs/homegolf") == ""
        assert len(clone.git("worktree", "list").splitlines()) == 1
        assert list((clone.repo / ".git" / "homegolf" / "fetch").iterdir()) == []

    def test_the_next_submit(self, killed: World) -> None:
        answer = killed.answer("submit", str(killed.row("best", BEST)))
        assert answer["branch"] == "run/best"
        self.assert_clean(killed)

    def test_doctor(self, killed: World) -> None:
        found = killed.answer("doctor")["findings"]
        assert "stray_refs" in [item["code"] for item in found]
        answer = killed.answer("doctor", "--fix")
        assert "stray_refs" in answer["mended"]
        assert "stray_refs" not in [item["code"] for item in answer["findings"]]
        self.assert_clean(killed)
        assert killed.git("branch", "--list", "run/*") == ""

    def test_a_work_tree_that_is_only_half_made(self, clone: World) -> None:
        """Git locks one that it makes, and fetches nothing while its HEAD names no object."""
        folder = clone.root / "homegolf-half"
        clone.write(".git/homegolf/side/half", f"{clone.head}\nrun/best\n{folder}")
        place = clone.repo / ".git" / "worktrees" / "tree"
        names = {"HEAD": "0" * 40, "gitdir": f"{folder}/tree/.git", "commondir": "../..", "locked": "initializing"}  # fmt: skip
        for name, text in names.items():
            clone.write(f".git/worktrees/tree/{name}", f"{text}\n")
        (folder / "tree").mkdir(parents=True)
        (folder / "tree" / ".git").write_text(f"gitdir: {place}\n")
        clone.git("branch", "run/best")
        clone.git("fetch", "--quiet", "origin", code=1)
        assert clone.answer("submit", str(clone.row("best", BEST)))["branch"] == "run/best"
        self.assert_clean(clone)
        assert not folder.exists()

    def test_another_s_work_tree_that_is_being_made(self, clone: World) -> None:
        """A fetch waits for it."""
        place = clone.repo / ".git" / "worktrees" / "other"
        clone.git("worktree", "add", "--quiet", "--detach", str(clone.root / "other"))
        head = (place / "HEAD").read_text()
        (place / "HEAD").write_text("0" * 40 + "\n")
        done = threading.Timer(0.7, (place / "HEAD").write_text, (head,))
        done.start()
        ran = clone.process("submit", str(clone.row("best", BEST)))
        done.join()
        assert ran.code == 0, ran.said

    def test_one_that_is_alive_is_left_alone(self, clone: World) -> None:
        sources = {"base": "refs/heads/main"}
        repo = GitRepo(clone.repo)
        with fetched(repo, "origin", sources) as refs, side_branch(repo, "run/x", refs["base"]):
            found = clone.answer("doctor", "--fix")["findings"]
            assert "stray_refs" not in [item["code"] for item in found]
            assert clone.homegolf("submit", str(clone.row("best", BEST))).code == 0
            assert clone.git("rev-parse", "run/x") == refs["base"]
            assert repo.refs("refs/homegolf/fetch/")
        assert clone.git("branch", "--list", "run/x") == ""
        self.assert_clean(clone)

    @pytest.mark.parametrize("is_folder_gone", [False, True])
    def test_a_branch_that_was_pushed_stays(self, clone: World, *, is_folder_gone: bool) -> None:
        """And the same command takes it for its own."""
        tools = clone.root / "killing"
        executable(
            tools / "git",
            f'case " $* " in *" worktree remove "*) kill -KILL $PPID $$ ;; esac\nexec {GIT} "$@"',
        )
        path, row = f"{tools}:{os.environ['PATH']}", str(clone.row("best", BEST))
        temporary = clone.root / "tmp"
        temporary.mkdir()
        ran = clone.process("submit", row, PATH=path, TMPDIR=str(temporary))
        assert ran.code == -signal.SIGKILL
        sent = clone.git("rev-parse", "run/best")
        if is_folder_gone:
            shutil.rmtree(temporary)
        assert clone.homegolf("doctor", "--fix").code == 0
        self.assert_clean(clone)
        assert clone.git("rev-parse", "run/best") == sent
        assert clone.answer("submit", row)["branch"] == "run/best"
        assert clone.git("rev-parse", "run/best", "origin/run/best").split() == [sent, sent]

    def test_what_was_pushed_and_is_not_known_here(self, clone: World) -> None:
        """The remote has the branch of a command that was killed before it heard of that."""
        row = str(clone.row("best", BEST))
        assert clone.homegolf("submit", row).code == 0
        sent = clone.git("rev-parse", "run/best")
        for ref in ("refs/heads/run/best", "refs/remotes/origin/run/best"):
            clone.git("update-ref", "-d", ref)
        clone.environment = {"GIT_COMMITTER_DATE": "2026-04-02T12:00:00+00:00"}
        ran = clone.process("submit", row)
        assert ran.code == 0, ran.said
        assert clone.git("rev-parse", "run/best") == sent

    def test_another_row_of_that_name(self, clone: World) -> None:
        assert clone.homegolf("submit", str(clone.row("best", BEST))).code == 0
        before = clone.state()
        ran = clone.homegolf("submit", str(clone.row("best", BETTER)), "--json")
        assert (ran.code, ran.codes()) == (4, ["branch_refused"])
        clone.git("update-ref", "-d", "refs/heads/run/best")
        ran = clone.homegolf("submit", str(clone.row("best", BETTER)), "--json")
        assert (ran.code, ran.codes()) == (4, ["push_failed"])
        clone.git("branch", "run/best", "origin/run/best")
        assert clone.state() == before


class TestPromotions:
    """A dry run takes no promotion that was made here, and adds none."""

    @pytest.fixture
    def promoted(self, clone: World) -> World:
        """The same number here and there, on other commits; one more on each side."""
        for name, commit in (("1", "HEAD"), ("2", "HEAD")):
            clone.git(
                "tag", "--annotate", "--message", "there", f"promotions/h100/000{name}", commit
            )
        clone.git("push", "--quiet", "origin", "refs/tags/promotions/h100/*")
        clone.git("tag", "--delete", "promotions/h100/0001", "promotions/h100/0002")
        for name in ("1", "3"):
            clone.git(
                "tag", "--annotate", "--message", "here", f"promotions/h100/000{name}", "HEAD~1"
            )
        return clone

    def test_a_dry_run_leaves_them(self, promoted: World) -> None:
        before = promoted.git(*PROMOTIONS)
        assert promoted.homegolf("submit", "--dry-run", str(promoted.row("best", BEST))).code == 0
        assert promoted.git(*PROMOTIONS) == before

    def test_one_that_is_made_meanwhile_stays(self, promoted: World) -> None:
        path = meanwhile(promoted, "fetch", f'"{GIT}" tag promotions/h100/0004 HEAD')
        before = set(promoted.git(*PROMOTIONS).splitlines())
        row = str(promoted.row("best", BEST))
        assert promoted.process("submit", "--dry-run", row, PATH=path).code == 0
        (new,) = set(promoted.git(*PROMOTIONS).splitlines()) - before
        assert new.endswith("0004")

    def test_for_real_what_is_published_wins(self, promoted: World) -> None:
        assert promoted.homegolf("submit", str(promoted.row("best", BEST))).code == 0
        found = promoted.git(
            "tag", "--list", "--format=%(refname:lstrip=-1) %(subject)", "promotions/*"
        )
        assert found.splitlines() == ["0001 there", "0002 there", "0003 here"]

    def test_pruning_takes_none(self, promoted: World) -> None:
        for setting in (
            "fetch.prune",
            "fetch.pruneTags",
            "remote.origin.prune",
            "remote.origin.pruneTags",
        ):
            promoted.git("config", setting, "true")
        for words in (
            ("submit", str(promoted.row("best", BEST))),
            ("tags", "sync", "--push", "origin"),
        ):
            assert promoted.homegolf(*words).code == 0
        assert len(promoted.git(*PROMOTIONS).splitlines()) == 3


def test_what_git_says_of_a_remote_that_is_not_there(clone: World) -> None:
    shutil.rmtree(clone.root / "remote.git")
    for words in (("submit", str(clone.row("best", BEST))), ("tags", "sync", "--push", "origin")):
        ran = clone.homegolf(*words, "--json")
        assert (ran.code, ran.codes()) == (4, ["fetch_failed"])
    assert not list(Path(clone.repo, ".git").glob("refs/homegolf/**/*.lock"))
