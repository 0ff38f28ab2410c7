"""Starts git: the one way for every process, and the only module that imports GitPython.

GitPython is used for its process interface alone: its object model costs a process or a parse an
item, follows GIT_DIR and commits without hooks or signing. It sets LC_ALL=C, so that what git says
can be understood.
"""

import os
import re
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from homegolf_git.core.model.values import Value
from homegolf_git.errors import environment_error
from homegolf_git.shell.git.complaints import complaint

# A hook inherits GIT_DIR, GIT_INDEX_FILE and the like of the git that called it; only what says
# who commits, how to connect and which configuration to read is kept.
_KEPT = re.compile(
    r"GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)|GIT_SSH(?:_COMMAND|_VARIANT)?|GIT_ASKPASS"
    r"|GIT_SSL_\w+|GIT_HTTP_\w+|GIT_PROXY_\w+|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|(?:KEY|VALUE)_\d+)"
    r"|GIT_TERMINAL_PROMPT|GIT_EXEC_PATH|GIT_CURL_VERBOSE|GIT_TRACE\w*|GIT_ALLOW_PROTOCOL"
)
# Never ask on a terminal that is not there; never let replace refs or grafts rewrite history.
_SET = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull, "GIT_OPTIONAL_LOCKS": "0"}


def scrub_environment() -> None:
    """Take everything of git's out of the environment that would mislead it here."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        if not _KEPT.fullmatch(name):
            del os.environ[name]
    os.environ.update(_SET)


scrub_environment()  # GitPython runs git when it is imported
# Without this it refuses to be imported where there is no git; see `start`.
os.environ["GIT_PYTHON_REFRESH"] = "quiet"
os.environ.pop("GIT_PYTHON_GIT_EXECUTABLE", None)  # it would be run, and then not be used
try:
    import git
except ImportError as error:
    if isinstance(error.__cause__, NotADirectoryError):  # PATH has a file where a folder should be
        raise environment_error("no_git", f"git: {error.__cause__.strerror}") from error
    said = re.search(r"stderr: '(.*)'", str(error), re.DOTALL)
    if said and (known := complaint(said[1], Path())):
        raise known from error
    raise

Process = subprocess.Popen[bytes]

# What a setting of the user must not change, for every process. Each is git's own default where
# that has a name, for the hooks of a commit see these too. Who commits, what is signed, hooks of a
# commit or a push, and how a remote is reached stay the user's.
_PINNED = {
    "fetch.all": "false",
    "fetch.output": "full",
    "fetch.prune": "false",
    "fetch.pruneTags": "false",
    "fetch.recurseSubmodules": "false",
    "push.followTags": "false",
    "push.gpgSign": "false",
    "push.pushOption": "",  # empties the list
    "push.recurseSubmodules": "no",
    "push.useForceIfIncludes": "false",
    "submodule.recurse": "false",
    "branch.autoSetupMerge": "false",
    "branch.sort": "refname",
    "tag.sort": "refname",
    "diff.ignoreSubmodules": "none",
    "diff.mnemonicPrefix": "false",
    "diff.noprefix": "false",
    "diff.orderFile": "/dev/null",
    "diff.relative": "false",
    "diff.renames": "false",
    "diff.submodule": "short",
    "log.abbrevCommit": "false",
    "log.date": "default",
    "log.decorate": "false",
    "log.diffMerges": "separate",
    "log.follow": "false",
    "log.mailmap": "false",
    "log.showRoot": "true",
    "log.showSignature": "false",
    "status.branch": "false",
    "status.relativePaths": "true",
    "status.short": "false",
    "status.showStash": "false",
    "status.submoduleSummary": "false",
    "column.ui": "never",
    "column.branch": "never",
    "column.status": "never",
    "column.tag": "never",
    **{
        f"color.{what}": "false"
        for what in ("ui", "advice", "branch", "diff", "push", "remote", "status", "transport")
    },
    "core.abbrev": "auto",
    "core.filesRefLockTimeout": "100",
    "core.fsmonitor": "false",
    "core.packedRefsTimeout": "1000",
    "core.pager": "cat",
    "core.quotePath": "true",
    "i18n.commitEncoding": "UTF-8",
    "i18n.logOutputEncoding": "UTF-8",
    "advice.graftFileDeprecated": "false",  # the file is set only to be empty
}


def pins(settings: Mapping[str, str]) -> tuple[str, ...]:
    """Settings as arguments that stand before the command."""
    return tuple(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))


_PINS = pins(_PINNED)
# Of a fetch and a push a setting of the one remote would win over the pins. Nothing but what is
# named comes or goes: no pruning, no other tags, no ref that the remote's own refspecs name.
FETCH = (
    "--no-prune", "--no-prune-tags", "--no-tags", "--no-recurse-submodules",
    "--no-write-fetch-head", "--refmap=",
)  # fmt: skip
PUSH = ("--no-follow-tags", "--no-signed", "--no-recurse-submodules")
NO_HOOKS = pins({"core.hooksPath": "/dev/null"})
_SAID_MAX = 1 << 16  # bytes that are kept of what a process says besides its answer


class Ran(Value, frozen=True):
    """What a git command gave back."""

    code: int
    out: bytes
    error: str
    folder: str  # that it ran in

    @property
    def text(self) -> str:
        """Standard output as text, without the final line feed."""
        return self.out.decode("utf-8", "surrogateescape").rstrip("\n")


def remote_pins(remote: str) -> tuple[str, ...]:
    """What a remote's own settings must not change and no option of a push can say."""
    return () if "=" in remote else pins({f"remote.{remote}.mirror": "false"})


def start(
    folder: str,
    arguments: tuple[str, ...],
    has_input: bool,
    index: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Process:
    """Start git in a folder, with another index than the user's if one is named, and more variables.

    Whoever starts it waits for it.

    Raises:
        HomegolfError: where there is no git.
    """
    try:
        started: Any = git.Git(folder).execute(
            ["git", *_PINS, *map(_argument, arguments)],
            istream=subprocess.PIPE if has_input else subprocess.DEVNULL,
            as_process=True,
            restore_signals=False,  # else a file-size limit ends git before it takes its locks away
            env={
                **({} if index is None else {"GIT_INDEX_FILE": str(index)}),
                **(environment or {}),
            },
        )
    except git.GitCommandNotFound as error:
        raise environment_error("no_git", str(error).splitlines()[0]) from error
    except (NotADirectoryError, PermissionError) as error:  # a part of PATH, or what is called git
        raise environment_error("no_git", f"git: {error.strerror}") from error
    process: Process = started.proc
    started.proc = None  # its destructor would end the process
    return process


def run(
    folder: str,
    arguments: tuple[str, ...],
    stdin: bytes | None = None,
    index: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ran:
    """Run git to its end; a failure is given back, not raised."""
    process = start(folder, arguments, stdin is not None, index, environment)
    out, error = process.communicate(stdin)
    said = error.decode("utf-8", "replace").strip()
    if process.returncode < 0 and not said:
        said = f"git was ended by {signal.Signals(-process.returncode).name}"
    return Ran(process.returncode, out, said, folder)


def _argument(text: str) -> str:
    """Text of git's own is UTF-8, whatever this process takes file names for."""
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        return os.fsdecode(text.encode("utf-8", "surrogateescape"))
    return text


class Said:
    """What a process says besides its answer.

    It is taken from time to time while the process runs, for one whose pipe is full would wait.
    """

    def __init__(self, process: Process) -> None:
        assert process.stderr is not None  # noqa: S101 - it was asked for
        self._pipe, self._said = process.stderr, b""
        self._can_be_taken = True
        try:
            os.set_blocking(self._pipe.fileno(), False)
        except (AttributeError, OSError):  # an older Python on Windows
            self._can_be_taken = False

    def take(self) -> None:
        """Take what it has said so far."""
        if self._can_be_taken and not self._pipe.closed:
            with suppress(BlockingIOError):
                while said := os.read(self._pipe.fileno(), _SAID_MAX):
                    self._said = (self._said + said)[-_SAID_MAX:]

    def forget(self) -> None:
        """Let go of what it has said so far."""
        self.take()
        self._said = b""

    def text(self) -> str:
        """What it has said, or the end of that."""
        self.take()
        return self._said.decode("utf-8", "replace").strip()

    def close(self) -> None:
        """Take the rest, of a process that has ended."""
        if self._can_be_taken:
            self.take()
        else:
            self._said = self._pipe.read()
        self._pipe.close()
