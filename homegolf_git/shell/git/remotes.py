"""What goes to a remote and comes from it: just what is named, whatever is set for the remote."""

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.git.complaints import complaint
from homegolf_git.shell.git.gitrepo import GitRepo, Ran
from homegolf_git.shell.git.runner import FETCH, PUSH, remote_pins


def fetch(repo: GitRepo, remote: str, *specs: str) -> None:
    """Fetch just what is named: no ref comes or goes but those.

    Raises:
        HomegolfError: where git cannot.
    """
    ran = repo.run("fetch", "--quiet", *FETCH, "--", remote, *specs)
    if ran.code:
        raise unreachable(repo, ran, f"cannot fetch from {remote}")


@contextmanager
def fetched(repo: GitRepo, remote: str, sources: Mapping[str, str]) -> Iterator[dict[str, Oid]]:
    """Refs of a remote, by name, below a folder that is this call's alone and gone afterwards.

    FETCH_HEAD is everybody's: another fetch would write it in between.

    Args:
        repo: Where to.
        remote: Where from.
        sources: Where each is there; of a pattern that ends with * the name does as well.

    Raises:
        HomegolfError: where they cannot be fetched.
    """
    place = f"refs/homegolf/fetch/{os.getpid()}-{secrets.token_hex(4)}/"
    try:
        fetch(repo, remote, *(f"+{there}:{place}{name}" for name, there in sources.items()))
        yield {ref.removeprefix(place): oid for ref, oid in repo.refs(place).items()}
    finally:
        for ref in repo.refs(place):
            repo.update_ref(ref, None)


def push(repo: GitRepo, remote: str, specs: Sequence[str], options: Sequence[str] = ()) -> Ran:
    """Push just what is named; a failure is given back."""
    words = (*remote_pins(remote), "push", "--quiet", *options, *PUSH)
    return repo.run(*words, "--", remote, *specs)


def unreachable(repo: GitRepo, ran: Ran, otherwise: str) -> HomegolfError:
    """Why a remote cannot be read; one in a folder here may be another user's."""
    known = complaint(ran.error, repo.top)
    if known is not None and known.findings[0].code == "dubious_ownership":
        return known
    return environment_error("fetch_failed", ran.error or otherwise)
