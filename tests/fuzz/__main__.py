"""The long form: `python -m tests.fuzz [--inputs N] [TARGET ...]`, guided by coverage with atheris.

Each target has a process of its own. Inputs that break a promise lie in build/fuzz, in the folder of
their target; they go into the corpus with what mends them.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from tests.fuzz.targets import TARGETS

INPUTS = 100_000
FOLDER = Path("build") / "fuzz"


def main() -> int:
    """Try targets; 1 where one of them broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--inputs", type=int, default=INPUTS, metavar="N")
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    options = parser.parse_args()
    broken = [name for name in options.targets or TARGETS if not _holds(name, options.inputs)]
    sys.stdout.write(f"broken: {', '.join(broken) or 'none'}\n")
    return int(bool(broken))


def _holds(name: str, inputs: int) -> bool:
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    command = [sys.executable, "-m", "tests.fuzz.guided", name, str(folder), str(inputs)]
    # What libFuzzer says of its own work is of use only where it breaks.
    ran = subprocess.run(command, check=False, stderr=subprocess.PIPE)
    if ran.returncode:
        sys.stderr.buffer.write(ran.stderr)
    return ran.returncode == 0 and not any(path.is_file() for path in folder.iterdir())


if __name__ == "__main__":
    sys.exit(main())
