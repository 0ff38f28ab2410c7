"""What goes to a remote and comes from it: just what is named, whatever is set for the remote."""

import os
import re
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from homegolf_git.core.model.naming import TAG_FOLDERS, Oid, tag_of_ref, tag_pattern
from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.git.complaints import complaint, lacking
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo, Ran
from homegolf_git.shell.git.holding import held, is_held, left_behind
from homegolf_git.shell.git.locks import hindrance
from homegolf_git.shell.git.reflocks import clear_ref_locks
from homegolf_git.shell.git.runner import FETCH, PUSH, pins, remote_pins

_FETCHED = "refs/homegolf/fetch/"
# Git makes a work tree with a HEAD that names no object yet, and fetches nothing meanwhile.
_HALF_MADE = "bad object worktrees/"
# All that git says where its hook said nothing; a remote that refuses is named with each ref.
_HOOK = re.compile(r"error: failed to push some refs to '[^\n]*'")
_NOT_HERE = re.compile(r"^(?:fatal|error): (?:bad object|hash mismatch) ", re.MULTILINE)
_PATIENCE, _PAUSE = 10.0, 0.1  # seconds for another command to make its work tree
# Git waits for ever where a remote says nothing, unless the user has it give up. One that works says a
# byte a second at least, to keep the connection.
SILENCE = 120  # seconds
_CREDENTIALS = re.compile(r"^(https?://|[a-z+]+://(?=[^/@]*:))[^/@]*@", re.IGNORECASE)


def fetch(repo: GitRepo, remote: str, *specs: str) -> None:
    """Fetch just what is named: no ref comes or goes but those.

    Raises:
        HomegolfError: where git cannot.
    """
    words = (*_patience(repo), "fetch", "--quiet", *FETCH, "--", remote, *specs)
    ran = repo.run(*words)
    until = time.monotonic() + _PATIENCE
    while ran.code and _HALF_MADE in ran.error and time.monotonic() < until:
        time.sleep(_PAUSE)
        ran = repo.run(*words)
    if ran.code:
        raise _unreachable(repo, ran, remote)


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
    remove_stray(repo)
    name = f"{os.getpid()}-{secrets.token_hex(4)}"
    place = f"{_FETCHED}{name}/"
    with held(_holder(repo, name)):
        try:
            fetch(repo, remote, *(f"+{there}:{place}{here}" for here, there in sources.items()))
            yield {ref.removeprefix(place): oid for ref, oid in repo.refs(place).items()}
        finally:
            for ref in repo.refs(place):
                repo.update_ref(ref, None)


def stray_refs(repo: GitRepo) -> list[str]:
    """Refs that were fetched by commands which were killed."""
    refs = {ref: ref.removeprefix(_FETCHED).partition("/")[0] for ref in repo.refs(_FETCHED)}
    used = {name for name in refs.values() if is_held(_holder(repo, name))}
    return [ref for ref, name in refs.items() if name not in used]


def remove_stray(repo: GitRepo) -> None:
    """Take away what killed commands fetched."""
    left = left_behind(_holder(repo, ""))
    if left:
        clear_ref_locks(repo)
    for ref in stray_refs(repo):
        repo.update_ref(ref, None)
    for holder in left:
        holder.unlink(missing_ok=True)


def _holder(repo: GitRepo, name: str) -> Path:
    return repo.common_dir / OWN_FOLDER / "fetch" / name


def push(repo: GitRepo, remote: str, specs: Sequence[str], options: Sequence[str] = ()) -> Ran:
    """Push just what is named; a failure is given back."""
    words = (*_patience(repo), *remote_pins(remote), "push", "--quiet", *options, *PUSH)
    return repo.run(*words, "--", remote, *specs)


def push_failed(repo: GitRepo, remote: str, said: str, what: str) -> HomegolfError:
    """Why a remote did not take `what`, as far as is known: this clone, or its answer may be what was lost."""
    if _HOOK.fullmatch(said):
        said = "the hook pre-push said no, and not why"
    message = f"{without_secrets(remote)}: {said or f'it refused {what}'}"
    return hindrance(said, repo.top) or environment_error("push_failed", message)


def remote_ref(repo: GitRepo, remote: str, ref: str) -> Oid | None:
    """The object of a ref of a remote; None where it has none, an empty one where it does not answer."""
    ran = _listed(repo, remote, ref)
    return Oid("") if ran.code else Oid(ran.text.partition("\t")[0]) or None


def remote_tags(repo: GitRepo, remote: str) -> dict[str, Oid]:
    """The object of every tag of the ledger that a remote has, by name.

    Raises:
        HomegolfError: where the remote cannot be reached.
    """
    ran = _listed(repo, remote, *map(tag_pattern, TAG_FOLDERS))
    if ran.code:
        raise _unreachable(repo, ran, remote)
    lines = [line.split("\t") for line in ran.text.splitlines()]
    return {tag_of_ref(name): Oid(oid) for oid, name in lines}


def _listed(repo: GitRepo, remote: str, *patterns: str) -> Ran:
    return repo.run(*_patience(repo), "ls-remote", "--refs", "--", remote, *patterns)


def _patience(repo: GitRepo) -> tuple[str, ...]:
    """Settings by which git gives a silent remote up, unless the user has such settings."""
    is_set = any(name.startswith("GIT_HTTP_LOW_SPEED_") for name in os.environ)
    if is_set or repo.run("config", "--get-regexp", r"^http\.(.*\.)?lowspeed").code == 0:
        return ()
    return pins({"http.lowSpeedLimit": "1", "http.lowSpeedTime": str(SILENCE)})


def without_secrets(address: str) -> str:
    """The name or address of a remote without user and password."""
    return _CREDENTIALS.sub(r"\1", address)


def _is_damaged_here(repo: GitRepo, oid: str | None) -> bool:
    """Whether an object that git met is this clone's and not a remote's, which may lie in a folder here."""
    if oid is None or not (repo.common_dir / "objects" / oid[:2] / oid[2:]).exists():
        return False
    try:
        repo.blobs([Oid(oid)])
    except HomegolfError:
        return True
    return False


def _unreachable(repo: GitRepo, ran: Ran, remote: str) -> HomegolfError:
    """Why a remote cannot be read; one in a folder here may be another user's."""
    if (known := hindrance(ran.error, repo.top)) is not None:
        return known
    known = complaint(ran.error, repo.top)
    if known is not None and known.findings[0].code == "dubious_ownership":
        return known
    if _NOT_HERE.search(ran.error) or _is_damaged_here(repo, lacking(ran.error)):
        return repo.explained(ran.error)
    return environment_error(
        "fetch_failed", f"{without_secrets(remote)}: {ran.error or 'git cannot read it'}"
    )
