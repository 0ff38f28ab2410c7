"""Whether two changes are the same change, made to different sources."""

from collections.abc import Mapping

from homegolf_git.core.model.naming import Oid
from homegolf_git.shell.git.gitrepo import GitRepo

_PLAIN = ("-p", "--no-ext-diff", "--no-textconv", "--no-renames", "--no-color")


def patch_ids(repo: GitRepo, changes: Mapping[Oid, Oid]) -> dict[Oid, str]:
    """What git knows each change by, whatever the numbers of its lines are.

    Args:
        repo: Which has the commits.
        changes: The commit before each change, by the one after it.

    Returns:
        The patch id of each, by the commit after it; a change of nothing has none.
    """
    if not changes:
        return {}
    asked = "".join(f"{after} {before}\n" for after, before in changes.items())
    patches = repo.read("diff-tree", "--stdin", *_PLAIN, stdin=asked.encode())
    lines = repo.read("patch-id", "--stable", stdin=patches).decode().splitlines()
    return {Oid(after): patch for patch, after in map(str.split, lines)}
