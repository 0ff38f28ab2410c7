"""What commits changed, as `git log --raw -z` prints it field by field."""

from collections.abc import Generator, Iterator
from contextlib import closing

from homegolf_git.core.judge.history import Commit, PathChange
from homegolf_git.core.model.naming import Oid
from homegolf_git.shell.git.gitrepo import GitRepo

Logged = tuple[Oid, list[str], list[PathChange], str]  # a commit: object, parents, changes, message
LAYOUT = "--format=%x01%H %P"
WITH_MESSAGE = f"{LAYOUT}%x00%B"
_RAW_TREE = (
    "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "-z",
)  # fmt: skip
RAW = (*_RAW_TREE, "--no-notes", "--no-color", "--encoding=UTF-8")


def first_parent_history(repo: GitRepo, head: Oid, after: Oid | None = None) -> Iterator[Commit]:
    """Every commit of the first-parent chain, oldest first, with what it changed.

    With `after`, those that are not reachable from there.

    One pass without a pathspec: with one, git would simplify history and walk more trees.
    A merge is compared with its first parent, so what it brought in counts as its change.
    """
    arguments = (
        "log", "--first-parent", "--diff-merges=first-parent", "--reverse", *RAW,
        WITH_MESSAGE, "--end-of-options", head, *([f"^{after}"] if after else []), "--",
    )  # fmt: skip
    for oid, parents, changes, message in parse_log(repo.fields(arguments), has_messages=True):
        first, second, *_ = (*map(Oid, parents), None, None)
        yield Commit(oid, tuple(changes), first, second, message)


def tree_changes(repo: GitRepo, before: Oid, after: Oid) -> Generator[PathChange, None, None]:
    """What differs between the trees of two commits, as it comes; it may be left half-read."""
    # It reads the whole index and makes nothing of it: one that is not there takes no time.
    index = repo.git_dir / "no-index"
    with closing(repo.fields(("diff-tree", "-r", *_RAW_TREE, before, after), index)) as fields:
        for item in fields:
            yield parse_change(item, fields)


def parse_log(fields: Iterator[str], *, has_messages: bool = False) -> Iterator[Logged]:
    """Commits of `git log --raw -z` in one of the two layouts."""
    head: list[str] = []
    changes: list[PathChange] = []
    message = ""
    for item in fields:
        text = item.lstrip("\n\0")
        if text.startswith("\x01"):
            if head:
                yield Oid(head[0]), head[1:], changes, message
            line, _, text = text[1:].partition("\n")
            head, changes = line.split(), []
            text = text.lstrip("\n")
            if has_messages:  # a field of its own, whatever it holds
                message = next(fields)
        if text.startswith(":"):
            changes.append(parse_change(text, fields))
    if head:
        yield Oid(head[0]), head[1:], changes, message


def parse_change(text: str, fields: Iterator[str]) -> PathChange:
    """A raw entry; a combined one has a colon, a mode and an object more for each parent."""
    parts = text.lstrip(":").split(" ")
    sides = len(text) - len(text.lstrip(":")) + 1
    return PathChange(parts[-1][-1], parts[sides - 1], Oid(parts[2 * sides - 1]), next(fields))
