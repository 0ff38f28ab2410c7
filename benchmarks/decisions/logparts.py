"""Parts of a page that are made from logs which others published."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from pathlib import Path

from benchmarks.decisions.reallogs import ABSENT, loops
from benchmarks.tables import replace_part


def answer(parser: ArgumentParser, name: str, make: Callable[[Path, Namespace], str]) -> int:
    """Make a part from the logs, print it, and write it where `--write` says; 2 without the logs."""
    parser.add_argument("--write", type=Path, help="document whose part is replaced")
    args = parser.parse_args()
    folder = loops()
    if folder is None:
        sys.stderr.write(f"{ABSENT}\n")
        return 2
    text = make(folder, args)
    print(text)  # noqa: T201 - the answer
    if args.write is not None:
        replace_part(args.write, name, text)
    return 0
