"""Hooks that fail, change what was judged or do something else: nothing is kept, and without them it lands."""

import os
import signal
import subprocess
import sys
import time
from functools import partial

import pytest

from tests.e2e.world import BASE, World

STAGED = "for f in $(git diff --cached --name-only); do"
REFUSED = {
    "fails": ("pre-commit", "echo 'no such day' >&2; exit 1", "no such day"),
    "fails silently": ("commit-msg", "exit 1", "a hook said no"),
    "says a lot": ("pre-commit", "head -c 100000 /dev/zero | tr '\\0' x >&2; exit 1", "x…"),
    "changes the row": ("pre-commit", f"{STAGED} echo '# x' >> $f; git add $f; done", "a hook changed"),
    "makes the row executable": ("pre-commit", f"{STAGED} chmod +x $f; git add $f; done", "a hook changed"),
    "makes the row a link": ("pre-commit", f"{STAGED} mv $f ../row; ln -s ../row $f; git add $f; done", "a hook changed"),
    "takes the row out": ("pre-commit", "git rm -q --cached $(git diff --cached --name-only)", "a hook changed"),
    "adds a file": ("pre-commit", "git add more.txt", "a hook added more.txt"),
    "takes the trailers out": ("commit-msg", "echo mine > $1", "the trailers"),
    "changes a trailer": ("commit-msg", "sed 's/^Homegolf-Run:.*/Homegolf-Run: other/' $1 > m; cat m > $1; rm m", "the trailers"),
    "writes a control character": ("prepare-commit-msg", "printf '\\001' >> $1", "U+0001"),
    "amends": ("post-commit", 'test "$DONE" || DONE=1 git commit -q --amend --no-verify -m x', "the trailers"),
    "commits": ("post-commit", 'test "$DONE" || DONE=1 git commit -q --allow-empty --no-verify -m x', "commits of its own"),
    "takes the commit back": ("post-commit", "git reset -q --hard HEAD~1", "a hook changed"),
    "ends git": ("pre-commit", "kill -9 $PPID", "git was ended by SIGKILL"),
    "stops every ref": ("reference-transaction", "test $1 != prepared", "aborted by hook"),
    "stops the branch": ("reference-transaction", "test $1 != prepared || ! grep -q refs/heads/main", "aborted by hook"),
}  # fmt: skip
TAKEN = {
    "adds a line to the message": ("commit-msg", "echo 'Reviewed-by: Grace' >> $1"),
    "fails behind the commit": ("post-commit", "exit 1"),
    "fails behind the index": ("post-index-change", "exit 1"),
    "takes the file away": ("pre-commit", f"{STAGED} rm $f; done"),
    "changes the file alone": ("pre-commit", f"{STAGED} echo x >> $f; done"),
    "reads its input": ("pre-commit", "cat"),
    "puts changes aside": ("pre-commit", "git stash -q -k; git stash pop -q"),
    "is on another branch then": ("pre-commit", "git switch -q -c other"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_a_hook_may_not(world: World, what: str) -> None:
    name, script, said = REFUSED[what]
    world.write("more.txt", "x\n")
    row = str(world.row("first", BASE))
    before = world.state()
    world.hook(name, script)
    ran = world.homegolf("record", row)
    assert (ran.code, "error[commit_refused]" in ran.err, said in ran.err) == (1, True, True), ran.said  # fmt: skip
    assert len(ran.err) < 3000
    (world.repo / ".git" / "hooks" / name).unlink()
    assert world.state() == before
    assert not list((world.repo / ".git").glob("fast_import_crash_*"))
    assert world.homegolf("record", row).code == 0
    assert world.answer("verify")["findings"] == []
    assert world.git("for-each-ref", "refs/homegolf") == ""


@pytest.mark.parametrize("what", TAKEN)
def test_what_a_hook_may(world: World, what: str) -> None:
    world.hook(*TAKEN[what])
    world.record("first", BASE)
    assert world.git("status", "--porcelain") == ""
    assert world.git("show", "--format=", "--raw", "--no-abbrev", "HEAD").startswith(":000000 100644 ")  # fmt: skip
    assert world.answer("verify")["findings"] == []


def test_a_folder_of_hooks_that_the_user_names(world: World) -> None:
    """`core.hooksPath`, from the work tree on, as git takes it."""
    world.hook("pre-commit", "exit 1")
    (world.repo / ".git" / "hooks").rename(world.repo / "my-hooks")
    world.git("config", "core.hooksPath", "my-hooks")
    ran = world.homegolf("record", str(world.row("first", BASE)))
    assert (ran.code, "commit_refused" in ran.err) == (1, True)
    world.git("worktree", "add", "--quiet", "-b", "side", "../side")
    side = World(world.root, world.root / "side", world.home, world.count)
    side.record("second", BASE)  # where that folder is not
    assert side.answer("verify")["findings"] == []


@pytest.mark.parametrize(("name", "ignores"), [("pre-commit", "trap '' INT;"), ("post-commit", "")])
def test_a_hook_that_hangs_is_left_by_an_interrupt(world: World, name: str, ignores: str) -> None:
    there = world.root / "there"
    world.hook(name, f"#!/bin/sh\n{ignores}\n: >'{there}'\nsleep 60 & wait")
    row = str(world.row("first", BASE))
    before = world.state()
    words = [sys.executable, "-m", "homegolf_git", "record", row]
    with subprocess.Popen(
        words, cwd=world.repo, env={**os.environ, **world.environment}, start_new_session=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - it may be ignored
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        while not there.exists():
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(timeout=30) == 130
    assert world.state() == before
    world.hook(name, "#!/bin/sh\n")
    assert world.homegolf("record", row).code == 0
    assert world.answer("verify")["findings"] == []
