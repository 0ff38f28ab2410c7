"""Every target with the seeds that its inputs are made from."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from homegolf_git.core.model.values import Value
from homegolf_git.shell.files.schema import schema_findings
from tests.fuzz import documents, ends, logs, seeds, ways

CORPUS = Path(__file__).parent / "corpus"


class Target(Value, frozen=True):
    """What is tried, and what its inputs are made from."""

    call: Callable[[bytes], None]
    seeds: Callable[[], list[bytes]]


TARGETS: dict[str, Target] = {
    "row": Target(documents.row, seeds.row),
    "lane": Target(documents.lane, seeds.lane),
    "retraction": Target(documents.retraction, seeds.retraction),
    "receipt": Target(logs.receipt, seeds.receipt),
    "tag": Target(documents.tag, seeds.tag),
    "trailer": Target(documents.trailer, seeds.trailer),
    "witness": Target(documents.witness, seeds.witness),
    "signers": Target(documents.signers, seeds.signers),
    "receipt-map": Target(documents.receipt_map, seeds.receipt_map),
    "csv-map": Target(logs.csv_map, seeds.csv_map),
    "results": Target(logs.results, seeds.results),
    "jsonlines": Target(logs.jsonlines, seeds.jsonlines),
    "logs": Target(logs.logs, seeds.logs),
    "patterns": Target(logs.patterns, seeds.patterns),
    "failures": Target(ends.failures, seeds.failures),
    "failure-rules": Target(ends.rules, seeds.failure_rules),
    "ways": Target(ways.ways, seeds.ways),
}


@cache
def warm(name: str) -> None:
    """Load what a target loads when it is first needed, which no input is charged with."""
    schema_findings("run-v1", {})  # the slowest: what words the faults of documents
    for data in TARGETS[name].seeds():
        TARGETS[name].call(data)


def kept(name: str) -> list[Path]:
    """Inputs that once broke a promise of a target."""
    return sorted((CORPUS / name).glob("*"))


def seeds_of(name: str) -> list[bytes]:
    """All that inputs of a target are made from."""
    return [*TARGETS[name].seeds(), *(path.read_bytes() for path in kept(name))]
