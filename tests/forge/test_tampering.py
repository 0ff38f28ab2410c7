"""Who changes what landed, told to somebody who cloned before and to somebody who clones after.

The remote is one that takes everything, as it does from whoever may bypass its rulesets.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, LANE, World, clean_environment, lane_text
from tests.forge.forge import Forge

Tamper = Callable[[World], None]
MONTH = f"ledger/{LANE}/runs/2026-03"
NEW = {"GIT_COMMITTER_DATE": "2026-05-01T12:00:00+00:00"}


@pytest.fixture(scope="module")
def template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs and their tags."""
    root = tmp_path_factory.mktemp("tampered")
    shutil.copytree(template, root, dirs_exist_ok=True)
    world = World(root, root / "repo", root / "home")
    with clean_environment(world.home):
        world.record("base", BASE, receipts=world.reports((1, BASE[0]), run_id="base"))
        world.record("better", BETTER, base="base")
        world.record("best", BEST, base="better")
        assert world.homegolf("tags", "sync").code == 0
    return root


@pytest.fixture
def hub(world: World, forge: Forge) -> World:
    """A maintainer's clone, at a remote that refuses nothing."""
    (forge.bare / "hooks" / "pre-receive").unlink(missing_ok=True)
    world.count = 10
    return world


def push(world: World) -> None:
    world.git("push", "--quiet", "--force", "origin", "main", "refs/tags/*:refs/tags/*")


def refresh(world: World) -> None:
    """What a maintainer's clone does with whatever the remote has."""
    world.git("fetch", "--quiet", "--force", "origin", "+refs/tags/*:refs/tags/*")
    world.git("fetch", "--quiet", "--force", "origin")
    world.git("reset", "--quiet", "--hard", "origin/main")


def said(world: World, *words: str) -> dict[str, Document]:
    """Errors and warnings of a command, by their codes."""
    found = world.homegolf(*words, "--json").json()["findings"]
    return {item["code"]: item for item in found if item["severity"] != "note"}


def rewrite(world: World, edit: Callable[[str], str] | None = None, run: str = "better") -> None:
    """Make the commits from a row on anew, with another text of that row; its tags too."""
    path = f"{MONTH}/{run}.yaml"
    order = world.git("rev-list", "--first-parent", "--reverse", "main").splitlines()
    first = world.git("rev-list", "--max-count=1", "main", "--", path)
    at = order.index(first)
    messages = {oid: world.git("log", "-1", "--format=%B", oid) for oid in order[at:]}
    world.git("checkout", "--quiet", "--detach", order[at - 1])
    for oid in order[at:]:
        world.git("cherry-pick", "--no-commit", oid)
        text = (world.repo / path).read_text()
        if oid == first:
            digest = "Homegolf-Row-Sha256"
            assert digest in messages[oid]
            (world.repo / path).write_text(edit(text) if edit else text)
        world.git("add", "--all")
        message = messages[oid]
        if oid == first and edit:
            message = "\n".join(line for line in message.splitlines() if "Homegolf-" not in line)
        world.git("-c", "user.name=Eve", "commit", "--quiet", "--message", message + "\n\nAnew")
    world.git("branch", "--quiet", "--force", "main")
    world.git("checkout", "--quiet", "main")
    retag(world)


def retag(world: World) -> None:
    for tag in world.git("tag").splitlines():
        world.git("tag", "--delete", tag)
    world.homegolf("tags", "sync")


def keep_texts(world: World) -> None:
    rewrite(world)


def amend(world: World) -> None:
    rewrite(world, lambda text: text.replace("1.18", "1.17"))


def edit_in_place(world: World) -> None:
    path = world.repo / MONTH / "better.yaml"
    world.commit("Tidy", {f"{MONTH}/better.yaml": path.read_text().replace("1.18", "1.17")})


def delete_and_add(world: World) -> None:
    text = (world.repo / MONTH / "better.yaml").read_text()
    world.commit("Tidy", {f"{MONTH}/better.yaml": None})
    world.commit("Tidy again", {f"{MONTH}/better.yaml": text.replace("1.18", "1.17")})


def swap_a_receipt(world: World) -> None:
    path = f"ledger/{LANE}/receipts/base/seed-1.json"
    world.commit("Tidy", {path: (world.repo / path).read_text().replace("base", "eves")})


def favour(world: World) -> None:
    """Rules by which a run wins that would not, and back."""
    path = f"ledger/{LANE}/lane.yaml"
    before = (world.repo / path).read_text()
    world.commit("Loosen", {path: lane_text(decision={"delta_min": 0.0001, "sigma0": 0.0002, "nu0": 10, "fresh_seeds": 2})})  # fmt: skip
    world.record("eves", tuple(score - 0.001 for score in BEST), base="best")
    world.commit("Back", {path: before})


def retract_the_incumbent(world: World) -> None:
    ran = world.homegolf(
        "retract", "best", "--reason", "wrong", "--evidence", "none", "--by", "eve"
    )
    assert ran.code == 0, ran.said


def renew_tags(world: World) -> None:
    """The same documents in other objects, each naming the one before: a chain that holds."""
    world.git("config", "user.name", "Eve")
    for tag in world.git("tag").splitlines():
        world.git("tag", "--delete", tag)
    world.environment |= NEW
    ran = world.process("tags", "sync")
    assert ran.code == 0, ran.said


BEFORE: dict[Tamper, tuple[str, str]] = {
    keep_texts: ("rewritten_history", "the same files"),
    amend: ("rewritten_history", f"{MONTH}/better.yaml"),
    edit_in_place: ("row_edited", ""),
    delete_and_add: ("row_added_again", ""),
    swap_a_receipt: ("receipt_edited", ""),
    favour: ("rules_taken_back", "eves"),
    retract_the_incumbent: ("foreign_retraction", "eve"),
    renew_tags: ("tag_replaced", "it was"),
}
ONLY_BEFORE = (keep_texts, amend, renew_tags)  # of which a new clone has nothing to tell


@pytest.mark.parametrize("tamper", BEFORE, ids=lambda tamper: tamper.__name__)
def test_tampering(hub: World, forge: Forge, tamper: Tamper) -> None:
    """Who cloned before is told what differs and what helps; who clones after what can be told."""
    before = forge.clone("before")
    assert said(before, "verify") == {}
    assert said(before, "audit", "--witness", "../witness.json") == {}
    tamper(hub)
    push(hub)
    if tamper in ONLY_BEFORE:
        told = said(before, "audit", "--against", "origin")
        assert told.keys() & {"rewritten_history", "ledger_differs", "tag_replaced"}
        assert (
            tamper is not amend or f"{MONTH}/better.yaml is " in told["ledger_differs"]["message"]
        )
    if tamper in (keep_texts, amend):  # a fetch alone is enough
        before.git("fetch", "--quiet", "origin")
        (item,) = said(before, "verify").values()
        assert "of origin/main that was verified last" in item["message"]
        assert "git push --force origin" in item["fix"]
    refresh(before)
    code, words = BEFORE[tamper]
    found = said(before, "verify")
    assert words in found[code]["message"] or words in found[code]["path"], found
    assert "`" in found[code]["fix"], found
    after = forge.clone("after")
    fresh = said(after, "verify") | said(after, "tags", "verify")
    assert (code in fresh) == (tamper not in ONLY_BEFORE), fresh
    witnessed = said(after, "audit", "--witness", "../witness.json")
    if tamper in ONLY_BEFORE:
        assert witnessed.keys() & {"rewritten_history", "ledger_differs", "tag_replaced"}
        assert all(item["path"] for item in witnessed.values())
    if tamper is amend:
        assert f"{MONTH}/better.yaml" in witnessed["ledger_differs"]["message"]
    untouched = Path(hub.root / "witness.json").read_bytes()
    assert b"homegolf/witness/v1" in untouched
