"""Tags that are not what the rows say."""

import re

from tests.e2e import test_tags as tampering
from tests.e2e.world import BASE, BEST, BETTER, World
from tests.fixes.scene import follow, found, gone, shell, situation

POINTER, THIRD = tampering.POINTER, tampering.THIRD


def reigned(world: World) -> World:
    """Three incumbents and their tags."""
    for name, scores in (("base", BASE), ("better", BETTER), ("best", BEST)):
        world.record(name, scores)
    assert world.homegolf("tags", "sync").code == 0
    return world


def mended(world: World, code: str, tag: str) -> None:
    """Do what the fix of a tag's finding says."""
    item = found(world, code, "tags", "verify")
    assert item["path"] == tag
    if "delete" in item["fix"]:
        world.git("tag", "--delete", tag)
    follow(world, item, only="homegolf tags sync")
    gone(world, code, "tags", "verify")


@situation("tag_forged")
def another_run(world: World) -> None:
    tampering.forge(reigned(world))
    mended(world, "tag_forged", THIRD)


@situation("tag_forged")
def a_number_too_many(world: World) -> None:
    reigned(world)
    text = tampering.message(world, THIRD).replace("number: 3", "number: 4")
    tampering.by_hand(world, "incumbents/home/0004", text)
    found(world, "tag_forged", "tags", "verify", says="delete it")
    world.git("tag", "--delete", "incumbents/home/0004")
    gone(world, "tag_forged", "tags", "verify")


@situation("tag_moved")
def another_commit(world: World) -> None:
    tampering.move(reigned(world))
    mended(world, "tag_moved", THIRD)


@situation("tag_missing")
def no_tag(world: World) -> None:
    tampering.delete(reigned(world))
    origin(world)
    item = found(world, "tag_missing", "tags", "verify", says="`git fetch --tags`")
    follow(world, item)
    gone(world, "tag_missing", "tags", "verify")


@situation("tag_missing")
def no_tag_and_no_object(world: World) -> None:
    """Which others name all the same."""
    tampering.lose(reigned(world), THIRD, "missing")
    world.git("update-ref", "-d", f"refs/tags/{THIRD}")
    item = found(world, "tag_missing", "tags", "sync", says="if no clone has it")
    world.git("tag", "--delete", POINTER)
    follow(world, item, only="homegolf tags sync")
    gone(world, "tag_missing", "tags", "verify")


def origin(world: World) -> None:
    """A remote without tags."""
    world.git("clone", "--quiet", "--bare", "--no-local", "--no-tags", str(world.repo), str(world.root / "remote.git"))  # fmt: skip
    world.git("remote", "add", "origin", str(world.root / "remote.git"))


@situation("tag_damaged")
def an_object_that_a_remote_has(world: World) -> None:
    reigned(world)
    origin(world)
    assert world.homegolf("tags", "sync", "--push", "origin").code == 0
    tampering.lose(world, THIRD, "empty")
    item = found(world, "tag_damaged", "tags", "verify")
    follow(world, {"fix": item["fix"].partition(";")[0]})
    gone(world, "tag_damaged", "tags", "verify")


@situation("tag_damaged")
def an_object_that_no_clone_has(world: World) -> None:
    tampering.lose(reigned(world), THIRD, "missing")
    item = found(world, "tag_damaged", "tags", "sync", says="if no clone has it")
    assert "the pointer" in item["fix"]
    follow(world, {"fix": item["fix"].partition(";")[2]}, only="git update-ref")
    world.git("update-ref", "-d", f"refs/tags/{POINTER}")
    follow(world, item, only="homegolf tags sync")
    gone(world, "tag_damaged", "tags", "verify")


@situation("tag_lightweight")
def no_message(world: World) -> None:
    tampering.lighten(reigned(world))
    mended(world, "tag_lightweight", THIRD)


@situation("tag_unreadable")
def no_document(world: World) -> None:
    tampering.empty(reigned(world))
    mended(world, "tag_unreadable", THIRD)


@situation("tag_broken_chain")
def a_tag_that_was_replaced(world: World) -> None:
    tampering.break_the_chain(reigned(world))
    item = found(world, "tag_broken_chain", "tags", "verify", says="delete")
    world.git("tag", "--delete", THIRD)
    follow(world, item, only="homegolf tags sync")
    gone(world, "tag_broken_chain", "tags", "verify")


@situation("tag_broken_chain")
def one_in_the_middle_that_was_replaced(world: World) -> None:
    """The tag that is named is right; the one before it was replaced."""
    reigned(world)
    second = "incumbents/home/0002"
    text = tampering.message(world, second).replace("incumbent 2 is", "incumbent 2 was")
    tampering.by_hand(world, second, text, tampering.target(world, second))
    item = found(world, "tag_broken_chain", "tags", "verify", says="delete")
    assert item["path"] == THIRD
    for tag in (second, THIRD, POINTER):  # from there on
        world.git("tag", "--delete", tag)
    follow(world, item, only="homegolf tags sync")
    gone(world, "tag_broken_chain", "tags", "verify")


@situation("tag_stale")
def a_pointer_that_is_behind(world: World) -> None:
    reigned(world)
    world.record("more", (1.14, 1.1401, 1.1399))
    item = found(world, "tag_stale", "tags", "verify")
    follow(world, item)
    gone(world, "tag_stale", "tags", "verify")


@situation("tag_ahead")
def a_clone_that_lags_behind(world: World) -> None:
    reigned(world)
    old = world.clone("old")
    old.git("reset", "--quiet", "--hard", "HEAD~")
    found(old, "tag_ahead", "tags", "sync", says="pull")
    shell(old, "git pull --quiet")
    gone(old, "tag_ahead", "tags", "sync")


@situation("tag_name")
def a_name_outside_the_grammar(world: World) -> None:
    reigned(world)
    tampering.by_hand(world, "incumbents/home/1", "x\n")
    found(world, "tag_name", "tags", "verify", says="delete it")
    world.git("tag", "--delete", "incumbents/home/1")
    gone(world, "tag_name", "tags", "verify")


@situation("tag_refused")
def a_signature_that_fails(world: World) -> None:
    world.record("base", BASE)
    world.git("config", "tag.gpgSign", "true")
    world.git("config", "gpg.program", "false")
    item = found(world, "tag_refused", "tags", "sync", says="mend what it says")
    assert re.search("sign|gpg", item["message"])
    world.git("config", "--unset", "tag.gpgSign")
    gone(world, "tag_refused", "tags", "sync")
