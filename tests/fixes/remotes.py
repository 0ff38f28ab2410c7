"""What goes to a remote and comes from it."""

import os
import shutil
from pathlib import Path

from homegolf_git.commands.pushing import push_rows
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.remotely import UNLANDED
from tests.e2e.world import BASE, BEST, BETTER, GIT, World, executable
from tests.fixes.scene import follow, found, gone, shell, situation


def cloned(world: World) -> World:
    """A clone of a bare remote that has one row."""
    world.record("base", BASE)
    world.git("clone", "--quiet", "--bare", str(world.repo), str(world.root / "remote.git"))
    there = world.clone("clone", source=str(world.root / "remote.git"))
    there.count = 30
    return there


@situation("branch_refused")
def a_branch_that_is_there(world: World) -> None:
    there = cloned(world)
    there.git("branch", "run/eve1")
    row = str(there.row("eve1", BETTER))
    found(there, "branch_refused", "submit", row, says="--branch")
    gone(there, "branch_refused", "submit", row, "--branch", "run/other")


@situation("fetch_failed")
def a_remote_that_has_moved(world: World) -> None:
    there = cloned(world)
    (world.root / "remote.git").rename(world.root / "moved.git")
    row = str(there.row("eve1", BETTER))
    item = found(there, "fetch_failed", "submit", row, says="git remote set-url")
    assert "remote.git" in item["message"]
    there.git("remote", "set-url", "origin", str(world.root / "moved.git"))
    gone(there, "fetch_failed", "submit", row)


@situation("ahead_of_remote")
def rows_that_nobody_else_has(world: World) -> None:
    there = cloned(world)
    other = there.clone("other", source=str(world.root / "remote.git"))
    other.record("theirs", BETTER)
    other.git("push", "--quiet")
    there.count += 1
    there.record("mine", BEST)
    words = ("publish", "--push", "origin")
    item = found(there, "ahead_of_remote", *words, says="or by a pull request")
    follow(there, item)
    gone(there, "ahead_of_remote", *words)


@situation("stray_refs")
def a_submit_that_was_killed(world: World) -> None:
    there = cloned(world)
    for code, words in ((0, ()), (1, (str(there.row("eve1", BETTER)),))):
        there.git("update-ref", f"refs/homegolf/fetch/1-000{code}/base", "HEAD")
        item = found(there, "stray_refs", "doctor", says="the next `homegolf submit`")
        if words:
            shell(there, f"homegolf submit {words[0]}")
        else:
            follow(there, item, only="homegolf doctor")
        gone(there, "stray_refs", "doctor")


@situation("push_failed")
def a_remote_that_is_not_there(world: World) -> None:
    there = cloned(world)
    there.git("remote", "rename", "origin", "team")
    row = str(there.row("eve1", BETTER))
    item = found(there, "push_failed", "submit", row, says="`git remote add origin URL`")
    gone(there, "push_failed", "submit", row, "--remote", "team")
    command = item["fix"].split("`")[1].replace("URL", str(world.root / "remote.git"))
    shell(there, command)
    gone(there, "push_failed", "submit", str(there.row("eve2", BETTER)))


@situation("push_failed")
def a_remote_that_refuses(world: World) -> None:
    there = cloned(world)
    hook = executable(world.root / "remote.git/hooks/pre-receive", "echo not today >&2; exit 1")
    row = str(there.row("eve1", BETTER))
    item = found(there, "push_failed", "submit", row, says="says")
    assert "not today" in item["message"] or "pre-receive" in item["message"]
    hook.unlink()
    gone(there, "push_failed", "submit", row)


@situation("pull_request_failed")
def a_forge_that_refuses(world: World) -> None:
    there = cloned(world)
    tools = executable(world.root / "tools" / "gh", "echo no >&2; exit 1").parent
    path = os.environ["PATH"]
    os.environ["PATH"] = f"{tools}{os.pathsep}{path}"
    try:
        found(there, "pull_request_failed", "submit", str(there.row("eve1", BETTER)), says="by hand")  # fmt: skip
    finally:
        os.environ["PATH"] = path
    listed = there.git("ls-remote", "--heads", "origin", "run/eve1")
    assert listed  # from which it can be opened


@situation("lost_race")
def a_tag_that_somebody_pushed_first(world: World) -> None:
    there = cloned(world)
    other = there.clone("other", source=str(world.root / "remote.git"))
    script = (
        f'case " $* " in *" push "*) [ -e "{world.root}/once" ] || {{ touch "{world.root}/once"; '
        f'cd "{other.repo}" && "{GIT}" tag -a -m x incumbents/home/0001 && "{GIT}" push -q origin incumbents/home/0001; }} ;; esac\n'
        f'exec "{GIT}" "$@"'
    )
    executable(world.root / "racing" / "git", script)
    words = ("tags", "sync", "--push", "origin")
    ran = there.process(*words, "--json", PATH=f"{world.root / 'racing'}{os.pathsep}{os.environ['PATH']}")  # fmt: skip
    assert (ran.code, ran.codes()) == (5, ["lost_race"]), ran.said
    (item,) = ran.json()["findings"]
    assert "run it again" in item["fix"]
    shell(there, f'"{GIT}" -C "{world.root / "remote.git"}" tag -d incumbents/home/0001')
    gone(there, "lost_race", *words)


@situation("shallow")
def a_shallow_clone(world: World) -> None:
    cloned(world)
    there = world.clone("shallow", "--depth", "1", source=f"file://{world.root / 'remote.git'}")
    (command,) = found(there, "shallow", "verify")["fix"].split("`")[1::2]
    shell(there, command)
    gone(there, "shallow", "verify")


@situation("missing_objects")
def an_object_that_is_not_there(world: World) -> None:
    there = cloned(world)
    shutil.rmtree(there.repo / ".git/objects")
    shutil.copytree(world.repo / ".git/objects", there.repo / ".git/objects")
    oid = there.git("rev-parse", "HEAD:ledger/home/runs/2026-03/base.yaml")
    (there.repo / ".git/objects" / oid[:2] / oid[2:]).unlink()
    (command,) = found(there, "missing_objects", "verify")["fix"].split("`")[1::2]
    shell(there, command)
    gone(there, "missing_objects", "verify")


@situation("missing_objects")
def a_partial_clone_that_has_lost_its_promise(world: World) -> None:
    """The filter of the clone would leave the same objects out again."""
    world.git("config", "uploadpack.allowFilter", "true")
    world.record("base", BASE)
    there = world.clone("partial", "--filter=blob:none", "--no-checkout", source=f"file://{world.repo}")  # fmt: skip
    url = there.git("remote", "get-url", "origin")
    there.git("remote", "set-url", "origin", "file:///nowhere")
    item = found(there, "missing_objects", "verify")
    there.git("remote", "set-url", "origin", url)
    (command,) = item["fix"].split("`")[1::2]
    shell(there, command)
    there.git("remote", "set-url", "origin", "file:///nowhere")
    gone(there, "missing_objects", "verify")


@situation("not_landed")
def a_row_whose_name_is_taken(world: World) -> None:
    there = cloned(world)
    other = there.clone("other", source=str(world.root / "remote.git"))
    for each, scores in ((other, BETTER), (there, BEST)):
        each.record("same", scores)
    for each in (other, there):
        push_rows(GitRepo(each.repo), "origin")
    item = found(there, "not_landed", "doctor", says="or remove it")
    file = Path(item["path"])
    file.write_text(file.read_text("utf-8").replace('"same"', '"mine"'), "utf-8")
    follow(there, item)
    gone(there, "not_landed", "doctor")
    assert there.outcomes()["mine"].startswith("improvement/")


@situation("unlanded_rows")
def a_push_that_was_killed(world: World) -> None:
    there = cloned(world)
    there.record("mine", BETTER)
    there.git("update-ref", f"{UNLANDED}{there.head}", "HEAD")
    there.git("reset", "--quiet", "--hard", "HEAD~1")
    item = found(there, "unlanded_rows", "doctor", says="or what was killed")
    follow(there, item)
    gone(there, "unlanded_rows", "doctor")
    assert "mine" in there.outcomes()
