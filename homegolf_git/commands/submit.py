"""`homegolf submit`: a branch with the rows, judged by the gate, pushed, and a pull request."""

import re
from collections.abc import Sequence
from pathlib import Path

from homegolf_git.commands.check import gate_of
from homegolf_git.commands.record import RecordOptions, run_record
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.model.naming import PROMOTIONS, Oid, tag_refspec
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.views import gate as view
from homegolf_git.errors import Exit, environment_error
from homegolf_git.shell.forge import PullRequest, compare_address, open_pull_request
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.gate import GateReport, check_proposal
from homegolf_git.shell.landing.incoming import Incoming, read_incoming
from homegolf_git.shell.reporters import Answer, Refusal, refusal


class SubmitOptions(Value, frozen=True):
    """Where the rows go; `branch` None: named after the first run."""

    record: RecordOptions
    remote: str = "origin"
    base: str = "main"
    branch: str | None = None


def submit(
    workspace: Workspace, files: Sequence[Path], options: SubmitOptions
) -> Answer[view.Submission] | Refusal:
    """Record rows on a branch of their own, ask the gate, push, open a pull request.

    The work tree and its branch stay as they are. A dry run ends before the push and leaves nothing.
    """
    repo = workspace.repo()
    candidates = [read_incoming(file) for file in files]
    base = _base(repo, options)
    branch = _free_branch(repo, candidates, options)
    keeps_branch = False
    try:
        with repo.side_branch(branch, base) as side:
            recorded = run_record(side, candidates, _landing(options.record), workspace.progress)
        if has_errors(recorded.findings):
            return refusal(recorded.findings)
        report = GateReport()  # rows that have all landed before propose nothing
        if recorded.planned:
            head = f"refs/heads/{branch}"
            report = check_proposal(repo, base, head, progress=workspace.progress)
        is_sent = report.is_ok and bool(recorded.planned) and not options.record.is_dry_run
        address = None
        if is_sent:
            _push(repo, options, branch)
            keeps_branch = True
            address = _open(repo, options, branch, report)
    finally:
        if not keeps_branch:
            repo.update_ref(f"refs/heads/{branch}", None)
    submission = view.Submission(
        gate_of(report), [] if recorded.planned else recorded.landed, options.record.is_dry_run,
        options.remote, branch if keeps_branch else None, address,
    )  # fmt: skip
    said = {item.code for item in report.findings}
    found = [item for item in recorded.findings if item.code not in said]
    code = Exit.OK if report.is_ok else Exit.FINDINGS
    return Answer(submission, view.submit_text, view.submit_json, code, [*found, *report.findings])


def _free_branch(repo: GitRepo, candidates: Sequence[Incoming], options: SubmitOptions) -> str:
    """The branch that was named, or one named after the first run; it must be new."""
    name = candidates[0].row.run_id if candidates[0].row else "rows"
    branch = options.branch or "run/" + re.sub(r"\.{2,}|\.lock$|\.$", "-", name)
    if repo.resolve(f"refs/heads/{branch}") is not None:
        raise environment_error("branch_refused", f"there is a branch {branch} already")
    return branch


def _landing(options: RecordOptions) -> RecordOptions:
    """Rows are committed on the side branch in a dry run too: the gate judges commits."""
    return replace(options, is_dry_run=False)


def _base(repo: GitRepo, options: SubmitOptions) -> Oid:
    """The main branch as the remote has it, or the local one where there is no such remote."""
    repo.require_history()
    if repo.run("remote", "get-url", "--", options.remote).code == 0:
        # Promotions come along: a row may need one, and a plain fetch of a branch may miss it.
        ran = repo.run(
            "fetch", "--quiet", "--", options.remote, options.base, tag_refspec(PROMOTIONS)
        )
        if ran.code:
            raise environment_error(
                "push_failed", ran.error or f"cannot fetch from {options.remote}"
            )
        found = repo.resolve("FETCH_HEAD")
    elif options.record.is_dry_run:
        found = repo.resolve(f"refs/heads/{options.base}")
    else:
        raise environment_error("push_failed", f"there is no remote {options.remote!r}")
    if found is None:
        raise environment_error("no_commits", f"there is no branch {options.base!r}")
    return found


def _push(repo: GitRepo, options: SubmitOptions, branch: str) -> None:
    ran = repo.run(
        "push", "--quiet", "--", options.remote, f"refs/heads/{branch}:refs/heads/{branch}"
    )
    if ran.code:
        raise environment_error("push_failed", ran.error or f"{options.remote} refused {branch}")


def _open(repo: GitRepo, options: SubmitOptions, branch: str, report: GateReport) -> str | None:
    """Open the pull request; its address, or the page to open it, or None."""
    first, *others = report.verdicts
    more = f" and {len(others)} more" if others else ""
    request = PullRequest(
        options.base,
        branch,
        f"run({first.lane}): {first.run_id}{more}",
        view.markdown(gate_of(report)),
    )
    address = open_pull_request(repo.top, request)
    if address is None:
        remote = repo.run("remote", "get-url", "--", options.remote).text
        address = compare_address(remote, options.base, branch)
    return address
