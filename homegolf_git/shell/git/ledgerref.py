"""Which branch the ledger has for itself: what `homegolf.ref` says in the repository's own configuration.

Where it says nothing the ledger is on the branch that is checked out, as in a repository of its own.
"""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from homegolf_git.core.model.values import Value
from homegolf_git.errors import environment_error
from homegolf_git.shell.git.runner import Ran

SETTING = "homegolf.ref"
COPY = "refs/homegolf/ledger"  # every commit of the ledger moves it too: a deleted branch comes back from it
BRANCHES = "refs/heads/"
_MAY_BE_SET = re.compile(rb"\[\s*homegolf\b", re.IGNORECASE)


class LedgerPlace(Value, frozen=True):
    """The branch of the ledger (None: the one that is checked out), and the ref that is moved with it."""

    ref: str | None = None
    copy: str | None = None


def own_branch(branch: str) -> LedgerPlace:
    """The place of a ledger that has a branch for itself."""
    return LedgerPlace(BRANCHES + branch, COPY)


def configured_place(common_dir: Path, run: Callable[..., Ran]) -> LedgerPlace:
    """The branch that `homegolf.ref` names; git is asked only where the file may say so.

    Raises:
        HomegolfError: where it names no branch.
    """
    file = common_dir / "config"
    with suppress(OSError):
        if not _MAY_BE_SET.search(file.read_bytes()):
            return LedgerPlace()
    ran = run("config", "--file", str(file), "--get", SETTING)
    if ran.code or not ran.text:
        return LedgerPlace()
    if not ran.text.startswith("refs/"):
        return own_branch(ran.text)
    if not ran.text.startswith(BRANCHES):
        message = f"{SETTING} is {ran.text}, which is no branch"
        raise environment_error("no_ledger_branch", message)
    return own_branch(ran.text.removeprefix(BRANCHES))
