"""A run's page of the site in words and figures: what its template is filled with."""

import json
from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.judge.attribution import flatten, side_of_key
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import gain_text, score_text
from homegolf_git.core.model.lane import AttributionRules, Metric
from homegolf_git.core.model.naming import is_time_known
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.search.comparison import Difference, differences
from homegolf_git.core.search.faced import faced
from homegolf_git.core.views.explain import FLAGS, Explained, next_action, noise_sentence, since
from homegolf_git.core.views.figuretext import UNKNOWN_TIME, cut
from homegolf_git.core.views.sitedrawings import (
    GainDrawing,
    SeedsDrawing,
    gain_drawing,
    seeds_drawing,
)
from homegolf_git.core.views.sitenumbers import Figure, verdict_figures
from homegolf_git.core.views.siteparts import Link, Runs, signed
from homegolf_git.core.views.verdicts import sentence_now

_VALUE_MAX = 400  # characters of a value of the config
_PATHS_MAX = 40
_CONFIG = "config."
_SIDES = {"hardware": "system", "evaluation": "eval"}


class Changed(Value, frozen=True):
    """A fact that differs from the other run's, as both state it."""

    name: str
    ours: str
    theirs: str
    side: str


class Fact(Value, frozen=True):
    """A fact of a row; `is_code` where it is no prose."""

    name: str
    value: str
    is_code: bool = False


class Results(Value, frozen=True):
    """The scores of a run, a line each."""

    headers: Sequence[str]
    lines: Sequence[Sequence[str]]
    said: str


class RunPage(Value, frozen=True):
    """Everything that a run's page shows."""

    run_id: str
    lane: str
    order: int
    n_rows: int
    verdict_class: str
    reason: str
    badges: Sequence[str]
    sentence: str
    metric: Metric
    score: str
    delta: str
    summary: str
    side: str
    declared: str
    by: str
    finished_at: str
    base: Link | None
    against: Link | None
    next_action: str
    since: Sequence[str]
    seeds: SeedsDrawing | None
    gain: GainDrawing | None
    other: str  # which run the configuration is compared with
    changed: Sequence[Changed]
    config: Sequence[tuple[str, str]]
    results: Results | None
    figures: Sequence[Figure]
    noise: str
    flags: Sequence[tuple[str, str]]
    facts: Sequence[Fact]
    notes: Sequence[str]
    previous: Link | None
    following: Link | None


def run_page(
    found: Explained,
    document: Document,
    state: LaneState,
    runs: Runs,
    beside: tuple[Link | None, Link | None],
) -> RunPage:
    """Fill a run's page; `document` is its row as it was written, `beside` the runs around it."""
    verdict, row, stats = found.verdict, found.landed.row, found.verdict.stats
    metric, rules = state.rules.metric, found.rules.lane
    against = verdict.incumbent_before
    other = state.rows.get(row.base) if row.base else None
    compared = "base"
    if other is None and against is not None:
        other, compared = state.rows.get(against), "incumbent then"
    met = faced(verdict, row, state)
    return RunPage(
        run_id=row.run_id,
        lane=row.lane,
        order=verdict.order,
        n_rows=state.orders,
        verdict_class=verdict.verdict_class,
        reason=verdict.reason,
        badges=list(_badges(found, state)),
        sentence=sentence_now(verdict, state),
        metric=metric,
        score=score_text(verdict.score, metric),
        delta=signed(gain_text(verdict.delta, metric)),
        summary=row.change_summary,
        side=verdict.attribution,
        declared=row.change_kind,
        by=row.submitter,
        finished_at=row.finished_at if is_time_known(row.finished_at) else UNKNOWN_TIME,
        base=None if row.base is None else runs.link(row.base),
        against=None if against is None else runs.link(against),
        next_action=next_action(found),
        since=list(since(found)),
        seeds=None if met is None else seeds_drawing(met, metric),
        gain=None if stats is None else gain_drawing(stats, rules.decision.delta_min, metric),
        other=compared if other is not None else "",
        changed=[] if other is None else _changed(other, row, rules.attribution),
        config=[(key, _value(value)) for key, value in sorted(flatten(row.config).items())],
        results=_results(row, metric),
        figures=[] if stats is None else verdict_figures(verdict, stats, rules),
        noise="" if stats is None else noise_sentence(stats.noise, metric.decimals + 2),
        flags=[(flag, FLAGS[flag]) for flag in verdict.flags],
        facts=list(_facts(found, document)),
        notes=str(document.get("notes") or "").splitlines(),
        previous=beside[0],
        following=beside[1],
    )


def _badges(found: Explained, state: LaneState) -> Iterator[str]:
    run_id = found.verdict.run_id
    if state.incumbent == run_id:
        yield "the incumbent"
    elif found.verdict.incumbent_after == run_id != found.verdict.incumbent_before:
        yield "took the title"
    if run_id in state.blockers:
        yield "open blocker"
    if found.settled_by is not None:
        yield "settled"
    if found.retraction is not None:
        yield "retracted"


def _changed(other: Row, row: Row, rules: AttributionRules) -> list[Changed]:
    return [_difference(item, rules) for item in differences(other, row)]


def _difference(item: Difference, rules: AttributionRules) -> Changed:
    name = item.name.removeprefix(_CONFIG)
    side = _SIDES.get(item.name.partition(".")[0], "")
    if name != item.name:
        side = side_of_key(name, rules)
    return Changed(name, _value(item.after), _value(item.before), side)


def _value(value: Json) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return cut(value, _VALUE_MAX)
    return cut(json.dumps(value, ensure_ascii=False), _VALUE_MAX)


def _results(row: Row, metric: Metric) -> Results | None:
    """A line a score, with the metric first and other columns where any score has them."""
    if not row.results:
        return None
    numbers = [dict(result.numbers) | dict(result.extra) for result in row.results]
    names = dict.fromkeys(name for found in numbers for name in found if name != metric.name)
    has_repeats = any(result.repeat for result in row.results)
    headers = ["seed", *(["repeat"] if has_repeats else []), metric.name, *names]
    lines = [
        [
            "none" if result.seed is None else str(result.seed),
            *([str(result.repeat)] if has_repeats else []),
            *(_number(found.get(name)) for name in (metric.name, *names)),
        ]
        for result, found in zip(row.results, numbers, strict=True)
    ]
    said = f"{len(lines)} reported of {row.seeds_run} run and {row.seeds_planned} planned."
    return Results(headers, lines, said)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def _facts(found: Explained, document: Document) -> Iterator[Fact]:
    """Where a run came from and what it left."""
    row, landed = found.landed.row, found.landed
    source: Mapping[str, Json] = document["source"]
    yield from _source_facts(row, source)
    devices = " + ".join(f"{device.count} x {device.device}" for device in row.hardware)
    yield Fact("hardware", devices)
    yield Fact("session", "" if row.session == f"row:{row.run_id}" else row.session)
    yield Fact("evaluation", ", ".join(filter(None, (row.evaluation.mode, row.evaluation.split))))
    yield Fact("verified by", row.verification)
    for artifact in document.get("artifacts") or ():
        parts = (artifact.get("uri"), artifact.get("sha256"), _bytes(artifact.get("bytes")))
        yield Fact(artifact["role"], " ".join(filter(None, parts)), is_code=True)
    for receipt in row.receipts:
        yield Fact("receipt", f"{receipt.kind}: {receipt.path} {receipt.sha256}", is_code=True)
    yield Fact("resolves", ", ".join(row.resolves), is_code=True)
    yield Fact("promotion", row.promotion or "", is_code=True)
    yield Fact("row", landed.path, is_code=True)
    yield Fact("commit", landed.commit, is_code=True)
    yield Fact("config digest", row.config_digest, is_code=True)


def _source_facts(row: Row, source: Mapping[str, Json]) -> Iterator[Fact]:
    yield Fact("repository", str(source.get("repository") or ""), is_code=True)
    state = {True: " with uncommitted changes", False: "", None: ""}[row.source.is_dirty]
    yield Fact("revision", f"{row.source.revision or 'unknown'}{state}", is_code=True)
    yield Fact("kept as", row.source.ref or "", is_code=True)
    paths = row.source.changed_paths or ()
    more = f" and {len(paths) - _PATHS_MAX} more" if len(paths) > _PATHS_MAX else ""
    yield Fact("changed paths", ", ".join(paths[:_PATHS_MAX]) + more, is_code=True)


def _bytes(value: int | None) -> str:
    return "" if value is None else f"{value:,} bytes"
