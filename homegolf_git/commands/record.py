"""`homegolf record`: validate rows, put them in their place, commit each."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.admission import Trial
from homegolf_git.core.judge.history import landing_order
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.remarks import NOTHING_MEANT, Meant
from homegolf_git.core.model.findings import finding, has_errors
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.views import record as view
from homegolf_git.errors import Exit, HomegolfError, refused
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.commits import committing
from homegolf_git.shell.landing.incoming import Incoming, land, read_incoming
from homegolf_git.shell.progress import SILENT, Progress
from homegolf_git.shell.reading.load import current_ledger, promotion_tags
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.trainer import with_changed_paths

if TYPE_CHECKING:  # few rows are drafted
    from homegolf_git.commands.draft import Request

_AT_ONCE = 250  # rows of one call of git


class RecordOptions(Value, frozen=True):
    """How `record` goes about it."""

    receipt_folders: tuple[Path, ...] = ()
    is_dry_run: bool = False
    meant: Meant = NOTHING_MEANT
    source: Path | None = None  # the trainer's repository, to compute changed paths from
    keeps_order: bool = False  # rows land as they are given, whenever they finished


def record(
    workspace: Workspace, files: Sequence[Path], options: RecordOptions
) -> Answer[view.Recorded]:
    """Record row files, all or none, each in a commit of its own in `finished_at` order."""
    return record_candidates(workspace, [read_incoming(file) for file in files], options)


def rows_in(folder: Path) -> list[Path]:
    """The row files of a folder."""
    if not os.path.isdir(folder):  # noqa: PTH112 - is_dir raises for a name that is too long
        raise refused(finding("no_file", f"{folder} is no folder", str(folder)))
    found = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    if not found:
        raise refused(finding("no_file", f"{folder} holds no .yaml file", str(folder)))
    return found


def record_drafted(
    workspace: Workspace, request: "Request", options: RecordOptions
) -> Answer[view.Recorded]:
    """Draft a row, and record it like one that was written by hand."""
    from homegolf_git.commands.draft import drafted  # noqa: PLC0415 - few rows are drafted

    incoming, text = drafted(workspace, replace(request, is_shown=options.is_dry_run))
    return record_candidates(workspace, [incoming], options, text if options.is_dry_run else "")


def record_candidates(
    workspace: Workspace, candidates: list[Incoming], options: RecordOptions, draft: str = ""
) -> Answer[view.Recorded]:
    """Record candidates; `draft` is the text of one that is to be shown."""
    done = run_record(workspace.repo(), candidates, options, workspace.progress)
    done = replace(done, draft=draft)
    if has_errors(done.findings):
        return Answer(done, view.refused_text, view.refused_json, Exit.FINDINGS, done.findings)
    return Answer(done, view.text, view.json, findings=done.findings)


def run_record(
    repo: GitRepo,
    candidates: list[Incoming],
    options: RecordOptions,
    progress: Progress = SILENT,
) -> view.Recorded:
    """Plan every row first; write and commit only when nothing stands against any of them."""
    tags = promotion_tags(repo, progress)
    if options.is_dry_run:
        return _planned(tags, repo.require_history(), candidates, options)
    with committing(repo) as committer:
        recorded = _planned(tags, committer.head, candidates, options)
        if has_errors(recorded.findings):
            return recorded
        signing = {
            next(iter(plan.files)): plan.signed_for for plan in recorded.planned if plan.signed_for
        }
        committer.signing.ask(signing)
        done: list[view.Planned] = []
        for batch in _batches(recorded.planned):
            progress.show(f"committing {len(done)} of {len(recorded.planned)} rows")
            made = committer.commit_all([(plan.message, plan.files) for plan in batch])
            done += [replace(plan, commit=oid) for plan, oid in zip(batch, made, strict=True)]
        progress.clear()
        return replace(recorded, planned=done)


def _batches(planned: Sequence[view.Planned]) -> Iterator[Sequence[view.Planned]]:
    """Rows that are committed together: their names fit into one call of git."""
    for start in range(0, len(planned), _AT_ONCE):
        yield planned[start : start + _AT_ONCE]


def _planned(
    tags: PromotionTags, head: Oid, candidates: list[Incoming], options: RecordOptions
) -> view.Recorded:
    ledger = current_ledger(tags.repo, head, tags)
    if not ledger.lanes:
        _require_no_other(tags.repo)
    if options.source is not None:
        candidates = [with_changed_paths(c, ledger, candidates, options.source) for c in candidates]
    planned, landed = _plan(tags, ledger, candidates, options)
    found = [item for candidate in candidates for item in candidate.findings]
    return view.Recorded(planned, landed, found, options.is_dry_run)


def _require_no_other(repo: GitRepo) -> None:
    """Refuse where the ledger is that of a repository inside this one."""
    from homegolf_git.shell.setup import nested_ledger  # noqa: PLC0415 - rarely needed

    if (nested := nested_ledger(repo)) is not None:
        raise HomegolfError(Exit.ENVIRONMENT, nested)


def _plan(
    tags: PromotionTags, ledger: Ledger, candidates: list[Incoming], options: RecordOptions
) -> tuple[list[view.Planned], list[str]]:
    """What each row would meet if they landed one after the other, and which have landed before."""
    trial = Trial(ledger, options.meant)
    planned: list[view.Planned] = []
    landed: list[str] = []
    for candidate in candidates if options.keeps_order else sorted(candidates, key=_order):
        row = candidate.row
        if row is not None and ledger.row_paths.get(row.run_id) == candidate.place:
            if _has_landed(tags.repo, ledger, candidate):
                landed.append(row.run_id)
            continue
        row_landed = land(tags, trial, candidate, options.receipt_folders)
        if row_landed is None:
            continue
        verdict, found = trial.admit(row_landed)
        # At the file that the user named, not at its place to be.
        candidate.remarks += [replace(item, path=candidate.path) for item in found]
        asks = trial.ledger.lanes[row_landed.row.lane].current.lane.signatures.rows
        signed_for = row_landed.row.submitter if asks else ""
        planned.append(
            view.Planned(verdict, candidate.message, candidate.files, signed_for=signed_for)
        )
    return planned, landed


def _order(candidate: Incoming) -> tuple[tuple[str, str], str]:
    row = candidate.row
    return landing_order(row) if row else (("", ""), candidate.path)


def _has_landed(repo: GitRepo, ledger: Ledger, candidate: Incoming) -> bool:
    """Whether this very row has landed; another one under its id is a finding."""
    assert candidate.row is not None  # noqa: S101 - the caller's condition
    path = candidate.place
    (landed,) = repo.lookups([f"{ledger.head}:{path}"])
    if landed is not None and repo.blobs([landed])[landed] == candidate.arrival.data:
        return True
    message = f"{candidate.row.run_id} has landed with other content"
    candidate.remarks.append(finding("different_content", message, candidate.path))
    return False
