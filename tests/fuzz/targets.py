"""Every target with the seeds that its inputs are made from."""

from collections.abc import Callable
from pathlib import Path

from homegolf_git.core.model.values import Value
from tests.fuzz import documents, logs, seeds, ways

CORPUS = Path(__file__).parent / "corpus"


class Target(Value, frozen=True):
    """What is tried, from what, and how many inputs `make test` makes of that."""

    call: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


TARGETS: dict[str, Target] = {
    "row": Target(documents.row, seeds.row),
    "lane": Target(documents.lane, seeds.lane),
    "receipt": Target(logs.receipt, seeds.receipt),
    "tag": Target(documents.tag, seeds.tag),
    "trailer": Target(documents.trailer, seeds.trailer),
    "receipt-map": Target(documents.receipt_map, seeds.receipt_map),
    "csv-map": Target(logs.csv_map, seeds.csv_map),
    "results": Target(logs.results, seeds.results),
    "jsonlines": Target(logs.jsonlines, seeds.jsonlines),
    "logs": Target(logs.logs, seeds.logs),
    "patterns": Target(logs.patterns, seeds.patterns),
    "failures": Target(logs.failures, seeds.failures),
    "ways": Target(ways.ways, seeds.ways),
}


def kept(name: str) -> list[Path]:
    """Inputs that once broke a promise of a target."""
    return sorted((CORPUS / name).glob("*"))


def seeds_of(name: str) -> list[bytes]:
    """All that inputs of a target are made from."""
    return [*TARGETS[name].seeds(), *(path.read_bytes() for path in kept(name))]
