"""An artifact that a row lists, held against what was fetched from its address."""

import hashlib
from collections.abc import Iterable
from typing import Literal

from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.values import Document, Value

Trouble = Literal["missing", "unreachable"]


class ListedArtifact(Value, frozen=True):
    """What a row says of a file that is kept elsewhere; `path` is the row's own."""

    run_id: RunId
    path: str
    number: int  # from 0, as the row lists it
    role: str
    uri: str | None
    sha256: str | None
    artifact_bytes: int | None

    @property
    def has_proof(self) -> bool:
        """Whether there is anything to compare."""
        return self.sha256 is not None or self.artifact_bytes is not None


class Fetched(Value, frozen=True):
    """What came from an address: bytes and their digest, or why nothing did.

    `is_cut` says that it went on behind the bytes that the row gives.
    """

    artifact_bytes: int = 0
    sha256: str = ""
    is_cut: bool = False
    trouble: Trouble | None = None
    said: str = ""
    fix: str = ""


class Checked(Value, frozen=True):
    """How many artifacts were looked at, and what became of the others."""

    listed: int
    checked: int
    matching: int
    bytes_read: int
    without_address: int
    without_digest: int
    retracted: int


def listed_artifacts(run_id: RunId, path: str, document: Document) -> list[ListedArtifact]:
    """The artifacts of a row's document."""
    return [
        ListedArtifact(
            run_id, path, number, item["role"], item.get("uri"), item.get("sha256"), item.get("bytes")
        )
        for number, item in enumerate(document.get("artifacts", ()))
    ]  # fmt: skip


def sample_order(head: str, runs: Iterable[RunId]) -> list[RunId]:
    """Runs in the order in which a sample is drawn: the same at one commit, another at the next."""
    return sorted(runs, key=lambda run: hashlib.sha256(f"{head} {run}".encode()).digest())


def artifact_finding(listed: ListedArtifact, fetched: Fetched) -> Finding | None:
    """What is wrong with an artifact, or None; where nothing can be told it is a warning."""
    name = f"{listed.run_id} artifacts[{listed.number}] ({listed.role})"
    if fetched.trouble == "missing":
        return finding("artifact_missing", f"{name}: {fetched.said}", listed.path)
    if fetched.trouble == "unreachable":
        message = f"{name}: {fetched.said}"
        return finding("artifact_unreachable", message, listed.path, 0, "warning", fetched.fix)
    said = _difference(listed, fetched)
    return None if said is None else finding("artifact_differs", f"{name}: {said}", listed.path)


def _difference(listed: ListedArtifact, fetched: Fetched) -> str | None:
    stated = listed.artifact_bytes
    if stated is not None and (fetched.is_cut or fetched.artifact_bytes != stated):
        found = f"more than {stated:,}" if fetched.is_cut else f"{fetched.artifact_bytes:,}"
        return f"{found} bytes, the row says {stated:,}"
    if listed.sha256 is not None and fetched.sha256 != listed.sha256:
        return f"SHA-256 {fetched.sha256[:12]}…, the row says {listed.sha256[:12]}…"
    return None
