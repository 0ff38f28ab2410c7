"""A pull request as git has it: its commits, their whole messages, and what it changes."""

from contextlib import closing
from itertools import islice

from homegolf_git.core.judge.history import PathChange
from homegolf_git.core.judge.proposal import (
    CHANGES_MAX,
    COMMITS_MAX,
    MESSAGE_MAX,
    Proposal,
    ProposedCommit,
)
from homegolf_git.core.model.naming import Oid
from homegolf_git.shell.git.gitrepo import RAW, RAW_TREE, GitRepo
from homegolf_git.shell.git.rawlog import parse_change, parse_log


def merge_bases(repo: GitRepo, one: Oid, other: Oid) -> list[Oid]:
    """All best common ancestors; criss-cross merges have several."""
    out = repo.read("merge-base", "--all", "--end-of-options", one, other, otherwise={1: b""})
    return [Oid(line) for line in out.decode().split()]


def read_proposal(repo: GitRepo, base: Oid, bases: list[Oid], head: Oid) -> Proposal:
    """What `head` would bring into `base`: its commits, and its changes since the merge base.

    With several merge bases a file is new only where it is new to all of them, and one that
    was changed or deleted against any of them counts as that.
    """
    arguments = (
        "log", "--topo-order", "--reverse", "--diff-merges=combined", *RAW,
        "--format=%x01%H %P", "--end-of-options", f"{base}..{head}", "--",
    )  # fmt: skip
    with closing(repo.fields(arguments)) as fields:
        found = list(islice(parse_log(fields), COMMITS_MAX + 1))
    nets = []
    for merge_base in bases:
        net = repo.fields(("diff-tree", "-r", *RAW_TREE, merge_base, head))
        listed = islice((item for item in net if item.startswith(":")), CHANGES_MAX + 1)
        nets.append([parse_change(item, net) for item in listed])
    if len(found) > COMMITS_MAX or any(len(net) > CHANGES_MAX for net in nets):
        return Proposal((), (), is_too_large=True)
    messages = _messages(repo, [oid for oid, _, _ in found])
    commits = tuple(
        ProposedCommit(oid, messages[oid], tuple(changes), len(parents) > 1)
        for oid, parents, changes in found
    )
    return Proposal(commits, _common_changes(nets))


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
