"""What one input may cost: a second of this process's time, and 200 MB."""

import resource
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 1.0
BYTES = 200 << 20
_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss


class TooMuchError(Exception):
    """An input cost more than it may."""


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise TooMuchError(f"an input takes more than {SECONDS} s")


def most_bytes() -> int:
    """The most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


@contextmanager
def limits() -> Iterator[Callable[[Callable[[bytes], None], bytes], None]]:
    """Gives what calls a target with an input within the limits.

    Time is the processor's, so that a busy machine makes no fault.
    """
    before, held = signal.signal(signal.SIGVTALRM, _interrupt), most_bytes()

    def call(target: Callable[[bytes], None], data: bytes) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            target(data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        if (more := most_bytes() - held) > BYTES:
            raise TooMuchError(f"the inputs so far took {more >> 20} MB")

    try:
        yield call
    finally:
        signal.signal(signal.SIGVTALRM, before)
