"""How a commit gets into git while somebody else packs and prunes beside it."""

import re
from contextlib import suppress
from pathlib import Path

from homegolf_git.shell.git.gitrepo import GitRepo, Ran
from homegolf_git.shell.git.runner import pins

_TRIES = 8
_REPORT = re.compile("fast_import_crash_[0-9]+")  # what git leaves behind when it fails
_PACKS_MANY = 30  # git itself begins to pack at 50
# Loose objects that no ref names yet are what `git gc --prune=now` takes away. Of a pack fast-import
# keeps hold, by a .keep file, until its ref is there.
_AS_PACK = pins({"fastimport.unpackLimit": "0"})
IMPORT = ("fast-import", "--quiet", "--date-format=raw")


def imported(repo: GitRepo, stream: bytes) -> Ran:
    """Take a commit in; again where somebody pruned the pack while it was written."""
    ran = repo.run(*_AS_PACK, *IMPORT, stdin=stream)
    for _ in range(_TRIES):
        if ran.code == 0:
            break
        for name in _REPORT.findall(ran.error):
            (repo.git_dir / name).unlink(missing_ok=True)
        _let_go(repo)
        ran = repo.run(*_AS_PACK, *IMPORT, stdin=stream)
    return ran


def join_packs(repo: GitRepo) -> None:
    """Join small packs to larger ones, so that their number grows with the logarithm of the commits."""
    if sum(path.suffix == ".pack" for path in _folder(repo).iterdir()) >= _PACKS_MANY:
        _let_go(repo)
        repo.run("repack", "-d", "--geometric=2", "--quiet")


def _let_go(repo: GitRepo) -> None:
    """Take away what a fast-import that failed or was killed keeps hold of; no other runs beside this."""
    for keep in _folder(repo).glob("*.keep"):
        with suppress(OSError):
            if keep.read_bytes().strip() == b"fast-import":
                keep.unlink()


def _folder(repo: GitRepo) -> Path:
    return repo.common_dir / "objects" / "pack"
