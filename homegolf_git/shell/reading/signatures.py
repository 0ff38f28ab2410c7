"""Whether rows, retractions and tags carry the signatures that their lanes ask for.

The list of who may sign is the one of the commit before: nobody lets himself in. What is signed is
the commit that adds the file, wherever it lies among those that were merged. Nothing is asked of git
where no lane asks for signatures.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.signed import Asked, asked_files, asked_tags
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LEDGER, SIGNERS_PATH, TAG_FOLDERS, Oid
from homegolf_git.core.model.signers import Signers, read_signers, still_valid
from homegolf_git.errors import refused
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.gitsignatures import Signature, commit_signatures, signed_tags
from homegolf_git.shell.git.rawlog import LAYOUT, RAW, parse_log

_SHOWN = 12
_AGAIN = "retract the run, and record it again, signed, under another id"
_LISTED = f"have its key put into {SIGNERS_PATH} first, by a change of rules of its own"


def landed_signatures(repo: GitRepo, ledger: Ledger, beyond: int = -1) -> Iterator[Finding]:
    """What is wrong with the signatures of rows and retractions that landed behind a position."""
    asked = [item for item in asked_files(ledger, beyond) if item.path in ledger.track.landed]
    if not asked:
        return
    for number in read_signers(signers_at(repo, ledger.head) or b"").bad_lines:
        message = "it names no key, or one of a line before it"
        yield finding("bad_signers", message, SIGNERS_PATH, number, "warning")
    added = _adding_commits(repo, ledger.head)
    versions = _versions(repo, ledger.head)
    places = [position for position, _ in versions]
    by_list: dict[Oid | None, list[Asked]] = {}
    for item in asked:
        number = bisect_left(places, item.position) - 1
        by_list.setdefault(versions[number][1] if number >= 0 else None, []).append(item)
    for blob, items in by_list.items():
        allowed = b"" if blob is None else repo.blobs([blob])[blob]
        commits = {
            item.path: added.get((item.path, ledger.track.landed[item.path]), ()) for item in items
        }
        names = {item.path: item.by for item in items}
        yield from _findings(repo, commits, names, allowed, f"{_AGAIN}; before that {_LISTED}")


def _adding_commits(repo: GitRepo, head: Oid) -> dict[tuple[str, Oid], list[Oid]]:
    """The commits that add each row and retraction, by path and content; merges add nothing."""
    paths = (f":(glob){LEDGER}/*/runs/**", f":(glob){LEDGER}/*/retractions/**")
    fields = repo.fields(("log", "--no-merges", "--diff-filter=A", *RAW, LAYOUT, head, "--", *paths))  # fmt: skip
    found: dict[tuple[str, Oid], list[Oid]] = {}
    for oid, _, changes, _ in parse_log(fields):
        for change in changes:
            found.setdefault((change.path, change.blob), []).append(oid)
    return found


def _versions(repo: GitRepo, head: Oid) -> list[tuple[int, Oid | None]]:
    """Every list of signers that was in force on the line, with the position from behind which on."""
    out = repo.read("rev-list", "--first-parent", "--reverse", head, "--", SIGNERS_PATH).decode()
    commits = [Oid(oid) for oid in out.split()]
    blobs = repo.lookups([f"{oid}:{SIGNERS_PATH}" for oid in commits])
    positions = repo.positions(head)
    return [
        (positions[oid], blob or repo.files_at(oid, [SIGNERS_PATH])[0])
        for oid, blob in zip(commits, blobs, strict=True)
    ]


def proposed_signatures(
    repo: GitRepo, base: Oid, commits: Mapping[str, Sequence[Oid]], names: Mapping[str, str]
) -> Iterator[Finding]:
    """The same for files that are to land on a base: the commits that add each, and whose it is.

    A key that has ended does not count here, whatever date a commit gives itself.
    """
    if not names:
        return
    time = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
    allowed = still_valid(signers_at(repo, base) or b"", time)
    fix = f"sign that commit: `git rebase --exec 'git commit --amend --no-edit -S' <base>`; or {_LISTED}"
    yield from _findings(repo, commits, names, allowed, fix)


def require_signed(repo: GitRepo, base: Oid, made: Oid, names: Mapping[str, str]) -> None:
    """Refuse a commit that is to land on a base and does not carry the signature that it needs.

    Raises:
        HomegolfError: naming the signature.
    """
    found = list(proposed_signatures(repo, base, dict.fromkeys(names, (made,)), names))
    if found:
        raise refused(*found)


def signers_at(repo: GitRepo, commit: Oid) -> bytes | None:
    """The list of who may sign, as a commit has it; None where there is none."""
    (blob,) = repo.files_at(commit, [SIGNERS_PATH])
    return None if blob is None else repo.blobs([blob])[blob]


def _findings(
    repo: GitRepo,
    commits: Mapping[str, Sequence[Oid]],
    names: Mapping[str, str],
    allowed: bytes,
    fix: str,
) -> Iterator[Finding]:
    signers = read_signers(allowed)
    wanted = (oid for path in names for oid in commits.get(path, ()))
    signatures = commit_signatures(repo, wanted, allowed)
    for path, name in names.items():
        there = {oid: signatures[oid] for oid in commits.get(path, ()) if oid in signatures}
        if not any(_counts(signature, signers, name) for signature in there.values()):
            yield _fault(path, name, there, is_listed=bool(allowed), fix=fix)


def _counts(signature: Signature, signers: Signers, name: str) -> bool:
    return signature.is_good and signers.may_sign(signature.fingerprint, signature.name, name)


def _fault(
    path: str, name: str, there: Mapping[Oid, Signature], *, is_listed: bool, fix: str
) -> Finding:
    good = {oid: signature for oid, signature in there.items() if signature.is_good}
    if good:
        oid, signature = next(iter(good.items()))
        message = f"it is of {name}, and commit {oid[:_SHOWN]} is signed by {signature.name} ({signature.fingerprint}), who may not sign for that name"
        return finding("wrong_signer", message, path, fix=fix)
    if not there:
        return finding("unsigned", "no commit of this history adds it by itself", path, fix=fix)
    oid, signature = next(iter(there.items()))
    what = "has no signature that can be read"
    if signature.fingerprint:
        why = (
            "is not on the list, or did not count then"
            if is_listed
            else "nobody vouches for: there is no list"
        )
        what = f"is signed with {signature.fingerprint}, which {why}"
    return finding("unsigned", f"commit {oid[:_SHOWN]} {what}", path, fix=fix)


# --- tags


def tag_signatures(repo: GitRepo, ledger: Ledger) -> Iterator[Finding]:
    """Tags that their lanes ask to be signed and that nobody of the present list signed."""
    if not any(rules.lane.signatures.tags for lane in ledger.lanes.values() for rules in lane.rules):  # fmt: skip
        return
    tags = {name: target for name, _, _, target, _ in repo.tags(*TAG_FOLDERS)}
    objects = repo.tag_objects(*TAG_FOLDERS)
    asked = list(asked_tags(ledger, tags, repo.positions(ledger.head)))
    yield from unsigned_tags(repo, ledger.head, {name: objects[name] for name in asked})


def unsigned_tags(repo: GitRepo, head: Oid, tags: Mapping[str, Oid]) -> Iterator[Finding]:
    """Those of the tags that nobody of a commit's list signed."""
    allowed = signers_at(repo, head) or b""
    signed = signed_tags(repo, tags, allowed) if tags and allowed else set()
    for name in tags:
        if name not in signed:
            yield finding("unsigned_tag", f"nobody of {SIGNERS_PATH} signed it", name)
