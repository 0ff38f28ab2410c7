"""Work for other processes is done, whatever becomes of them."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from homegolf_git.shell.reading.beside import Beside

_begun = 0  # of a process that works for another one


def begin(number: int) -> None:
    global _begun  # noqa: PLW0603 - as where it is used
    _begun = number


def there(number: int) -> tuple[str, int]:
    if number < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    if number == 0:
        raise ZeroDivisionError
    return "there", _begun + number


def here(number: int) -> tuple[str, int]:
    return "here", number


def test_work_is_done_there() -> None:
    with Beside(2, begin, 100) as beside:
        results = [beside.ask(there, here, number) for number in range(1, 5)]
        assert [result() for result in results] == [("there", 100 + n) for n in range(1, 5)]


def test_what_is_raised_there_is_raised_here() -> None:
    with Beside(1, begin, 100) as beside, pytest.raises(ZeroDivisionError):
        beside.ask(there, here, 0)()


def test_what_an_ended_process_left_is_done_here() -> None:
    with Beside(1, begin, 100) as beside:
        first = beside.ask(there, here, -1)
        assert first() == ("here", -1)
        assert beside.ask(there, here, 2)() == ("here", 2)  # there is nobody any more


def test_where_no_process_is_allowed_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_process(*_: object) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(ProcessPoolExecutor, "submit", no_process)
    with Beside(2, begin, 100) as beside:
        assert beside.ask(there, here, 1)() == ("here", 1)


WAITING = """
from tests.shell.reading.test_beside import Beside, begin, tell

with Beside(2, begin, 0) as beside:
    for result in [beside.ask(tell, tell, n) for n in (0.1, 0.1, 60)]:
        print(result(), flush=True)
"""


def tell(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def test_processes_end_with_the_one_that_asked() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WAITING],
        cwd=Path(__file__).parents[3],
        stdout=subprocess.PIPE,
        text=True,
    ) as asks:
        assert asks.stdout is not None
        assert {int(asks.stdout.readline()) for _ in range(2)} - {asks.pid}
        asks.kill()
        asks.communicate(timeout=20)  # they hold the pipe, and would for a minute
