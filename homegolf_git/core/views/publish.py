"""What was published: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views.tags import Synced, sync_json, sync_text


class Published(Value, frozen=True):
    """Tags that were made, and the commit of generated files with what it changed (None: nothing)."""

    tags: Synced
    verified: Oid  # the head that it rests on
    commit: Oid | None = None
    written: Sequence[str] = ()
    removed: Sequence[str] = ()


def text(published: Published) -> Iterator[str]:
    """A line a tag, and what became of the scoreboards."""
    tags = published.tags
    if tags.created or tags.moved or has_errors(tags.findings):
        yield from sync_text(tags)
    if published.commit is not None:
        files = counted(len(published.written) + len(published.removed), "file")
        yield f"committed {files} as {published.commit[:12]}"
    elif has_errors(tags.findings):
        yield "nothing was published: the tags come first"
    elif not (tags.created or tags.moved):
        yield "nothing changed"


def json(published: Published) -> dict[str, Json]:
    """Tags, files, the commit, and the head that they rest on."""
    return {
        **sync_json(published.tags),
        "verified": published.verified,
        "commit": published.commit,
        "written": list(published.written),
        "removed": list(published.removed),
    }
