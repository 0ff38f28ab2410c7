"""The line that verdicts rest on: which head was verified last, and whether it still lies on the line.

Rows count in the order of first-parent history. Somebody who pulls with a merge and pushes that turns
the line: what was published becomes a side branch, and verdicts change. So a clone remembers, branch
by branch, the head that it verified last. What nobody else has yet may be rebased, so of a branch
with an upstream only what is there as well is remembered.
"""

import re
from collections.abc import Iterator, Sequence

from homegolf_git.core.judge.history import Commit
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LEDGER, Oid, parse_path
from homegolf_git.core.model.values import replace
from homegolf_git.errors import refused
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.git.rawlog import LAYOUT, RAW, parse_log
from homegolf_git.shell.reading.memory import note, recall

_FILE = f"{OWN_FOLDER}/verified.json"  # in the git directory: branch -> commit
_REMOTES = "refs/remotes/"
VERIFIED = "Homegolf-Verified"  # the trailer of a commit of scoreboards: the head that they rest on
_VERIFIED = re.compile(rf"^{VERIFIED}: ([0-9a-f]{{40}}|[0-9a-f]{{64}})$", re.MULTILINE)
BOARD = f"{LEDGER}/SCOREBOARD.md"
_BOARDS = tuple(
    f":(glob){LEDGER}/{name}" for name in ("SCOREBOARD.md", "*/SCOREBOARD.md", "*/scoreboard.json")
)


def line_findings(repo: GitRepo, head: Oid) -> list[Finding]:
    """What shows that the ledger's line is not the one that was verified or published."""
    branch = repo.ledger_branch()
    known = _memory(repo).get(branch) if branch is not None else None
    if known is not None and (found := _turned(repo, known, head, "that was verified last")):
        return [found]
    if (found := _said_otherwise(repo, head, known)) is not None:
        return [found]
    published = _published(repo, branch)
    if published is not None and not _has(repo, published, known):
        found = _turned(repo, published, head, "that is published", only_merged=True)
        if found is not None:
            return [found]
    return list(_published_aside(repo, head, known))[:1]


def require_line(repo: GitRepo, base: Oid, named: str) -> None:
    """Refuse a base that does not continue what was verified of a branch that it is the tip of.

    Raises:
        HomegolfError: for such a base.
    """
    remotes = {"origin", named.removeprefix(_REMOTES).partition("/")[0]}
    for branch, known in _memory(repo).items():
        refs = [f"refs/heads/{branch}", *(f"{_REMOTES}{remote}/{branch}" for remote in remotes)]
        if base not in map(repo.resolve, refs):
            continue
        if found := _turned(repo, known, base, f"of {branch} that was verified last"):
            raise refused(found)
        return
    if found := _said_otherwise(repo, base, None):
        raise refused(found)


def remember(repo: GitRepo, head: Oid, *, is_accepted: bool = False) -> None:
    """Note the head of the branch as verified; never a step back, unless the line is accepted.

    Where the git directory cannot be written nothing is remembered.
    """
    branch = repo.ledger_branch()
    if branch is None:
        return
    memory = _memory(repo)
    settled = head if is_accepted else settled_head(repo, head, branch)
    heads = {branch: settled, repo.upstream(branch): _published(repo, branch)}
    noted = {
        name: now
        for name, now in heads.items()
        if now is not None and (name not in memory or is_accepted or _has(repo, memory[name], now))
    }
    if {**memory, **noted} != memory:
        note(repo, _FILE, {**memory, **noted})


def forget_own(repo: GitRepo, own: Sequence[Commit]) -> None:
    """Of commits that nobody else has, and that are taken back, none stays remembered as verified."""
    branch, memory, before = repo.ledger_branch(), _memory(repo), own[0].parent
    if branch is not None and before is not None and memory.get(branch) in {c.oid for c in own}:
        note(repo, _FILE, {**memory, branch: before})


def _memory(repo: GitRepo) -> dict[str, Oid]:
    """The verified head of each branch."""
    entries = recall(repo, _FILE).items()
    return {name: Oid(oid) for name, oid in entries if isinstance(oid, str) and oid.isalnum()}


def _published(repo: GitRepo, branch: str | None) -> Oid | None:
    """The tip of the branch of the same name that it follows, as it was fetched last."""
    if branch is None:
        return None
    upstream = repo.upstream(branch)
    is_same = upstream.removeprefix(_REMOTES).partition("/")[2] == branch
    return repo.resolve(upstream) if is_same else None


def settled_head(repo: GitRepo, head: Oid, branch: str) -> Oid | None:
    """The latest commit of the line that others have too; the head where the branch is followed by none."""
    published = _published(repo, branch)
    if published is None:
        return head
    ahead = _line_beyond(repo, head, published)
    return head if not ahead else ahead[0][1]


def _line_beyond(repo: GitRepo, head: Oid, known: Oid) -> list[tuple[Oid, Oid | None]]:
    """Commits of the line that cannot be reached from another one, oldest first, each with its parent."""
    out = repo.read(
        "rev-list", "--first-parent", "--parents", "--reverse", head, f"^{known}", "--"
    ).decode()
    found = [line.split() for line in out.splitlines()]
    return [(Oid(oid), Oid(parents[0]) if parents else None) for oid, *parents in found]


def _has(repo: GitRepo, commit: Oid, head: Oid | None) -> bool:
    """Whether a commit can be reached from another one."""
    return head is not None and repo.is_ancestor(commit, head)


def _turned(
    repo: GitRepo, known: Oid, head: Oid, which: str, *, only_merged: bool = False
) -> Finding | None:
    """What is wrong where a head that is known does not lie on the line; a line that ends before it is well.

    With `only_merged` two lines that went apart are well too: neither has the other's commits.
    """
    if repo.resolve(known) is None:
        message = f"the head {known[:12]} {which} is not in this clone any more"
        return finding("rewritten_history", message, fix=_fix(known))
    beyond = _line_beyond(repo, head, known)
    if not beyond or beyond[0][1] == known:
        return None
    if _has(repo, known, head):
        merge = _first_with(repo, known, [oid for oid, _ in beyond])
        message = (
            f"the head {known[:12]} {which} is a side branch of {head[:12]}: merge {merge[:12]} took it "
            f"in as a later parent, so that rows count in another order"
        )
        return finding("rewritten_history", message, fix=_fix(known))
    if only_merged:
        return None
    message = (
        f"{head[:12]} does not come from the head {known[:12]} {which}: history was rewritten; "
        f"{_what_differs(repo, known, head)}"
    )
    return finding("rewritten_history", message, fix=_fix(known))


def _what_differs(repo: GitRepo, known: Oid, head: Oid) -> str:
    from homegolf_git.core.judge.witness import difference_text  # noqa: PLC0415 - rarely needed
    from homegolf_git.shell.reading.accounts import difference  # noqa: PLC0415 - as above

    differs = difference(repo, known, head)
    if differs is None or differs.here is None:  # what comes behind is no difference
        return "it brings the same files, in commits that were made anew"
    return difference_text(differs, here="there", there="now")


def remote_findings(repo: GitRepo) -> Iterator[Finding]:
    """What shows that a remote's branch, as it was fetched last, does not go on from where it was."""
    branch = repo.ledger_branch()
    published = _published(repo, branch)
    if branch is None or published is None:
        return
    upstream = repo.upstream(branch)
    known = _memory(repo).get(upstream)
    if known is None or known == published:
        return
    named = upstream.removeprefix(_REMOTES)
    remote, _, there = named.partition("/")
    fix = (
        f"find out who changed it; `git push --force {remote} {known}:{there}` puts it back, and where "
        f"it is meant run `homegolf verify --accept-history`"
    )
    if _has(repo, published, known):
        message = f"{named} went back to {published[:12]}, behind {known[:12]} that was verified"
        yield finding("rewritten_history", message, severity="warning", fix=fix)
    elif found := _turned(repo, known, published, f"of {named} that was verified last"):
        yield replace(found, severity="warning", fix=fix)


def _first_with(repo: GitRepo, known: Oid, line: list[Oid]) -> Oid:
    """The first commit of a line that has another one among its ancestors; the last one has."""
    low, high = 0, len(line) - 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _has(repo, known, line[middle]) else (middle + 1, high)
    return line[low]


def _fix(known: Oid) -> str:
    at = known[:12]
    return (
        f"run `git rebase {at}`, which replays what came since, or `git reset --hard {at}` and replay it by "
        f"hand; where the new line is meant run `homegolf verify --accept-history`"
    )


def published_head(repo: GitRepo, head: Oid) -> Oid | None:
    """The head that the latest commit of scoreboards rests on; None where nothing was published."""
    said = _said_verified(repo, head, None)
    return None if said is None else said[1]


def _said_otherwise(repo: GitRepo, head: Oid, known: Oid | None) -> Finding | None:
    """What is wrong where the latest commit of scoreboards rests on a head that is not on the line.

    Commits that are made anew have other names, and still say which head was verified.
    """
    found = _said_verified(repo, head, known)
    if found is None:
        return None
    at, said = found
    return _turned(repo, said, at, f"that was verified for the scoreboard of {at[:12]}")


def _said_verified(repo: GitRepo, head: Oid, known: Oid | None) -> tuple[Oid, Oid] | None:
    """The latest commit of scoreboards behind a head that is known, and the head that it says it rests on."""
    if repo.lookups([f"{head}:{BOARD}"]) == [None]:
        return None  # nothing was published, which a walk over all of the line would find out
    out = repo.read(
        "log", "--first-parent", "--max-count=1", f"--grep=^{VERIFIED}: ", "--no-color",
        "--format=%H%x00%B", head, *([f"^{known}"] if known else []), "--", BOARD,
    )  # fmt: skip
    commit, _, message = out.decode("utf-8", "replace").partition("\0")
    said = _VERIFIED.findall(message)
    return (Oid(commit), Oid(said[-1])) if said else None


def _published_aside(repo: GitRepo, head: Oid, known: Oid | None) -> Iterator[Finding]:
    """A scoreboard that was published on a line which is now a side branch, the latest first.

    Only the main branch publishes. Without a memory of its own a clone can tell by that. What
    can be reached from the head that it knows was looked at before.
    """
    beyond = [head, *([f"^{known}"] if known else []), "--"]
    line = set(repo.read("rev-list", "--first-parent", *beyond).split())
    aside = [
        oid for oid in repo.read("rev-list", "--no-merges", *beyond).split() if oid not in line
    ]
    for paths in (_BOARDS, ()):  # the few paths first: they are found without reading rows
        if not aside:
            return
        aside = [oid for oid, is_one in only_generated(repo, aside, paths) if is_one]
    for oid in aside:
        at = oid.decode()
        message = (
            f"the scoreboard of commit {at[:12]} was published on a line that is a side branch of "
            f"{head[:12]} now, so that rows count in another order"
        )
        yield finding("rewritten_history", message, fix=_fix(Oid(at)))


def only_generated(
    repo: GitRepo, commits: list[bytes], paths: tuple[str, ...] = ()
) -> Iterator[tuple[bytes, bool]]:
    """Whether commits change generated files among these paths, and no other."""
    out = repo.read(
        "log", "--no-walk=unsorted", "--stdin", *RAW, LAYOUT, "--", *paths,
        stdin=b"\n".join(commits) + b"\n",
    )  # fmt: skip
    fields = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    for oid, _, changes, _ in parse_log(fields):
        places = [parse_path(change.path) for change in changes]
        kinds = {place.kind if place else None for place in places}
        is_written = any(change.status != "D" for change in changes)
        yield oid.encode(), is_written and kinds == {"generated"}
