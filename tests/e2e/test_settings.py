"""No setting of the user changes what a command does: a whole life beside a plain twin's."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.world import (
    BASE,
    BEST,
    BETTER,
    GIT,
    WORSE,
    World,
    executable,
    ladder_text,
    lane_text,
)

RETRACT = ("--reason", "wrong split", "--evidence", "issue 1", "--by", "me")
# Everything at once. What a program would be run for leaves the canary; see `arm`.
GLOBAL = {
    "fetch.all": "true", "fetch.prune": "true", "fetch.pruneTags": "true", "fetch.output": "compact",
    "fetch.recurseSubmodules": "true", "fetch.writeCommitGraph": "false",
    "push.followTags": "true", "push.gpgSign": "true", "push.pushOption": "ci.skip",
    "push.recurseSubmodules": "only", "push.default": "matching", "push.useForceIfIncludes": "true",
    "push.autoSetupRemote": "true", "submodule.recurse": "true",
    "branch.autoSetupMerge": "always", "branch.autoSetupRebase": "always", "branch.sort": "-refname",
    "tag.sort": "-version:refname",
    "diff.orderFile": "/nowhere/order", "diff.relative": "true", "diff.noprefix": "true",
    "diff.mnemonicPrefix": "true", "diff.renames": "copies", "diff.ignoreSubmodules": "all",
    "diff.submodule": "log", "diff.external": "false", "diff.wsErrorHighlight": "all",
    "diff.colorMoved": "zebra", "diff.algorithm": "patience", "diff.context": "0",
    "log.follow": "true", "log.diffMerges": "off", "log.showSignature": "true", "log.mailmap": "true",
    "log.showRoot": "false", "log.decorate": "full", "log.abbrevCommit": "true", "log.date": "relative",
    "format.pretty": "oneline", "notes.displayRef": "*",
    "color.ui": "always", "color.diff": "always", "color.status": "always", "color.branch": "always",
    "color.push": "always", "color.remote": "always", "color.transport": "always", "color.advice": "always",
    "column.ui": "always", "column.tag": "always", "column.branch": "always",
    "core.quotePath": "false", "core.abbrev": "4", "core.pager": "false", "core.warnAmbiguousRefs": "false",
    "core.logAllRefUpdates": "always", "core.commitGraph": "false", "core.untrackedCache": "true",
    "pager.log": "true", "pager.tag": "true", "pager.diff": "true",
    "i18n.commitEncoding": "ISO-8859-1", "i18n.logOutputEncoding": "ISO-8859-1",
    "status.short": "true", "status.branch": "true", "status.showUntrackedFiles": "all",
    "status.submoduleSummary": "true", "status.relativePaths": "false", "status.showStash": "true",
    "advice.pushUpdateRejected": "false", "advice.detachedHead": "true",
    "commit.template": "/nowhere/template", "commit.cleanup": "strip", "commit.verbose": "true",
    "commit.status": "true", "worktree.guessRemote": "true", "checkout.defaultRemote": "origin",
    "grep.patternType": "perl", "blame.ignoreRevsFile": "/nowhere/revs", "merge.ff": "only",
    "pull.rebase": "true", "rebase.autoStash": "true", "help.autoCorrect": "immediate",
    "feature.manyFiles": "true", "index.threads": "1", "gc.auto": "0", "maintenance.auto": "false",
    "versionsort.suffix": "-rc", "trailer.separators": "=", "init.defaultBranch": "other",
}  # fmt: skip
REMOTE = {
    "prune": "true", "pruneTags": "true", "tagOpt": "--tags", "mirror": "true",
    "push": "+refs/*:refs/*", "fetch": "+refs/heads/*:refs/heads/*", "skipFetchAll": "true",
}  # fmt: skip
PROMOTION = {
    "needs_promotion_from": "home",
    "promotion": {"max_in_flight": 3, "min_gain": 0.004, "require_artifacts": False},
    "contract": {"train_seconds_max": None, "artifact_bytes_max": None, "evaluated_tokens": None},
}


def arm(world: World) -> Path:
    """Set everything, for all repositories and for the remote; the canary that must not appear."""
    canary = world.root / "canary"
    program = executable(world.root / "programs" / "trap", f": > '{canary}'")
    traps = {"core.fsmonitor": str(program), "gpg.program": str(program)}
    for name, value in {**GLOBAL, **traps}.items():
        world.git("config", "--global", name, value)
    for name, value in REMOTE.items():
        world.git("config", "--add", f"remote.origin.{name}", value)
    world.hook("post-checkout", f": > '{canary}'; exit 1")
    return canary


@pytest.fixture
def twins(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[World, World]:
    """Two worlds that are alike, each with a home and an empty bare remote of its own."""
    world.commit(
        "A lane above",
        {
            "ledger/ladder.yaml": ladder_text("home", "up", "h100"),
            "ledger/h100/lane.yaml": lane_text("h100", **PROMOTION),
            "ledger/up/lane.yaml": lane_text("up", **PROMOTION),
        },
    )
    found = []
    for name in ("plain", "armed"):
        root = world.root / name
        shutil.copytree(world.repo, root / "repo")
        shutil.copytree(world.home, root / "home")
        twin = World(root, root / "repo", root / "home")
        twin.git("init", "--quiet", "--bare", "--initial-branch=main", str(root / "remote.git"))
        twin.git("remote", "add", "origin", "../remote.git")
        twin.git("push", "--quiet", "origin", "main")
        found.append(twin)
    for tool in ("git", "sh"):
        (world.root / "tools").mkdir(exist_ok=True)
        (world.root / "tools" / tool).symlink_to(shutil.which(tool) or tool)
    monkeypatch.setenv("PATH", str(world.root / "tools"))  # without gh
    return found[0], found[1]


def make_trainer(world: World) -> tuple[str, str]:
    """A trainer's repository with a submodule; two commits that differ in every way."""
    there = World(world.root, world.root / "trainer", world.home)
    inner = World(world.root, there.repo / "sub", world.home)
    inner.repo.mkdir(parents=True)
    for repo in (there, inner):
        repo.git("init", "--quiet", "--initial-branch=main")
        repo.commit("One", {"train.py": "one\n" * 20, "old.py": "x\n" * 20})
    there.write(".gitmodules", '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n')
    there.git("add", "--all")
    there.git("commit", "--quiet", "--message", "With it")
    first = there.head
    inner.commit("Two", {"train.py": "two\n"})
    there.git("mv", "old.py", "new.py")
    there.write("train.py", "two\n")
    there.git("add", "--all")
    there.git("commit", "--quiet", "--message", "Two")
    inner.write("train.py", "dirty\n")
    return first, there.head


def life(world: World, commits: tuple[str, str]) -> list[object]:
    """Every command that asks or changes git, with what it answers."""
    said: list[object] = []

    def ask(*words: str) -> None:
        ran = world.homegolf(*words)
        out, err = (text.replace(str(world.root), "") for text in (ran.out, ran.err))
        said.append((words[0], ran.code, out, err))

    world.record("base", BASE)
    world.record("better", BETTER)
    listed = world.reports((20, 1.1801), run_id="again")
    seeds = {20: 1.1801, 21: 1.1799, 22: 1.18, 23: 1.1801, 24: 1.18}
    world.record("again", seeds, config={"model.knob": "better"}, receipts=listed)
    unset(world, "remote.git").git("fetch", "--quiet", "--no-tags", "../repo", "main:main")
    unset(world, "repo").git("tag", "--annotate", "--message", "mine", "private/one", "HEAD")
    ask("tags", "sync")
    ask("promote", "again", "--to", "up")  # stays here: a promotion that no remote has
    row = str(world.row("next", BEST))
    ask("submit", "--dry-run", row)
    ask("submit", row, "--json")
    ask("check", "--base", "main", "--head", "run/next", "--json")
    said.append(refs(world, "remote.git"))  # no tag has gone along
    ask("tags", "sync", "--push", "origin")
    unset(world, "repo").git("commit", "--quiet", "--allow-empty", "--message", "Later")
    ask("record", str(world.row("above", (1.1,), lane="up", promotion="promotions/up/0001")))
    ask("promote", "again", "--to", "h100", "--push", "origin")
    ask("record", row, "--json")
    for words in (("verify",), ("verdicts", "--json"), ("status",), ("scoreboard",)):
        ask(*words)
    source = {"dirty": False, "changed_paths": None}
    ask("record", str(world.row("first", WORSE, source={**source, "revision": commits[0]})))
    second = world.row("second", WORSE, base="first", source={**source, "revision": commits[1]})
    ask("record", str(second), "--source", str(world.root / "trainer"), "--json")
    said.append(unset(world, "repo").git("show", "HEAD:ledger/home/runs/2026-03/second.yaml"))
    (report,) = world.reports((70, 1.3), run_id="dirty")
    ask(
        "record", "--dry-run", "--receipt", str(world.root / "inbox/receipts/dirty" / report["path"]),
        "--lane", "home", "--run-id", "dirty", "--finished-at", "2026-03-28T11:06:00Z", "--mode", "full",
        "--summary", "x", "--submitter", "me", "--source", str(world.root / "trainer"),
    )  # fmt: skip
    ask("retract", "next", *RETRACT)
    ask("tags", "sync", "--push", "origin")
    for words in (("tags", "verify"), ("verify",), ("log",), ("doctor",)):
        ask(*words)
    return said


def unset(world: World, where: str) -> World:
    """A repository of a twin's, where nothing is set."""
    nothing = {"GIT_CONFIG_GLOBAL": os.devnull}
    return World(world.root, world.root / where, world.home, environment=nothing)


def refs(world: World, where: str) -> str:
    return unset(world, where).git("for-each-ref")


def test_a_whole_life_is_a_plain_one_s(
    twins: tuple[World, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    plain: list[object] = []
    for twin in twins:
        monkeypatch.setenv("HOME", str(twin.home))
        commits = make_trainer(twin)
        canary = arm(twin) if twin is twins[1] else None
        said = life(twin, commits)
        seen.append((refs(twin, "repo"), refs(twin, "remote.git"), commits))
        plain = plain or said
        assert canary is None or not canary.exists()
    for was, now in zip(plain, said, strict=True):
        assert now == was
    assert seen[1] == seen[0]
    assert "promotions/up/0001" in seen[0][0]
    assert "private" not in seen[0][1]


def refusal(world: World, *words: str) -> str:
    """Why git itself refuses."""
    ran = subprocess.run([GIT, *words], cwd=world.repo, capture_output=True, text=True, check=False)
    assert ran.returncode, words
    return ran.stderr


def test_the_settings_are_live(twins: tuple[World, World], monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test above rests on: git itself does what they say."""
    _, armed = twins
    monkeypatch.setenv("HOME", str(armed.home))
    armed.git("tag", "promotions/up/0001")
    canary = arm(armed)
    assert "mirror" in refusal(armed, "push", "origin", "main:refs/heads/other")
    armed.git("config", "--unset", "remote.origin.mirror")
    assert "signed" in refusal(armed, "push", "origin", "main:refs/heads/other")
    armed.git("config", "--global", "--unset", "push.gpgSign")
    assert "push options" in refusal(armed, "push", "origin", "main:refs/heads/other")
    assert "order" in refusal(armed, "diff", "--raw", "HEAD~1")
    armed.git("fetch", "--quiet", "origin", "+refs/tags/promotions/*:refs/tags/promotions/*")
    assert armed.git("tag", "--list") == ""
    armed.git("status")
    assert canary.exists()
