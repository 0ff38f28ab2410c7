"""Objects of git by name: how large they are and what they hold, from two processes that stay open."""

import hashlib
import weakref
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import IO

from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Value
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.complaints import is_damage
from homegolf_git.shell.git.runner import Process, Said

_AT_ONCE = 100  # names that are asked before answers are read: they fit into the pipe
_FEW = 100  # objects that are asked one by one; more are read by a process of their own
_SIZES, _CONTENTS = "--batch-check", "--batch"  # what cat-file is asked for
_HASHES = {40: "sha1", 64: "sha256"}  # by the length of a name


class Described(Value, frozen=True):
    """What a name stands for; the size is in bytes."""

    oid: Oid
    kind: str
    size: int


class Objects:
    """Asks `git cat-file`; a process is started when it is first needed.

    `explain` says why an object cannot be had, given what git said, and its name where it is known.
    """

    def __init__(
        self, start: Callable[..., Process], explain: Callable[..., HomegolfError]
    ) -> None:
        self._start, self._explain = start, explain
        self._open: dict[str, tuple[Process, Said]] = {}
        weakref.finalize(self, _end, self._open)

    def renew(self) -> None:
        """Let names be looked up anew, whatever they stood for before.

        A git that stays open takes `packed-refs` for unchanged where another of the same size was
        written in the same second and got the same inode, and then names commits of before.
        """
        _end(self._open)

    def describe(self, names: list[str]) -> list[Described | None]:
        """What each name stands for, such as `HEAD^{commit}` or `HEAD:path`, or None.

        Raises:
            HomegolfError: where one of them may be there and cannot be read.
        """
        found: list[Described | None] = []
        for at in range(0, len(names), _AT_ONCE):
            found += self._describe(names[at : at + _AT_ONCE])
        return found

    def _describe(self, names: list[str]) -> list[Described | None]:
        # No name of git holds a line feed, and one in a name would ask for two objects.
        asked = [name for name in names if "\n" not in name]
        answers = dict(zip(asked, self._ask(_SIZES, asked), strict=True))
        found = [_described(answers.get(name, b"")) for name in names]
        said = self._said(_SIZES)
        if None in found and is_damage(said):
            raise self._explain(said, names[found.index(None)])
        if self._open[_SIZES][0].poll() is None or len(names) == 1:
            return found
        # One of the names is such that git gives up, as main@{upstream} without one.
        return [self._describe([name])[0] for name in names]

    def contents(self, oids: Iterable[Oid]) -> dict[Oid, bytes]:
        """What objects hold.

        Raises:
            HomegolfError: where one is missing, or holds other bytes than its name says.
        """
        wanted = list(dict.fromkeys(oids))
        if len(wanted) > _FEW:
            return self._many(wanted)
        contents = {}
        for oid in wanted:
            (header,) = self._ask(_CONTENTS, [oid])
            described = _described(header)
            if described is None:
                raise self._explain(self._said(_CONTENTS), oid)
            data = self._out(_CONTENTS).read(described.size + 1)[:-1]
            self._require_whole(described, data, lambda: self._said(_CONTENTS))
            contents[oid] = data
        return contents

    def _many(self, wanted: list[Oid]) -> dict[Oid, bytes]:
        process = self._start(("cat-file", "--batch", "--buffer"), has_input=True)
        out, said = process.communicate("\n".join(wanted).encode() + b"\n")
        contents, at = {}, 0
        for oid in wanted:
            end = out.find(b"\n", at)
            described = _described(out[at:end])
            if described is None:
                raise self._explain(said.decode("utf-8", "replace"), oid)
            at = end + described.size + 2
            contents[oid] = out[end + 1 : at - 1]
            self._require_whole(described, contents[oid], lambda: said.decode("utf-8", "replace"))
        return contents

    def _require_whole(self, described: Described, data: bytes, said: Callable[[], str]) -> None:
        """Refuse bytes that are not those that an object's name is made from: git does not look."""
        oid = described.oid
        digest = hashlib.new(
            _HASHES[len(oid)], b"%s %d\0" % (described.kind.encode(), described.size)
        )
        digest.update(data)
        if digest.hexdigest() != oid:
            raise self._explain(f"{said()}\nerror: hash mismatch {oid}", oid)

    def _ask(self, mode: str, names: list[str]) -> list[bytes]:
        """The first line of each answer, in the order of the names; empty where the process has ended."""
        if mode in self._open and self._open[mode][0].poll() is not None:
            _end({mode: self._open.pop(mode)})
        out, (process, said) = self._out(mode), self._open[mode]
        assert process.stdin is not None  # noqa: S101 - it was asked for
        text = "".join(f"{name}\n" for name in names)
        said.forget()
        with suppress(BrokenPipeError):  # not whoever reads what we write: it has ended
            process.stdin.write(text.encode("utf-8", "surrogateescape"))
            process.stdin.flush()
        lines = [out.readline() for _ in names]
        if b"" in lines:
            process.wait()
        return lines

    def _said(self, mode: str) -> str:
        return self._open[mode][1].text()

    def _out(self, mode: str) -> IO[bytes]:
        if mode not in self._open:
            process = self._start(("cat-file", mode), has_input=True)
            self._open[mode] = process, Said(process)
        out = self._open[mode][0].stdout
        assert out is not None  # noqa: S101 - it was asked for
        return out


def _described(line: bytes) -> Described | None:
    # Of a missing object it says the name, which may hold spaces, and then one word.
    parts = line.rstrip(b"\n").rsplit(b" ", 2)
    if len(parts) != 3 or not parts[2].isdigit():  # noqa: PLR2004 - object, kind, size
        return None
    return Described(Oid(parts[0].decode()), parts[1].decode(), int(parts[2]))


def _end(processes: dict[str, tuple[Process, Said]]) -> None:
    for process, said in processes.values():
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.kill()  # a process that was forked meanwhile may hold its input open
        process.wait()
        said.close()
    processes.clear()
