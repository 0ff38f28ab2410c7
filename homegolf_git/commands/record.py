"""`homegolf record`: validate rows, put them in their place, commit each."""

import os
from collections.abc import Sequence
from pathlib import Path

from homegolf_git.core.judge.admission import admit
from homegolf_git.core.judge.ledger import Judged, Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.naming import LaneId, Oid, time_key
from homegolf_git.core.model.values import Json, Record, Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.views import inert
from homegolf_git.core.views.findings import findings_json
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.errors import Exit, refused
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.commits import commit_files, require_committable
from homegolf_git.shell.landing.intake import Incoming, land, read_incoming
from homegolf_git.shell.reading.load import current_ledger, promotion_tags
from homegolf_git.shell.reading.promotions import PromotionTags
from homegolf_git.shell.reporters import Output
from homegolf_git.shell.trainer import with_changed_paths


class RecordOptions(Value, frozen=True):
    """How `record` goes about it."""

    receipt_folders: tuple[Path, ...] = ()
    is_dry_run: bool = False
    keeps_invalid: bool = False
    source: Path | None = None  # the trainer's repository, to compute changed paths from


class Planned(Record):
    """A row that may land, with the verdict it would have; committed or not."""

    candidate: Incoming
    verdict: Verdict
    commit: Oid | None = None


class Recorded(Value, frozen=True):
    """Rows in the order of their commits, those that had landed before, and all findings."""

    planned: list[Planned]
    landed: list[str]
    findings: list[Finding]


def record(out: Output, repo_path: Path, files: Sequence[Path], options: RecordOptions) -> Exit:
    """Record row files, all or none, each in a commit of its own in `finished_at` order."""
    return record_candidates(out, repo_path, [read_incoming(file) for file in files], options)


def rows_in(folder: Path) -> list[Path]:
    """The row files of a folder."""
    if not os.path.isdir(folder):  # noqa: PTH112 - is_dir raises for a name that is too long
        raise refused(finding("no_file", f"{folder} is no folder", str(folder)))
    found = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    if not found:
        raise refused(finding("no_file", f"{folder} holds no .yaml file", str(folder)))
    return found


def record_candidates(
    out: Output, repo_path: Path, candidates: list[Incoming], options: RecordOptions
) -> Exit:
    """Record candidates and answer with what was done."""
    recorded = run_record(GitRepo(repo_path), candidates, options)
    if has_errors(recorded.findings):
        return out.refuse(recorded.findings)
    out.findings(recorded.findings)
    lines = [_line(plan, is_dry_run=options.is_dry_run) for plan in recorded.planned]
    lines += [
        f"{run_id} has landed before with the same content: nothing to do"
        for run_id in recorded.landed
    ]
    out.answer(
        "\n".join(lines),
        ok=True,
        dry_run=options.is_dry_run,
        committed=[_json(plan) for plan in recorded.planned],
        already_landed=recorded.landed,
        findings=findings_json(recorded.findings),
    )
    return Exit.OK


def run_record(repo: GitRepo, candidates: list[Incoming], options: RecordOptions) -> Recorded:
    """Plan every row first; write and commit only when nothing stands against any of them."""
    head = repo.require_history() if options.is_dry_run else require_committable(repo)
    tags = promotion_tags(repo)
    ledger = current_ledger(repo, head, tags)
    if options.source is not None:
        candidates = [with_changed_paths(c, ledger, candidates, options.source) for c in candidates]
    planned, landed = _plan(repo, ledger, candidates, options, tags)
    found = [item for candidate in candidates for item in candidate.findings]
    if not has_errors(found) and not options.is_dry_run:
        for plan in planned:
            plan.commit = commit_files(repo, plan.candidate.message, plan.candidate.files)
    return Recorded(planned, landed, found)


def _plan(
    repo: GitRepo,
    ledger: Ledger,
    candidates: list[Incoming],
    options: RecordOptions,
    tags: PromotionTags,
) -> tuple[list[Planned], list[str]]:
    """What each row would meet if they landed one after the other, and which have landed before."""
    judged: dict[LaneId, Judged] = {}
    planned: list[Planned] = []
    landed: list[str] = []
    for candidate in sorted(candidates, key=_order):
        row = candidate.row
        if row is None:
            continue
        if ledger.row_paths.get(row.run_id) == candidate.place:
            if _has_landed(repo, ledger, candidate):
                landed.append(row.run_id)
            continue
        row_landed = land(repo, ledger, candidate, list(options.receipt_folders), tags)
        if row_landed is None:
            continue
        if row.lane not in judged:
            judged[row.lane] = judge_lane(ledger.lanes[row.lane])
        verdict, found = admit(
            ledger, judged[row.lane], row_landed, keep_invalid=options.keeps_invalid
        )
        for item in found:
            candidate.findings.append(_at(item, candidate.path))
        ledger.row_paths[row.run_id] = candidate.place
        planned.append(Planned(candidate, verdict))
    return planned, landed


def _order(candidate: Incoming) -> tuple[tuple[str, str], str]:
    row = candidate.row
    return (time_key(row.finished_at), row.run_id) if row else (("", ""), candidate.path)


def _at(item: Finding, path: str) -> Finding:
    """A finding at the file that the user named, not at its place to be."""
    return finding(item.code, item.message, path, item.line, item.severity, item.fix)


def _has_landed(repo: GitRepo, ledger: Ledger, candidate: Incoming) -> bool:
    """Whether this very row has landed; another one under its id is a finding."""
    assert candidate.row is not None  # noqa: S101 - the caller's condition
    path = candidate.place
    (landed,) = repo.lookups([f"{ledger.head}:{path}"])
    if landed is not None and repo.blobs([landed])[landed] == candidate.data:
        return True
    message = f"{candidate.row.run_id} has landed with other content"
    candidate.findings.append(finding("different_content", message, candidate.path))
    return False


def _line(plan: Planned, *, is_dry_run: bool) -> str:
    verdict = plan.verdict
    judged = f"{verdict.verdict_class}/{verdict.reason}: {verdict.sentence}"
    if is_dry_run:
        files = "".join(f"\n  + {inert.plain(path)}" for path in plan.candidate.files)
        message = "\n".join(f"  | {line}" for line in plan.candidate.message.rstrip().split("\n"))
        return f"would commit {verdict.run_id} to {verdict.lane}{files}\n{message}\n  {judged}"
    assert plan.commit is not None  # noqa: S101 - committed just now
    return f"{plan.commit[:12]} {verdict.run_id} in {verdict.lane}: {judged}"


def _json(plan: Planned) -> Json:
    return {
        "run_id": plan.verdict.run_id,
        "lane": plan.verdict.lane,
        "commit": plan.commit,
        "files": list(plan.candidate.files),
        "message": plan.candidate.message,
        "verdict": verdict_json(plan.verdict),
    }
