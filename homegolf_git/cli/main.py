"""One run of the command line, and the one place where its errors end."""

import errno
import os
import sys
from contextlib import suppress

from homegolf_git import __version__
from homegolf_git.cli import console, gate, ledger, loop, read, record, search, tags  # noqa: F401 - each adds its commands
from homegolf_git.cli.app import Call, lost_output, parser
from homegolf_git.errors import Exit, HomegolfError, environment_error, usage_error

# What the file system may say anywhere, which is no fault of the program.
_DENIED = {
    *(errno.EACCES, errno.EPERM, errno.EFBIG, errno.ENOSPC, errno.EDQUOT, errno.EROFS),
    *(errno.ENAMETOOLONG, errno.ELOOP, errno.ENOTDIR, errno.EISDIR),
}
# What the system gives a process no more of.
_UNMAPPED = "failed to map segment"  # what the loader of modules says where memory is limited
_LACKS = {errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM}
_COMPLETE = "_HOMEGOLF_COMPLETE"  # set by the scripts that complete what is typed
_SHELL_OPTIONS = ("--install-completion", "--show-completion")  # of the shell in use, if not named
_FLAGS = ("--json", "--quiet", "--no-color")


def main() -> None:
    """Run the command line and exit."""
    console.prepare()
    if program := os.environ.get(_COMPLETE):
        from homegolf_git.cli.completion import answer

        answer(sys.argv[1:], parser(), program)
        sys.exit()
    code = run(sys.argv[1:])
    if (error := console.flush()) is not None:
        code = _refuse(Call(), "homegolf", lost_output(error))
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Run one command; its exit code."""
    front, rest = split_globals(arguments)
    call = Call(
        as_json="--json" in front, words=tuple(arguments)
    )  # also for what fails before the options are parsed
    command = next((item for item in rest if not item.startswith("-")), "homegolf")
    stdout = sys.stdout
    try:
        parser(command)(front + rest, prog_name="homegolf", obj=call)
    except SystemExit as ended:
        if sys.stdout is not stdout:  # the parser put another there: nobody reads its help
            sys.stdout = stdout
            console.let_go_of_stdout()
            return int(Exit.OK)
        code = ended.code if isinstance(ended.code, int) else int(Exit.OK)
        if code == Exit.USAGE and call.as_json:  # the parser said why on stderr
            _refuse(call, command, usage_error("the options were not understood"))
        return code
    except HomegolfError as error:
        return _refuse(call, command, error)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the one funnel: a bug is reported, not shown
        return _refuse(call, command, _as_refusal(error, command))
    return int(Exit.OK)


def _refuse(call: Call, command: str, error: HomegolfError) -> int:
    """Answer with what is wrong; the exit code."""
    from homegolf_git.shell.reporters import refusal

    with suppress(OSError):  # nobody reads it
        call.reporter().show(command, refusal(error.findings, error.exit_code))
    return int(error.exit_code)


def _as_refusal(error: Exception, command: str) -> HomegolfError:
    if isinstance(error, ValueError) and "embedded null" in str(error):  # no shell passes one on
        return usage_error("a path holds a NUL character")
    if isinstance(error, ImportError) and isinstance(error.__cause__, OSError):
        error = error.__cause__
    if isinstance(error, OSError) and error.errno in _DENIED:
        return _as_denied(error)
    if "No usable temporary directory" in str(error):
        way = "make room, or set TMPDIR to a folder that takes files"
        return environment_error("cannot_write", "no folder for temporary files takes one", way)
    return _as_lack(error) or _bug(command, error)


def _as_lack(error: Exception) -> HomegolfError | None:
    """What the system gives too little of; None where it is not that."""
    if isinstance(error, OSError) and error.errno in _LACKS:
        message = f"{error.filename or 'a file'}: {error.strerror}"
        return environment_error("no_resources", message)
    if isinstance(error, MemoryError) or _UNMAPPED in str(error):
        return environment_error("no_resources", "there is too little memory")
    if isinstance(error, FileNotFoundError) and error.filename is None and not _is_anywhere():
        message = "the folder that this runs in is gone"
        return environment_error("no_repository", message, "run `cd`, and go to one that is there")
    return None


def _is_anywhere() -> bool:
    """Whether the folder that this runs in is still there."""
    try:
        os.getcwd()  # noqa: PTH109
    except FileNotFoundError:
        return False
    return True


def _as_denied(error: OSError) -> HomegolfError:
    """What may not be read, or else not written."""
    from homegolf_git.shell.files.unwritten import unwritten

    name = error.filename
    if isinstance(name, str | bytes) and os.path.exists(name) and not os.access(name, os.R_OK):  # noqa: PTH110 - it may be bytes
        return environment_error("no_permission", f"{os.fsdecode(name)}: {error.strerror}")
    return unwritten(error)


def split_globals(arguments: list[str]) -> tuple[list[str], list[str]]:
    """Take the global options out, so that they may stand behind the command as well."""
    front: list[str] = []
    rest: list[str] = []
    items = iter(arguments)
    for item in items:
        if item == "--":
            rest += [item, *items]
        elif item in _FLAGS or item.startswith("--repo="):
            front.append(item)
        elif item in _SHELL_OPTIONS and arguments[-1] == item:
            front += [item, os.environ.get("SHELL", "").rpartition("/")[2]]
        elif item == "--repo":
            front += [item, *([value] if (value := next(items, None)) is not None else [])]
        else:
            rest.append(item)
    return front, rest


def _bug(command: str, error: Exception) -> HomegolfError:
    """A traceback goes into a file, which the finding names; its last line where none can be made."""
    import tempfile
    import traceback

    from homegolf_git.core.model.findings import finding

    try:
        with tempfile.NamedTemporaryFile(
            "w",
            prefix="homegolf-",
            suffix=".txt",
            delete=False,
            encoding="utf-8",
            errors="backslashreplace",
        ) as report:
            report.write(
                f"homegolf {__version__} {command}\n{sys.version}\n\n{traceback.format_exc()}"
            )
    except OSError:
        return HomegolfError(Exit.BUG, finding("bug", f"{type(error).__name__}: {error}"))
    return HomegolfError(Exit.BUG, finding("bug", f"a report is in {report.name}"))
