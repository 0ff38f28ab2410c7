"""Commits and trees whose file holds another object: git reads them without a look at their names.

What lies in a pack is safe from that. A file of its own may be another object's, put there by a disk or
a tool that mixes files up, and then a walk through history brings rows of another time, and a commit
takes over a folder without its rows.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from homegolf_git.core.judge.history import Commit
from homegolf_git.core.model.naming import Oid
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo

_MANY = 500  # commits; of more every file is looked at
_HEADER = 64  # bytes that are enough to tell the kind of an object
_SHARDS = 256  # folders of objects
_WALKED = (b"commit ", b"tree ")


def require_sound_line(repo: GitRepo, before: Oid, commits: list[Commit]) -> None:
    """Refuse where a commit of a line, or a tree that its changes are read from, holds another object.

    Raises:
        HomegolfError: for such an object.
    """
    if len(commits) > _MANY:
        require_all_sound(repo, commits[-1].oid)
        return
    line = [before, *(commit.oid for commit in commits)]
    paths = [[change.path for change in commit.changes] for commit in commits]
    names = []
    for oid, after, own in zip(line, [*paths, []], [[], *paths], strict=True):
        names += [f"{oid}^{{tree}}", *(f"{oid}:{folder}" for folder in _folders([*own, *after]))]
    require_own(repo, line)
    require_own(repo, filter(None, repo.lookups(names)))


def require_sound(repo: GitRepo, commit: Oid, paths: Iterable[str]) -> None:
    """Refuse where a commit, or a tree on the way to these paths, holds another object.

    Raises:
        HomegolfError: for such an object.
    """
    require_own(repo, [commit])
    names = [f"{commit}^{{tree}}", *(f"{commit}:{folder}" for folder in _folders(paths))]
    tree, *folders = repo.lookups(names)
    if tree is None:
        raise repo.explained("", repo.tree_named(commit))
    require_own(repo, filter(None, [tree, *folders]))


def require_all_sound(repo: GitRepo, head: Oid) -> None:
    """Refuse where any commit or tree behind a head that is a file of its own holds another object.

    Raises:
        HomegolfError: for such an object.
    """
    objects = repo.common_dir / "objects"
    for shard in (objects / f"{number:02x}" for number in range(_SHARDS)):
        for file in shard.iterdir() if shard.is_dir() else ():
            oid = Oid(shard.name + file.name)
            is_named = len(oid) == len(head)  # else git has yet to name it
            if is_named and not _is_sound(repo, oid, _WALKED) and _leads_to(repo, head, oid):
                raise _unsound(repo, oid)


def _folders(paths: Iterable[str]) -> Iterator[str]:
    found = {str(folder) for path in paths for folder in Path(path).parents}
    return iter(sorted(found - {"."}))


def _leads_to(repo: GitRepo, head: Oid, oid: Oid) -> bool:
    words = ("rev-list", "--objects", "--no-object-names", "--filter=blob:none", head, "--")
    return oid in repo.run(*words).text.split("\n")


def require_own(repo: GitRepo, oids: Iterable[Oid]) -> None:
    """Refuse where one of these is another object in a file of its name.

    Raises:
        HomegolfError: for the first.
    """
    for oid in oids:
        if not _is_sound(repo, oid):
            raise _unsound(repo, oid)


def _unsound(repo: GitRepo, oid: Oid) -> HomegolfError:
    return repo.explained(f"error: hash mismatch {oid}", oid)


def _is_sound(repo: GitRepo, oid: Oid, kinds: tuple[bytes, ...] = ()) -> bool:
    """Whether a file holds the object of its name; what is packed, or cannot be read, git tells of."""
    try:
        packed = (repo.common_dir / "objects" / oid[:2] / oid[2:]).read_bytes()
        if kinds and not zlib.decompressobj().decompress(packed, _HEADER).startswith(kinds):
            return True
        return hashlib.new(repo.object_format, zlib.decompress(packed)).hexdigest() == oid
    except (OSError, zlib.error):
        return True
