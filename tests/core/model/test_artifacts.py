"""An artifact as listed against what was fetched."""

import pytest

from homegolf_git.core.model.artifacts import (
    Fetched,
    ListedArtifact,
    artifact_finding,
    listed_artifacts,
    sample_order,
)
from homegolf_git.core.model.naming import RunId

SHA, OTHER = "ab" * 32, "cd" * 32
RUN = RunId("first")


def listed(sha256: str | None = SHA, size: int | None = 7) -> ListedArtifact:
    return ListedArtifact(RUN, "row.yaml", 1, "model", "file:///m", sha256, size)


@pytest.mark.parametrize(
    ("item", "fetched", "code"),
    [
        (listed(), Fetched(7, SHA), None),
        (listed(size=None), Fetched(9, SHA), None),
        (listed(sha256=None), Fetched(7, OTHER), None),
        (listed(), Fetched(6, SHA), "artifact_differs"),
        (listed(), Fetched(8, is_cut=True), "artifact_differs"),
        (listed(), Fetched(7, OTHER), "artifact_differs"),
        (listed(), Fetched(trouble="missing", said="x"), "artifact_missing"),
        (listed(), Fetched(trouble="unreachable", said="x"), "artifact_unreachable"),
    ],
)
def test_what_is_said(item: ListedArtifact, fetched: Fetched, code: str | None) -> None:
    found = artifact_finding(item, fetched)
    assert (None if found is None else found.code) == code
    if found is not None:
        assert found.path == "row.yaml"
        assert found.message.startswith("first artifacts[1] (model): ")
        assert found.severity == ("warning" if code == "artifact_unreachable" else "error")


def test_a_fix_of_its_own() -> None:
    found = artifact_finding(listed(), Fetched(trouble="unreachable", fix="install it"))
    assert found is not None
    assert found.fix == "install it"


def test_what_a_row_lists() -> None:
    document = {
        "artifacts": [{"role": "log"}, {"role": "model", "uri": "u", "sha256": SHA, "bytes": 3}]
    }
    found = listed_artifacts(RUN, "p", document)
    assert [item.number for item in found] == [0, 1]
    assert [item.has_proof for item in found] == [False, True]
    assert listed_artifacts(RUN, "p", {}) == []


def test_a_sample_hangs_on_the_commit_alone() -> None:
    runs = [RunId(f"run-{number}") for number in range(9)]
    assert sample_order("a", runs) == sample_order("a", reversed(runs))
    assert sample_order("a", runs) != sample_order("b", runs)
    assert sorted(sample_order("a", runs)) == runs
