"""Two builds of the same source have the same bytes, and the wheel says what it is."""

import email
import hashlib
import re
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest

from homegolf_git import __version__
from release.build import FIRST, SECOND, differing
from release.locks import TOP

PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture(scope="module")
def described(built: Path) -> Message:
    """What the wheel says of itself."""
    (wheel,) = built.glob("*.whl")
    packed = zipfile.ZipFile(wheel)
    (name,) = (name for name in packed.namelist() if name.endswith(".dist-info/METADATA"))
    return email.message_from_bytes(packed.read(name))


def test_the_surroundings_differ_in_everything() -> None:
    """Or two builds would be the same for a wrong reason."""
    for one, other in zip(FIRST, SECOND, strict=True):
        assert one != other


def test_what_is_there(built: Path) -> None:
    """The builds of the fixture had the same bytes, else there were none."""
    stem = f"homegolf_git-{__version__}"
    names = {f"{stem}-py3-none-any.whl", f"{stem}.tar.gz", f"{stem}.cdx.json"}
    assert {path.name for path in built.iterdir()} == names


def test_a_build_says_its_digests(digests: tuple[Path, dict[str, str]]) -> None:
    folder, said = digests
    for path in folder.iterdir():
        assert said[path.name] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert said.keys() == {path.name for path in folder.iterdir()}


def test_what_differs_is_named() -> None:
    assert differing({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"}) == ["b", "c"]
    assert differing({"a": "1"}, {"a": "1"}) == []


def test_modes_and_times_are_nobodys(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    for item in zipfile.ZipFile(wheel).infolist():
        assert item.external_attr >> 16 & 0o777 in {0o644, 0o755}, item.filename
        assert item.date_time[0] == 2020, item.filename


class TestWheel:
    """What an index shows, and what programs ask it for."""

    def test_types_and_licence(self, built: Path) -> None:
        (wheel,) = built.glob("*.whl")
        names = zipfile.ZipFile(wheel).namelist()
        assert "homegolf_git/py.typed" in names
        assert any(name.endswith("licenses/LICENSE") for name in names)
        assert not [name for name in names if name.startswith(("release/", "benchmarks/"))]

    def test_addresses(self, described: Message) -> None:
        found = dict(text.split(", ") for text in described.get_all("Project-URL", []))
        assert found.keys() == {"Homepage", "Documentation", "Changelog", "Issues", "Security"}
        for address in found.values():
            assert address.startswith(found["Homepage"])

    def test_classifiers(self, described: Message) -> None:
        found = described.get_all("Classifier", [])
        assert {text.split(" :: ")[0] for text in found} >= {
            "Operating System", "Programming Language", "Topic", "Typing",
        }  # fmt: skip

    def test_pythons_are_those_that_are_tested(self, described: Message) -> None:
        stated = re.findall(
            r"Python :: (3\.\d+)$", "\n".join(described.get_all("Classifier", [])), re.MULTILINE
        )
        matrix = re.search(
            r"python: \[(.*)\]", (TOP / ".github/workflows/ci.yml").read_text("utf-8")
        )
        assert matrix
        assert stated == re.findall(r"3\.\d+", matrix[1])
        assert described["Requires-Python"] == f">={stated[0]}"

    def test_extras(self, described: Message) -> None:
        extras = {"demo", "parquet", "optuna", "ray", "cloud"}
        assert set(described.get_all("Provides-Extra", [])) == extras


def test_the_oldest_packages_are_the_lower_bounds() -> None:
    """Of the program and of the extras that are locked."""
    locked = (TOP / "requirements" / "oldest.txt").read_text(encoding="utf-8")
    wanted = list(PROJECT["dependencies"])
    for extra in ("demo", "parquet", "optuna"):
        wanted += PROJECT["optional-dependencies"][extra]
    for text in wanted:
        bound = re.fullmatch(r"([a-z0-9-]+)>=([0-9.]+)(,.*)?", text)
        assert bound, text
        (found,) = re.findall(rf"^{bound[1]}==(\S+)", locked, re.MULTILINE)
        assert f"{found}.".startswith(f"{bound[2]}."), text
    assert "--hash=sha256:" in locked
