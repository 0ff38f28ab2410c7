"""`homegolf retract`: say that a landed run does not count, and list the verdicts it changes."""

import sys
from pathlib import Path

from homegolf_git.commands.common import place_of_run
from homegolf_git.core.judge.ledger import LandedRetraction, LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import LedgerPath, Oid, retraction_path
from homegolf_git.core.model.row import Retraction
from homegolf_git.core.model.values import Json, Value
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.views.verdicts import verdict_json
from homegolf_git.errors import Exit, refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.documents import read_retraction
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.commits import commit_files, require_committable
from homegolf_git.shell.reading.load import current_ledger
from homegolf_git.shell.reporters import Output


class Grounds(Value, frozen=True):
    """Why a run does not count, where that can be seen, and who says so."""

    reason: str
    evidence: str
    by: str


def retract(
    out: Output, repo_path: Path, run: str, grounds: Grounds, *, is_dry_run: bool = False
) -> Exit:
    """Commit a retraction; rows are never edited, this is how they are corrected."""
    repo = GitRepo(repo_path)
    head = repo.require_history() if is_dry_run else require_committable(repo)
    ledger = current_ledger(repo, head)
    place = place_of_run(ledger, run)
    lane_id = place.lane
    facts = Retraction(place.run_id, grounds.reason, grounds.evidence, grounds.by)
    lane = ledger.lanes.get(lane_id)
    if lane is None:
        raise refused(finding("unknown_lane", f"{lane_id} has no rules"))
    if facts.run_id in lane.retracted:
        out.answer(
            f"{facts.run_id} is retracted already: nothing to do",
            ok=True,
            commit=None,
            dry_run=is_dry_run,
            changed=[],
        )
        return Exit.OK
    path = retraction_path(lane_id, facts.run_id)
    data = rowyaml.dump(_document(facts)).encode()
    _, found = read_retraction(data, path, LedgerPath("retraction", lane_id, facts.run_id))
    if found:
        raise refused(*found)
    changed = _changed(lane, facts)
    message = f"retract({lane_id}): {facts.run_id}\n"
    commit = None if is_dry_run else commit_files(repo, message, {path: data})
    verb = "would retract" if is_dry_run else "retracted"
    lines = [f"{verb} {facts.run_id} in {lane_id}"]
    lines += [
        f"  {now.run_id}: {_named(was)} -> {_named(now)}"
        + (" (other figures)" if _named(was) == _named(now) else "")
        for was, now in changed
    ]
    out.answer(
        "\n".join(lines), ok=True, commit=commit, dry_run=is_dry_run,
        changed=[{"before": verdict_json(was), "after": verdict_json(now)} for was, now in changed],
    )  # fmt: skip
    return Exit.OK


def _named(verdict: Verdict) -> str:
    return f"{verdict.verdict_class}/{verdict.reason}"


def _document(facts: Retraction) -> dict[str, Json]:
    return {
        "schema": "homegolf/retraction/v1",
        "run_id": facts.run_id,
        "reason": facts.reason,
        "evidence": facts.evidence,
        "by": facts.by,
    }


def _changed(lane: LaneLedger, facts: Retraction) -> list[tuple[Verdict, Verdict]]:
    """Verdicts that differ with the retraction, before and after."""
    after = lane.with_retraction(LandedRetraction(facts, Oid(""), sys.maxsize))
    pairs = zip(judge_lane(lane).verdicts, judge_lane(after).verdicts, strict=True)
    return [(was, now) for was, now in pairs if was != now]
