"""The same change made to different sources is known."""

from homegolf_git.core.model.naming import Oid
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.patches import patch_ids
from tests.e2e.world import World


def test_one_change_on_two_sources(world: World) -> None:
    def commit(first: int, last: int) -> Oid:
        text = "\n".join([str(first), *"abcdefgh", str(last)]) + "\n"
        world.commit("Trainer", {"train.py": text})
        return Oid(world.head)

    one, one_changed, other, other_changed = (
        commit(1, 1),
        commit(1, 2),
        commit(7, 1),
        commit(7, 2),
    )
    repo = GitRepo(world.repo)
    found = patch_ids(repo, {one_changed: one, other_changed: other, other: one, one: one})
    assert found[one_changed] == found[other_changed] != found[other]
    assert one not in found
    assert patch_ids(repo, {}) == {}
