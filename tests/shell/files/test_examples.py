"""Every file below tests/examples is a test."""

import re
from pathlib import Path

import pytest
import yaml

from homegolf_git.core.model.findings import CODES, Finding
from homegolf_git.core.model.naming import LaneId, LedgerPath, RunId
from homegolf_git.shell.files import documents, rowyaml
from tests.core.build import lane

EXAMPLES = Path(__file__).parents[2] / "examples"
POSITIVE = sorted(EXAMPLES.glob("positive/*.yaml"))
NEGATIVE = sorted(EXAMPLES.glob("negative/*/*.yaml"))


def named(path: Path) -> str:
    return path.relative_to(EXAMPLES).with_suffix("").as_posix()


def findings(path: Path) -> list[Finding]:
    """Everything the program says of a file, read as the kind its name begins with."""
    data, kind, name = path.read_bytes(), path.stem.partition("-")[0], path.name
    if kind == "lane":
        stated = re.search(rb"^lane: (.*)$", data, re.MULTILINE)
        lane_id = LaneId(stated[1].decode() if stated else "")
        return documents.read_lane(data, name, lane_id)[1]
    if kind == "ladder":
        return documents.read_ladder(data, name)[1]
    if kind == "receipts":
        return documents.read_receipt_maps(data, name, ["val_bpb"])[1]
    if kind == "retraction":
        stated = re.search(rb"^run_id: (.*)$", data, re.MULTILINE)
        place = LedgerPath("retraction", run_id=RunId(stated[1].decode() if stated else ""))
        return documents.read_retraction(data, name, place)[1]
    _, document, found = documents.read_row(data, name)
    return found + (documents.check_metric(document, lane(), name) if document else [])


def asked(path: Path, word: str) -> str | None:
    match = re.search(rf"^# {word}: (.*)$", path.read_text("utf-8"), re.MULTILINE)
    return match[1] if match else None


@pytest.mark.parametrize("path", POSITIVE, ids=named)
def test_a_positive_example_has_no_finding(path: Path) -> None:
    assert findings(path) == []


@pytest.mark.parametrize("path", POSITIVE, ids=named)
def test_a_positive_example_reads_as_any_reader_reads_it(path: Path) -> None:
    assert rowyaml.load(path.read_bytes()).value == yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("path", POSITIVE, ids=named)
def test_a_positive_example_survives_being_written(path: Path) -> None:
    value = rowyaml.load(path.read_bytes()).value
    again = rowyaml.load(rowyaml.dump(value).encode())
    assert (again.value, again.findings) == (value, [])


@pytest.mark.parametrize("path", NEGATIVE, ids=named)
def test_a_negative_example_has_its_finding(path: Path) -> None:
    code, line, fix = path.parent.name, asked(path, "line"), asked(path, "fix")
    found = findings(path)
    assert code in {item.code for item in found}
    about = [item for item in found if item.code == code]
    if line is not None:
        about = [item for item in about if item.line == int(line)]
        assert about, f"not on line {line}: {found}"
    if fix is not None:
        assert [item for item in about if fix in item.fix], f"no fix says {fix}: {found}"


@pytest.mark.parametrize("path", NEGATIVE, ids=named)
def test_every_finding_names_its_file_and_a_fix(path: Path) -> None:
    for item in findings(path):
        assert item.path == path.name
        assert item.code in CODES
        assert item.message
        assert item.fix
        assert "\n" not in item.message


def test_every_folder_is_a_code() -> None:
    assert {path.parent.name for path in NEGATIVE} <= set(CODES)


def test_nothing_else_lies_among_the_examples() -> None:
    files = {path for path in EXAMPLES.rglob("*") if path.is_file()}
    assert files - set(POSITIVE) - set(NEGATIVE) == {EXAMPLES / "README.md"}
