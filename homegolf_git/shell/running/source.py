"""The source that a run is made from, kept as it stands with what is not committed."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from homegolf_git.core.model.naming import LEDGER, Oid
from homegolf_git.core.model.values import Json, Value
from homegolf_git.shell.files.unwritten import writing
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.landing.hooks import require
from homegolf_git.shell.trainer import frozen_digest, holds_ledger, trainer_facts

RUNS = "refs/homegolf/runs/"  # in the trainer's repository, one a run
_FILE_MAX = 1 << 20  # bytes of a file that git does not know and that is kept all the same
_FILES_MAX = 1000
# Of files that git does not know, those that a run may well be made of.
_CODE = (
    ".py", ".cu", ".cuh", ".c", ".cc", ".cpp", ".h", ".hpp", ".rs", ".go", ".jl", ".js", ".ts",
    ".sh", ".toml", ".yaml", ".yml",
)  # fmt: skip


class Source(Value, frozen=True):
    """The source at one time: a commit that holds it, and whether that is one that the user made."""

    committed: Oid  # the user's own latest commit
    revision: Oid
    is_dirty: bool
    repository: str | None
    subject: str  # of the user's commit
    kept: Oid  # the same with other small files that git does not know


def source_of(repo: GitRepo, ledger: GitRepo) -> Source:
    """The source as it stands now.

    What is not committed becomes a commit of its own on no branch, which is the same wherever the
    same change is made to the same commit: so two runs of it are runs of one source.

    Raises:
        HomegolfError: where there is no commit, or git cannot read a file.
    """
    facts = trainer_facts(repo, ledger)
    unknown = _unknown_files(repo)
    code = [name for name in unknown if name.endswith(_CODE)]
    revision = kept = facts.revision
    with _index(repo) as index:
        if holds_ledger(repo, ledger):
            words = ("rm", "--cached", "-r", "--quiet", "--ignore-unmatch", "--", f":/{LEDGER}")
            require(repo.run(*words, index=index))
        if facts.is_dirty or code:
            require(repo.run("add", "-u", "--", ":/", index=index))
            revision = kept = _commit(repo, _added(repo, code, index), facts.revision)
        if len(code) < len(unknown):
            kept = _commit(repo, _added(repo, unknown, index), revision)
    return Source(
        facts.revision, revision, revision != facts.revision, facts.repository, facts.subject, kept
    )


def keep(repo: GitRepo, source: Source, run_id: str) -> None:
    """Keep a source under a ref, so that an idea that was dropped can be read again."""
    repo.update_ref(RUNS + run_id, source.kept)


def source_facts(
    repo: GitRepo, source: Source, ref: str | None, frozen: Sequence[str] | None
) -> dict[str, Json]:
    """What a row says of a source, under dotted names."""
    return {
        "source.repository": source.repository,
        "source.revision": source.revision,
        "source.dirty": source.is_dirty,
        "source.ref": ref,
        "source.frozen_sha256": None
        if frozen is None
        else frozen_digest(repo, source.kept, frozen),
    }


@contextmanager
def _index(repo: GitRepo) -> Iterator[Path]:
    """A copy of the index, so that the user's stays as it is."""
    place = repo.git_dir / OWN_FOLDER / f"index-{os.getpid()}"
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        with suppress(FileNotFoundError), writing(place):
            shutil.copy2(repo.git_dir / "index", place)
        yield place
    finally:
        for path in (place, place.with_name(f"{place.name}.lock")):
            path.unlink(missing_ok=True)


def _unknown_files(repo: GitRepo) -> list[str]:
    """Files that git neither knows nor ignores, the small ones."""
    names = repo.fields(
        ("ls-files", "--others", "--exclude-standard", "-z", "--full-name", "--", ":/")
    )
    found = []
    for name in names:
        path = repo.top / name
        with suppress(OSError):
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= _FILE_MAX:
                found.append(name)
        if len(found) == _FILES_MAX:
            break
    return [name for name in found if not name.startswith(f"{LEDGER}/")]


def _added(repo: GitRepo, names: Sequence[str], index: Path) -> str:
    """The tree of an index with more files."""
    text = "".join(f"{name}\0" for name in names).encode("utf-8", "surrogateescape")
    require(repo.run("update-index", "--add", "-z", "--stdin", stdin=text, index=index))
    return require(repo.run("write-tree", index=index)).text


def _commit(repo: GitRepo, tree: str, parent: Oid) -> Oid:
    """A commit that depends on nothing but its tree and parent."""
    when = require(repo.run("log", "-1", "--format=%ct", parent)).text
    who = f"homegolf <homegolf@localhost> {when} +0000"
    text = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nUncommitted changes\n"
    ran = repo.run("hash-object", "-t", "commit", "-w", "--stdin", stdin=text.encode())
    return Oid(require(ran).text)
