"""What was imported from another tool's log: text and JSON."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.model.figures import counted
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.layout import Block, Table

_SHOWN = 10  # rows of a preview that is followed by the import itself
_LISTED = 20  # lines that were left out


class Preview(Value, frozen=True):
    """A row as it was read; the score is the text of one number, or what failed."""

    source: str
    run_id: str
    score: str
    finished_at: str
    status: str
    summary: str


class LeftOut(Value, frozen=True):
    """A line that became no row."""

    source: str
    line: int
    why: str


class Anomaly(Value, frozen=True):
    """Something about a run that its reader should know."""

    run_id: str
    source: str
    code: str
    evidence: str


class Candidates(Value, frozen=True):
    """Runs that `--replicates` would pool."""

    by: str
    value: str
    run_ids: tuple[str, ...]


class Imported(Value, frozen=True):
    """What was read, what of it is recorded or would be, and what was left out."""

    kind: str
    lane: LaneId
    is_dry_run: bool
    preview: Sequence[Preview]
    failed: int
    recorded: int
    landed: int
    left_out: Sequence[LeftOut]
    anomalies: Sequence[Anomaly]
    candidates: Sequence[Candidates]
    verdicts: Mapping[str, int]  # of the rows recorded now, by class and reason
    kept: int  # of these, how many the others kept
    kept_undecided: int  # and of those, how many are undecided here
    findings: Sequence[Finding]


def preview(rows: Sequence[Preview], *, is_whole: bool = False) -> Iterator[Block]:
    """The rows that were read, in the order in which they are to land."""
    shown = rows if is_whole else rows[:_SHOWN]
    if shown:
        cells = [
            (row.source, row.run_id, row.score, row.finished_at, row.status, row.summary)
            for row in shown
        ]
        headers = ("from", "run", "score", "finished", "they said", "what was tried")
        yield Table(headers, cells)
    if len(shown) < len(rows):
        yield f"... and {counted(len(rows) - len(shown), 'row')} more"


def text(done: Imported) -> Iterator[Block]:
    """How many rows came in, what they are called here, and what is worth a look."""
    rows = len(done.preview)
    verb = "would be recorded" if done.is_dry_run else "recorded"
    yield (
        f"{done.kind}: {counted(rows, 'row')} read, {done.failed} of them without a score; "
        f"{done.recorded} {verb} in {done.lane}, {done.landed} landed before, "
        f"{counted(len(done.left_out), 'line')} left out"
    )
    if done.verdicts:
        yield Table(
            ("verdict", "rows"), [(name, str(count)) for name, count in done.verdicts.items()]
        )
    if done.kept:
        yield (
            f"They kept {done.kept} of these rows; {done.kept_undecided} of those are undecided here."
        )
    if done.left_out:
        yield "Left out:"
        yield from (f"  {_place(item)}: {item.why}" for item in done.left_out[:_LISTED])
        if len(done.left_out) > _LISTED:
            yield f"  ... and {len(done.left_out) - _LISTED} more, which --json lists"
    if done.anomalies:
        yield f"{counted(len(done.anomalies), 'anomaly', 'anomalies')}:"
        yield Table(
            ("code", "from", "run", "evidence"),
            [(item.code, item.source, item.run_id, item.evidence) for item in done.anomalies],
        )
    if done.candidates:
        yield from _candidates(done)


def _place(item: LeftOut) -> str:
    return f"{item.source}:{item.line}" if item.line else item.source


def _candidates(done: Imported) -> Iterator[str]:
    for by in ("commit", "description"):
        groups = [item for item in done.candidates if item.by == by]
        if groups:
            rows = sum(len(item.run_ids) for item in groups)
            yield (
                f"{counted(rows, 'row')} share a {by} with another ({counted(len(groups), 'group')}); "
                f"--replicates {by} pools such rows as runs of one config."
            )


def refused_text(done: Imported) -> Iterator[Block]:
    """Nothing was recorded: what stands against it is said beside the text."""
    yield f"{done.kind}: {counted(len(done.preview), 'row')} read, none recorded"


def json(done: Imported) -> Document:
    """Counts, and every line, anomaly and group by itself."""
    left_out: list[Json] = [
        {"source": item.source, "line": item.line, "why": item.why} for item in done.left_out
    ]
    anomalies: list[Json] = [
        {
            "run_id": item.run_id,
            "source": item.source,
            "code": item.code,
            "evidence": item.evidence,
        }
        for item in done.anomalies
    ]
    candidates: list[Json] = [
        {"by": item.by, "value": item.value, "run_ids": list(item.run_ids)}
        for item in done.candidates
    ]
    return {
        "kind": done.kind,
        "lane": done.lane,
        "dry_run": done.is_dry_run,
        "rows": len(done.preview),
        "failed": done.failed,
        "recorded": done.recorded,
        "already_landed": done.landed,
        "left_out": left_out,
        "anomalies": anomalies,
        "replicate_candidates": candidates,
        "verdicts": dict(done.verdicts),
        "kept": done.kept,
        "kept_undecided": done.kept_undecided,
        "findings": findings_json(done.findings),
    }
