"""Submitting over HTTP and SSH: a branch on the forge, and nothing of the user's touched."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from homegolf_git.shell.forge import compare_address, head_of
from tests.e2e.world import BASE, BEST, BETTER, GIT, World, executable
from tests.forge.forge import Forge
from tests.forge.service import Service

LATER = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def clone(world: World, forge: Forge, monkeypatch: pytest.MonkeyPatch) -> World:
    """A user's clone in the middle of other work; there is no `gh`."""
    world.record("base", BASE)
    world.git("push", "--quiet", "origin", "main")
    there = forge.clone("user")
    there.git("switch", "--quiet", "--create", "topic")
    there.commit("Work", {"README.md": "one\n"})
    there.write("README.md", "two\n")
    there.git("add", "README.md")
    there.write("README.md", "three\n")
    there.write("untracked.txt", "mine\n")
    tools = there.root / "tools"
    tools.mkdir()
    for program in ("git", "sh", "ssh"):
        if found := shutil.which(program):
            (tools / program).symlink_to(found)
    monkeypatch.setenv("PATH", str(tools))
    there.count = 30
    return there


def gh(clone: World, **faults: str) -> Service:
    """GitHub's command line, and the service that it asks."""
    service = Service(clone.root / "service.json", faults=faults)
    service.install(clone.root / "tools")
    return service


def work(clone: World) -> list[str]:
    """All of the user's but the branches that submitting is about."""
    state = clone.state()
    state[2] = clone.git("for-each-ref", "refs/heads/topic", "refs/heads/main", "refs/tags")
    return [*state, clone.git("diff"), clone.git("config", "--list", "--local")]


def worktrees(clone: World) -> int:
    return clone.git("worktree", "list", "--porcelain").count("worktree ")


class TestSubmit:
    """A branch from the remote's main with one commit a row, judged, pushed, proposed."""

    def test_a_branch_is_pushed_and_nothing_else_touched(self, clone: World, forge: Forge) -> None:
        before, refs = work(clone), forge.refs()
        answer = clone.answer("submit", str(clone.row("better", BETTER)))
        assert work(clone) == before
        assert worktrees(clone) == 1
        new = forge.refs().keys() - refs.keys()
        assert new == {"refs/heads/run/better"}
        assert {name: oid for name, oid in forge.refs().items() if name not in new} == refs
        assert forge.git("rev-parse", "run/better^") == forge.main
        assert forge.git("log", "-1", "--format=%s", "run/better") == "run(home): better"
        assert forge.git("diff", "--name-only", "main", "run/better") == (
            "ledger/home/runs/2026-03/better.yaml"
        )
        assert (answer["ok"], answer["dry_run"], answer["branch"]) == (True, False, "run/better")
        assert [row["class"] for row in answer["rows"]] == ["improvement"]

    def test_it_says_what_the_gate_says(self, clone: World) -> None:
        answer = clone.answer("submit", str(clone.row("better", BETTER)))
        gate = clone.answer("check", "--base", "origin/main", "--head", "origin/run/better")
        for part in ("ok", "findings", "rows", "plateau"):
            assert answer[part] == gate[part]

    def test_several_rows_are_one_branch(self, clone: World, forge: Forge) -> None:
        rows = [str(clone.row(name, BETTER)) for name in ("one", "two", "three")]
        answer = clone.answer("submit", *reversed(rows), "--branch", "batch")
        assert answer["branch"] == "batch"
        assert forge.git("log", "--reverse", "--format=%s", "main..batch").splitlines() == [
            f"run(home): {name}" for name in ("one", "two", "three")
        ]

    def test_receipts_go_along(self, clone: World, forge: Forge) -> None:
        listed = clone.reports(*enumerate(BETTER, start=1), run_id="better")
        row = clone.row("better", BETTER, receipts=listed)
        ran = clone.homegolf("submit", str(row), "--receipts", str(row.parent / "receipts"))
        assert ran.code == 0, ran.said
        changed = forge.git("diff", "--name-only", "main", "run/better").splitlines()
        assert len(changed) == 4

    def test_it_starts_from_the_remote_not_from_a_stale_clone(
        self, clone: World, world: World, forge: Forge
    ) -> None:
        world.record("other", BETTER)
        world.git("push", "--quiet", "origin", "main")
        answer = clone.answer("submit", str(clone.row("better", BETTER)))
        assert forge.git("rev-parse", "run/better^") == world.head
        assert answer["rows"][0]["incumbent_before"] == "other"

    def test_what_has_landed_is_nothing_to_do(self, clone: World, forge: Forge) -> None:
        row = clone.row("base", BASE)
        row.write_text(clone.git("show", "main:ledger/home/runs/2026-03/base.yaml") + "\n")
        before, refs = clone.state(), forge.refs()
        ran = clone.homegolf("submit", str(row))
        assert ran.code == 0
        assert "base has landed before" in ran.out
        assert (clone.state(), forge.refs()) == (before, refs)

    def test_an_empty_config_lands_where_both_sides_allow_it(self, clone: World) -> None:
        file = str(clone.row("better", BETTER, config={}))
        ran = clone.homegolf("submit", file, "--json")
        assert (ran.code, ran.codes()) == (1, ["empty_config"])
        clone.answer("submit", file, "--allow-empty-config")
        gate = ("check", "--base", "origin/main", "--head", "run/better")
        assert clone.homegolf(*gate, "--json").codes() == ["empty_config"]
        assert clone.homegolf(*gate, "--allow-empty-config").code == 0

    def test_from_a_folder_below(self, clone: World, forge: Forge) -> None:
        row = clone.row("better", BETTER)
        (clone.repo / "below").mkdir()
        ran = clone.process("submit", "--repo", "below", str(row))
        assert ran.code == 0, ran.said
        assert "refs/heads/run/better" in forge.refs()


class TestDryRun:
    """It says what the gate will say and leaves nothing, here and there."""

    def test_leaves_no_branch_and_no_worktree(self, clone: World, forge: Forge) -> None:
        before, refs = clone.state(), forge.refs()
        answer = clone.answer("submit", str(clone.row("better", BETTER)), "--dry-run")
        assert (answer["ok"], answer["branch"], answer["address"]) == (True, None, None)
        assert [row["class"] for row in answer["rows"]] == ["improvement"]
        assert (clone.state(), forge.refs(), worktrees(clone)) == (before, refs, 1)

    def test_then_for_real(self, clone: World, forge: Forge) -> None:
        row = str(clone.row("better", BETTER))
        foreseen = clone.answer("submit", row, "--dry-run")
        assert clone.answer("submit", row)["rows"] == foreseen["rows"]
        assert "refs/heads/run/better" in forge.refs()

    def test_asks_no_forge_for_a_pull_request(self, clone: World) -> None:
        service = gh(clone)
        assert clone.homegolf("submit", str(clone.row("better", BETTER)), "--dry-run").code == 0
        assert service.load().asked == []


class TestRefused:
    """What may not be merged is not pushed."""

    @pytest.mark.parametrize(
        ("facts", "code"),
        [
            ({"finished_at": LATER}, "in_the_future"),  # the gate's own
            ({"finished_at": "2026-03-28T11:06:00Z", "run_id": "base"}, "different_content"),
            ({"lane": "nowhere"}, "unknown_lane"),
            ({"seeds_run": 1}, "undisclosed_seeds"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_nothing_is_pushed_or_left(
        self, clone: World, forge: Forge, facts: dict[str, object], code: str
    ) -> None:
        service = gh(clone)
        before, refs = clone.state(), forge.refs()
        row = clone.row(str(facts.pop("run_id", "better")), BETTER, **facts)
        ran = clone.homegolf("submit", str(row), "--json")
        assert ran.code == 1, ran.said
        assert code in ran.codes()
        assert (clone.state(), forge.refs(), worktrees(clone)) == (before, refs, 1)
        assert service.load().asked == []

    def test_a_file_that_is_no_row(self, clone: World, forge: Forge) -> None:
        before, refs = clone.state(), forge.refs()
        path = clone.root / "odd.yaml"
        path.write_text("a: b: c\n")
        assert clone.homegolf("submit", str(path)).code == 1
        assert (clone.state(), forge.refs(), worktrees(clone)) == (before, refs, 1)

    def test_no_such_remote_or_base(self, clone: World, forge: Forge) -> None:
        before, refs = clone.state(), forge.refs()
        row = str(clone.row("better", BETTER))
        for options in (("--remote", "nowhere"), ("--base", "nowhere")):
            ran = clone.homegolf("submit", row, *options)
            assert ran.code == 4, ran.said
            assert "Traceback" not in ran.said
        assert (clone.state(), forge.refs(), worktrees(clone)) == (before, refs, 1)

    @pytest.mark.parametrize("name", ["-x", "a..b", "a b", "a.lock", "ref^"])
    def test_a_branch_that_git_does_not_take(self, clone: World, forge: Forge, name: str) -> None:
        before, refs = clone.state(), forge.refs()
        ran = clone.homegolf("submit", str(clone.row("better", BETTER)), f"--branch={name}")
        assert ran.code in {1, 2, 4}, ran.said
        assert "Traceback" not in ran.said
        assert (clone.state(), forge.refs(), worktrees(clone)) == (before, refs, 1)

    @pytest.mark.parametrize("name", ["mine", "topic", "main"])
    def test_a_branch_that_is_there_already_stays(
        self, clone: World, forge: Forge, name: str
    ) -> None:
        clone.git("branch", "--force", "mine", "topic")
        before, refs = clone.state(), forge.refs()
        ran = clone.homegolf("submit", str(clone.row("better", BETTER)), "--branch", name, "--json")
        assert (ran.code, ran.codes()) == (4, ["branch_refused"])
        assert (clone.state(), forge.refs(), worktrees(clone)) == (before, refs, 1)

    def test_a_forge_that_refuses_the_branch(self, clone: World, forge: Forge) -> None:
        """And later takes it: the same command succeeds then."""
        hook = forge.bare / "hooks" / "update"
        executable(hook, "echo 'ruleset: not today' >&2; exit 1")
        row = str(clone.row("better", BETTER))
        before = clone.state()
        ran = clone.homegolf("submit", row, "--json")
        assert (ran.code, ran.codes()) == (4, ["push_failed"])
        assert "not today" in ran.json()["findings"][0]["message"]
        assert clone.state() == before
        hook.unlink()
        assert clone.answer("submit", row)["branch"] == "run/better"

    def test_a_secret_in_the_address_is_not_shown(self, clone: World, forge: Forge) -> None:
        address = forge.url.replace("http://", "http://someone:s3cret@")
        clone.git("remote", "set-url", "origin", address)
        row = str(clone.row("better", BETTER))
        ran = clone.homegolf("submit", row, "--json")
        assert ran.code == 0
        assert "s3cret" not in ran.said
        clone.git("remote", "set-url", "origin", address.replace("ledger.git", "nowhere.git"))
        ran = clone.homegolf("submit", str(clone.row("other", BETTER)))
        assert ran.code == 4
        assert "s3cret" not in ran.said


class TestPullRequest:
    """`gh` opens it where there is one; else the address says where to."""

    def test_gh_gets_title_and_body(self, clone: World) -> None:
        service = gh(clone)
        answer = clone.answer("submit", str(clone.row("better", BETTER)))
        assert answer["address"] == "https://forge.example/team/ledger/pull/7"
        (asked,) = service.load().asked
        body = asked.pop("body")
        assert asked == {
            "request": "POST pull", "base": "main", "head": "run/better",
            "title": "run(home): better", "folder": str(clone.repo),
        }  # fmt: skip
        assert body.startswith("## ✅ May be merged: 1 run, no error\n")
        assert "`better` in `home`: improvement/strict" in body
        (pull,) = service.pulls
        assert pull.commits == [clone.git("rev-parse", "run/better")]

    def test_gh_gets_one_title_for_several(self, clone: World) -> None:
        service = gh(clone)
        rows = [str(clone.row(name, BETTER)) for name in ("one", "two", "three")]
        assert clone.homegolf("submit", *rows).code == 0
        assert service.load().asked[0]["title"] == "run(home): one and 2 more"

    def test_text_of_a_row_is_inert_in_the_body(self, clone: World) -> None:
        service = gh(clone)
        hostile = "<img src=x> @team [x](http://e.vil) `$(touch pwned)`"
        change = {"kind": "model", "summary": hostile}
        row = clone.row("better", BETTER, change=change, notes=hostile, submitter="@someone")
        assert clone.homegolf("submit", str(row)).code == 0
        body = service.load().asked[0]["body"]
        assert "<img" not in body
        assert "@team" not in body
        assert not (clone.repo / "pwned").exists()

    def test_gh_that_fails(self, clone: World, forge: Forge) -> None:
        """The branch is on the forge by then; the message is gh's own."""
        gh(clone, pull="no permission")
        ran = clone.homegolf("submit", str(clone.row("better", BETTER)), "--json")
        assert (ran.code, ran.codes()) == (4, ["pull_request_failed"])
        assert "no permission" in ran.json()["findings"][0]["message"]
        assert "refs/heads/run/better" in forge.refs()
        assert worktrees(clone) == 1

    def test_without_gh_the_address_is_said(self, clone: World, forge: Forge) -> None:
        host = forge.url.removeprefix("http://").removesuffix("/ledger.git")
        ran = clone.homegolf("submit", str(clone.row("better", BETTER)))
        page = f"https://{host}/ledger/compare/main...run/better?expand=1"
        assert f"\nopen a pull request: {page}\n" in ran.out

    @pytest.mark.parametrize(
        "remote",
        ["ssh://git@forge.example/team/ledger.git", "git@forge.example:team/ledger.git",
         "ssh://git@forge.example:2222/team/ledger"],
    )  # fmt: skip
    def test_over_ssh(
        self, clone: World, forge: Forge, remote: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The connection is a stand-in that runs git's own server here."""
        script = f"""
for last; do :; done
case $last in git-receive-pack*) exec {GIT} receive-pack {forge.bare} ;; esac
exec {GIT} upload-pack {forge.bare}
"""
        ssh = executable(clone.root / "tools" / "connect", script)
        monkeypatch.setenv("GIT_SSH_COMMAND", str(ssh))
        monkeypatch.setenv("GIT_SSH_VARIANT", "ssh")
        clone.git("remote", "set-url", "origin", remote)
        answer = clone.answer("submit", str(clone.row("better", BETTER)))
        assert answer["address"] == (
            "https://forge.example/team/ledger/compare/main...run/better?expand=1"
        )
        assert "refs/heads/run/better" in forge.refs()

    @pytest.mark.parametrize(
        ("remote", "host"),
        [
            ("https://forge.example/team/ledger.git", "forge.example"),
            ("https://forge.example/team/ledger", "forge.example"),
            ("https://forge.example/team/ledger/", "forge.example"),
            ("https://token:x@forge.example/team/ledger.git", "forge.example"),
            ("https://forge.example:8443/team/ledger.git", "forge.example:8443"),
            ("ssh://git@forge.example:2222/team/ledger.git", "forge.example"),
            ("git@forge.example:team/ledger.git", "forge.example"),
            ("forge.example:team/ledger.git", "forge.example"),
        ],
    )
    def test_address_of_a_remote(self, remote: str, host: str) -> None:
        expected = f"https://{host}/team/ledger/compare/main...run/x?expand=1"
        assert compare_address(remote, "main", "run/x") == expected

    @pytest.mark.parametrize("remote", ["/srv/ledger.git", "../ledger", "file:///srv/x.git", ""])
    def test_a_path_has_no_address(self, remote: str) -> None:
        assert compare_address(remote, "main", "run/x") is None

    def test_a_branch_name_is_escaped_in_the_address(self) -> None:
        found = compare_address("https://forge.example/team/ledger", "main", "fix#1&expand=0?")
        assert found == (
            "https://forge.example/team/ledger/compare/main...fix%231%26expand%3D0%3F?expand=1"
        )

    @pytest.mark.parametrize(
        ("fork", "head"),
        [
            ("https://forge.example/ada/ledger.git", "ada:run/x"),
            ("git@forge.example:ada/ledger.git", "ada:run/x"),
            ("/srv/ledger.git", "run/x"),
            (None, "run/x"),
        ],
    )
    def test_head_of_a_fork(self, fork: str | None, head: str) -> None:
        assert head_of("run/x", fork) == head

    def test_a_path_as_remote_says_to_open_it(self, clone: World, forge: Forge) -> None:
        clone.git("remote", "set-url", "origin", str(forge.bare))
        ran = clone.homegolf("submit", str(clone.row("better", BETTER)), "--json")
        assert (ran.code, json.loads(ran.out)["address"]) == (0, None)
        assert os.environ["PATH"].endswith("tools")


class TestFork:
    """Who may not push to the team's repository pushes to a fork, and asks from there."""

    @pytest.fixture
    def fork(self, clone: World, forge: Forge) -> World:
        """Ada's fork, on the same forge, as the remote `mine`; the team's takes no push."""
        there = World(clone.root, forge.bare.parent / "ada" / "ledger.git", clone.home)
        clone.git("clone", "--quiet", "--bare", forge.url, str(there.repo))
        there.git("config", "http.receivepack", "true")
        clone.git("remote", "add", "mine", forge.url.replace("/ledger.git", "/ada/ledger.git"))
        forge.git("config", "http.receivepack", "false")
        return there

    def test_the_branch_goes_to_the_fork(self, clone: World, forge: Forge, fork: World) -> None:
        before = forge.refs()
        answer = clone.answer("submit", "--fork", "mine", str(clone.row("better", BETTER)))
        assert forge.refs() == before
        assert fork.git("rev-parse", "run/better^") == forge.main
        host = forge.url.split("/")[2]
        expected = f"https://{host}/ledger/compare/main...ada:run/better?expand=1"
        assert answer["address"] == expected

    def test_what_is_said(self, clone: World, fork: World) -> None:
        assert fork.repo.is_dir()
        said = clone.homegolf("submit", "--fork", "mine", str(clone.row("better", BETTER))).out
        assert "pushed run/better to mine" in said
        assert "...ada:run/better?" in said

    def test_without_it_the_push_is_refused(self, clone: World, fork: World) -> None:
        assert fork.repo.is_dir()
        ran = clone.homegolf("submit", str(clone.row("better", BETTER)), "--json")
        assert (ran.code, ran.codes()) == (4, ["push_failed"])

    def test_the_base_is_the_teams_and_not_the_forks(
        self, world: World, clone: World, forge: Forge, fork: World
    ) -> None:
        forge.git("config", "http.receivepack", "true")
        world.record("better", BETTER, base="base")
        world.git("push", "--quiet", "origin", "main")
        answer = clone.answer("submit", "--fork", "mine", str(clone.row("best", BEST)))
        assert answer["rows"][0]["incumbent_before"] == "better"
        assert fork.git("rev-parse", "run/best^") == forge.main

    def test_a_fork_that_is_no_remote(self, clone: World) -> None:
        ran = clone.homegolf("submit", "--fork", "x", str(clone.row("better", BETTER)), "--json")
        assert (ran.code, ran.codes()) == (4, ["push_failed"])
        assert "git remote add x" in ran.said
