"""What a client of a cluster does for its job: hands signals on, and ends it when the client is gone."""

import os
import signal
import subprocess
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from homegolf_git.shell.running.process import MARK

# It reads until the client's end of the pipe is closed, which the kernel does however the client ends.
_WAIT = 'read -r _; exec "$@"'


@contextmanager
def guarded(words: Sequence[str], told: Callable[[int], None]) -> Iterator[None]:
    """While the client works, run `words` if it is killed, and call `told` for each signal it gets."""
    environment = {name: value for name, value in os.environ.items() if name != MARK}
    guard = subprocess.Popen(  # noqa: S603 - the cluster's own client
        ["/bin/sh", "-c", _WAIT, "guard", *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,  # what ends the client's group does not end it
    )
    before = {
        number: signal.signal(number, lambda number, _: told(number))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    except BaseException:
        guard.communicate()
        raise
    finally:
        guard.kill()
        guard.wait()
        for number, handler in before.items():
            signal.signal(number, handler)


def client_options(description: str) -> Namespace:
    """What a client is called with."""
    parser = ArgumentParser(description=description, allow_abbrev=False)
    parser.add_argument("--limit", type=int, help="seconds that the job may run")
    parser.add_argument("--folder", required=True, help="where it runs")
    parser.add_argument("words", nargs="+", help="the command")
    return parser.parse_args()
