"""The schema of rows that a repository brings itself: rows must fit it beside the program's own."""

from collections.abc import Iterator

from homegolf_git.core.judge.proposal import Proposal
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import REGULAR_FILE_MODE, Oid
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.git.gitrepo import GitRepo

SCHEMA_PATH = "schemas/run-v1.schema.json"
_BYTES_MAX = 256 * 1024
_FIX = "make it a JSON Schema, or leave it as it was"


def base_schema(repo: GitRepo, head: Oid, proposal: Proposal) -> tuple[bytes | None, list[Finding]]:
    """The base's own schema, None where it has none or the program's; that it is none is remarked."""
    (blob,) = repo.files_at(head, [SCHEMA_PATH])
    if blob is None:
        return None, []
    data, fault = _read(repo, blob)
    if not fault or not proposal.places("row"):
        return data, []
    message = f"{fault}; rows are judged by the program's own alone"
    found = finding("unusable_rules", message, SCHEMA_PATH, severity="warning", fix=_FIX)
    return None, [found]


def proposed_schema_findings(repo: GitRepo, proposal: Proposal) -> Iterator[Finding]:
    """What is wrong with a schema that the pull request brings for the rows behind it."""
    for change in proposal.changes:
        is_file = change.status != "D" and change.mode == REGULAR_FILE_MODE
        if change.path == SCHEMA_PATH and is_file and (fault := _read(repo, change.blob)[1]):
            yield finding("unusable_rules", fault, change.path, fix=_FIX)


def _read(repo: GitRepo, blob: Oid) -> tuple[bytes | None, str]:
    """A schema that is not the program's own; or what is wrong with it."""
    size = repo.sizes([blob]).get(blob, 0)
    if size > _BYTES_MAX:
        return None, f"the schema has {size:,} bytes, {_BYTES_MAX:,} are allowed"
    data = repo.blobs([blob])[blob]
    if data == (data_folder("schemas") / "run-v1.schema.json").read_bytes():
        return None, ""
    from homegolf_git.shell.files.schema import foreign_fault  # noqa: PLC0415 - slow, rarely needed

    fault = foreign_fault(data)
    return (None, f"it is no schema: {fault}") if fault else (data, "")
