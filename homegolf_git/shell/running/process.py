"""A command with its whole process group: its output shown and read, its time measured, its end enforced."""

import ctypes
import math
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.values import Value
from homegolf_git.errors import refused

MARK = "HOMEGOLF_CAPTURE"  # variable by which a process that left its group is still known
_CHUNK = 1 << 16
_LINE_MAX = 1 << 16  # bytes of a line that are read; of a longer one the rest is skipped
_TICK = 0.2  # seconds between two looks at the clock
_GRACE = 10.0  # seconds that a command has to end after it was told to
_ROUNDS = 20  # looks for processes that one which is being ended has started
_DRAIN = 1.0  # seconds to take what is still in the pipe
_FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SCHEDULER = (signal.SIGTERM, signal.SIGHUP)
_PDEATHSIG = 1
_OOM_EVENTS = "memory.events"


class Finished(Value, frozen=True):
    """How a command ended; `told` is the signal that was forwarded to it, if any was."""

    status: int  # a signal's number with a minus
    seconds: float
    is_wall_limit_reached: bool = False
    told: int | None = None
    oom_kills: int = 0


class Command:
    """A command to be run once."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        limit: float | None = None,
        told: bytes = b"",
    ) -> None:
        """`limit` is of the wall clock, in seconds; None: there is none. `told` is its input."""
        self._input = told
        self._words, self._environment, self._folder = words, dict(environment), folder
        self._limit, self._is_late = limit, False
        self._told: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.finished: Finished | None = None

    def output(
        self,
        show: Callable[[bytes], None],
        tick: Callable[[float], None],
        begun: Callable[[int], None],
    ) -> Iterator[str]:
        """Run the command, and give each line of its output; `finished` says then how it ended.

        Args:
            show: Gets the output as it comes.
            tick: Is called several times a second with the seconds that passed.
            begun: Gets the process that leads the group, once it runs.

        Raises:
            HomegolfError: where it cannot be started.
        """
        kills, started = _oom_kills(), time.monotonic()
        handlers = {number: signal.signal(number, self._forward) for number in _FORWARDED}
        try:
            process = self._start()
            begun(process.pid)
            yield from self._lines(process, started, show, tick)
        finally:
            seconds = time.monotonic() - started
            self._end()
            for number, handler in handlers.items():
                signal.signal(number, handler)
        self.finished = Finished(
            process.returncode, seconds, self._is_late, self._told, max(0, _oom_kills() - kills)
        )

    def _start(self) -> "subprocess.Popen[bytes]":
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the command that the user gave
                list(self._words),
                stdin=self._stdin(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env=self._environment,
                start_new_session=True,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - no thread runs
            )
        except OSError as error:
            message = f"{self._words[0]}: {error.strerror}"
            raise refused(finding("no_command", message)) from error
        return self._process

    def _stdin(self) -> int:
        """A file that holds the input, so that nobody waits for whoever does not read it."""
        if not self._input:
            return subprocess.DEVNULL
        with tempfile.TemporaryFile() as file:
            file.write(self._input)
            file.seek(0)
            return os.dup(file.fileno())

    def _forward(self, number: int, _: object) -> None:
        """Pass a signal on; who insists ends the group at once."""
        self._kill(signal.SIGKILL if self._told is not None else signal.Signals(number))
        self._told = number

    def _lines(
        self,
        process: subprocess.Popen[bytes],
        started: float,
        show: Callable[[bytes], None],
        tick: Callable[[float], None],
    ) -> Iterator[str]:
        assert process.stdout is not None  # noqa: S101 - the caller's condition
        pipe, rest = process.stdout.fileno(), b""
        until = math.inf  # when it is ended, having been told to, or what it left behind
        is_open = True  # a command may close its output, as one does that writes it to a file
        while is_open or process.poll() is None:
            if select.select([pipe] if is_open else [], [], [], _TICK)[0]:
                data = os.read(pipe, _CHUNK)
                is_open = bool(data)
                show(data)
                *lines, rest = (rest + data).split(b"\n")
                rest = rest[:_LINE_MAX]
                yield from (line[:_LINE_MAX].decode("utf-8", "replace") for line in lines)
            now = time.monotonic()
            tick(now - started)
            if not self._is_late and self._limit is not None and now - started >= self._limit:
                self._is_late = True
                self._kill(signal.SIGTERM)
            if self._is_late or self._told is not None:
                until = min(until, now + _GRACE)
            if process.poll() is not None:
                until = min(until, now + _DRAIN)
            if now > until:
                break
        if rest:
            yield rest.decode("utf-8", "replace")

    def _kill(self, number: signal.Signals) -> None:
        if self._process is not None:
            with suppress(OSError):
                os.killpg(self._process.pid, number)

    def _end(self) -> None:
        """Wait for the command, and end whatever it left behind."""
        if self._process is None:
            return
        end_group(self._process.pid, self._environment.get(MARK, ""))
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        if self._process.stdout is not None:
            self._process.stdout.close()


@contextmanager
def outlasting() -> Iterator[None]:
    """Let only a command be told to end, not the landing of what it did.

    A scheduler says it to every process of a job, git's too, and more than once; what it means, it
    enforces soon.
    """
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _SCHEDULER}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_group(pid: int, mark: str) -> None:
    """End a process group, and every process that carries the mark, wherever it went."""
    with suppress(OSError):
        os.killpg(pid, signal.SIGKILL)
    end_marked(mark)


def end_marked(mark: str) -> None:
    """End every process that carries a mark, those too that it starts meanwhile."""
    for _ in range(_ROUNDS):
        others = list(marked(mark))
        for other in others:
            with suppress(OSError):
                os.kill(other, signal.SIGKILL)
        if not others:
            return


def marked(mark: str) -> Iterator[int]:
    """Processes whose environment carries a mark; none where there is no /proc."""
    wanted = f"{MARK}={mark}".encode()
    for entry in Path("/proc").glob("[0-9]*") if mark else ():
        with suppress(OSError):
            if int(entry.name) != os.getpid() and wanted in (entry / "environ").read_bytes().split(
                b"\0"
            ):
                yield int(entry.name)


def _end_with_parent() -> None:
    """Let the kernel end this process when the one that watches it is killed."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)


def _oom_kills() -> int:
    """How often the kernel ended something in this control group for want of memory."""
    try:
        (line,) = (
            text
            for text in Path("/proc/self/cgroup").read_text().splitlines()
            if text.startswith("0::")
        )
        events = Path("/sys/fs/cgroup") / line[3:].lstrip("/") / _OOM_EVENTS
        counts = dict(text.split() for text in events.read_text().splitlines())
        return int(counts.get("oom_kill", 0))
    except (OSError, ValueError):
        return 0
