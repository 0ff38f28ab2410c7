"""Objects of git by name: how large they are and what they hold, from two processes that stay open."""

import subprocess
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import IO

from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Value
from homegolf_git.errors import environment_error

Process = subprocess.Popen[bytes]
_AT_ONCE = 100  # names that are asked before answers are read: they fit into the pipe
_FEW = 100  # objects that are asked one by one; more are read by a process of their own


class Described(Value, frozen=True):
    """What a name stands for; the size is in bytes."""

    oid: Oid
    size: int


class Objects:
    """Asks `git cat-file`; a process is started when it is first needed."""

    def __init__(self, start: Callable[..., Process]) -> None:
        self._start = start
        self._open: dict[str, Process] = {}
        weakref.finalize(self, _end, self._open)

    def describe(self, names: list[str]) -> list[Described | None]:
        """What each name stands for, such as `HEAD^{commit}` or `HEAD:path`, or None."""
        found: list[Described | None] = []
        for at in range(0, len(names), _AT_ONCE):
            some = names[at : at + _AT_ONCE]
            # No name of git holds a line feed, and one in a name would ask for two objects.
            answers = self._ask("--batch-check", [name for name in some if "\n" not in name])
            found += [None if "\n" in name else _described(next(answers)) for name in some]
        return found

    def contents(self, oids: Iterable[Oid]) -> dict[Oid, bytes]:
        """What objects hold.

        Raises:
            HomegolfError: where one is missing.
        """
        wanted = list(dict.fromkeys(oids))
        if len(wanted) > _FEW:
            return self._many(wanted)
        contents = {}
        for oid in wanted:
            (header,) = self._ask("--batch", [oid])
            described = _described(header)
            if described is None:
                raise _missing(oid)
            contents[oid] = self._out("--batch").read(described.size + 1)[:-1]
        return contents

    def _many(self, wanted: list[Oid]) -> dict[Oid, bytes]:
        process = self._start(("cat-file", "--batch", "--buffer"), has_input=True)
        out, _ = process.communicate("\n".join(wanted).encode() + b"\n")
        contents, at = {}, 0
        for oid in wanted:
            end = out.find(b"\n", at)
            described = _described(out[at:end])
            if described is None:
                raise _missing(oid)
            at = end + described.size + 2
            contents[oid] = out[end + 1 : at - 1]
        return contents

    def _ask(self, mode: str, names: list[str]) -> Iterator[bytes]:
        """The first line of each answer, in the order of the names."""
        out, stdin = self._out(mode), self._open[mode].stdin
        assert stdin is not None  # noqa: S101 - it was asked for
        text = "".join(f"{name}\n" for name in names)
        stdin.write(text.encode("utf-8", "surrogateescape"))
        stdin.flush()
        return (out.readline() for _ in names)

    def _out(self, mode: str) -> IO[bytes]:
        if mode not in self._open:
            self._open[mode] = self._start(("cat-file", mode), has_input=True)
        out = self._open[mode].stdout
        assert out is not None  # noqa: S101 - it was asked for
        return out


def _described(line: bytes) -> Described | None:
    # Of a missing object it says the name, which may hold spaces, and then one word.
    parts = line.rstrip(b"\n").rsplit(b" ", 2)
    if len(parts) != 3 or not parts[2].isdigit():  # noqa: PLR2004 - object, kind, size
        return None
    return Described(Oid(parts[0].decode()), int(parts[2]))


def _missing(oid: Oid) -> Exception:
    return environment_error("missing_objects", f"object {oid} is not in this clone")


def _end(processes: dict[str, Process]) -> None:
    for process in processes.values():
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.wait()
    processes.clear()
