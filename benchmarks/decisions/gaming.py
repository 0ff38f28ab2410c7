"""How often each attack by numbers works, before and after, and what honest lanes are flagged for.

    python -m benchmarks.decisions.gaming [--lanes 200] [--write docs/security.md]

Honest logs are read from the folder that HOMEGOLF_SHARED names.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.decisions import honestlanes
from benchmarks.decisions.attacks import ATTACKS, HONEST, Arena, Attack
from benchmarks.decisions.feed import AFTER, BEFORE
from benchmarks.decisions.logparts import answer
from benchmarks.tables import markdown


@dataclass(frozen=True)
class Played:
    """How often an attack came to its end, and in how many lanes a flag was raised."""

    lanes: int
    works: int
    flags: Counter[str]

    @property
    def rate(self) -> float:
        """Share of lanes in which it worked."""
        return self.works / self.lanes


def play(attack: Attack, decision: Mapping[str, Any], lanes: int) -> Played:
    """Try an attack on so many lanes."""
    works, flags = 0, Counter[str]()
    for seed in range(lanes):
        arena = Arena(seed, dict(decision))
        works += attack.act(arena)
        flags.update(set(arena.flags))
    return Played(lanes, works, flags)


def _rows(attacks: Sequence[Attack], lanes: int) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for attack in attacks:
        before, after = play(attack, BEFORE, lanes), play(attack, AFTER, lanes)
        flags = ", ".join(f"`{name}` {n / lanes:.1%}" for name, n in after.flags.most_common())
        told = (f"{before.rate:.1%}", f"{after.rate:.1%}", flags or "none")
        rows.append((attack.name, attack.end, *told, attack.shown_by, attack.remedy))
    return rows


def _tables(lanes: int, folder: Path) -> str:
    header = ("attempt", "works when", "procedure 1", "procedure 2", "lanes that raise a flag")
    attacks = markdown((*header, "what shows it", "what to do"), _rows(ATTACKS, lanes))
    honest = markdown(header, [row[:5] for row in _rows(HONEST, lanes)])
    raised = markdown(
        ("honest lanes", "rows", *(f"`{flag}`" for flag in honestlanes.FLAGS)),
        [
            (name, found.rows, *(found.flags[flag] for flag in honestlanes.FLAGS))
            for name, found in honestlanes.every(folder, lanes)
        ],
    )
    return "\n\n".join((f"{lanes} lanes an attempt.", attacks, honest, raised))


def main() -> int:
    """Play every attack, and print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lanes", type=int, default=200)
    return answer(parser, "gaming", lambda folder, args: _tables(args.lanes, folder))


if __name__ == "__main__":
    sys.exit(main())
