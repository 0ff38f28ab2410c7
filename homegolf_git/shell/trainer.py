"""The trainer's own repository: its revision, and what changed since the base run's."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from homegolf_git.core.judge.attribution import matches
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LEDGER, Oid, parse_path
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Value
from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.git import remotes
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.incoming import Incoming, read_incoming

_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_COMMITTED = re.compile(rb"^committer .*> ([0-9]{1,11}) [-+][0-9]{4}$", re.MULTILINE)
ROW_HEADER = "# yaml-language-server: $schema=../../../../schemas/run-v1.schema.json\n"


# What a repository of the ledger alone has at its top; other files there are a trainer's.
_NO_TRAINER = re.compile(
    r"ledger|schemas|\..*|(?:readme|license|licence|contributing|codeowners|notice)(?:\..*)?",
    re.IGNORECASE,
)
_NOT_THE_LEDGER = ("--", ":/", f":(exclude,top){LEDGER}")


class TrainerFacts(Value, frozen=True):
    """Where the trainer's checkout stands; `subject` is that of its commit."""

    revision: Oid
    is_dirty: bool
    repository: str | None
    subject: str


def trainer_facts(repo: GitRepo, ledger: GitRepo) -> TrainerFacts:
    """Revision, state and address of a trainer's checkout.

    Where the trainer's branch holds the ledger too, commits of the ledger alone change no source:
    the revision is the latest other one.

    Raises:
        HomegolfError: where it has no commit.
    """
    head = repo.head()
    if head is None:
        fix = "commit the trainer's source"
        raise environment_error("no_commits", f"{repo.top} has no commit", fix)
    paths = _NOT_THE_LEDGER if holds_ledger(repo, ledger) else ()
    log = repo.read("log", "-1", "--format=%H%x00%s", str(head), *paths)
    revision, _, subject = log.decode("utf-8", "replace").rstrip("\n").partition("\0")
    remote = repo.run("remote", "get-url", "origin")
    is_dirty = bool(
        repo.read(
            "status", "--porcelain", "--untracked-files=no", "--ignore-submodules=untracked", *paths
        )
    )
    address = None if remote.code else without_secrets(remote.text)
    return TrainerFacts(Oid(revision or head), is_dirty, address, subject.strip())


def without_secrets(address: str) -> str | None:
    """An address of a repository as a row may name it: without user and password; None: in no text."""
    if not address.isprintable():
        return None
    return remotes.without_secrets(address)


def trainer_around(folder: Path, ledger: GitRepo) -> GitRepo | None:
    """The trainer's repository that a folder lies in; None where there is none.

    A repository that holds a ledger and no other source is none.
    """
    try:
        repo = GitRepo(folder)
        if repo.is_bare or repo.head() is None:
            return None
        if holds_ledger(repo, ledger):
            top = repo.read("ls-tree", "-z", "--name-only", "HEAD").decode("utf-8", "replace")
            if all(_NO_TRAINER.fullmatch(name) for name in top.split("\0")[:-1]):
                return None
    except HomegolfError:
        return None
    return repo


def holds_ledger(repo: GitRepo, ledger: GitRepo) -> bool:
    """Whether the ledger stands on the very branch that the trainer's source is on."""
    return repo.common_dir == ledger.common_dir and ledger.ledger_ref is None


def frozen_digest(repo: GitRepo, tree: Oid, globs: Sequence[str]) -> str:
    """SHA-256 over the sorted lines `<path> <blob id>` of the files of a commit or tree that globs fit."""
    lines = []
    for entry in repo.read("ls-tree", "-r", "-z", "--full-tree", tree, "--").split(b"\0")[:-1]:
        about, _, path = entry.partition(b"\t")
        name = path.decode("utf-8", "surrogateescape")
        if any(matches(glob, name, crosses_slash=False) for glob in globs):
            # One file is one line, so that no name can stand for two files.
            lines.append(path.replace(b"\n", b"\\n") + b" " + about.split()[-1] + b"\n")
    return sha256(b"".join(sorted(lines))).hexdigest()


def with_changed_paths(
    incoming: Incoming, ledger: Ledger, others: list[Incoming], source: Path
) -> Incoming:
    """The row with `changed_paths` computed against its base row's revision.

    Paths that it states already must be those; where they cannot be computed it stays as it is,
    with a warning that says why.
    """
    row = incoming.row
    if row is None:
        return incoming
    base = _base_row(row, ledger, others)
    paths = _changed_paths(incoming, base, GitRepo(source))
    if isinstance(paths, Finding):
        incoming.remarks.append(paths)
        return incoming
    if row.source.changed_paths is not None:
        if sorted(row.source.changed_paths) != paths:
            message = f"changed_paths are not those of {source}: {len(paths)} paths differ there"
            incoming.remarks.append(finding("wrong_paths", message, incoming.path))
        return incoming
    document = dict(incoming.arrival.document or {})
    document["source"] = {**document["source"], "changed_paths": paths}
    data = (ROW_HEADER + rowyaml.dump(document)).encode()
    filled = read_incoming(Path(incoming.path), data)
    filled.given = incoming.given
    filled.remarks += incoming.remarks
    return filled


def _changed_paths(incoming: Incoming, base: Row | None, repo: GitRepo) -> list[str] | Finding:
    row = incoming.row
    assert row is not None  # noqa: S101 - the caller's condition

    def unknown(why: str) -> Finding:
        message = f"changed_paths cannot be computed: {why}"
        return finding("unknown_paths", message, incoming.path, severity="warning")

    if base is None:
        return unknown(f"base {row.base} has not landed" if row.base else "the row names no base")
    paths = paths_between(repo, base.source.revision, row.source.revision)
    return unknown(paths) if isinstance(paths, str) else paths


def paths_between(repo: GitRepo, base: str | None, revision: str | None) -> list[str] | str:
    """Paths that differ between two revisions; where they cannot be told, why."""
    if base is None or revision is None:
        return "a revision is null"
    commits: list[Oid] = []
    for name in (base, revision):
        commit = repo.resolve(name)
        if commit is None:
            return f"{repo.top} does not have {name}"
        commits.append(commit)
    out = repo.read(
        "diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=none",
        *commits, "--",
    )  # fmt: skip
    paths = out.decode("utf-8", "replace").split("\0")[:-1]
    return sorted(path for path in paths if parse_path(path) is None)  # rows are no source


def _base_row(row: Row, ledger: Ledger, others: list[Incoming]) -> Row | None:
    """The base, landed before or about to land in the same call."""
    for other in others:
        if other.row is not None and other.row.run_id == row.base:
            return other.row
    return ledger.row_of(row.base)


def commit_times(log: Path, commits: Sequence[str]) -> dict[str, str]:
    """When each commit was made that the repository around a log has, by the name it was asked by."""
    names = sorted({name for name in commits if _COMMIT.fullmatch(name)})
    if not names:
        return {}
    try:
        repo = GitRepo(log if log.is_dir() else log.absolute().parent)
        found = repo.lookups([f"{name}^{{commit}}" for name in names])
        texts = repo.blobs(oid for oid in found if oid is not None)
    except HomegolfError:  # no repository is there, or it lacks objects: then no time is known
        return {}
    return {
        name: datetime.fromtimestamp(int(match[1]), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for name, oid in zip(names, found, strict=True)
        if oid is not None and (match := _COMMITTED.search(texts[oid]))
    }
