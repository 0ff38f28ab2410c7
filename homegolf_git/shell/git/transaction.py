"""Several refs that move together, or not at all, whatever else another git does to them meanwhile."""

from collections.abc import Iterable

from homegolf_git.shell.git.gitrepo import GitRepo, Ran
from homegolf_git.shell.git.locks import clear_locks, fault
from homegolf_git.shell.git.runner import pins

# Git gives up a ref after 0.1 s that another git has locked, and packing locks each of them.
_WAITING = pins({"core.filesRefLockTimeout": "10000", "core.packedRefsTimeout": "10000"})


def moved(repo: GitRepo, changes: Iterable[str], *options: str) -> Ran:
    """Make all of the changes, each a line as `git update-ref --stdin` reads it; a failure is given back.

    Raises:
        HomegolfError: where a lock has been in the way for as long as git waits for one.
    """
    text = "".join(f"{line}\n" for line in ("start", *changes, "commit"))
    words = (*_WAITING, "update-ref", *options, "--stdin")
    ran = repo.run(*words, stdin=text.encode("utf-8", "surrogateescape"))
    if ran.code < 0:  # a signal ended it, and nobody else takes its locks away
        refs = [line.split(" ")[1] for line in text.splitlines() if " " in line]
        clear_locks(repo.common_dir / name for name in ("packed-refs", *refs))
    if (found := fault(ran.error, repo.top)) is not None:
        raise found
    return ran
