"""`homegolf submit`: a branch with the rows, judged by the gate, pushed, and a pull request."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shlex import quote

from homegolf_git.commands.draft import Request, drafted
from homegolf_git.commands.record import RecordOptions, run_record
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import Finding, has_errors
from homegolf_git.core.model.naming import PROMOTIONS, Oid, is_promotion, tag_pattern, tag_ref
from homegolf_git.core.model.values import Value, replace
from homegolf_git.core.views import gate as view
from homegolf_git.errors import Exit, HomegolfError, environment_error
from homegolf_git.shell.forge import PullRequest, compare_address, head_of, open_pull_request
from homegolf_git.shell.git.gitrepo import BRANCHES, GitRepo
from homegolf_git.shell.git.remotes import fetched, push, push_failed
from homegolf_git.shell.git.sidebranch import side_branch
from homegolf_git.shell.landing.commits import complete_killed
from homegolf_git.shell.landing.gate import check_proposal
from homegolf_git.shell.landing.incoming import Incoming, read_incoming
from homegolf_git.shell.landing.proposals import brings_just
from homegolf_git.shell.reporters import Answer, Refusal, refusal


class SubmitOptions(Value, frozen=True):
    """Where the rows go; `branch` None: named after the first run.

    `base` empty: the branch that the ledger has for itself, or main.

    `remote` has the base; the branch is pushed to `fork`, where there is one.
    """

    record: RecordOptions
    remote: str = "origin"
    base: str = ""
    branch: str | None = None
    fork: str | None = None

    @property
    def target(self) -> str:
        """The remote that gets the branch."""
        return self.fork or self.remote


def submit(
    workspace: Workspace, files: Sequence[Path], options: SubmitOptions
) -> Answer[view.Submission] | Refusal:
    """Record rows on a branch of their own, ask the gate, push, open a pull request.

    The work tree and its branch stay as they are. A dry run ends before the push and leaves nothing.
    """
    return _submitted(workspace, [read_incoming(file) for file in files], options)


def submit_drafted(
    workspace: Workspace, request: Request, options: SubmitOptions
) -> Answer[view.Submission] | Refusal:
    """Draft a row and submit it; a dry run shows it."""
    incoming, text = drafted(workspace, replace(request, is_shown=options.record.is_dry_run))
    return _submitted(workspace, [incoming], options, text if options.record.is_dry_run else "")


def _submitted(
    workspace: Workspace, candidates: list[Incoming], options: SubmitOptions, draft: str = ""
) -> Answer[view.Submission] | Refusal:
    repo = workspace.repo()
    own = "main" if repo.ledger_ref is None else repo.ledger_name
    options = replace(options, base=options.base or own)
    complete_killed(repo)  # first: git fetches nothing where a work tree was only half made
    with _base(repo, options) as base:
        return _submit(workspace, repo, base, candidates, options, draft)


def _submit(
    workspace: Workspace,
    repo: GitRepo,
    base: Oid,
    candidates: list[Incoming],
    options: SubmitOptions,
    draft: str,
) -> Answer[view.Submission] | Refusal:
    branch = _branch_named(candidates, options)
    there = repo.resolve(f"{BRANCHES}{branch}")
    if there is not None:
        if options.record.is_dry_run or not brings_just(repo, base, there, candidates):
            raise environment_error("branch_refused", f"there is a branch {branch} already")
        return _submit_again(workspace, repo, base, candidates, replace(options, branch=branch))
    with side_branch(repo, branch, base) as side:  # whose work tree tells whose branch it is
        recorded = run_record(side.repo, candidates, _landing(options.record), workspace.progress)
        if has_errors(recorded.findings):
            return refusal(recorded.findings)
        gate = view.Gate()
        if recorded.planned:  # else all of it has landed
            gate = _asked(workspace, repo, base, branch, options)
        if gate.is_ok and recorded.planned and not options.record.is_dry_run:
            _push(repo, options, base, branch, candidates)
            side.is_kept = True
    address, is_open = _open(repo, options, branch, gate) if side.is_kept else (None, False)
    submission = view.Submission(
        gate, [] if recorded.planned else recorded.landed, options.record.is_dry_run,
        options.target, branch if side.is_kept else None, address, draft, is_open,
    )  # fmt: skip
    return _answer(submission, recorded.findings)


def _submit_again(
    workspace: Workspace,
    repo: GitRepo,
    base: Oid,
    candidates: Sequence[Incoming],
    options: SubmitOptions,
) -> Answer[view.Submission]:
    """What a command that was killed had made or sent before: it is judged, pushed and proposed."""
    branch = options.branch or ""
    gate = _asked(workspace, repo, base, branch, options)
    address, is_open = None, False
    if gate.is_ok:
        _push(repo, options, base, branch, candidates)
        address, is_open = _open(repo, options, branch, gate)
    kept = branch if gate.is_ok else None
    submission = view.Submission(
        gate, [], is_dry_run=False, remote=options.target, branch=kept, address=address,
        is_open=is_open,
    )  # fmt: skip
    return _answer(submission, [])


def _asked(
    workspace: Workspace, repo: GitRepo, base: Oid, branch: str, options: SubmitOptions
) -> view.Gate:
    return check_proposal(
        repo, base, f"{BRANCHES}{branch}",
        meant=options.record.meant, progress=workspace.progress,
    )  # fmt: skip


def _answer(submission: view.Submission, recorded: Sequence[Finding]) -> Answer[view.Submission]:
    gate = submission.gate
    said = {item.code for item in gate.findings}
    found = [*(item for item in recorded if item.code not in said), *gate.findings]
    code = Exit.OK if gate.is_ok else Exit.FINDINGS
    return Answer(submission, view.submit_text, view.submit_json, code, found)


def _branch_named(candidates: Sequence[Incoming], options: SubmitOptions) -> str:
    """The branch that was named, or one named after the first run."""
    name = candidates[0].row.run_id if candidates[0].row else "rows"
    return options.branch or "run/" + re.sub(r"\.{2,}|\.lock$|\.$", "-", name)


def _landing(options: RecordOptions) -> RecordOptions:
    """Rows are committed on the side branch in a dry run too: the gate judges commits."""
    return replace(options, is_dry_run=False)


@contextmanager
def _base(repo: GitRepo, options: SubmitOptions) -> Iterator[Oid]:
    """The main branch as the remote has it, or the local one where there is no such remote.

    Promotions come along: a row may need one, and a plain fetch of a branch may miss it.
    """
    repo.require_history()
    if options.fork is not None and not _address(repo, options.fork):
        fix = f"run `git remote add {options.fork} ADDRESS`"
        raise environment_error("push_failed", f"there is no remote {options.fork!r}", fix)
    if repo.run("remote", "get-url", "--", options.remote).code == 0:
        sources = {
            "base": f"refs/heads/{options.base}",
            f"{PROMOTIONS}/*": tag_pattern(PROMOTIONS),
        }
        with (
            fetched(repo, options.remote, sources) as refs,
            _promotions(repo, refs, stay=not options.record.is_dry_run),
        ):
            yield refs["base"]
        return
    if not options.record.is_dry_run:
        fix = f"run `git remote add {quote(options.remote)} URL`, or name another with --remote"
        raise environment_error("push_failed", f"there is no remote {options.remote!r}", fix)
    found = repo.resolve(f"refs/heads/{options.base}")
    if found is None:
        fix = "name a branch that is here with --base"
        raise environment_error("no_commits", f"there is no branch {options.base!r}", fix)
    yield found


@contextmanager
def _promotions(repo: GitRepo, refs: Mapping[str, Oid], *, stay: bool) -> Iterator[None]:
    """Published promotions as tags: they win over those that were made only here, if they stay."""
    here = repo.tag_objects(PROMOTIONS)
    published = {name: oid for name, oid in refs.items() if is_promotion(name)}
    taken = {name: oid for name, oid in published.items() if here.get(name) != oid}
    try:
        for name, oid in taken.items():
            repo.update_ref(tag_ref(name), oid)
        yield
    finally:
        for name, oid in () if stay else taken.items():
            repo.update_ref(tag_ref(name), here.get(name), oid)


def _push(
    repo: GitRepo, options: SubmitOptions, base: Oid, branch: str, candidates: Sequence[Incoming]
) -> None:
    """Push the branch; one that is there with just these rows was pushed by a command that was killed."""
    ref = f"{BRANCHES}{branch}"
    ran = push(repo, options.target, [f"{ref}:{ref}"])
    if ran.code == 0:
        return
    with suppress(HomegolfError), fetched(repo, options.target, {"there": ref}) as refs:
        if brings_just(repo, base, refs["there"], candidates) and repo.update_ref(
            ref, refs["there"]
        ):
            return
    raise push_failed(repo, options.target, ran.error, branch)


def _open(
    repo: GitRepo, options: SubmitOptions, branch: str, gate: view.Gate
) -> tuple[str | None, bool]:
    """Open the pull request; its address or the page to open it, and which of both it is."""
    first, *others = gate.verdicts
    more = f" and {len(others)} more" if others else ""
    fork = None if options.fork is None else _address(repo, options.fork)
    head = head_of(branch, fork)
    request = PullRequest(
        options.base,
        head,
        f"run({first.lane}): {first.run_id}{more}",
        view.markdown(gate),
    )
    address = open_pull_request(repo.top, request)
    if address is not None:
        return address, True
    return compare_address(_address(repo, options.remote), options.base, head), False


def _address(repo: GitRepo, remote: str) -> str:
    """Where a remote is; of a name that is none, nothing."""
    return repo.run("remote", "get-url", "--", remote).text
