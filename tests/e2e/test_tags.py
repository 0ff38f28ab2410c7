"""Incumbent tags: made from the rows, checked against them, pushed without moving one (section 8)."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.build import Document
from tests.e2e.world import BASE, BEST, BETTER, WORSE, World, executable

RETRACT = ("--reason", "wrong split", "--evidence", "issue 1", "--by", "someone")
FIRST, SECOND, THIRD = (f"incumbents/home/000{n}" for n in (1, 2, 3))
POINTER = "incumbent/home"


def sync(world: World, *options: str) -> Document:
    answer: Document = world.answer("tags", "sync", *options)
    return answer


def faults(world: World) -> dict[str, set[str]]:
    """Codes of `tags verify` by tag; it must end with 1 exactly when there is one."""
    ran = world.homegolf("tags", "verify", "--json")
    found: dict[str, set[str]] = {}
    for item in ran.json()["findings"]:
        assert item["severity"] == "error"
        assert item["message"]
        assert item["fix"]
        found.setdefault(item["path"], set()).add(item["code"])
    assert (ran.code, ran.json()["ok"]) == ((1, False) if found else (0, True))
    return found


def tags(world: World) -> dict[str, str]:
    """Object of each tag."""
    lines = world.git("for-each-ref", "--format=%(refname:strip=2) %(objectname)", "refs/tags")
    return {name: oid for name, _, oid in (line.partition(" ") for line in lines.splitlines())}


def document(world: World, tag: str) -> Document:
    """The document in a tag's message, which must be a line, a blank line and YAML."""
    assert world.git("cat-file", "-t", tag) == "tag"
    message = world.git("cat-file", "tag", tag).partition("\n\n")[2]
    headline, blank, text = message.split("\n", 2)
    assert headline
    assert blank == ""
    read: Document = yaml.safe_load(text)
    return read


def target(world: World, tag: str) -> str:
    return world.git("rev-parse", f"{tag}^{{commit}}")


@pytest.fixture
def reign(world: World) -> World:
    """Three incumbents and their tags."""
    for name, scores in (("base", BASE), ("better", BETTER), ("worse", WORSE), ("best", BEST)):
        world.record(name, scores)
    sync(world)
    return world


class TestSync:
    """What is missing is made from the rows; what is there stays."""

    def test_one_tag_an_incumbent_and_a_pointer(self, reign: World) -> None:
        assert set(tags(reign)) == {FIRST, SECOND, THIRD, POINTER}
        for tag, run in ((FIRST, "base"), (SECOND, "better"), (THIRD, "best"), (POINTER, "best")):
            assert reign.git("log", "-1", "--format=%s", tag) == f"run(home): {run}"
        assert faults(reign) == {}

    def test_what_a_tag_says(self, reign: World) -> None:
        rows = {row["run_id"]: row for row in reign.verdicts()}
        said = document(reign, SECOND)
        path = "ledger/home/runs/2026-03/better.yaml"
        lane = reign.answer("verdicts")["lanes"]["home"]
        expected = {
            "schema": "homegolf/tag/v1",
            "kind": "incumbent",
            "lane": "home",
            "number": 2,
            "run_id": "better",
            "row_path": path,
            "row_blob": reign.git("rev-parse", f"HEAD:{path}"),
            "lane_sha256": lane["lane_sha256"],
            "cause": "improvement",
            "cause_run_id": "better",
            "previous": {"tag": FIRST, "oid": tags(reign)[FIRST]},
        }
        assert expected.items() <= said.items()
        assert said["verdict"]["class"] == rows["better"]["class"]
        assert said["verdict"]["reason"] == rows["better"]["reason"]
        assert said["verdict"]["delta"] == pytest.approx(rows["better"]["delta"])
        assert document(reign, FIRST)["previous"] is None

    def test_what_the_pointer_says(self, reign: World) -> None:
        said = document(reign, POINTER)
        assert said["kind"] == "pointer"
        assert said["run_id"] == "best"
        assert said["previous"] == {"tag": THIRD, "oid": tags(reign)[THIRD]}

    def test_the_headline_names_lane_and_run(self, reign: World) -> None:
        for tag, run in ((FIRST, "base"), (POINTER, "best")):
            headline = reign.git("for-each-ref", "--format=%(contents:subject)", f"refs/tags/{tag}")
            assert "home" in headline
            assert run in headline

    def test_twice_creates_nothing(self, reign: World) -> None:
        before = reign.state()
        answer = sync(reign)
        assert (answer["created"], answer["moved"]) == ([], [])
        assert reign.state() == before

    def test_step_by_step_gives_the_same_objects_as_at_once(self, world: World) -> None:
        other = world.clone("other")
        for name, scores in (("base", BASE), ("worse", WORSE), ("better", BETTER), ("best", BEST)):
            row = world.row(name, scores)
            assert world.homegolf("record", str(row)).code == 0
            assert other.homegolf("record", str(row)).code == 0
            sync(world)
        sync(other)
        assert tags(world) == tags(other)

    def test_without_an_incumbent_there_is_nothing_to_do(self, world: World) -> None:
        world.record("oom", ())
        assert sync(world)["created"] == []
        assert tags(world) == {}
        assert faults(world) == {}

    def test_each_lane_has_its_own_series(self, reign: World) -> None:
        reign.record("theirs", BASE, lane="h100")
        sync(reign)
        assert document(reign, "incumbents/h100/0001")["previous"] is None
        assert set(tags(reign)) == {
            FIRST,
            SECOND,
            THIRD,
            POINTER,
            "incumbents/h100/0001",
            "incumbent/h100",
        }

    def test_rows_that_came_in_one_merge_are_tagged_on_it(self, world: World) -> None:
        world.record("base", BASE)
        world.git("switch", "--quiet", "--create", "side")
        world.record("better", BETTER)
        world.record("best", BEST)
        world.git("switch", "--quiet", "main")
        world.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
        sync(world)
        assert target(world, SECOND) == target(world, THIRD) == world.head
        assert faults(world) == {}

    def test_other_tags_are_left_alone(self, reign: World) -> None:
        reign.git("tag", "v1.0")
        reign.git("tag", "--annotate", "--message", "x", "release/1")
        assert sync(reign)["created"] == []
        assert faults(reign) == {}
        assert {"v1.0", "release/1"} <= set(tags(reign))

    def test_a_headline_cannot_be_eaten_as_a_comment(self, world: World) -> None:
        world.git("config", "core.commentChar", "h")
        world.record("base", BASE)
        sync(world)
        assert document(world, FIRST)["run_id"] == "base"


class TestCauses:
    """A retraction or a failed confirmation takes the next number, on the commit that caused it."""

    def test_a_retraction(self, reign: World) -> None:
        reign.homegolf("retract", "best", *RETRACT)
        caused_by = reign.head
        reign.commit("Other work", {"file.txt": "x\n"})
        before = tags(reign)
        answer = sync(reign)
        fourth = "incumbents/home/0004"
        assert answer["created"] == [fourth]
        said = document(reign, fourth)
        assert (said["cause"], said["run_id"]) == ("retraction", "better")
        assert said["previous"] == {"tag": THIRD, "oid": before[THIRD]}
        assert target(reign, fourth) == caused_by
        assert target(reign, POINTER) == caused_by
        assert all(tags(reign)[name] == before[name] for name in (FIRST, SECOND, THIRD))
        assert faults(reign) == {}

    def test_a_retraction_that_changes_no_incumbent_takes_no_number(self, reign: World) -> None:
        reign.homegolf("retract", "worse", *RETRACT)
        assert sync(reign)["created"] == []
        assert faults(reign) == {}

    def test_a_retraction_of_an_earlier_incumbent_rewrites_no_tag(self, reign: World) -> None:
        before = tags(reign)
        reign.homegolf("retract", "base", *RETRACT)
        assert faults(reign) == {}
        sync(reign)
        assert all(tags(reign)[name] == oid for name, oid in before.items() if name != POINTER)
        assert faults(reign) == {}

    def test_the_last_incumbent_goes(self, world: World) -> None:
        world.record("base", BASE)
        sync(world)
        world.homegolf("retract", "base", *RETRACT)
        sync(world)
        said = document(world, SECOND)
        assert (said["cause"], said["run_id"]) == ("retraction", None)
        assert faults(world) == {}

    def test_a_failed_confirmation(self, world: World) -> None:
        world.record("base", BASE)
        world.record("better", BETTER)
        world.record("fresh", {50: 1.1998, 51: 1.1996}, config={"model.knob": "better"})
        sync(world)
        said = document(world, THIRD)
        assert (said["cause"], said["cause_run_id"], said["run_id"]) == (
            "not_confirmed",
            "fresh",
            "base",
        )
        assert target(world, THIRD) == world.head
        world.record("best", BEST)
        sync(world)
        assert document(world, "incumbents/home/0004")["run_id"] == "best"
        assert faults(world) == {}


def by_hand(world: World, name: str, text: str, commit: str = "HEAD") -> None:
    world.git(
        "tag", "--force", "--annotate", "--cleanup=verbatim", "--file=-", name, commit, stdin=text
    )


def message(world: World, tag: str) -> str:
    return world.git("cat-file", "tag", tag).partition("\n\n")[2] + "\n"


def forge(world: World) -> set[str]:
    """The last tag names another run."""
    text = message(world, THIRD).replace("best", "worse")
    by_hand(world, THIRD, text, target(world, THIRD))
    return {"tag_forged"}


def forge_a_delta(world: World) -> set[str]:
    text = re.sub(r"delta: [0-9.]+", "delta: 0.5", message(world, THIRD))
    by_hand(world, THIRD, text, target(world, THIRD))
    return {"tag_forged"}


def move(world: World) -> set[str]:
    by_hand(world, THIRD, message(world, THIRD), target(world, SECOND))
    return {"tag_moved"}


def delete(world: World) -> set[str]:
    world.git("tag", "--delete", THIRD)
    return {"tag_missing"}


def lighten(world: World) -> set[str]:
    world.git("tag", "--force", THIRD, target(world, THIRD))
    return {"tag_lightweight"}


def break_the_chain(world: World) -> set[str]:
    text = message(world, THIRD).replace(tags(world)[SECOND], tags(world)[FIRST])
    by_hand(world, THIRD, text, target(world, THIRD))
    return {"tag_broken_chain"}


def empty(world: World) -> set[str]:
    by_hand(world, THIRD, "home: incumbent 3 is best\n", target(world, THIRD))
    return {"tag_unreadable"}


def point_at_a_tree(world: World) -> set[str]:
    world.git("tag", "--force", THIRD, "HEAD^{tree}")
    return {"tag_lightweight", "tag_moved"}


TAMPERING: tuple[Callable[[World], set[str]], ...] = (
    forge, forge_a_delta, move, delete, lighten, break_the_chain, empty, point_at_a_tree,
)  # fmt: skip


class TestVerify:
    """Forged, moved, missing, lightweight, broken-chain and stale tags are found."""

    @pytest.mark.parametrize("tamper", TAMPERING)
    def test_the_last_tag_tampered_with(
        self, reign: World, tamper: Callable[[World], set[str]]
    ) -> None:
        codes = tamper(reign)
        assert faults(reign)[THIRD] & codes

    @pytest.mark.parametrize("tamper", [t for t in TAMPERING if t is not delete])
    def test_sync_never_moves_a_numbered_tag(
        self, reign: World, tamper: Callable[[World], set[str]]
    ) -> None:
        tamper(reign)
        before = tags(reign)
        ran = reign.homegolf("tags", "sync")
        assert ran.code == 1
        assert THIRD in ran.err
        assert tags(reign)[THIRD] == before[THIRD]
        assert THIRD in faults(reign)

    def test_a_tag_replaced_in_the_middle_breaks_the_chain(self, reign: World) -> None:
        by_hand(reign, SECOND, message(reign, SECOND), target(reign, SECOND))
        assert faults(reign) == {}  # the same bytes are the same object
        reign.git("-c", "user.name=x", "tag", "--force", "--annotate", "--cleanup=verbatim",
                  "--file=-", SECOND, target(reign, SECOND),
                  stdin=message(reign, SECOND).replace("incumbent 2 is", "incumbent 2 was"))  # fmt: skip
        assert "tag_broken_chain" in faults(reign)[THIRD]

    def test_a_tag_deleted_in_the_middle(self, reign: World) -> None:
        before = tags(reign)
        reign.git("tag", "--delete", SECOND)
        assert faults(reign)[SECOND] == {"tag_missing"}
        sync(reign)
        assert faults(reign) == {}
        assert {name: oid for name, oid in tags(reign).items() if name != SECOND} == {
            name: oid for name, oid in before.items() if name != SECOND
        }

    def test_all_tags_deleted_come_back(self, reign: World) -> None:
        before = tags(reign)
        reign.git("tag", "--delete", *before)
        assert set(faults(reign)) == set(before)
        sync(reign)
        assert tags(reign) == before

    def test_one_number_too_many(self, reign: World) -> None:
        text = message(reign, THIRD).replace("number: 3", "number: 4").replace("best", "worse")
        by_hand(reign, "incumbents/home/0004", text)
        assert faults(reign)["incumbents/home/0004"] == {"tag_forged"}

    def test_a_lane_that_is_not_there(self, reign: World) -> None:
        by_hand(reign, "incumbents/moon/0001", message(reign, FIRST))
        assert faults(reign) == {"incumbents/moon/0001": {"tag_forged"}}

    @pytest.mark.parametrize(
        "name",
        ["incumbents/home/1", "incumbents/home/00001", "incumbents/home/0000", "incumbents/Home/0001",
         "incumbents/home/0001x", "incumbents/x", "incumbent/Home", "promotions/home/1"],
    )  # fmt: skip
    def test_a_name_outside_the_grammar(self, reign: World, name: str) -> None:
        by_hand(reign, name, message(reign, FIRST))
        assert set(faults(reign)) == {name}

    def test_a_stale_pointer(self, world: World) -> None:
        world.record("base", BASE)
        sync(world)
        world.record("better", BETTER)
        found = faults(world)
        assert found[POINTER] == {"tag_stale"}
        assert found[SECOND] == {"tag_missing"}
        answer = sync(world)
        assert (answer["created"], answer["moved"]) == ([SECOND], [POINTER])
        assert faults(world) == {}

    @pytest.mark.parametrize("how", ["missing", "moved", "forged", "lightweight"])
    def test_a_bad_pointer_is_found_and_mended(self, reign: World, how: str) -> None:
        before = tags(reign)
        if how == "missing":
            reign.git("tag", "--delete", POINTER)
        elif how == "moved":
            by_hand(reign, POINTER, message(reign, POINTER), target(reign, FIRST))
        elif how == "forged":
            text = message(reign, POINTER).replace("run_id: best", "run_id: worse")
            by_hand(reign, POINTER, text, target(reign, POINTER))
        else:
            reign.git("tag", "--force", POINTER, target(reign, POINTER))
        assert faults(reign) == {POINTER: {f"tag_{how}"}}
        sync(reign)
        assert tags(reign) == before

    def test_programs_never_trust_the_pointer(self, reign: World) -> None:
        before = reign.answer("status")
        by_hand(
            reign, POINTER, message(reign, POINTER).replace("best", "worse"), target(reign, FIRST)
        )
        assert reign.answer("status") == before
        assert reign.incumbent() == "best"

    def test_a_tag_dated_in_the_future_changes_nothing(
        self, reign: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = reign.verdicts()
        reign.git("tag", "--delete", FIRST, SECOND, THIRD, POINTER)
        for day, name in ((9, "base"), (1, "better")):
            monkeypatch.setenv("GIT_COMMITTER_DATE", f"2099-01-{day:02}T00:00:00Z")
            side = reign.clone(f"side-{day}")
            side.git("reset", "--quiet", "--hard", f":/{re.escape(f'run(home): {name}')}")
            sync(side)
            reign.git(
                "fetch", "--quiet", str(side.repo), "refs/tags/incumbents/*:refs/tags/incumbents/*"
            )
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z")
        sync(reign)
        assert faults(reign) == {}
        assert target(reign, POINTER) == reign.head
        assert reign.verdicts() == before

    def test_tags_are_judged_by_their_own_commit_not_by_a_later_retraction(
        self, reign: World
    ) -> None:
        reign.homegolf("retract", "better", *RETRACT)
        sync(reign)
        assert document(reign, SECOND)["run_id"] == "better"
        assert faults(reign) == {}


# --- push


HOOK = """\
while read old new ref; do
  case "$ref" in
    refs/tags/incumbents/*)
      case "$old" in *[!0]*) echo "$ref is write-once" >&2; exit 1;; esac;;
  esac
done"""


@pytest.fixture
def remote(world: World) -> Path:
    """A bare remote whose numbered tags are write-once, with the base already tagged."""
    world.record("base", BASE)
    bare = world.clone("remote.git", "--bare").repo
    executable(bare / "hooks" / "pre-receive", HOOK)
    world.git("remote", "add", "origin", str(bare))
    world.git("push", "--quiet", "origin", "main")
    sync(world, "--push", "origin")
    return bare


def of_remote(world: World, remote: Path) -> dict[str, str]:
    return tags(World(world.root, remote, world.home))


class TestPush:
    """Numbered tags and the pointer go in one transaction; one of two writers loses."""

    def test_numbered_tag_and_pointer_arrive_together(self, world: World, remote: Path) -> None:
        assert of_remote(world, remote) == tags(world)
        world.record("better", BETTER)
        world.git("push", "--quiet", "origin", "main")
        sync(world, "--push", "origin")
        assert of_remote(world, remote) == tags(world)
        assert set(tags(world)) == {FIRST, SECOND, POINTER}

    def test_twice_pushes_nothing(self, world: World, remote: Path) -> None:
        executable(remote / "hooks" / "pre-receive", "exit 1")
        assert sync(world, "--push", "origin")["created"] == []

    @pytest.mark.parametrize(("script", "says"), [("exit 1", "pre-push said no"), ("echo no day >&2; exit 1", "no day")])  # fmt: skip
    def test_a_hook_that_stops_the_push(
        self, world: World, remote: Path, script: str, says: str
    ) -> None:
        world.record("better", BETTER)
        world.hook("pre-push", script)
        ran = world.homegolf("tags", "sync", "--push", "origin")
        assert (ran.code, says in ran.err, "fix: mend what it says" in ran.err) == (4, True, True), ran.said  # fmt: skip
        (world.repo / ".git" / "hooks" / "pre-push").unlink()
        assert world.homegolf("tags", "sync", "--push", "origin").code == 0
        assert of_remote(world, remote) == tags(world)

    def test_a_clone_without_tags_catches_up(self, world: World, remote: Path) -> None:
        other = world.clone("other", "--no-tags", source=str(remote))
        assert tags(other) == {}
        assert sync(other, "--push", "origin")["created"] == []
        assert tags(other) == tags(world)

    def test_the_second_of_two_writers_ends_with_5_and_succeeds_the_next_time(
        self, world: World, remote: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.record("better", BETTER)
        world.git("push", "--quiet", "origin", "main")
        rival = world.clone("rival", source=str(remote))
        monkeypatch.setenv("GIT_COMMITTER_NAME", "Rival")
        sync(rival)  # made here, not yet pushed: the other one comes first
        monkeypatch.setenv("GIT_COMMITTER_NAME", "Ada")
        executable(
            world.root / "first",
            f'rm -f "{world.repo}/.git/hooks/pre-push"\n'
            f'unset GIT_DIR\ngit -C "{rival.repo}" push --quiet origin {SECOND} +{POINTER}:{POINTER}'
            .replace(f"+{POINTER}:{POINTER}", f"+refs/tags/{POINTER}:refs/tags/{POINTER}"),
        )  # fmt: skip
        world.hook("pre-push", f'exec "{world.root}/first"')
        before = tags(world)
        ran = world.homegolf("tags", "sync", "--push", "origin")
        assert ran.code == 5, ran.said
        assert "fetch" in ran.err
        assert tags(world) == before
        published = of_remote(world, remote)
        assert published[SECOND] == tags(rival)[SECOND]
        again = world.homegolf("tags", "sync", "--push", "origin")
        assert again.code == 0, again.said
        assert tags(world) == of_remote(world, remote)
        assert of_remote(world, remote)[SECOND] == published[SECOND]
        assert faults(world) == {}

    def test_two_writers_with_different_tags_agree_on_the_published_one(
        self, world: World, remote: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        world.record("better", BETTER)
        world.git("push", "--quiet", "origin", "main")
        other = world.clone("other", source=str(remote))
        sync(world)
        monkeypatch.setenv("GIT_COMMITTER_NAME", "Other")
        sync(other, "--push", "origin")
        assert tags(other)[SECOND] != tags(world)[SECOND]
        ran = world.homegolf("tags", "sync", "--push", "origin")
        assert ran.code in {0, 5}, ran.said
        if ran.code == 5:
            sync(world, "--push", "origin")
        assert tags(world) == tags(other) == of_remote(world, remote)

    def test_a_pointer_moved_by_another_is_put_right_not_overrun(
        self, world: World, remote: Path
    ) -> None:
        bare = World(world.root, remote, world.home)
        by_hand(
            bare, POINTER, message(world, POINTER).replace("is base", "is me"), target(world, FIRST)
        )
        sync(world, "--push", "origin")
        assert of_remote(world, remote) == tags(world)
        assert faults(world) == {}

    def test_a_server_that_refuses_leaves_no_tag_behind(self, world: World, remote: Path) -> None:
        executable(remote / "hooks" / "pre-receive", "echo closed today >&2; exit 1")
        world.record("better", BETTER)
        before = tags(world)
        ran = world.homegolf("tags", "sync", "--push", "origin")
        assert ran.code == 4
        assert "closed today" in ran.err
        assert tags(world) == before

    def test_a_remote_that_is_not_there(self, world: World) -> None:
        world.record("base", BASE)
        ran = world.homegolf("tags", "sync", "--push", "nowhere")
        assert ran.code == 4
        assert "nowhere" in ran.err
        assert "Traceback" not in ran.err

    def test_a_remote_that_looks_like_an_option(self, world: World) -> None:
        world.record("base", BASE)
        canary = world.root / "canary"
        ran = world.homegolf("tags", "sync", f"--push=--upload-pack=touch {canary}")
        assert ran.code in {2, 4}
        assert not canary.exists()

    def test_promotion_tags_and_those_of_others_are_not_pushed(
        self, world: World, remote: Path
    ) -> None:
        world.git("tag", "v1.0")
        sync(world, "--push", "origin")
        assert "v1.0" not in of_remote(world, remote)


# --- damage


def lose(world: World, tag: str, how: str) -> Path:
    """Damage the object of a tag, or take it away; the file that it stood in."""
    oid = world.git("rev-parse", f"refs/tags/{tag}")
    path = world.repo / ".git" / "objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    if how == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if how == "empty" else path.read_bytes()[:20])
    return path


class TestDamaged:
    """A tag whose object is not whole is a finding of its own, with what mends it."""

    @pytest.mark.parametrize("known", [False, True], ids=["not verified", "verified before"])
    @pytest.mark.parametrize("how", ["missing", "empty", "cut short"])
    @pytest.mark.parametrize("tag", [FIRST, SECOND, THIRD, POINTER])
    def test_verify_names_it(self, reign: World, tag: str, how: str, *, known: bool) -> None:
        if known:
            assert faults(reign) == {}
        oid = tags(reign)[tag]
        lose(reign, tag, how)
        assert faults(reign) == {tag: {"tag_damaged"}}
        assert faults(reign) == {tag: {"tag_damaged"}}
        (found,) = reign.homegolf("tags", "verify", "--json").json()["findings"]
        assert oid in found["message"]

    @pytest.mark.parametrize("how", ["missing", "empty"])
    @pytest.mark.parametrize("tag", [FIRST, THIRD])
    def test_sync_names_it_and_goes_no_further(self, reign: World, tag: str, how: str) -> None:
        lose(reign, tag, how)
        before = tags(reign)
        ran = reign.homegolf("tags", "sync", "--json")
        assert (ran.code, ran.codes()) == (1, ["tag_damaged"])
        assert ran.json()["findings"][0]["path"] == tag
        assert tags(reign) == before

    @pytest.mark.parametrize("how", ["missing", "empty"])
    def test_the_pointer_is_made_anew(
        self, reign: World, how: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lose(reign, POINTER, how)
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-05-01T12:00:00+00:00")  # another object
        assert sync(reign)["moved"] == [POINTER]
        assert faults(reign) == {}

    @pytest.mark.parametrize("how", ["missing", "empty"])
    def test_what_it_says_brings_it_back(self, reign: World, how: str) -> None:
        """From a remote that has it."""
        before = tags(reign)
        reign.git("clone", "--quiet", "--bare", "--no-hardlinks", ".", "../remote.git")
        reign.git("remote", "add", "origin", "../remote.git")
        lose(reign, SECOND, how)
        (found,) = reign.homegolf("tags", "verify", "--json").json()["findings"]
        for command in re.findall("`([^`]+)`", found["fix"].partition(";")[0]):
            subprocess.run(["sh", "-c", command], cwd=reign.repo, check=True)
        assert faults(reign) == {}
        assert tags(reign) == before

    def test_no_clone_has_it(self, reign: World) -> None:
        lose(reign, THIRD, "missing")
        lose(reign, POINTER, "missing")
        found = reign.homegolf("tags", "verify", "--json").json()["findings"]
        for item in found:
            (command,) = re.findall("`(git update-ref[^`]+)`", item["fix"])
            subprocess.run(["sh", "-c", command], cwd=reign.repo, check=True)
        sync(reign)
        assert faults(reign) == {}

    def test_among_many(self, reign: World) -> None:
        many_tags(reign, 300)
        lose(reign, FIRST, "missing")
        found = faults(reign)
        assert found[FIRST] == {"tag_damaged"}
        assert len(found) > 250  # the forged ones are named as well

    def test_others_do_not_matter(self, reign: World) -> None:
        reign.git("tag", "--annotate", "--message=x", "v1.0")
        lose(reign, "v1.0", "missing")
        assert faults(reign) == {}
        sync(reign)


class TestSigned:
    """Tags are signed where git is told to, in whichever way, and else not made."""

    @pytest.fixture(params=["tag.gpgSign", "tag.forceSignAnnotated"])
    def signing(self, world: World, request: pytest.FixtureRequest) -> World:
        """A clone that signs by SSH, and an incumbent."""
        world.record("base", BASE)
        world.git("config", "gpg.format", "ssh")
        world.git("config", request.param, "true")
        return world

    def test_with_the_key(self, signing: World) -> None:
        key = signing.root / "key"
        keygen = shutil.which("ssh-keygen")
        if keygen is None:
            pytest.skip("there is no ssh-keygen")
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
        signing.git("config", "user.signingkey", f"{key}.pub")
        assert sync(signing)["created"] == [FIRST]
        for tag in (FIRST, POINTER):
            assert "BEGIN SSH SIGNATURE" in signing.git("cat-file", "tag", tag)
        assert faults(signing) == {}

    @pytest.mark.parametrize("key", [None, "/nowhere/key.pub"])
    def test_without_it(self, signing: World, key: str | None) -> None:
        if key:
            signing.git("config", "user.signingkey", key)
        ran = signing.homegolf("tags", "sync", "--json")
        assert (ran.code, ran.codes()) == (4, ["tag_refused"])
        assert (key or "user.signingkey") in ran.json()["findings"][0]["message"]
        assert tags(signing) == {}


# --- size


def many_tags(world: World, number: int) -> None:
    """Annotated tags in one import; most are forged, which costs a reader the most."""
    commit, text = world.head, message(world, FIRST)
    stream = "".join(
        f"tag incumbents/home/{n:04}\nfrom {commit}\n"
        f"tagger A <a@b> 1775044800 +0000\ndata {len(text)}\n{text}\n"
        for n in range(2, number + 1)
    )
    world.git("fast-import", "--quiet", stdin=stream)
    world.git("pack-refs", "--all")


def test_5000_tags_are_read_with_few_git_processes(world: World) -> None:
    world.record("base", BASE)
    sync(world)
    calls = {}
    for number in (1, 5000):
        if number > 1:
            many_tags(world, number)
        trace = world.root / f"trace-{number}"
        ran = world.process("tags", "verify", "--json", GIT_TRACE2_EVENT=str(trace))
        assert ran.code == (1 if number > 1 else 0)
        events = [json.loads(line) for line in trace.read_text().splitlines()]
        calls[number] = sum(event["event"] == "start" for event in events)
        assert len(ran.json()["findings"]) == number - 1
    assert calls[1] == calls[5000] <= 15
