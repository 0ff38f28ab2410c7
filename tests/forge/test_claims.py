"""Claims over HTTP: two clones, one of which gets it, and a remote that goes away and comes back."""

import json
import subprocess
import sys

import pytest

from homegolf_git.core.model.naming import LaneId
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.claims import CLAIMS, Claims, claim_digest
from tests.e2e.world import World
from tests.forge.forge import Forge, Stage
from tests.shell.landing.test_claims import ONE, OTHER, PAST

STAGES: tuple[Stage, ...] = ("listing", "writing")
RACE = """
import json, sys
from pathlib import Path
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.claims import Claims
claims = Claims(GitRepo(Path.cwd()), "origin", "home", sys.argv[1], 600.0)
print(json.dumps([digest for digest in sys.argv[2:] if claims.take(digest, "run-" + sys.argv[1])]))
"""


def claims(world: World, holder: str, seconds: float = 600.0) -> Claims:
    return Claims(GitRepo(world.repo), "origin", LaneId("home"), holder, seconds)


@pytest.fixture
def two(forge: Forge) -> tuple[World, World]:
    return forge.clone("one"), forge.clone("other")


class TestTwoClones:
    """One of them has it."""

    def test_the_second_does_not_get_it(self, forge: Forge, two: tuple[World, World]) -> None:
        one, other = claims(two[0], "ada"), claims(two[1], "bob")
        assert one.take(ONE, "run-1")
        assert not other.take(ONE, "run-2")
        assert other.take(OTHER, "run-2")
        assert (one.others(), other.others()) == ({OTHER: "bob"}, {ONE: "ada"})
        assert one.renew(ONE)
        assert (one.is_mine(ONE), other.is_mine(ONE)) == (True, False)
        one.release(ONE)
        assert list(forge.refs(CLAIMS)) == [f"{CLAIMS}home/{OTHER}"]
        # Nothing of it stays in a clone.
        assert two[0].git("for-each-ref", "refs/homegolf") == ""
        assert not (two[0].repo / ".git/FETCH_HEAD").exists()

    @pytest.mark.parametrize("stage", STAGES)
    def test_at_once(self, forge: Forge, two: tuple[World, World], stage: Stage) -> None:
        one, other = claims(two[0], "ada"), claims(two[1], "bob")
        won: list[bool] = []
        forge.interrupt(stage, lambda: won.append(other.take(ONE, "run-2")))
        assert not one.take(ONE, "run-1")
        assert won == [True]
        assert one.others() == {ONE: "bob"}

    @pytest.mark.parametrize("stage", STAGES)
    def test_over_it_is_taken_over_by_one(
        self, forge: Forge, two: tuple[World, World], stage: Stage
    ) -> None:
        first = claims(forge.clone("first"), "carl", PAST)
        assert first.take(ONE, "run-0")
        one, other = claims(two[0], "ada"), claims(two[1], "bob")
        won: list[bool] = []

        def behind_the_first_refusal() -> None:
            forge.interrupt(stage, lambda: won.append(other.take(ONE, "run-2")))

        forge.interrupt("writing", behind_the_first_refusal)
        took = one.take(ONE, "run-1")
        assert [took, *won].count(True) == 1
        assert (one.is_mine(ONE), other.is_mine(ONE)) == (took, not took)
        assert not first.renew(ONE)

    def test_renewed_while_it_is_taken_over(self, forge: Forge, two: tuple[World, World]) -> None:
        one, other = claims(two[0], "ada", PAST), claims(two[1], "bob")
        assert one.take(ONE, "run-1")
        forge.interrupt("writing", lambda: other.take(ONE, "run-2"))
        assert not one.renew(ONE)
        assert other.is_mine(ONE)

    def test_a_hook_of_the_user_s_is_not_asked(self, two: tuple[World, World]) -> None:
        two[0].hook("pre-push", "exit 1")
        assert claims(two[0], "ada").take(ONE, "run-1")

    def test_processes(self, forge: Forge, two: tuple[World, World]) -> None:
        digests = [claim_digest({"knob": knob}, "tree") for knob in range(4)]
        orders = (digests, digests[::-1])
        running = [
            subprocess.Popen(
                [sys.executable, "-c", RACE, holder, *order], cwd=there.repo, stdout=subprocess.PIPE
            )
            for holder, there, order in zip("ab", two, orders, strict=True)
        ]
        won = [json.loads(process.communicate(timeout=120)[0]) for process in running]
        assert sorted([*won[0], *won[1]]) == sorted(digests)
        assert claims(forge.clone("reader"), "c").others() == dict.fromkeys(
            won[0], "a"
        ) | dict.fromkeys(won[1], "b")


class TestAway:
    """Where the remote is not there nothing is known, and nothing is lost."""

    def test_and_back(self, forge: Forge, two: tuple[World, World]) -> None:
        one, other = claims(two[0], "ada"), claims(two[1], "bob")
        assert one.take(ONE, "run-1")
        away = forge.bare.with_name("away.git")
        forge.bare.rename(away)
        for ask in (
            lambda: one.renew(ONE), lambda: one.is_mine(ONE), lambda: other.take(OTHER, "run-2"),
            other.others,
        ):  # fmt: skip
            with pytest.raises(HomegolfError) as refused:
                ask()
            assert refused.value.exit_code == 4
        away.rename(forge.bare)
        assert one.renew(ONE)
        assert one.is_mine(ONE)
        assert other.take(OTHER, "run-2")

    def test_what_could_not_be_given_back_runs_out(
        self, forge: Forge, two: tuple[World, World]
    ) -> None:
        one, other = claims(two[0], "ada", PAST), claims(two[1], "bob")
        assert one.take(ONE, "run-1")
        away = forge.bare.with_name("away.git")
        forge.bare.rename(away)
        one.release(ONE)
        away.rename(forge.bare)
        assert other.others() == {}
        assert forge.refs(CLAIMS) == {}

    def test_an_answer_that_is_lost(self, forge: Forge, two: tuple[World, World]) -> None:
        """The claim was made, and the connection broke before the clone heard of it."""
        one = claims(two[0], "ada")
        hook = forge.bare / "hooks" / "post-receive"
        hook.write_text(f"#!/bin/sh\nmv '{forge.bare}' '{forge.bare}.away'\nkill -9 $PPID\n")
        hook.chmod(0o755)
        with pytest.raises(HomegolfError):
            one.take(ONE, "run-1")
        forge.bare.with_name(f"{forge.bare.name}.away").rename(forge.bare)
        hook.unlink()
        assert list(forge.refs(CLAIMS)) == [f"{CLAIMS}home/{ONE}"]
        assert one.is_mine(ONE)
        assert one.take(ONE, "run-1")
        one.release(ONE)
        assert forge.refs(CLAIMS) == {}

    def test_a_remote_that_takes_no_claims(self, forge: Forge, two: tuple[World, World]) -> None:
        hook = forge.bare / "hooks" / "update"
        hook.write_text(
            "#!/bin/sh\ncase $1 in refs/homegolf/*) echo no claims >&2; exit 1;; esac\n"
        )
        hook.chmod(0o755)
        with pytest.raises(HomegolfError, match="no claims"):
            claims(two[0], "ada").take(ONE, "run-1")
