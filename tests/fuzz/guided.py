"""One target guided by coverage: `python -m tests.fuzz.guided TARGET FOLDER INPUTS`.

It goes on behind a fault. Each kind of fault, told by the line that raises, is printed once, with one
input of it in the folder.
"""

import hashlib
import random
import sys
import time
import traceback
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

atheris: Any = import_module("atheris")  # of the set `fuzz` alone, which the type checker lacks

with atheris.instrument_imports(include=["homegolf_git"]):
    from tests.fuzz import limits, mutation, targets


class Hunt:
    """Calls a target with inputs, and keeps what breaks it."""

    def __init__(self, name: str, folder: Path, inputs: int) -> None:
        self.name, self.folder, self.inputs = name, folder, inputs
        self.call = targets.TARGETS[name].call
        self.seeds = targets.seeds_of(name)
        self.faults: Counter[str] = Counter()
        self.tried, self.slowest, self.begin = 0, 0.0, time.monotonic()

    def run(self) -> None:
        """Try so many inputs; libFuzzer ends the process behind the last one."""
        seeds = self.folder / "seeds"
        seeds.mkdir(parents=True)
        for number, data in enumerate(self.seeds):
            (seeds / str(number)).write_bytes(data)
        options = [f"-runs={self.inputs}", f"-max_len={mutation.SIZE_MAX}", "-seed=1",
                   "-timeout=60", "-rss_limit_mb=0", "-malloc_limit_mb=200", "-print_final_stats=0",
                   "-verbosity=0", f"-artifact_prefix={self.folder}/"]  # fmt: skip
        targets.warm(self.name)
        with limits.limits() as limited:
            self.limited = limited
            arguments = [sys.argv[0], *options, str(seeds)]
            atheris.Setup(arguments, self.one, custom_mutator=self.mutate)
            atheris.Fuzz()

    def one(self, data: bytes) -> None:
        """Try one input."""
        before = time.process_time()
        try:
            self.limited(self.call, data)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a fault
            self._keep(data, error)
        self.slowest = max(self.slowest, time.process_time() - before)
        self.tried += 1
        if self.tried == self.inputs:
            took = time.monotonic() - self.begin
            sys.stdout.write(
                f"{self.name}: {self.tried:,} inputs in {took:.0f} s, the slowest {self.slowest * 1000:.0f} ms, "
                f"{sum(self.faults.values()):,} faults of {len(self.faults)} kinds\n"
            )
            sys.stdout.flush()

    def mutate(self, data: bytes, most: int, seed: int) -> bytes:
        """Every other input by the words and lines of its kind, the rest by bits and bytes."""
        chance = random.Random(seed)  # noqa: S311 - nothing is kept secret by it
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return mutation.mutated(data, self.seeds, chance)[:most]

    def _keep(self, data: bytes, error: Exception) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        kind = f"{type(error).__name__} in {frames[-1].filename}:{frames[-1].lineno}"
        self.faults[kind] += 1
        if self.faults[kind] == 1:
            path = self.folder / hashlib.sha256(data).hexdigest()[:12]
            path.write_bytes(data)
            said = "".join(traceback.format_exception(error)[-4:])
            sys.stdout.write(f"{self.name}: {kind}: {path}\n{said}")


if __name__ == "__main__":
    Hunt(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])).run()
