"""What the demo has made: text and JSON."""

from collections.abc import Iterator, Sequence

from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.search.keep import Decision
from homegolf_git.core.views import judge, loop, status, verdicts
from homegolf_git.core.views import next as next_view
from homegolf_git.core.views.layout import Block


class Shown(Value, frozen=True):
    """Where the demo's repositories are, what is in them, and how the program was called."""

    repository: str
    remote: str
    verdicts: verdicts.Lanes
    status: status.Status
    tags: Sequence[str]
    looped: loop.Looped
    decision: Decision
    advice: next_view.Advice
    program: str


def text(shown: Shown) -> Iterator[Block]:
    """What the ledger says now, and what to try next."""
    yield ""
    yield from verdicts.text(shown.verdicts)
    yield ""
    yield from status.text(shown.status)
    yield f"  tags       {', '.join(shown.tags)}"
    yield ""
    yield "The loop ended:"
    yield from (f"  {line}" for line in loop.text(shown.looped))
    yield ""
    yield f"{shown.program} judge says of the latest run:"
    yield from (f"  {line}" for line in judge.text(shown.decision))
    yield f"{shown.program} next says:"
    yield from (f"  {line}" for line in next_view.text(shown.advice))
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
