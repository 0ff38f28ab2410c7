"""How a commit gets into git while somebody else packs and prunes beside it."""

import re
from contextlib import suppress
from pathlib import Path

from homegolf_git.shell.git.complaints import unwritten_by_git
from homegolf_git.shell.git.gitrepo import GitRepo, Ran
from homegolf_git.shell.git.runner import pins

_TRIES = 8
_REPORT = re.compile("fast_import_crash_[0-9]+")  # what git leaves behind when it fails
_PACKS_MANY = 30  # git itself begins to pack at 50
# Loose objects that no ref names yet are what `git gc --prune=now` takes away. Of a pack fast-import
# keeps hold, by a .keep file, until its ref is there.
_AS_PACK = pins({"fastimport.unpackLimit": "0"})
_IMPORT = ("fast-import", "--quiet", "--date-format=raw")


def imported(repo: GitRepo, stream: bytes, *, as_pack: bool) -> Ran:
    """Take commits in; as a pack again where somebody pruned that while it was written."""
    words = (*_AS_PACK, *_IMPORT) if as_pack else _IMPORT
    ran = repo.run(*words, stdin=stream)
    for _ in range(_TRIES):
        if ran.code == 0:
            break
        for name in _REPORT.findall(ran.error):
            (repo.git_dir / name).unlink(missing_ok=True)
        _let_go(repo)
        if not as_pack or unwritten_by_git(ran.error, repo.top):
            break
        ran = repo.run(*words, stdin=stream)
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
            holds = keep.read_bytes().strip()
            # Where git had no room for the word it made no pack either; an empty one beside one is a user's.
            if holds == b"fast-import" or not (holds or keep.with_suffix(".pack").exists()):
                keep.unlink()


def _folder(repo: GitRepo) -> Path:
    return repo.common_dir / "objects" / "pack"
