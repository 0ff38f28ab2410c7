"""`homegolf retract`: say that a landed run does not count, and list the verdicts it changes."""

from homegolf_git.commands.common import lane_of, place_of_run
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.admission import Trial
from homegolf_git.core.judge.ledger import LandedRetraction
from homegolf_git.core.model.naming import LedgerPath, Oid, retraction_path
from homegolf_git.core.model.row import Retraction
from homegolf_git.core.model.values import Json, Value, replace
from homegolf_git.core.views import retract as view
from homegolf_git.errors import refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.documents import read_retraction
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.commits import committing
from homegolf_git.shell.reading.load import current_ledger
from homegolf_git.shell.reporters import Answer


class Grounds(Value, frozen=True):
    """Why a run does not count, where that can be seen, and who says so."""

    reason: str
    evidence: str
    by: str


def retract(
    workspace: Workspace, run: str, grounds: Grounds, *, is_dry_run: bool = False
) -> Answer[view.Retracted]:
    """Commit a retraction; rows are never edited, this is how they are corrected."""
    repo = workspace.repo()
    if is_dry_run:
        head = repo.require_history()
        return _answer(_planned(workspace, repo, head, run, grounds)[0])
    with committing(repo) as committer:
        plan, files = _planned(workspace, repo, committer.head, run, grounds)
        if plan.is_new:
            message = f"retract({plan.lane}): {plan.run_id}\n"
            if plan.is_signed:
                committer.signing.ask(dict.fromkeys(files, grounds.by))
            plan = replace(plan, commit=committer.commit(message, files))
        return _answer(replace(plan, is_dry_run=False))


def _answer(retracted: view.Retracted) -> Answer[view.Retracted]:
    return Answer(retracted, view.text, view.json)


def _planned(
    workspace: Workspace, repo: GitRepo, head: Oid, run: str, grounds: Grounds
) -> tuple[view.Retracted, dict[str, bytes]]:
    """What the retraction would change, and its file; no file where it has landed before."""
    ledger = current_ledger(repo, head, progress=workspace.progress)
    place = place_of_run(ledger, run)
    facts = Retraction(place.run_id, grounds.reason, grounds.evidence, grounds.by)
    if facts.run_id in lane_of(ledger, place.lane).retracted:
        return view.Retracted(facts.run_id, place.lane, is_dry_run=True, is_new=False), {}
    path = retraction_path(place.lane, facts.run_id)
    files = {path: _file(facts, path, place)}
    trial = Trial(ledger)
    trial.retract(place.lane, LandedRetraction(facts, Oid(""), ledger.track.commits))
    changed = trial.rejudged(place.lane)
    asks = lane_of(ledger, place.lane).current.lane.signatures.rows
    plan = view.Retracted(
        facts.run_id, place.lane, is_dry_run=True, changed=changed, is_signed=asks
    )
    return plan, files


def _file(facts: Retraction, path: str, place: LedgerPath) -> bytes:
    """The retraction's file, which must be one that can be read."""
    data = rowyaml.dump(_document(facts)).encode()
    _, found = read_retraction(data, path, place)
    if found:
        raise refused(*found)
    return data


def _document(facts: Retraction) -> dict[str, Json]:
    return {
        "schema": "homegolf/retraction/v1",
        "run_id": facts.run_id,
        "reason": facts.reason,
        "evidence": facts.evidence,
        "by": facts.by,
    }
