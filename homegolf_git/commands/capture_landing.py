"""How a captured run becomes a row: its reports, what was measured, and the last lines of output."""

import json
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path

from homegolf_git.commands.draft import incoming_of, kind_of, user_name
from homegolf_git.commands.record import RecordOptions, run_record
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.remarks import Meant
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.model.captured import (
    LOG,
    REPORT,
    Part,
    Report,
    Session,
    notes_of,
    report_of,
)
from homegolf_git.core.model.draft import Known, ReceiptFile, draft_row
from homegolf_git.core.model.factnames import LOG_KIND, REPORT_KIND
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.gathered import without_score
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.row import Failure, Receipt
from homegolf_git.core.model.values import Document, replace
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.views import capture as view
from homegolf_git.errors import Exit, HomegolfError, refused
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.failurerules import failure_of
from homegolf_git.shell.files.readers import read_by_any
from homegolf_git.shell.files.worktree import place_files
from homegolf_git.shell.landing.incoming import Incoming
from homegolf_git.shell.running.keeping import Keeper
from homegolf_git.shell.running.machine import now
from homegolf_git.shell.running.output import log_receipt


def land(
    workspace: Workspace,
    ledger: Ledger,
    session: Session,
    remarks: Sequence[Finding],
) -> view.Captured:
    """Draft the row of a capture and record it, or only say what it would be.

    Raises:
        HomegolfError: with what stands against the row; the capture is kept then.
    """
    repo, seconds = workspace.repo(), sum(part.seconds for part in session.parts)
    lane = ledger.lanes[LaneId(session.lane)]
    if (landed := lane.find(RunId(session.run_id))) is not None:
        decision = decision_of(verdict_of(lane, landed.row.run_id))
        return view.Captured(decision, None, "", seconds, remarks)
    incoming, text = _drafted(ledger, lane.current.lane, session, user_name(repo))
    is_known = incoming.row is not None and incoming.row.source.revision is not None
    meant = Meant(empty_config=session.may_have_empty_config or is_known)
    options = RecordOptions(is_dry_run=not session.is_recorded, meant=meant)
    done = run_record(repo, [incoming], options, workspace.progress)
    if has_errors(done.findings):
        raise HomegolfError(Exit.FINDINGS, *remarks, *done.findings)
    (plan,) = done.planned
    written = _written(session, incoming, text)
    if written and incoming.row is not None and not incoming.row.config:
        remarks = [*remarks, _empty_config(written[0])]
    is_shown = not session.is_kept
    return view.Captured(
        decision_of(plan.verdict), plan.commit, text if is_shown else "", seconds,
        [*remarks, *done.findings], written,
    )  # fmt: skip


def _empty_config(path: str) -> Finding:
    """Other than a capture, submit and the gate ask for a config even where the source tells runs apart."""
    fix = "give capture --set KEY=VALUE, or submit it with --allow-empty-config"
    return finding("empty_config", "config is empty", path, severity="warning", fix=fix)


def _written(session: Session, incoming: Incoming, text: str) -> list[str]:
    """The files of a row that goes to a place of its own: the row first, and its receipts."""
    if session.out is None:
        return []
    out, folder = Path(session.out), f"receipts/{session.run_id}"
    receipts = {f"{folder}/{name}": data for name, data in incoming.given.items()}
    files = {out.name: text.encode(), **receipts}
    place_files(out.parent, files)
    return [str(out.parent / name) for name in files]


def check(workspace: Workspace, ledger: Ledger, session: Session) -> None:
    """Refuse what would stand against the row whatever comes of the run.

    Raises:
        HomegolfError: with what does.
    """
    found = (lane.find(RunId(session.run_id)) for lane in ledger.lanes.values())
    if any(landed is not None for landed in found):
        raise refused(finding("duplicate_run_id", f"{session.run_id} has landed already"))
    part = Part(session.planned[0], 0.0, now(), failure=Failure("other", "train", "not run yet"))
    tried = replace(session, parts=(part,), has_log=False, is_recorded=False, out=None)
    land(workspace, ledger, tried, ())
    _check_seeds(ledger, tried)
    if Keeper(workspace.repo()).has(session.run_id):
        message = f"another capture of {session.run_id} has not landed"
        fix = f"run `homegolf capture --resume {session.run_id}`, or give another --run-id"
        raise refused(finding("capture_left", message, fix=fix))


def _check_seeds(ledger: Ledger, session: Session) -> None:
    """Refuse seeds that a lane takes one score of, and that have theirs."""
    lane = ledger.lanes[LaneId(session.lane)]
    if lane.current.lane.decision.repeats is not None:
        return
    seeds = [seed for seed in session.planned if seed is not None]
    row = _with_repeats(ledger, lane.current.lane, session, [], "?")[0].row
    digest = None if row is None else row.config_digest
    config = None if digest is None else judge_lane(lane).state.configs.get(digest)
    taken = {seed for seed, _ in config.known()} if config is not None else set()
    twice = [seed for at, seed in enumerate(seeds) if seed in taken or seed in seeds[:at]]
    if twice:
        message = f"seed {twice[0]} would have two scores in this config"
        fix = "give another --seed, or let the lane's decision declare `repeats: one` or `count`"
        raise refused(finding("duplicate_seed", message, fix=fix))


def _drafted(
    ledger: Ledger, lane: Lane, session: Session, submitter: str | None
) -> tuple[Incoming, str]:
    """The row on its way in; repeats are numbered behind those that its config has already."""
    state = judge_lane(ledger.lanes[lane.lane]).state
    session = _with_retries(ledger, lane, session, submitter)
    count = sum(len(part.results) for part in session.scored)
    incoming, text = _with_repeats(ledger, lane, session, [0] * count, submitter)
    row = incoming.row
    config = state.configs.get(row.config_digest) if row is not None else None
    taken = set(config.known()) if config is not None else set()
    repeats = list(_free(session, taken))
    if any(repeats):
        incoming, text = _with_repeats(ledger, lane, session, repeats, submitter)
    return incoming, text


def _free(session: Session, taken: set[tuple[int, int]]) -> Iterator[int]:
    """The repeat number of each result: as its report states it, or the next that is free."""
    for part in session.scored:
        for result in part.results:
            seed, repeat = result.numbers.get("seed"), int(result.numbers.get("repeat") or 0)
            if seed is not None:
                while "repeat" not in result.numbers and (int(seed), repeat) in taken:
                    repeat += 1
                taken.add((int(seed), repeat))
            yield repeat


def _with_retries(ledger: Ledger, lane: Lane, session: Session, submitter: str | None) -> Session:
    """What did not fit once more, in the same config, cannot run here at all."""
    failure = session.failure
    if failure is None or failure.kind != "oom":
        return session
    incoming, _ = _with_repeats(ledger, lane, session, [], submitter)
    digest = incoming.row.config_digest if incoming.row is not None else None
    before = [
        landed.row.failure
        for landed in ledger.lanes[lane.lane].rows
        if landed.row.config_digest == digest and landed.row.failure is not None
    ]
    if not any(item.kind == failure.kind for item in before):
        return session
    parts = [
        part if part.ended is None or part.failure is None
        else replace(part, failure=failure_of(replace(part.ended, is_retry=True)))
        for part in session.parts
    ]  # fmt: skip
    return replace(session, parts=tuple(parts))


def _with_repeats(
    ledger: Ledger, lane: Lane, session: Session, repeats: Sequence[int], submitter: str | None
) -> tuple[Incoming, str]:
    names = list(_names(session.parts))
    data = {name: report.data for name, report in names}
    files = [
        without_score(read_by_any(lane, report.kind, name, report.data), lane.metric.name)
        for name, report in names
    ]
    stated = {name for file in files for name in file.receipt.stated}
    own = _text(report_of(session, repeats, stated)).encode()
    data[REPORT] = own
    files.append(read_by_any(lane, REPORT_KIND, REPORT, own))
    if session.has_log:
        # With its run's name, so that runs that print the same, or nothing, have receipts of their own.
        data[LOG] = log_receipt(
            [
                (f"{session.run_id}: {part.title}", part.ended.lines if part.ended else ())
                for part in session.parts
            ]
        )
        files.append(ReceiptFile(LOG_KIND, LOG, sha256_hex(data[LOG]), Receipt(())))
    facts = replace(
        session.facts, seeds=(), run_id=session.run_id, notes=notes_of(session), hardware=()
    )
    known = Known(now=session.parts[-1].ended_at, mark=secrets.token_hex(2), submitter=submitter)
    if session.facts.hardware:
        facts = replace(facts, hardware=session.facts.hardware)
    document, found = draft_row(lane, facts, files, known)
    if has_errors(found):
        raise HomegolfError(Exit.FINDINGS, *found)
    if document["change"]["kind"] is None:
        document["change"]["kind"] = kind_of(document, ledger.row_of(document["base"]), lane)
    incoming, text = incoming_of(document)
    incoming.given = data
    return incoming, text


def _names(parts: Sequence[Part]) -> Iterator[tuple[str, Report]]:
    """Every report with a name of its own in the receipts folder."""
    taken = {REPORT, LOG}
    for number, part in enumerate(parts, start=1):
        for report in part.reports:
            name = report.name if report.name not in taken else f"{number}-{report.name}"
            while name in taken:
                name = f"x-{name}"
            taken.add(name)
            yield name, report


def _text(document: Document) -> str:
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
