"""A pull request as git has it: its commits, their whole messages, and what it changes."""

from collections.abc import Collection
from contextlib import closing
from itertools import chain

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.proposal import (
    CHANGES_MAX,
    COMMITS_MAX,
    MESSAGE_MAX,
    PARENTS_MAX,
    STEPS_MAX,
    TREES_BYTES_MAX,
    TREES_MAX,
    Proposal,
    ProposedCommit,
    State,
)
from homegolf_git.core.model.naming import Oid, receipt_folder
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.rawlog import tree_changes
from homegolf_git.shell.git.trees import Limits, TooMuchError, changes_of, tree_of
from homegolf_git.shell.landing.incoming import Incoming


def merge_bases(repo: GitRepo, one: Oid, other: Oid) -> list[Oid]:
    """All best common ancestors; criss-cross merges have several."""
    out = repo.read("merge-base", "--all", "--end-of-options", one, other, otherwise={1: b""})
    return [Oid(line) for line in out.decode().split()]


def brings_just(repo: GitRepo, base: Oid, head: Oid, rows: Collection[Incoming]) -> bool:
    """Whether `head` brings these rows into `base`, as they are, and nothing but their receipts."""
    places = {item.place: item for item in rows if item.row is not None}
    blobs = [repo.blob_id(item.arrival.data) for item in places.values()]
    if len(places) != len(rows) or repo.lookups([f"{head}:{p}" for p in places]) != blobs:
        return False
    folders = tuple(
        f"{receipt_folder(item.row.lane, item.row.run_id)}/" for item in rows if item.row
    )
    bases = merge_bases(repo, base, head)
    brought = [change.path for change in tree_changes(repo, bases[0], head)] if bases else []
    return brought != [] and all(path in places or path.startswith(folders) for path in brought)


def read_proposal(repo: GitRepo, base: Oid, bases: list[Oid], head: Oid) -> Proposal:
    """What `head` would bring into `base`: its commits, and its changes since the merge base.

    With several merge bases a file is new only where it is new to all of them, and one that
    was changed or deleted against any of them counts as that.
    """
    try:
        return _read(repo, base, bases, head)
    except TooMuchError:
        return Proposal((), (), is_too_large=True)


def _read(repo: GitRepo, base: Oid, bases: list[Oid], head: Oid) -> Proposal:
    limits = Limits(TREES_BYTES_MAX, TREES_MAX, STEPS_MAX)
    lines = _lines(repo, base, head)
    trees = tree_of(repo, list(dict.fromkeys([head, *bases, *chain.from_iterable(lines)])))
    nets = changes_of(repo, [(trees[head], (trees[one],)) for one in bases], limits)
    changes = _common_changes(nets)
    steps = changes_of(
        repo,
        [(trees[oid], tuple(trees[one] for one in parents)) for oid, *parents in lines],
        limits,
    )
    messages = _messages(repo, [oid for oid, *_ in lines])
    commits = tuple(
        ProposedCommit(oid, messages[oid], tuple(found), len(parents) > 1)
        for (oid, *parents), found in zip(lines, steps, strict=True)
    )
    whole = {change.path for change in changes}
    passed = {change.path for commit in commits for change in commit.changes} - whole
    if len(whole) + len(passed) > CHANGES_MAX:
        raise TooMuchError
    return Proposal(commits, changes, kept=_states(repo, head, passed) if passed else {})


def _lines(repo: GitRepo, base: Oid, head: Oid) -> list[list[Oid]]:
    """Each commit with its parents, parents first."""
    arguments = (
        "rev-list", "--topo-order", "--reverse", "--parents", f"--max-count={COMMITS_MAX + 1}",
        "--end-of-options", f"{base}..{head}", "--",
    )  # fmt: skip
    lines = [
        [Oid(oid) for oid in line.split()] for line in repo.read(*arguments).decode().splitlines()
    ]
    if len(lines) > COMMITS_MAX or sum(map(len, lines)) > PARENTS_MAX:
        raise TooMuchError
    return lines


def _states(repo: GitRepo, head: Oid, paths: Collection[str]) -> dict[str, State]:
    """Mode and blob of paths as a commit has them; of one that is not there nothing."""
    found: dict[str, State] = {}
    with closing(repo.fields(("ls-tree", "-r", "-z", "--full-tree", head))) as fields:
        for item in fields:
            entry, _, path = item.partition("\t")
            if path in paths:
                mode, _, oid = entry.split(" ")
                found[path] = mode, Oid(oid)
    return found


def _messages(repo: GitRepo, commits: list[Oid]) -> dict[Oid, str]:
    """Whole messages as the objects hold them, NUL included, which git log would cut at.

    Of a commit that is too large only a stand-in of that size is given.
    """
    sizes = repo.sizes(commits)
    large = {oid for oid in commits if sizes.get(oid, 0) > MESSAGE_MAX}
    found = dict.fromkeys(large, " " * MESSAGE_MAX)
    for oid, data in repo.blobs(oid for oid in commits if oid not in large).items():
        found[oid] = data.partition(b"\n\n")[2].decode("utf-8", "replace")
    return found


def _common_changes(nets: list[list[PathChange]]) -> tuple[PathChange, ...]:
    """Changes against several merge bases as one; see `read_proposal`."""
    if len(nets) == 1:
        return tuple(nets[0])
    found: dict[str, PathChange] = {}
    counts: dict[str, int] = {}
    for net in nets:
        for change in net:
            counts[change.path] = counts.get(change.path, 0) + 1
            if change.path not in found or change.status != "A":
                found[change.path] = change
    return tuple(
        change
        for path, change in sorted(found.items())
        if change.status != "A" or counts[path] == len(nets)
    )
