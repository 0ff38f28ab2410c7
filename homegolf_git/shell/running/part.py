"""One run of a command: started, watched, and what it left gathered."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from homegolf_git.core.model.captured import Part, Session
from homegolf_git.core.model.failures import LINES_MAX, Ended
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.gathered import results_of, row_facts
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import lane_path
from homegolf_git.core.model.patterns import read_facts
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import Value, replace
from homegolf_git.shell.files.failurerules import failure_of
from homegolf_git.shell.running.machine import now
from homegolf_git.shell.running.output import Tail
from homegolf_git.shell.running.process import MARK, Command, Finished
from homegolf_git.shell.running.reports import (
    artifact,
    local_artifacts,
    read_reports,
    signature,
)

_SEED = "{seed}"
_PREEMPTING = (15, 1)  # SIGTERM and SIGHUP come from a scheduler; SIGINT from a person
_MADE = ("model", "checkpoint", "log")  # roles of what a run writes itself
_DETAIL_MAX = 500


class Watch(Value, frozen=True):
    """Who sees a command run: what it prints, the seconds that passed, the process that began."""

    show: Callable[[bytes], None]
    tick: Callable[[float], None]
    begun: Callable[[int], None]


class Ran(Value, frozen=True):
    """A part that ended, how its command did, and what is to be said of it."""

    part: Part
    finished: Finished
    remarks: Sequence[Finding]


def environment_of(session: Session, environment: Mapping[str, str]) -> dict[str, str]:
    """What a command of a capture finds in its environment, beside what the user has there."""
    own = {
        **environment, MARK: session.mark, "HOMEGOLF_RUN_ID": session.run_id,
        "HOMEGOLF_LANE": session.lane, "HOMEGOLF_CONFIG": json.dumps(session.facts.config),
    }  # fmt: skip
    own.setdefault("PYTHONUNBUFFERED", "1")  # else nothing is seen before a buffer is full
    return own


def run_part(
    session: Session, lane: Lane, seed: int | None, environment: Mapping[str, str], watch: Watch
) -> Ran:
    """Run the command once, with a seed or none.

    Raises:
        HomegolfError: where it cannot be started.
    """
    folder = Path(session.folder)
    of_seed = "" if seed is None else str(seed)
    names = dict.fromkeys((*lane.capture.reports, *session.reports))
    places = [folder / name.replace(_SEED, of_seed) for name in names]
    artifacts = [(role, folder / path.replace(_SEED, of_seed)) for role, path in session.artifacts]
    before = {path: signature(path) for path in (*places, *(path for _, path in artifacts))}
    own = dict(environment) | ({} if seed is None else {"HOMEGOLF_SEED": str(seed)})
    words = [word.replace(_SEED, of_seed) for word in session.command]
    tail = Tail(environment)
    limit = None if session.is_launched else lane.capture.wall_seconds_max
    command = Command(words, own, folder, limit)
    lines = command.output(watch.show, watch.tick, watch.begun)
    printed, remarks = read_facts(lane.capture.patterns, map(tail.take, lines))
    finished = command.finished
    assert finished is not None  # noqa: S101 - all of its output was read
    # A report or a model that was there before is of another run.
    written = [path for path in places if signature(path) not in (None, before[path])]
    reports = read_reports(lane, written, tail, session.receipt_kind)
    results, found = results_of(lane.metric.name, seed, printed, reports.files)
    remarks += found
    ended = Ended(
        finished.status, lines=(*tail.lines, *reports.lines)[-LINES_MAX:],
        is_wall_limit_reached=finished.is_wall_limit_reached,
        is_preempted=finished.told in _PREEMPTING, oom_kills=finished.oom_kills,
        early_loss=tail.early_loss,
    )  # fmt: skip
    files = [
        *(one for one in artifacts if one[0] not in _MADE or signature(one[1]) != before[one[1]]),
        *local_artifacts(reports.files, folder),
    ]
    saved = [artifact(role, path) for role, path in dict.fromkeys(files)]
    is_well = finished.status == 0 and not finished.is_wall_limit_reached and finished.told is None
    part = Part(
        seed, finished.seconds, now(), results if is_well else (), row_facts(printed),
        reports=reports.data, artifacts=tuple(item for item in saved if item is not None),
        ended=ended, is_trained=is_well,
    )  # fmt: skip
    if not part.results:
        why = next((item.message for item in remarks if item.code == "ambiguous_metric"), "")
        failure = Failure("no_score_receipt", "score", why[:_DETAIL_MAX])
        part = replace(part, failure=failure if is_well and why else failure_of(ended))
        if is_well and not why and lane.capture.scorer is None:
            remarks.append(_not_found(lane))
    return Ran(part, finished, [*remarks, *reports.remarks])


def _not_found(lane: Lane) -> Finding:
    """A run that ended well, and said nothing that the lane looks for."""
    metric, rules = lane.metric.name, lane_path(lane.lane)
    pattern = lane.capture.patterns.get(metric)
    if pattern is None:
        fix = f"""print it in a line of its own, and put into {rules}: `capture: {{patterns: {{{metric}: "^{metric}: *([0-9.]+)$"}}}}`"""
    else:
        fix = f"print it in a line that `{pattern}` finds, or change that pattern in {rules}"
    message = (
        f"the command ended well, and neither a line of its output nor a report states {metric}"
    )
    return finding("score_not_found", message, severity="warning", fix=fix)
