"""The documents of rows that landed, for what a row itself does not keep, such as notes and addresses."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from homegolf_git.core.model.row import LandedRow
from homegolf_git.core.model.values import Document
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.git.gitrepo import GitRepo

_BATCH = 256  # documents that are held at a time


def row_documents(
    repo: GitRepo, rows: Iterable[LandedRow], batch: int = _BATCH
) -> Iterator[Document]:
    """The document of each row, in the rows' order.

    Raises:
        HomegolfError: where an object is missing.
    """
    rest = iter(rows)
    while blobs := [landed.blob for landed in islice(rest, batch)]:
        contents = repo.blobs(blobs)
        for blob in blobs:
            document: Any = rowyaml.load(contents[blob]).value
            yield document
