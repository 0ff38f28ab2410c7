"""Work that other processes do beside this one; what one of them leaves undone is done here."""

import gc
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import parent_process
from threading import Thread
from types import TracebackType
from typing import Self, TypeVar

A = TypeVar("A")
T = TypeVar("T")


class Beside:
    """So many processes, each of which calls `begin` when it starts.

    One may be ended from outside, as where memory runs out, and none may be allowed: neither stops
    the command.
    """

    def __init__(self, jobs: int, begin: Callable[[A], None], item: A) -> None:
        self._pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(begin, item))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=kind is not None)

    def ask(self, there: Callable[[A], T], here: Callable[[A], T], item: A) -> Callable[[], T]:
        """Begin work over there; what is returned waits for its end, or does it here."""
        try:
            future = self._pool.submit(there, item)
        except (BrokenProcessPool, OSError):
            return partial(here, item)

        def result() -> T:
            try:
                return future.result()
            except BrokenProcessPool:
                return here(item)

        return result


def _begin(begin: Callable[[A], None], item: A) -> None:
    gc.disable()  # values of a ledger form no cycles
    Thread(target=_end_with_parent, daemon=True).start()
    begin(item)


def _end_with_parent() -> None:
    """Wait for no work that nobody is there to ask for: a killed command tells no one."""
    parent = parent_process()
    assert parent is not None  # noqa: S101 - it started this process
    parent.join()
    os._exit(1)
