"""Claims among the workers of one clone: one has it, until it gives it back or its time is over."""

import json

import pytest

from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.claims import CLAIMS, Claims, claim_digest
from tests.e2e.world import World

ONE, OTHER = claim_digest({"knob": 1}, None), claim_digest({"knob": 2}, None)
PAST = -120.0  # seconds: a claim that is over as soon as it is made


def claims(world: World, holder: str, seconds: float = 600.0, lane: str = "home") -> Claims:
    return Claims(GitRepo(world.repo), None, LaneId(lane), holder, seconds)


def refs(world: World) -> list[str]:
    return world.git("for-each-ref", "--format=%(refname)", CLAIMS).splitlines()


def said(world: World, digest: str = ONE) -> dict[str, str]:
    found: dict[str, str] = json.loads(world.git("cat-file", "blob", f"{CLAIMS}home/{digest}"))
    return found


def forge_claim(world: World, text: str, digest: str = ONE) -> None:
    blob = world.git("hash-object", "-w", "--stdin", stdin=text)
    world.git("update-ref", f"{CLAIMS}home/{digest}", blob)


class TestDigest:
    """Section 15: SHA-256 of the canonical JSON of config and source tree."""

    def test_equal_configs_are_one_idea(self) -> None:
        assert claim_digest({"a": 1, "b": 2.0}, "t") == claim_digest({"b": 2, "a": 1.0}, "t")

    def test_another_config_or_source_is_another(self) -> None:
        tries = [claim_digest(c, t) for c in ({}, {"a": 1}) for t in (None, "t", "u")]
        assert len({*tries}) == len(tries)


class TestOneHolder:
    """What is held, and what is said of it."""

    def test_the_claim_says_who_and_until_when(self, world: World) -> None:
        assert claims(world, "ada").take(ONE, "run-1")
        assert refs(world) == [f"{CLAIMS}home/{ONE}"]
        assert (said(world)["holder"], said(world)["run_id"]) == ("ada", "run-1")
        assert said(world)["expires"].endswith("+00:00")
        assert said(world)["host"]

    def test_the_second_does_not_get_it(self, world: World) -> None:
        one, other = claims(world, "ada"), claims(world, "bob")
        assert one.take(ONE, "run-1")
        assert not other.take(ONE, "run-2")
        assert (one.is_mine(ONE), other.is_mine(ONE)) == (True, False)
        assert (one.others(), other.others()) == ({}, {ONE: "ada"})
        assert other.take(OTHER, "run-2")
        assert claims(world, "carl", lane="h100").take(ONE, "run-3")  # another lane is apart

    def test_given_back_it_is_free_and_leaves_nothing(self, world: World) -> None:
        one, other = claims(world, "ada"), claims(world, "bob")
        assert one.take(ONE, "run-1")
        other.release(ONE)  # it is not his
        assert one.is_mine(ONE)
        one.release(ONE)
        one.release(ONE)
        assert refs(world) == []
        assert other.take(ONE, "run-2")

    def test_started_again_the_holder_has_what_it_had(self, world: World) -> None:
        assert claims(world, "ada").take(ONE, "run-1")
        again = claims(world, "ada")
        assert again.is_mine(ONE)
        assert again.renew(ONE)
        assert again.take(ONE, "run-2")
        assert said(world)["run_id"] == "run-2"
        claims(world, "ada").release(ONE)
        assert refs(world) == []

    def test_renewed_it_lasts_longer(self, world: World) -> None:
        one = claims(world, "ada")
        assert one.take(ONE, "run-1")
        before = said(world)
        assert one.renew(ONE)
        assert said(world)["expires"] > before["expires"]
        assert {**said(world), "expires": ""} == {**before, "expires": ""}

    def test_nothing_is_renewed_that_was_never_taken(self, world: World) -> None:
        assert not claims(world, "ada").renew(ONE)


class TestOver:
    """Time is over."""

    def test_it_is_taken_over_and_the_first_is_told(self, world: World) -> None:
        one, other = claims(world, "ada", PAST), claims(world, "bob")
        assert one.take(ONE, "run-1")
        assert one.is_mine(ONE)  # nobody wanted it
        assert other.take(ONE, "run-2")
        assert not one.is_mine(ONE)
        assert not one.renew(ONE)
        assert not one.take(ONE, "run-1")
        one.release(ONE)
        assert other.is_mine(ONE)

    def test_late_it_may_be_renewed(self, world: World) -> None:
        assert claims(world, "ada", PAST).take(ONE, "run-1")
        assert claims(world, "ada").renew(ONE)
        assert not claims(world, "bob").take(ONE, "run-2")

    def test_a_clock_that_differs_by_less_than_the_margin(self, world: World) -> None:
        assert claims(world, "ada", -30.0).take(ONE, "run-1")
        assert not claims(world, "bob").take(ONE, "run-2")
        assert claims(world, "bob").others() == {ONE: "ada"}

    def test_of_others_it_is_swept_away(self, world: World) -> None:
        one, mine = claims(world, "ada", PAST), claims(world, "bob", PAST)
        assert one.take(ONE, "run-1")
        assert mine.take(OTHER, "run-2")
        assert mine.others() == {}
        assert refs(world) == [f"{CLAIMS}home/{OTHER}"]
        assert not one.renew(ONE)

    @pytest.mark.parametrize(
        "text",
        [
            "", "[]", "{", "null", '{"expires": "soon"}', "x" * 5000, "[" * 4000,
            '{"host": "h", "holder": "eve", "run_id": "r", "expires": "9999-12-31T23:59:59+00:00"}',
            '{"host": "h", "holder": "eve", "run_id": "r", "expires": "0001-01-01T00:00:00+14:00"}',
        ],
    )  # fmt: skip
    def test_what_no_loop_wrote_binds_nobody(self, world: World, text: str) -> None:
        forge_claim(world, text)
        assert claims(world, "ada").others() == {}
        forge_claim(world, text)
        assert claims(world, "ada").take(ONE, "run-1")

    def test_a_ref_that_is_no_claim_is_left_alone(self, world: World) -> None:
        forge_claim(world, "", "notes")
        assert claims(world, "ada").others() == {}
        assert refs(world) == [f"{CLAIMS}home/notes"]


class TestSwap:
    """Each change is made from what was seen, by git."""

    def test_taken_over_by_one_of_two(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        """The other one is faster, between the look and the change."""
        assert claims(world, "ada", PAST).take(ONE, "run-1")
        one, other = claims(world, "bob"), claims(world, "carl")
        look = one._there

        def seen() -> object:
            monkeypatch.undo()
            there = look()
            assert other.take(ONE, "run-3")
            return there

        monkeypatch.setattr(one, "_there", seen)
        assert not one.take(ONE, "run-2")
        assert other.is_mine(ONE)

    def test_where_git_cannot_write(self, world: World) -> None:
        lock = world.repo / ".git" / CLAIMS / "home"
        lock.parent.mkdir(parents=True)
        lock.write_text("no folder")
        with pytest.raises(HomegolfError) as refused:
            claims(world, "ada").take(ONE, "run-1")
        assert refused.value.exit_code == 4

    def test_what_is_swept_while_it_is_renewed_stays(self, world: World) -> None:
        one = claims(world, "ada", PAST)
        assert one.take(ONE, "run-1")
        swept = Oid(world.git("rev-parse", f"{CLAIMS}home/{ONE}"))
        assert claims(world, "ada").renew(ONE)
        sweeper = claims(world, "bob")
        assert sweeper._changed([(ONE, None, swept)])
        assert refs(world) == [f"{CLAIMS}home/{ONE}"]
