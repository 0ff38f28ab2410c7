"""The one runner through which every git command goes; the only module that imports git.

GitPython is used for its process interface alone: its object model costs a process or a parse an
item, follows GIT_DIR and commits without hooks or signing.
"""

import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

# Without this GitPython refuses to be imported where there is no git; see `_start`.
os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
import git

from homegolf_git.core.judge.history import Commit
from homegolf_git.core.model.naming import Oid, tag_ref
from homegolf_git.core.model.values import Value
from homegolf_git.errors import environment_error
from homegolf_git.shell.git.objects import Objects, Process
from homegolf_git.shell.git.rawlog import parse_log

# A hook inherits GIT_DIR, GIT_INDEX_FILE and the like of the git that called it; only what says
# who commits, how to connect and which configuration to read is kept.
_KEPT = re.compile(
    r"GIT_(?:AUTHOR|COMMITTER)_(?:NAME|EMAIL|DATE)|GIT_SSH(?:_COMMAND|_VARIANT)?|GIT_ASKPASS"
    r"|GIT_SSL_\w+|GIT_HTTP_\w+|GIT_PROXY_\w+|GIT_CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|(?:KEY|VALUE)_\d+)"
    r"|GIT_TERMINAL_PROMPT|GIT_EXEC_PATH|GIT_CURL_VERBOSE|GIT_TRACE\w*|GIT_ALLOW_PROTOCOL"
)
# Never ask on a terminal that is not there; never let replace refs or grafts rewrite history.
_SET = {"GIT_NO_REPLACE_OBJECTS": "1", "GIT_GRAFT_FILE": os.devnull, "GIT_OPTIONAL_LOCKS": "0"}
READ_CONFIG = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "log.showSignature=false",
    "-c",
    "log.showRoot=true",
)
RAW_TREE = (
    "--raw", "--no-abbrev", "--no-renames", "--no-ext-diff", "--ignore-submodules=none", "-z",
)  # fmt: skip
RAW = (*RAW_TREE, "--no-notes", "--no-color", "--encoding=UTF-8")
_QUIET_GRAFTS = ("-c", "advice.graftFileDeprecated=false")  # the file is set only to be empty
_CHUNK = 1 << 16


class Ran(Value, frozen=True):
    """What a git command gave back."""

    code: int
    out: bytes
    error: str

    @property
    def text(self) -> str:
        """Standard output as text, without the final line feed."""
        return self.out.decode("utf-8", "surrogateescape").rstrip("\n")


def _scrub_environment() -> None:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        if not _KEPT.fullmatch(name):
            del os.environ[name]
    os.environ.update(_SET)


def _started(where: git.Git, arguments: tuple[str, ...], has_input: bool) -> Process:
    try:
        started: Any = where.execute(
            ["git", *_QUIET_GRAFTS, *arguments],
            istream=subprocess.PIPE if has_input else subprocess.DEVNULL,
            as_process=True,
        )
    except git.GitCommandNotFound as error:
        raise environment_error("no_git", str(error).splitlines()[0]) from error
    process: Process = started.proc
    started.proc = None  # its destructor would end the process; whoever started it waits for it
    return process


class GitRepo:
    """A repository: where it is, and git run inside it."""

    def __init__(self, path: Path) -> None:
        """Find the repository that `path` lies in.

        Raises:
            HomegolfError: where there is no git or no repository.
        """
        self._positions: dict[Oid, dict[Oid, int]] = {}
        self._switches: dict[str, bool] = {}
        _scrub_environment()
        if not os.path.isdir(path):  # noqa: PTH112 - is_dir raises for a name that is too long
            raise environment_error("no_repository", f"{path} is not a folder")
        self._git = git.Git(str(path))
        ran = self.run(
            "rev-parse", "--path-format=absolute", "--is-bare-repository",
            "--is-shallow-repository", "--show-object-format", "--git-common-dir", "--git-dir", "--show-toplevel",
        )  # fmt: skip
        bare, *rest = ran.text.split("\n")
        self.is_bare = bare == "true"  # then there is no top level, and git says so at the end
        if ran.code and not self.is_bare:
            raise environment_error("no_repository", _first_line(ran.error))
        shallow, self.object_format, self.common_dir, git_dir, *top = rest
        self.is_shallow, self.git_dir = shallow == "true", Path(git_dir)
        self.top = self.git_dir if self.is_bare else Path(top[0])
        if not self.is_bare:
            self._git = git.Git(str(self.top))
        self.objects = Objects(partial(_started, self._git))

    @staticmethod
    def init(folder: Path, *, bare: bool = False) -> None:
        """Make a repository with the branch main.

        Raises:
            HomegolfError: where there is no git, or it refuses.
        """
        _scrub_environment()
        try:
            git.Git(str(folder)).init(
                "--quiet", "--initial-branch=main", *(["--bare"] if bare else [])
            )
        except git.GitCommandNotFound as error:
            raise environment_error("no_git", str(error).splitlines()[0]) from error
        except git.GitCommandError as error:
            raise environment_error("no_repository", str(error.stderr).strip()) from error

    def run(self, *arguments: str, stdin: bytes | None = None) -> Ran:
        """Run git to its end; a failure is given back, not raised."""
        process = self._start(arguments, stdin is not None)
        out, error = process.communicate(stdin)
        return Ran(process.returncode, out, error.decode("utf-8", "replace").strip())

    def read(self, *arguments: str) -> bytes:
        """Run a git command that only fails when the repository is damaged."""
        ran = self.run(*READ_CONFIG, *arguments)
        if ran.code:
            raise environment_error("missing_objects", _first_line(ran.error))
        return ran.out

    def _start(self, arguments: tuple[str, ...], has_input: bool) -> Process:
        return _started(self._git, arguments, has_input)

    def is_set(self, name: str) -> bool:
        """Whether a switch of the configuration is on; asked once."""
        if name not in self._switches:
            self._switches[name] = self.run("config", "--type=bool", "--get", name).text == "true"
        return self._switches[name]

    # --- reading

    def head(self) -> Oid | None:
        """The commit of HEAD, or None on an unborn branch."""
        return self.resolve("HEAD")

    def resolve(self, revision: str) -> Oid | None:
        """The commit a revision names, or None."""
        return self.lookups([f"{revision}^{{commit}}"])[0]

    def branch(self) -> str | None:
        """The branch that is checked out, or None when HEAD is detached."""
        ran = self.run("symbolic-ref", "--quiet", "--short", "HEAD")
        return ran.text if ran.code == 0 else None

    def first_parent_history(self, head: Oid, after: Oid | None = None) -> Iterator[Commit]:
        """Every commit of the first-parent chain, oldest first, with what it changed.

        With `after`, those that are not reachable from there.

        One pass without a pathspec: with one, git would simplify history and walk more trees.
        A merge is compared with its first parent, so what it brought in counts as its change.
        """
        arguments = (
            *READ_CONFIG, "log", "--first-parent", "--diff-merges=first-parent", "--reverse", *RAW,
            "--format=%x01%H %P", "--end-of-options", head, *([f"^{after}"] if after else []), "--",
        )  # fmt: skip
        for oid, parents, changes in parse_log(self.fields(arguments)):
            yield Commit(oid, tuple(changes), Oid(parents[0]) if parents else None)

    def positions(self, head: Oid) -> dict[Oid, int]:
        """Where each commit stands on the first-parent chain of a commit."""
        if head not in self._positions:
            out = self.read("rev-list", "--first-parent", "--reverse", head, "--").decode()
            self._positions[head] = {Oid(oid): i for i, oid in enumerate(out.split())}
        return self._positions[head]

    def lookups(self, names: list[str]) -> list[Oid | None]:
        """The object that each name stands for, such as `HEAD^{commit}` or `HEAD:path`, or None."""
        return [None if found is None else found.oid for found in self.objects.describe(names)]

    def fields(self, arguments: tuple[str, ...]) -> Generator[str, None, None]:
        """NUL-separated fields of a command's output, as they come; it may be left half-read."""
        process = self._start(arguments, has_input=False)
        assert process.stdout is not None  # noqa: S101 - it was asked for
        rest = b""
        with process:
            try:
                while chunk := process.stdout.read(_CHUNK):
                    *whole, rest = (rest + chunk).split(b"\0")
                    for field in whole:
                        yield field.decode("utf-8", "surrogateescape")
                if rest:
                    yield rest.decode("utf-8", "surrogateescape")
                error = process.stderr.read() if process.stderr else b""
            except GeneratorExit:
                process.kill()
                raise
        if process.returncode:
            message = _first_line(error.decode("utf-8", "replace"))
            raise environment_error("missing_objects", message)

    def blobs(self, oids: Iterable[Oid]) -> dict[Oid, bytes]:
        """Contents of objects."""
        return self.objects.contents(oids)

    def blob_id(self, data: bytes) -> Oid:
        """The id that a blob of this content has here."""
        named = b"blob %d\0" % len(data)
        return Oid(hashlib.new(self.object_format, named + data).hexdigest())

    def sizes(self, oids: Iterable[Oid]) -> dict[Oid, int]:
        """Sizes of objects in bytes, without reading them."""
        found = self.objects.describe(list(dict.fromkeys(oids)))
        return {item.oid: item.size for item in found if item is not None}

    def tags(self, *prefixes: str) -> list[tuple[str, Oid, str, Oid, str]]:
        """Name, object, object type, commit and message of every tag below the prefixes."""
        layout = "%(refname:strip=2)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(contents)%00%01"
        patterns = map(tag_ref, prefixes)
        out = self.read("for-each-ref", f"--format={layout}", *patterns).decode("utf-8", "replace")
        found = []
        for record in out.split("\0\x01\n")[:-1] if out else []:
            name, oid, kind, target, message = record.split("\0")
            found.append((name, Oid(oid), kind, Oid(target or oid), message))
        return found

    def tag_objects(self, *prefixes: str) -> dict[str, Oid]:
        """The object of every tag below the prefixes, by name; nothing is opened."""
        patterns = map(tag_ref, prefixes)
        out = self.read("for-each-ref", "--format=%(objectname) %(refname:strip=2)", *patterns)
        lines = [line.split(" ", 1) for line in out.decode("utf-8", "replace").splitlines()]
        return {name: Oid(oid) for oid, name in lines}

    def require_history(self) -> Oid:
        """Refuse where the first-parent history cannot be read whole; give the commit of HEAD."""
        if self.is_shallow:
            raise environment_error("shallow", "the clone has only part of its history")
        head = self.head()
        if head is None:
            raise environment_error("no_commits", f"branch {self.branch() or 'HEAD'} is unborn")
        return head

    # --- writing

    @contextmanager
    def side_branch(self, branch: str, start: Oid) -> Iterator["GitRepo"]:
        """A new branch, checked out beside the work tree, which stays as it is.

        Raises:
            HomegolfError: where the branch is there already or git refuses.
        """
        with tempfile.TemporaryDirectory(prefix="homegolf-") as folder:
            place = Path(folder) / "tree"
            ran = self.run("worktree", "add", "--quiet", "-b", branch, "--", str(place), start)
            if ran.code:
                raise environment_error("branch_refused", _first_line(ran.error))
            try:
                yield GitRepo(place)
            finally:
                self.run("worktree", "remove", "--force", "--", str(place))

    def update_ref(self, ref: str, oid: Oid | None) -> bool:
        """Point a ref at an object, or delete it; whether git did it."""
        where = ("-d", ref) if oid is None else (ref, oid)
        return self.run("update-ref", *where).code == 0


def _first_line(error: str) -> str:
    return error.splitlines()[0].removeprefix("fatal: ") if error else "git failed"
