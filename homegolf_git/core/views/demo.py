"""What the demo has made: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.views import status, verdicts
from homegolf_git.core.views.layout import Block


class Shown(Value, frozen=True):
    """Where the demo's repositories are, what is in them, and how the program was called."""

    repository: str
    remote: str
    verdicts: verdicts.Lanes
    status: status.Status
    tags: Sequence[str]
    program: str


def text(shown: Shown) -> Iterator[Block]:
    """What the ledger says now, and what to try next."""
    yield ""
    yield from verdicts.text(shown.verdicts)
    yield ""
    yield from status.text(shown.status)
    yield f"  tags       {', '.join(shown.tags)}"
    yield ""
    yield f"The repository is in {shown.repository}"
    yield f"its remote is     {shown.remote}"
    yield ""
    yield "Try next:"
    for command in ("explain big-batch", "verify", "tags verify"):
        yield f"  {shown.program} --repo {shown.repository} {command}"


def json(shown: Shown) -> dict[str, Json]:
    """Where the repositories are."""
    return {"repository": shown.repository, "remote": shown.remote}
