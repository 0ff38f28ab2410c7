"""What a repository needs to be a ledger and does not have yet, or has and cannot be read."""

import os
from collections.abc import Iterator, Sequence

from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.lane import Signatures
from homegolf_git.core.model.naming import (
    LADDER_PATH,
    LEDGER,
    RECEIPTS_PATH,
    SIGNERS_PATH,
    SUBMODULE_MODE,
    LaneId,
    Oid,
    lane_id_of,
    lane_path,
)
from homegolf_git.shell.git.gitrepo import BRANCHES, GitRepo
from homegolf_git.shell.git.ledgerbranch import REMOTES
from homegolf_git.shell.git.ledgerref import SETTING
from homegolf_git.shell.reading.owners import OWNERS_PATHS

# Whom `homegolf init` names as owner until somebody else is.
_PLACEHOLDER = b"@your-org/"
_BRANCHES_MAX = 200  # that are looked at for a ledger


def no_ledger(repo: GitRepo, severity: Severity = "error") -> Finding:
    """That the ledger has no lane, and the next step to one."""
    if (nested := nested_ledger(repo, severity)) is not None:
        return nested
    message, fix = f"{repo.ledger_name} has no ledger/<lane>/lane.yaml", ""
    if repo.ledger_ref is not None:
        fix = f"name another branch by `git config {SETTING} BRANCH`, or run `git config --unset {SETTING}`"
        return finding("no_ledger", message, severity=severity, fix=fix)
    drafts = [] if repo.is_bare else sorted(repo.top.glob(lane_path("*")))
    if drafts:
        message += f"; {drafts[0].relative_to(repo.top)} is not committed"
        fix = f"run `git add {LEDGER}`, then `git commit`"
    elif (branch := _branch_with_ledger(repo)) is not None:
        message += f"; branch {branch} has one"
        fix = f"run `git switch {branch}`, or `homegolf init --branch {branch}` where the branch is the ledger's alone"
    return finding("no_ledger", message, severity=severity, fix=fix)


def nested_ledger(repo: GitRepo, severity: Severity = "error") -> Finding | None:
    """That the ledger's folder is a repository of its own: a submodule, or a clone that lies there."""
    head = repo.ledger_head()
    entry = list(repo.fields(("ls-tree", "-z", "--full-tree", head, LEDGER))) if head else []
    is_submodule = any(line.startswith(f"{SUBMODULE_MODE} ") for line in entry)
    is_clone = not repo.is_bare and os.path.lexists(repo.top / LEDGER / ".git")
    if not is_submodule and not is_clone:
        return None
    fetch = f"run `git submodule update --init {LEDGER}`, then " if is_submodule else ""
    message = f"{LEDGER} is a {'submodule' if is_submodule else 'repository of its own'}"
    fix = f"{fetch}give the command `--repo {LEDGER}`"
    return finding("ledger_is_submodule", message, severity=severity, fix=fix)


def _branch_with_ledger(repo: GitRepo) -> str | None:
    """A branch, here or as it was fetched, that has a ledger."""
    refs = list(repo.refs(BRANCHES, REMOTES))[:_BRANCHES_MAX]
    found = repo.lookups([f"{ref}:{LADDER_PATH}" for ref in refs])
    ref = next((ref for ref, blob in zip(refs, found, strict=True) if blob is not None), None)
    if ref is None or ref.startswith(BRANCHES):
        return ref and ref.removeprefix(BRANCHES)
    return ref.removeprefix(REMOTES).partition("/")[2]


def examine_setup(repo: GitRepo) -> Iterator[Finding]:
    """What is left to do before runs can be judged.

    Raises:
        HomegolfError: where the ledger's branch or a file in it cannot be read.
    """
    head = repo.ledger_head()
    lanes = lanes_at(repo, head) if head is not None else {}
    if head is None or not lanes:
        yield no_ledger(repo, "warning")
        return
    yield from _rules(repo, head, lanes)
    yield from _owners(repo, head)


def lanes_at(repo: GitRepo, head: Oid) -> dict[LaneId, Oid]:
    """The lane files of a commit."""
    listed = repo.fields(("ls-tree", "-z", "--name-only", "--full-tree", head, f"{LEDGER}/"))
    names = (entry.removeprefix(f"{LEDGER}/") for entry in listed)
    lanes = [lane for name in names if (lane := lane_id_of(name)) is not None]
    found = repo.files_at(head, [lane_path(lane) for lane in lanes])
    return {lane: blob for lane, blob in zip(lanes, found, strict=True) if blob is not None}


def _rules(repo: GitRepo, head: Oid, lanes: dict[LaneId, Oid]) -> Iterator[Finding]:
    from homegolf_git.shell.files.documents import (  # noqa: PLC0415 - needs YAML
        read_ladder,
        read_lane,
        read_receipt_maps,
    )

    metrics, asks = set(), False
    for lane, blob in lanes.items():
        rules, found = read_lane(repo.blobs([blob])[blob], lane_path(lane), lane)
        metrics |= {rules.metric.name} if rules is not None else set()
        asks = asks or (rules is not None and rules.signatures != Signatures())
        yield from _errors(found)
    if asks:
        yield from _signing(repo, head)
    place, maps = repo.files_at(head, [LADDER_PATH, RECEIPTS_PATH])
    if maps is not None:
        yield from _errors(read_receipt_maps(repo.blobs([maps])[maps], RECEIPTS_PATH, metrics)[1])
    if place is None:
        if len(lanes) > 1:
            message = "it is not there, so lanes stand in the order of their names"
            yield finding("lane_not_on_ladder", message, LADDER_PATH, severity="warning")
        return
    ladder, faults = read_ladder(repo.blobs([place])[place], LADDER_PATH)
    yield from _errors(faults)
    for lane in lanes:
        if lane not in ladder and not faults:
            message = f"{lane} stands outside it, behind the lanes of the ladder"
            fix = f"add {lane} to `lanes` in {LADDER_PATH}, or leave it where no run goes up to it or from it"
            yield finding("lane_not_on_ladder", message, LADDER_PATH, 0, "note", fix)


def _signing(repo: GitRepo, head: Oid) -> Iterator[Finding]:
    """What is left to do where a lane asks for signatures."""
    from homegolf_git.shell.git.sshkeys import HOW_TO_SIGN, signing_key  # noqa: PLC0415 - few lanes ask

    if repo.files_at(head, [SIGNERS_PATH]) == [None]:
        message = "a lane asks for signatures, and there is no such file"
        yield finding("bad_signers", message, SIGNERS_PATH, severity="warning")
    if signing_key(repo) is None:
        message = "a lane asks for signatures, and git is set to sign with no SSH key"
        yield finding("no_signing_key", message, severity="warning", fix=HOW_TO_SIGN)


def _errors(found: Sequence[Finding]) -> Iterator[Finding]:
    return (item for item in found if item.severity == "error")


def _owners(repo: GitRepo, head: Oid) -> Iterator[Finding]:
    """Owners that nobody is: a forge asks them for nothing, so rules change without a review."""
    found = repo.files_at(head, OWNERS_PATHS)
    for path, blob in zip(OWNERS_PATHS, found, strict=True):
        lines = repo.blobs([blob])[blob].splitlines() if blob is not None else []
        for number, line in enumerate(lines, start=1):
            if _PLACEHOLDER in line and not line.lstrip().startswith(b"#"):
                owner = next(word for word in line.split() if word.startswith(_PLACEHOLDER))
                message = f"{owner.decode('utf-8', 'replace')} is nobody"
                yield finding("placeholder_owners", message, path, number, "warning")
                break
