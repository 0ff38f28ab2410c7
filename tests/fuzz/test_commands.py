"""The real commands in a real repository: `record`, `check` and `verify` of the same bytes agree."""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from homegolf_git.shell.reading.door import Arrival
from tests.build import Document
from tests.e2e.world import BASE, BETTER, World, clean_environment, make_template
from tests.fuzz.mutation import mutant
from tests.fuzz.targets import seeds_of
from tests.fuzz.ways import ELSEWHERE, NAMES, RECEIPT, parts, placed
from tests.hostile.objects import Objects
from tests.hostile.pulls import Pull
from tests.shell.reading.test_door import ASKED, DOUBTS, MENDABLE, TIMES

INPUTS = 1_000 if "HOMEGOLF_LONG" in os.environ else 8
Codes = set[tuple[str, str]]


@pytest.fixture(scope="module")
def pull(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pull]:
    """A pull request against a ledger with two runs."""
    root = tmp_path_factory.mktemp("fuzzed")
    with clean_environment(root / "home"):
        world = make_template(root)
        world.record("first", BASE)
        world.record("second", BETTER, base="first")
        yield Pull(world, Objects(world.repo / ".git"), world.head, world.head)


@cache
def inputs() -> list[bytes]:
    """What the ways in are tried with in memory, seeds first."""
    seeds = seeds_of("ways")
    return [*seeds, *(mutant(seeds, number) for number in range(INPUTS))]


@pytest.mark.parametrize("number", range(len(inputs())))
def test_the_commands_agree(pull: Pull, number: int) -> None:
    text, receipt = parts(inputs()[number])
    file = Arrival("file", "in.yaml", text)
    place = placed(file)
    if place.run_id in {"first", "second"}:
        return  # what has landed may not change, which no other test misses
    path = f"ledger/{place.lane}/runs/{place.month}/{place.run_id}.yaml"
    folder = f"ledger/{place.lane}/receipts/{place.run_id}"
    files: dict[str, Any] = {path: text}
    if receipt is not None:
        files[f"{folder}/{RECEIPT}"] = receipt
    offered, offered_verdict = by_record(pull.world, place.run_id, text, receipt)
    pull.commit(files, f"run({place.lane}): {place.run_id}\n", onto=[pull.main])
    asked, asked_verdict = by_check(pull, {path, folder, f"{folder}/{RECEIPT}"})
    landed, landed_verdict = by_verify(pull, place.lane, place.run_id)
    is_stray = any(code in ELSEWHERE for code, _ in asked)
    assert but(asked, ELSEWHERE | TIMES) == but(offered, ELSEWHERE) or is_stray
    # What is kept out is not judged, and what has landed is, so its verdict may say more.
    is_kept_out = any(item[1] == "error" and item[0] not in MENDABLE | ASKED for item in asked)
    apart = ASKED | DOUBTS | (MENDABLE if is_kept_out else set())
    assert mild(but(landed, apart)) == mild(but(asked, apart))
    assert is_kept_out or {item for item in landed if item[0] in DOUBTS} <= asked
    if not is_stray and ("in_the_future", "error") not in asked:
        assert asked_verdict == offered_verdict
    if asked_verdict is not None:
        assert asked_verdict == landed_verdict


def by_record(
    world: World, run_id: str, text: bytes, receipt: bytes | None
) -> tuple[Codes, Document | None]:
    """As a file from outside."""
    inbox = world.root / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    file = inbox / f"{run_id}.yaml"
    (inbox / "receipts" / run_id).mkdir(parents=True)
    file.write_bytes(text)
    if receipt is not None:
        (inbox / "receipts" / run_id / RECEIPT).write_bytes(receipt)
    said = world.homegolf("record", str(file), "--dry-run", "--json")
    assert said.code in {0, 1}, said.said
    answer = said.json()
    planned = answer.get("committed") or []
    verdict = planned[0]["verdict"] if planned and said.code == 0 else None
    return codes(answer["findings"]), verdict


def by_check(pull: Pull, paths: set[str]) -> tuple[Codes, Document | None]:
    """As the only commit of a pull request."""
    said = pull.check()
    assert said.code in {0, 1}, said.said
    answer = said.json()
    found = [item for item in answer["findings"] if item["path"] in paths]
    rows = [
        {name: value for name, value in row.items() if name != "lane"} for row in answer["rows"]
    ]
    return codes(found), rows[0] if rows and said.code == 0 else None


def by_verify(pull: Pull, lane: str, run_id: str) -> tuple[Codes, Document | None]:
    """As history, in a clone that has seen nothing of it before."""
    world, main = pull.world, pull.main
    shutil.rmtree(world.repo / ".git" / "homegolf", ignore_errors=True)
    world.git("reset", "--quiet", "--hard", pull.tip)
    try:
        verified = world.homegolf("verify", "--json")
        assert verified.code in {0, 1}, verified.said
        lanes = world.homegolf("verdicts", "--json").json()["lanes"]
    finally:
        world.git("reset", "--quiet", "--hard", main)
        shutil.rmtree(world.repo / ".git" / "homegolf", ignore_errors=True)
    found = [item for item in verified.json()["findings"] if run_id in item["path"]]
    rows = lanes.get(lane, {"rows": []})["rows"]
    return codes(found), next((row for row in rows if row["run_id"] == run_id), None)


def codes(found: list[Document]) -> Codes:
    """What is said, without where."""
    return {(item["code"], item["severity"]) for item in found}


def mild(said: Codes) -> Codes:
    """The same whether it has landed or not: what could have been mended is a warning from then on."""
    return {(code, "" if code in MENDABLE | NAMES else severity) for code, severity in said}


def but(said: Codes, left_out: set[str]) -> Codes:
    """All but some codes."""
    return {item for item in said if item[0] not in left_out}
