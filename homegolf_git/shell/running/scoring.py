"""A score taken by the lane's scorer, from a clean checkout of its revision, on the saved artifact."""

import shlex
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from homegolf_git.core.model.captured import SCORER, Part
from homegolf_git.core.model.failures import Ended
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.gathered import results_of
from homegolf_git.core.model.lane import Lane, LaneScorer
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import Json, Number, replace
from homegolf_git.errors import environment_error
from homegolf_git.shell.files.failurerules import failure_of
from homegolf_git.shell.files.readers import read_by_any
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.hooks import require
from homegolf_git.shell.running.output import Tail
from homegolf_git.shell.running.part import Watch
from homegolf_git.shell.running.process import Command
from homegolf_git.shell.running.reports import read_reports, signature

_OF_RUN = ("config", "hardware", "train_seconds_budget", "session")
_CLOSE = 1e-9  # relative: two prints of one number


def scored(
    trainer: GitRepo,
    revision: Oid,
    lane: Lane,
    part: Part,
    environment: Mapping[str, str],
    watch: Watch,
) -> tuple[Part, list[Finding]]:
    """The part with the scorer's score in place of its own.

    `revision` is the scorer's where the lane pins none.

    Raises:
        HomegolfError: where the scorer cannot be started, or its revision is not there.
    """
    scorer = lane.capture.scorer
    assert scorer is not None  # noqa: S101 - the caller's condition
    model = next((item for item in part.artifacts if item["role"] == "model"), None)
    if model is None and "{artifact}" in scorer.command:
        failure = Failure(
            "missing_input", "score", "the run saved no artifact that the scorer could read"
        )
        return replace(part, results=(), failure=failure, is_trained=True), []
    pinned = revision if scorer.revision is None else _pinned(trainer, scorer)
    path = Path(unquote(urlsplit(str(model["uri"])).path)) if model else None
    tail = Tail(environment)
    seed = next((one.numbers.get("seed") for one in part.results), part.seed)
    with _checkout(trainer, pinned) as folder:
        names = {
            "artifact": str(path or ""),
            "source": str(trainer.top),
            "seed": "" if seed is None else str(seed),
        }
        words = [_filled(word, names) for word in shlex.split(scorer.command)]
        report = folder / scorer.report
        report.unlink(missing_ok=True)  # one that was committed is of no run
        command = Command(words, environment, folder, lane.capture.wall_seconds_max)
        for line in command.output(watch.show, watch.tick, watch.begun):
            tail.take(line)
        finished = command.finished
        assert finished is not None  # noqa: S101 - all of its output was read
        reports = read_reports(lane, [report] if signature(report) else [], tail)
    if finished.told == signal.SIGINT:
        raise KeyboardInterrupt
    asked = part.seed if seed is None else round(seed)
    results, remarks = results_of(lane.metric.name, asked, {}, reports.files)
    if finished.status or finished.told is not None or not results:
        ended = Ended(
            finished.status, lines=(*tail.lines, *reports.lines), stage="score",
            is_wall_limit_reached=finished.is_wall_limit_reached,
            is_preempted=finished.told is not None, oom_kills=finished.oom_kills,
        )  # fmt: skip
        failed = replace(part, results=(), failure=failure_of(ended), ended=ended, is_trained=True)
        return failed, [*remarks, *reports.remarks]
    remarks += _difference(lane.metric.name, part, results[0].numbers[lane.metric.name])
    trained = {name: value for result in part.results for name, value in result.numbers.items()}
    extra = {name: value for result in part.results for name, value in result.extra.items()}
    facts: dict[str, Json] = _stated(lane, part)
    facts[SCORER] = {"revision": str(pinned), "command": scorer.command}
    results = tuple(
        replace(
            one,
            numbers={**trained, "eval_seconds": round(finished.seconds, 3), **one.numbers},
            extra={**extra, **one.extra},
        )
        for one in results
    )
    own = [report for report in part.reports if not report.has_score]
    done = replace(
        part, results=results, failure=None, facts={**part.facts, **facts},
        reports=(*own, *reports.data), is_trained=True,
    )  # fmt: skip
    return done, [*remarks, *reports.remarks]


def _stated(lane: Lane, part: Part) -> dict[str, Json]:
    """Facts of the run in those of its reports that give way to the scorer's."""
    facts: dict[str, Json] = {}
    for report in part.reports:
        if report.has_score:
            stated = read_by_any(lane, report.kind, report.name, report.data).receipt.facts
            facts |= {name: stated[name] for name in _OF_RUN if name in stated}
            evaluation = stated.get("evaluation")
            for name, value in evaluation.items() if isinstance(evaluation, dict) else ():
                facts[f"evaluation.{name}"] = value
    return facts


def _pinned(trainer: GitRepo, scorer: LaneScorer) -> Oid:
    found = trainer.resolve(str(scorer.revision))
    if found is None:
        message = f"{trainer.top} does not have {scorer.revision}, the scorer's revision"
        raise environment_error("no_scorer_revision", message)
    return found


@contextmanager
def _checkout(trainer: GitRepo, revision: Oid) -> Iterator[Path]:
    """The files of a revision in a folder of their own, which nothing else has touched."""
    with tempfile.TemporaryDirectory(prefix="homegolf-score-") as name:
        index = Path(name) / "index"
        files = Path(name) / "files"
        files.mkdir()
        require(trainer.run("read-tree", revision, index=index))
        require(
            trainer.run("checkout-index", "--all", "--quiet", f"--prefix={files}/", index=index)
        )
        yield files


def _filled(word: str, names: Mapping[str, str]) -> str:
    for name, value in names.items():
        word = word.replace(f"{{{name}}}", value)
    return word


def _difference(metric: str, part: Part, score: Number | None) -> Iterator[Finding]:
    """What the training process said of its own score, where that is another one."""
    for result in part.results:
        own = result.numbers.get(metric)
        if own is not None and score is not None and abs(own - score) > _CLOSE * abs(score):
            message = (
                f"the training process says that {metric} is {own!r}; the scorer finds {score!r}"
            )
            yield finding("score_differs", message, severity="warning")
