"""The forge behind a remote: open a pull request, or say where to."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.values import Value
from homegolf_git.errors import Exit, HomegolfError

_SECONDS = 60
_ADDRESSES = (
    re.compile(r"https?://(?:[^@/]*@)?(?P<host>[^/]+)/(?P<path>.+?)(?:\.git)?/?"),
    re.compile(r"ssh://(?:[^@/]*@)?(?P<host>[^/:]+)(?::[0-9]+)?/(?P<path>.+?)(?:\.git)?/?"),
    re.compile(r"(?:[^@/]*@)?(?P<host>[^/:]+):(?P<path>[^/].*?)(?:\.git)?/?"),
)
_IS_THERE = re.compile(r"already exists:\s*(?P<address>https?://\S+)")


class PullRequest(Value, frozen=True):
    """What to ask for."""

    base: str
    head: str  # a branch, or OWNER:BRANCH of a fork
    title: str
    body: str


def head_of(branch: str, fork: str | None) -> str:
    """What a pull request names its branch; `fork` is the address of another repository that has it."""
    for pattern in _ADDRESSES:
        if (match := pattern.fullmatch(fork or "")) and "/" in match["path"]:
            return f"{match['path'].rpartition('/')[0]}:{branch}"
    return branch


def compare_address(remote: str, base: str, head: str) -> str | None:
    """The page on which a pull request is opened; None for a remote that is a path."""
    for pattern in _ADDRESSES:
        if match := pattern.fullmatch(remote):
            return f"https://{match['host']}/{match['path']}/compare/{_part(base)}...{_part(head)}?expand=1"
    return None


def _part(branch: str) -> str:
    return quote(os.fsencode(branch), safe="/:")


def open_pull_request(top: Path, request: PullRequest) -> str | None:
    """Open a pull request with `gh`, unless it is there; its address, or None where `gh` is not installed.

    Raises:
        HomegolfError: where `gh` fails.
    """
    program = shutil.which("gh")
    if program is None:
        return None
    command = [
        program, "pr", "create", "--base", request.base, "--head", request.head,
        "--title", request.title, "--body-file", "-",
    ]  # fmt: skip
    try:
        ran = subprocess.run(  # noqa: S603 - values only, no shell
            command, cwd=top, input=request.body, capture_output=True, encoding="utf-8",
            errors="replace", check=False, timeout=_SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise HomegolfError(Exit.ENVIRONMENT, finding("pull_request_failed", str(error))) from error
    there = _IS_THERE.search(ran.stderr)  # a command that was killed had opened it
    if ran.returncode and there:
        return there["address"]
    if ran.returncode:
        message = ran.stderr.strip() or f"gh ended with {ran.returncode}"
        raise HomegolfError(Exit.ENVIRONMENT, finding("pull_request_failed", message))
    return ran.stdout.strip()
