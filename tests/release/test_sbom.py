"""The list of parts is valid CycloneDX, and lists what is locked and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from homegolf_git import __version__
from release import locks, sbom
from release.locks import SHIPPED, Locked, locked


@pytest.fixture(scope="module")
def document(built: Path) -> Any:  # noqa: ANN401 - a JSON document
    """The document as it is shipped."""
    (path,) = built.glob("*.cdx.json")
    return json.loads(path.read_text(encoding="utf-8"))


def test_it_is_valid(built: Path) -> None:
    (path,) = built.glob("*.cdx.json")
    text = path.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None


def test_its_parts_are_the_locked_set(document: Any) -> None:  # noqa: ANN401
    wanted = {(item.name, item.version, item.digests) for name in SHIPPED for item in locked(name)}
    found = set()
    for part in document["components"]:
        (files,) = part["externalReferences"]
        digests = tuple(sorted(each["content"] for each in files["hashes"]))
        found.add((part["name"], part["version"], digests))
        assert part["purl"] == f"pkg:pypi/{part['name']}@{part['version']}"
    assert found == wanted
    assert len(document["components"]) == len(wanted)


def test_what_the_program_needs_is_required(document: Any) -> None:  # noqa: ANN401
    required = {part["name"] for part in document["components"] if part["scope"] == "required"}
    assert required == {item.name for item in locked("run")}
    (ours,) = document["dependencies"]
    assert ours["ref"] == f"pkg:pypi/homegolf-git@{__version__}"
    assert {text.split("@")[0].removeprefix("pkg:pypi/") for text in ours["dependsOn"]} < required


def test_it_has_no_time_and_no_address_of_an_index(document: Any) -> None:  # noqa: ANN401
    assert "timestamp" not in document["metadata"]
    assert all(
        part["externalReferences"][0]["url"] == part["purl"] for part in document["components"]
    )


def test_another_locked_set_is_another_document(
    document: Any,  # noqa: ANN401
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert sbom.document() == document
    more = Locked("another", "1.0", ("ab" * 32,))
    monkeypatch.setattr(sbom, "locked", lambda name: [*locks.locked(name), more])
    assert sbom.document()["serialNumber"] != document["serialNumber"]


def test_a_line_that_pins_nothing_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loose.txt").write_text("attrs>=20\n", encoding="utf-8")
    monkeypatch.setattr(locks, "path_of", lambda name: tmp_path / f"{name}.txt")
    with pytest.raises(ValueError, match="no pinned package: attrs>=20"):
        locked("loose")
