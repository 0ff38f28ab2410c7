"""The tables of an export: every column with its type, what it holds, and how it is taken.

`VERSION` changes where a column goes or changes its meaning; a new one may come at the end.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.figures import figure, gain
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.row import LandedRow, SeedResult
from homegolf_git.core.model.values import Document, Json, Value
from homegolf_git.core.model.verdict import Stats, Verdict
from homegolf_git.core.search.deltas import DeltaStep
from homegolf_git.core.views.verdicts import sentence_now

VERSION = "homegolf/export/v1"
Kind = Literal["text", "integer", "number", "boolean", "json"]
Cell = Json
Cells = tuple[Cell, ...]


class ExportedRun(Value, frozen=True):
    """A row that landed, its verdict, and its document for what the row leaves out."""

    landed: LandedRow
    verdict: Verdict
    document: Document
    state: LaneState


class ExportedResult(Value, frozen=True):
    """One result of a row, counted from 1 within it."""

    landed: LandedRow
    verdict: Verdict
    number: int
    result: SeedResult
    metric: str


class ExportedStep(Value, frozen=True):
    """A change of incumbent, counted from 1 within its lane."""

    lane: LaneId
    number: int
    step: DeltaStep
    winner: LandedRow


class Column(Value, frozen=True):
    """A column: its name, the type of its cells, and what they hold."""

    name: str
    kind: Kind
    about: str
    take: Callable[[Any], Cell]


class ExportTable(Value, frozen=True):
    """A table: its columns in order, and those that tell its lines apart."""

    name: str
    about: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def cells(self, item: object) -> Cells:
        """The line of an item; a cell that nobody stated is None."""
        return tuple(_cell(column, item) for column in self.columns)


def _cell(column: Column, item: object) -> Cell:
    value = column.take(item)
    return float(value) if column.kind == "number" and value is not None else value  # type: ignore[arg-type] # a number, as its kind says


def _list(value: Sequence[Any] | None) -> Json:
    return None if value is None else list(value)


def _stat(take: Callable[[Stats], float | None]) -> Callable[[ExportedRun], Cell]:
    """A number of the comparison, where one was made."""

    def taken(run: ExportedRun) -> Cell:
        stats = run.verdict.stats
        return None if stats is None else take(stats)

    return taken


def _failure(name: str) -> Callable[[ExportedRun], Cell]:
    return lambda run: (
        None if run.landed.row.failure is None else getattr(run.landed.row.failure, name)
    )


def _scorer(name: str) -> Callable[[ExportedRun], Cell]:
    def taken(run: ExportedRun) -> Cell:
        scorer = run.landed.row.evaluation.scorer
        return None if scorer is None else getattr(scorer, name)

    return taken


def _needed(side: str) -> Callable[[ExportedRun], Cell]:
    def taken(run: ExportedRun) -> Cell:
        stats = run.verdict.stats
        needed = None if stats is None else stats.seeds_needed
        return None if needed is None else getattr(needed, side)

    return taken


def _number(name: str) -> Callable[[ExportedResult], Cell]:
    return lambda found: found.result.numbers.get(name)


_FACTS = (
    Column("lane", "text", "Lane", lambda r: r.verdict.lane),
    Column("run_id", "text", "Run", lambda r: r.verdict.run_id),
    Column("number", "integer", "Order in the lane, from 1", lambda r: r.verdict.order),
    Column("commit_id", "text", "First-parent commit that landed the row", lambda r: r.landed.commit),
    Column("path", "text", "File of the row", lambda r: r.landed.path),
    Column("finished_at", "text", "When the run ended, UTC, as in 2026-03-28T11:06:00Z", lambda r: r.landed.row.finished_at),
    Column("submitter", "text", "Who or what submitted it", lambda r: r.landed.row.submitter),
    Column("session", "text", "What ran together", lambda r: r.landed.row.session),
    Column("base", "text", "Run it was derived from", lambda r: r.landed.row.base),
    Column("change_kind", "text", "Declared kind of change", lambda r: r.landed.row.change_kind),
    Column("change_summary", "text", "What was changed", lambda r: r.landed.row.change_summary),
    Column("repository", "text", "Where the trainer's code is", lambda r: r.document["source"].get("repository")),
    Column("revision", "text", "Commit of the trainer", lambda r: r.landed.row.source.revision),
    Column("source_ref", "text", "Where the source is kept beside the revision", lambda r: r.landed.row.source.ref),
    Column("is_dirty", "boolean", "Whether the trainer had uncommitted changes", lambda r: r.landed.row.source.is_dirty),
    Column("changed_paths", "json", "Paths that differ from the base's revision", lambda r: _list(r.landed.row.source.changed_paths)),
    Column("frozen_sha256", "text", "Digest of the lane's frozen paths", lambda r: r.landed.row.source.frozen_sha256),
    Column("config", "json", "Every knob", lambda r: r.landed.row.config),
    Column("config_sha256", "text", "Config digest: equal for rows of one config", lambda r: r.landed.row.config_digest),
    Column("hardware", "json", "Devices, counts and hosts", lambda r: r.document["hardware"]),
    Column("evaluation_mode", "text", "How it was scored", lambda r: r.landed.row.evaluation.mode),
    Column("evaluation_split", "text", "On which split", lambda r: r.landed.row.evaluation.split),
    Column("dataset_sha256", "text", "Digest of the dataset", lambda r: r.landed.row.evaluation.dataset_sha256),
    Column("tokenizer_sha256", "text", "Digest of the tokenizer", lambda r: r.landed.row.evaluation.tokenizer_sha256),
    Column("scorer_revision", "text", "Commit of the scorer", _scorer("revision")),
    Column("scorer_command", "text", "Command of the scorer", _scorer("command")),
    Column("verification", "text", "Who saw the score come out", lambda r: r.landed.row.verification),
    Column("seeds_planned", "integer", "Seeds planned", lambda r: r.landed.row.seeds_planned),
    Column("seeds_run", "integer", "Seeds that finished", lambda r: r.landed.row.seeds_run),
    Column("train_seconds_budget", "number", "Training time it was given, s", lambda r: r.landed.row.train_seconds_budget),
    Column("status", "text", "scored or failed", lambda r: "scored" if r.landed.row.is_scored else "failed"),
    Column("failure_kind", "text", "What failed", _failure("kind")),
    Column("failure_stage", "text", "Where it failed", _failure("stage")),
    Column("failure_detail", "text", "What was said of it", _failure("detail")),
    Column("artifacts", "json", "Files it produced: role, uri, sha256, bytes", lambda r: r.document.get("artifacts", [])),
    Column("receipts", "json", "Reports committed with it: kind, path, sha256", lambda r: r.document.get("receipts", [])),
    Column("resolves", "json", "Blocked runs whose cause it settled", lambda r: _list(r.landed.row.resolves)),
    Column("promotion", "text", "Tag that admitted it", lambda r: r.landed.row.promotion),
    Column("notes", "text", "Free text", lambda r: r.document.get("notes")),
)  # fmt: skip

_VERDICT = (
    Column("class", "text", "Class of the verdict", lambda r: r.verdict.verdict_class),
    Column("reason", "text", "Its reason", lambda r: r.verdict.reason),
    Column("reasons", "json", "All reasons", lambda r: _list(r.verdict.reasons)),
    Column("flags", "json", "Remarks that change no class", lambda r: _list(r.verdict.flags)),
    Column("metric", "text", "Name of the score", lambda r: r.state.rules.metric.name),
    Column("score", "number", "Mean of the row's own results, metric unit", lambda r: r.verdict.score),
    Column("n_results", "integer", "Results of the row", lambda r: r.verdict.n_results),
    Column("delta", "number", "Gain after the correction for picked seeds, metric unit; positive is better", lambda r: gain(r.verdict.delta)),
    Column("incumbent_before", "text", "Incumbent before the row", lambda r: r.verdict.incumbent_before),
    Column("incumbent_after", "text", "Incumbent behind it", lambda r: r.verdict.incumbent_after),
    Column("attribution", "text", "Side of the change", lambda r: r.verdict.attribution),
    Column("gain", "number", "Gain as measured, metric unit", _stat(lambda s: gain(s.gain))),
    Column("se", "number", "Standard error of the gain, metric unit", _stat(lambda s: figure(s.se))),
    Column("df", "number", "Degrees of freedom", _stat(lambda s: figure(s.df))),
    Column("t", "number", "Corrected gain over its standard error", _stat(lambda s: figure(s.t))),
    Column("t_needed", "number", "What t had to reach", _stat(lambda s: figure(s.t_needed))),
    Column("p_better", "number", "Chance of such a gain by noise alone", _stat(lambda s: figure(s.p_better))),
    Column("p_worse", "number", "Chance of such a loss by noise alone", _stat(lambda s: figure(s.p_worse))),
    Column("alpha", "number", "Level of this look", _stat(lambda s: figure(s.alpha))),
    Column("lcb95", "number", "Lower 95 % bound of the gain, metric unit", _stat(lambda s: figure(s.lcb95))),
    Column("ucb95", "number", "Upper 95 % bound of the gain, metric unit", _stat(lambda s: figure(s.ucb95))),
    Column("sigma", "number", "Noise of one score, metric unit", _stat(lambda s: figure(s.noise.sigma))),
    Column("nu", "number", "Its degrees of freedom", _stat(lambda s: figure(s.noise.nu))),
    Column("basis", "text", "assumed, weak or measured", lambda r: None if r.verdict.stats is None else r.verdict.stats.noise.basis),
    Column("n_incumbent", "integer", "Scores of the incumbent", _stat(lambda s: s.n_incumbent)),
    Column("n_challenger", "integer", "Scores of the config", _stat(lambda s: s.n_challenger)),
    Column("k", "integer", "Number of the challenger", _stat(lambda s: s.k)),
    Column("look", "integer", "Look at it", _stat(lambda s: s.look)),
    Column("seeds_needed_challenger", "integer", "Seeds of the config that would decide", _needed("challenger")),
    Column("seeds_needed_incumbent", "integer", "Seeds of the incumbent that would decide", _needed("incumbent")),
    Column("sentence", "text", "The verdict in a sentence", lambda r: sentence_now(r.verdict, r.state)),
)  # fmt: skip

RUNS = ExportTable(
    "runs", "A line a row: its facts as stated, and its verdict.", ("run_id",), _FACTS + _VERDICT
)

RESULTS = ExportTable(
    "results", "A line a score: each result of each row.", ("run_id", "result"),
    (
        Column("lane", "text", "Lane", lambda r: r.verdict.lane),
        Column("run_id", "text", "Run", lambda r: r.verdict.run_id),
        Column("number", "integer", "Order of the row in the lane, from 1", lambda r: r.verdict.order),
        Column("result", "integer", "Number of the result in the row, from 1", lambda r: r.number),
        Column("seed", "text", "Seed, a whole number of 64 bits; none where the trainer sets none", lambda r: None if r.result.seed is None else str(r.result.seed)),
        Column("repeat", "integer", "Which run of this seed, from 0", lambda r: r.result.repeat),
        Column("metric", "text", "Name of the score", lambda r: r.metric),
        Column("score", "number", "The score, metric unit", lambda r: r.result.numbers.get(r.metric)),
        Column("val_loss", "number", "Validation loss, nats per token", _number("val_loss")),
        Column("evaluated_tokens", "integer", "Tokens that were scored", _number("evaluated_tokens")),
        Column("evaluated_bytes", "integer", "Bytes that they stand for", _number("evaluated_bytes")),
        Column("steps", "integer", "Optimizer steps", _number("steps")),
        Column("train_tokens", "integer", "Tokens that were trained on", _number("train_tokens")),
        Column("train_seconds", "number", "Training time, s", _number("train_seconds")),
        Column("eval_seconds", "number", "Evaluation time, s", _number("eval_seconds")),
        Column("artifact_bytes", "integer", "Size of the artifact, bytes", _number("artifact_bytes")),
        Column("extra", "json", "Further numbers by name", lambda r: r.result.extra),
    ),
)  # fmt: skip

STEPS = ExportTable(
    "steps", "A line a change of incumbent that stands: what `deltas` lists.", ("lane", "step"),
    (
        Column("lane", "text", "Lane", lambda s: s.lane),
        Column("step", "integer", "Number of the step in the lane, from 1", lambda s: s.number),
        Column("displaced", "text", "Incumbent that was displaced", lambda s: s.step.displaced),
        Column("winner", "text", "Run that displaced it", lambda s: s.step.winner),
        Column("finished_at", "text", "When the winner ended, UTC", lambda s: s.winner.row.finished_at),
        Column("commit_id", "text", "First-parent commit that landed the winner", lambda s: s.winner.commit),
        Column("change_summary", "text", "What the winner changed", lambda s: s.winner.row.change_summary),
        Column("gain", "number", "Difference of the reference means, metric unit", lambda s: gain(s.step.gain.gain)),
        Column("se", "number", "Its standard error, metric unit", lambda s: figure(s.step.gain.se)),
        Column("gain_shrunk", "number", "Gain pulled towards zero where no fresh seed has measured the winner", lambda s: gain(s.step.shrunk)),
        Column("is_confirmed", "boolean", "Whether fresh seeds confirmed it", lambda s: s.step.is_confirmed),
        Column("attribution", "text", "Side of the change", lambda s: s.step.side),
    ),
)  # fmt: skip

TABLES: Mapping[str, ExportTable] = {table.name: table for table in (RUNS, RESULTS, STEPS)}


def description(commit: str) -> dict[str, Json]:
    """What stands beside the tables: the version, the commit they are of, and every column."""
    return {
        "schema": VERSION,
        "commit": commit,
        "tables": {
            table.name: {
                "about": table.about,
                "key": list(table.key),
                "columns": [
                    {"name": column.name, "type": column.kind, "about": column.about}
                    for column in table.columns
                ],
            }
            for table in TABLES.values()
        },
    }
