"""The gits that stay open end when they are told to, whoever holds their pipes."""

import multiprocessing
import time

from homegolf_git.shell.git.gitrepo import GitRepo
from tests.e2e.world import World


def test_a_process_that_was_forked_meanwhile_keeps_none_alive(world: World) -> None:
    repo = GitRepo(world.repo)
    assert repo.resolve("HEAD") == world.head
    forked = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    forked.start()
    begun = time.monotonic()
    repo.objects.renew()
    forked.kill()
    forked.join()
    assert time.monotonic() - begun < 30
    assert repo.resolve("HEAD") == world.head
