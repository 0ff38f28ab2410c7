"""What is wrong with a clone, its git directory or the surroundings of a command."""

import os
import shutil
from pathlib import Path

import pytest

from homegolf_git.shell import upkeep
from homegolf_git.shell.landing import journal
from tests.e2e.world import BASE, BEST, BETTER, GIT, World, executable
from tests.fixes.scene import commands_of, follow, found, gone, shell, situation

VERIFY = ("verify",)


def ledger(world: World) -> World:
    """A row, and a remote that has everything; nothing is remembered of it."""
    world.record("first", BASE)
    world.git("clone", "--quiet", "--bare", "--no-local", str(world.repo), str(world.root / "remote.git"))  # fmt: skip
    world.git("remote", "add", "origin", str(world.root / "remote.git"))
    world.git("fetch", "--quiet", "origin")
    shutil.rmtree(world.repo / ".git" / "homegolf")
    return world


def beside(world: World, name: str) -> World:
    """Another folder with the same home."""
    there = World(world.root, world.root / name, world.home)
    there.repo.mkdir(exist_ok=True)
    return there


def followed(world: World, code: str, *words: str, says: str = "", **filled: str) -> None:
    """See the finding, run every command of its fix, and see it gone."""
    follow(world, found(world, code, *words, says=says), filled=filled)
    gone(world, code, *words)


# --- opening a repository


@situation("no_git")
def no_git(world: World) -> None:
    (world.root / "empty").mkdir()
    ran = world.process("verify", "--json", PATH=str(world.root / "empty"))
    assert ran.codes() == ["no_git"]
    assert "install git 2.31" in ran.json()["findings"][0]["fix"]
    (world.root / "empty" / "git").symlink_to(GIT)
    assert world.process("verify", "--json", PATH=str(world.root / "empty")).code == 0


@situation("no_repository")
def no_repository(world: World) -> None:
    there = beside(world, "there")
    item = found(there, "no_repository", *VERIFY, says="--repo")
    gone(there, "no_repository", "--repo", str(world.repo), "verify")
    follow(there, item)
    found(there, "no_ledger", "doctor")  # the next step
    assert "no_repository" not in there.homegolf("doctor", "--json").codes()


@situation("no_commits")
@situation("no_ledger")
def from_nothing(world: World) -> None:
    there = beside(world, "there")
    there.git("init", "--quiet", "--initial-branch=main")
    item = found(there, "no_commits", *VERIFY, says="commit what it writes")
    follow(there, item, only="homegolf init")
    there.git("add", "--all")
    there.git("commit", "--quiet", "--message", "Open")
    gone(there, "no_commits", *VERIFY)
    gone(there, "no_ledger", *VERIFY)


@situation("no_ledger")
def no_ledger_yet(world: World) -> None:
    there = beside(world, "there")
    there.git("init", "--quiet", "--initial-branch=main")
    there.commit("Code", {"README.md": "x\n"})
    follow(there, found(there, "no_ledger", *VERIFY, says="commit what it writes"))
    follow(there, found(there, "no_ledger", *VERIFY, says="git add"), GIT_EDITOR="echo Open >")
    gone(there, "no_ledger", *VERIFY)


@situation("no_commits")
def a_trainer_without_a_commit(world: World) -> None:
    trainer = beside(world, "trainer")
    trainer.git("init", "--quiet", "--initial-branch=main")
    report = world.root / "report.json"
    report.write_text('{"seed": 1, "final": {"val_bpb": 1.2}}')
    words = ("record", "--receipt", str(report), "--source", str(trainer.repo), "--lane", "home", "--run-id",
             "eve1", "--mode", "full", "--submitter", "me", "--summary", "x", "--finished-at", "2026-03-01T10:00:00Z",
             "--set", "model.knob=1", "--budget", "600")  # fmt: skip
    found(world, "no_commits", *words, says="commit the trainer's source")
    trainer.commit("Source", {"train.py": "x\n"})
    gone(world, "no_commits", *words)


@situation("dubious_ownership")
def another_owner_s(world: World) -> None:
    folder = world.root / "other-owner"
    executable(folder / "git", f'GIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec "{GIT}" "$@"')
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    ran = world.process("verify", "--json", PATH=path)
    (item,) = ran.json()["findings"]
    assert item["code"] == "dubious_ownership"
    follow(world, item)
    assert world.process("verify", "--json", PATH=path).code == 0


@situation("bare_not_allowed")
def a_bare_repository_that_is_not_allowed(world: World) -> None:
    bare = World(world.root, ledger(world).root / "remote.git", world.home)
    world.git("config", "--global", "safe.bareRepository", "explicit")
    followed(bare, "bare_not_allowed", *VERIFY)


@situation("ledger_is_submodule")
def a_trainer_with_the_ledger_as_a_submodule(world: World) -> None:
    world.git("config", "--global", "protocol.file.allow", "always")
    trainer = beside(world, "trainer")
    trainer.git("init", "--quiet", "--initial-branch=main")
    trainer.git("submodule", "--quiet", "add", str(ledger(world).repo), "ledger")
    trainer.git("commit", "--quiet", "--message", "The ledger")
    trainer.git("submodule", "--quiet", "deinit", "ledger")  # as a clone has it
    item = found(trainer, "ledger_is_submodule", *VERIFY, says="`--repo ledger`")
    follow(trainer, item)
    gone(trainer, "ledger_is_submodule", "--repo", "ledger", *VERIFY)


@situation("bare_repository")
def a_bare_repository(world: World) -> None:
    bare = World(world.root, ledger(world).root / "remote.git", world.home)
    row = str(world.row("next", BETTER))
    found(bare, "bare_repository", "record", row, says="in a clone")
    gone(world.clone("clone", source=str(bare.repo)), "bare_repository", "record", row)


@situation("bad_git_config")
def a_setting_that_cannot_be_read(world: World) -> None:
    config = world.home / ".gitconfig"
    config.write_text("[core\n")
    found(world, "bad_git_config", *VERIFY, says=f"correct line 1 of {config}")
    config.write_text("[log]\n\tfollow = maybe\n")
    item = found(world, "bad_git_config", *VERIFY, says="correct it there")
    shell(world, f"{item['fix'].split('`')[1]} | grep -q '{config}'")
    config.write_text("")
    gone(world, "bad_git_config", *VERIFY)


@situation("lost_git_dir")
def a_work_tree_whose_repository_has_moved(world: World) -> None:
    world.git("worktree", "add", "--quiet", "-b", "side", str(world.root / "side"))
    side = beside(world, "side")
    world.repo.rename(world.root / "moved")
    item = found(side, "lost_git_dir", *VERIFY)
    follow(beside(world, "moved"), item)
    gone(side, "lost_git_dir", *VERIFY)


@situation("damaged_repository")
def a_folder_that_is_gone(world: World) -> None:
    ledger(world)
    shutil.rmtree(world.repo / ".git/objects")
    followed(world, "damaged_repository", *VERIFY)


@situation("damaged_repository")
def refs_that_are_gone(world: World) -> None:
    ledger(world)
    shutil.rmtree(world.repo / ".git/refs")
    followed(world, "damaged_repository", *VERIFY)


@situation("damaged_repository")
def a_line_that_is_no_ref(world: World) -> None:
    world.git("pack-refs", "--all")
    path = world.repo / ".git/packed-refs"
    whole = path.read_text()
    path.write_text(whole + "garbage\n")
    found(world, "damaged_repository", *VERIFY, says=f"take that line out of {path}")
    path.write_text(whole)
    gone(world, "damaged_repository", *VERIFY)


@situation("damaged_repository")
def a_tag_that_holds_nothing(world: World) -> None:
    ledger(world)
    assert world.homegolf("tags", "sync", "--push", "origin").code == 0
    (world.repo / ".git/refs/tags/incumbents/home/0001").write_text("")
    followed(world, "damaged_repository", "tags", "verify")


@situation("unreadable_head")
def a_head_that_is_empty(world: World) -> None:
    (world.repo / ".git/HEAD").write_text("")
    followed(world, "unreadable_head", *VERIFY)


@situation("unreadable_head")
def a_branch_that_is_empty(world: World) -> None:
    ledger(world)
    (world.repo / ".git/refs/heads/main").write_text("")
    followed(world, "unreadable_head", *VERIFY)


@situation("unreadable_head")
def a_name_that_can_be_no_branch(world: World) -> None:
    (world.repo / ".git/HEAD").write_text("ref: refs/heads/a/../b\n")
    followed(world, "unreadable_head", *VERIFY)


@situation("no_permission")
def a_file_of_somebody_else(world: World) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser reads everything")
    path = world.repo / ".git/refs/heads/main"
    path.chmod(0)
    try:
        followed(world, "no_permission", *VERIFY)
    finally:
        path.chmod(0o644)


# --- before a commit


@situation("detached")
def a_head_on_no_branch(world: World) -> None:
    world.git("switch", "--quiet", "--detach")
    followed(world, "detached", "record", str(world.row("next", BASE)))


@situation("staged_changes")
def staged_elsewhere_too(world: World) -> None:
    """From a folder below as well."""
    world.write("new.txt", "x\n")
    world.git("add", "new.txt")
    row = str(world.row("next", BASE))
    item = found(world, "staged_changes", "record", row)
    (command,) = commands_of(item)
    shell(world, f"cd ledger && {command}")
    gone(world, "staged_changes", "record", row)


@situation("unfinished")
def a_merge_in_between(world: World) -> None:
    world.git("branch", "side")
    world.commit("One", {"file.txt": "1\n"})
    world.git("switch", "--quiet", "side")
    world.commit("Other", {"file.txt": "2\n"})
    world.git("switch", "--quiet", "main")
    world.git("merge", "--quiet", "--no-commit", "--strategy=ours", "side")
    followed(world, "unfinished", "record", str(world.row("next", BASE)))


@situation("unfinished")
def a_rebase_in_between(world: World) -> None:
    world.git("branch", "side")
    world.commit("One", {"file.txt": "1\n"})
    world.git("switch", "--quiet", "side")
    world.commit("Other", {"file.txt": "2\n"})
    world.git("rebase", "--quiet", "main", code=1)
    row = str(world.row("next", BASE))
    found(world, "unfinished", "doctor")
    follow(world, found(world, "unfinished", "record", row))
    gone(world, "unfinished", "record", row)


@situation("killed_commit")
def a_record_that_was_killed(world: World) -> None:
    with pytest.MonkeyPatch.context() as patch:

        def killed(*_: object) -> None:
            raise SystemExit(137)

        patch.setattr(journal, "settle", killed)
        world.homegolf("record", str(world.row("first", BASE)))
    item = found(world, "killed_commit", "doctor")
    follow(world, item, only="homegolf doctor")
    gone(world, "killed_commit", "doctor")
    assert world.git("status", "--porcelain") == ""


@situation("no_identity")
def nobody_commits(world: World) -> None:
    world.git("config", "--global", "user.useConfigOnly", "true")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AUTHOR_NAME", "AUTHOR_EMAIL", "COMMITTER_NAME", "COMMITTER_EMAIL"):
            patch.delenv(f"GIT_{name}")
        followed(world, "no_identity", "record", str(world.row("next", BASE)), NAME="Ada", ADDRESS="ada@example.org")  # fmt: skip


@situation("identity_not_utf8")
def a_name_in_latin_1(world: World) -> None:
    with (world.home / ".gitconfig").open("ab") as config:
        config.write(b"[user]\n\tname = Ad\xe4\n")
    report = world.root / "report.json"
    report.write_text('{"seed": 1, "final": {"val_bpb": 1.2}}')
    words = ("record", "--receipt", str(report), "--lane", "home", "--run-id", "eve1", "--mode", "full", "--summary", "x", "--finished-at", "2026-03-01T10:00:00Z", "--set", "model.knob=1", "--budget", "600")  # fmt: skip
    item = found(world, "identity_not_utf8", *words, says="--submitter")
    gone(world, "identity_not_utf8", *words, "--submitter", "ada", "--dry-run")
    follow(world, item, filled={"NAME": "Adä"})
    gone(world, "identity_not_utf8", *words)


@situation("commit_refused")
def a_hook_that_says_no(world: World) -> None:
    world.hook("pre-commit", "echo too late in the day >&2; exit 1")
    row = str(world.row("next", BASE))
    item = found(world, "commit_refused", "record", row, says="mend what it says")
    assert "too late" in item["message"]
    world.hook("pre-commit", "exit 0")
    gone(world, "commit_refused", "record", row)


@situation("commit_refused")
def a_hook_that_adds_a_file(world: World) -> None:
    world.hook("pre-commit", "echo x > more.txt; git add more.txt")
    row = str(world.row("next", BASE))
    found(world, "commit_refused", "record", row, says="run this without it")
    (world.repo / ".git/hooks/pre-commit").unlink()
    gone(world, "commit_refused", "record", row)


@situation("locked")
def an_index_that_is_held(world: World) -> None:
    lock = world.repo / ".git/index.lock"
    lock.touch()
    row = str(world.row("next", BASE))
    follow(world, found(world, "locked", "record", row, says=str(lock)))
    gone(world, "locked", "record", row)


@situation("cannot_write")
def a_device_that_is_full(world: World) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    words = ("check", "--base", "main", "--head", "main~", "--json", "--report")
    ran = world.homegolf(*words, "/dev/full")
    (item,) = (item for item in ran.json()["findings"] if item["code"] == "cannot_write")
    assert "make room" in item["fix"]
    ran = world.homegolf(*words, str(world.root / "report.json"))
    assert "cannot_write" not in ran.codes()


# --- objects, the index and what is kept


@situation("damaged_objects")
def a_loose_object(world: World) -> None:
    ledger(world)
    oid = world.git("rev-parse", "HEAD:ledger/home/runs/2026-03/first.yaml")
    path = world.repo / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    path.write_bytes(b"")
    followed(world, "damaged_objects", *VERIFY)


def cut_short(world: World, name: str) -> None:
    """A ledger whose one pack, or its index, was cut; the fix is followed."""
    ledger(world)
    world.git("repack", "-a", "-d", "--quiet")
    (path,) = (world.repo / ".git/objects/pack").glob(name)
    path.chmod(0o644)
    os.truncate(path, 500)
    followed(world, "damaged_objects", *VERIFY)


@situation("damaged_objects")
def a_pack(world: World) -> None:
    cut_short(world, "*.pack")


@situation("damaged_objects")
def an_index_of_a_pack(world: World) -> None:
    cut_short(world, "*.idx")


@situation("damaged_cache")
def an_index_of_packs(world: World) -> None:
    ledger(world)
    world.git("repack", "-a", "-d", "--quiet")
    world.git("multi-pack-index", "write")
    path = world.repo / ".git/objects/pack/multi-pack-index"
    path.chmod(0o644)
    path.write_bytes(bytes(path.stat().st_size))
    followed(world, "damaged_cache", *VERIFY)


@situation("lost_alternate")
def objects_of_a_folder_that_is_gone(world: World) -> None:
    ledger(world)
    there = world.clone("borrower", "--shared", source=str(world.root / "remote.git"))
    (world.root / "remote.git").rename(world.root / "moved.git")
    there.git("remote", "set-url", "origin", str(world.root / "moved.git"))
    followed(there, "lost_alternate", *VERIFY)


@situation("corrupt_index")
def an_index_of_a_linked_work_tree(world: World) -> None:
    """Where .git is a file."""
    world.git("worktree", "add", "--quiet", "-b", "side", str(world.root / "side"))
    side = beside(world, "side")
    (world.repo / ".git/worktrees/side/index").write_bytes(b"DIRC")
    followed(side, "corrupt_index", "record", str(world.row("next", BASE)))


@situation("corrupt_index")
def an_index(world: World) -> None:
    (world.repo / ".git/index").write_bytes(b"garbage" * 20)
    followed(world, "corrupt_index", "record", str(world.row("next", BASE)))


@situation("damaged_checkpoint")
def a_checkpoint_that_is_damaged(world: World) -> None:
    ledger(world)
    gone(world, "damaged_checkpoint", *VERIFY)
    (world.repo / ".git/homegolf/checkpoint").write_bytes(b"garbage" * 20)
    followed(world, "damaged_checkpoint", "doctor")


@situation("no_checkpoint")
def no_checkpoint(world: World) -> None:
    ledger(world)
    followed(world, "no_checkpoint", "doctor")


@situation("no_commit_graph")
@situation("not_packed")
@situation("loose_tags")
def a_long_history(world: World) -> None:
    ledger(world)
    assert world.homegolf("tags", "sync").code == 0
    world.record("next", BETTER)
    assert world.homegolf("tags", "sync").code == 0
    lost = world.git("rev-parse", "incumbents/home/0001")
    world.git("repack", "-a", "-d", "--quiet")
    world.git("tag", "--delete", "incumbents/home/0001")
    world.record("last", BEST)
    world.git("tag", "incumbents/home/last")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("_COMMITS_MANY", "_LOOSE_OBJECTS_MANY", "_LOOSE_TAGS_MANY"):
            patch.setattr(upkeep, name, 2)
        for code in ("no_commit_graph", "not_packed", "loose_tags"):
            followed(world, code, "doctor")
    assert world.git("cat-file", "-t", lost) == "tag"  # upkeep loses nothing


@situation("line_feed")
def a_path_with_a_line_feed(world: World) -> None:
    place = world.root / "two\nlines"
    world.repo.rename(place)
    item = found(World(world.root, place, world.home), "line_feed", "status", says="/two?lines")
    follow(World(world.root, world.root, world.home), item)
    gone(World(world.root, world.root / "two-lines", world.home), "line_feed", "status")


@situation("wrong_worktree")
def a_work_tree_elsewhere(world: World) -> None:
    world.git("config", "core.worktree", str(world.home))
    item = found(world, "wrong_worktree", "record", str(world.row("next", BASE)))
    follow(world, item)
    gone(world, "wrong_worktree", "status")
