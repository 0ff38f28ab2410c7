"""A ledger held against what others know of it: a witness file, or a remote's ledger."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from homegolf_git.core.judge.witness import (
    Account,
    chain_findings,
    chains_of,
    difference_text,
    first_difference,
    row_count,
    witness_findings,
    witness_of,
)
from homegolf_git.core.model.findings import Finding, Severity, finding
from homegolf_git.core.model.naming import SIGNERS_PATH, TAG_FOLDERS, Oid
from homegolf_git.core.views.audit import Kept, Other
from homegolf_git.shell.files.witnessfile import WitnessFile, document_of
from homegolf_git.shell.git.gitrepo import BRANCHES, GitRepo
from homegolf_git.shell.git.ledgerbranch import REMOTES
from homegolf_git.shell.git.remotes import fetched, remote_tags
from homegolf_git.shell.git.sshkeys import HOW_TO_SIGN, MARK, Signed, sign, signed_by
from homegolf_git.shell.reading.accounts import entries
from homegolf_git.shell.reading.signatures import signers_at

_CLOCK_TOLERANCE = timedelta(minutes=5)


class Auditing:
    """Compares one ledger with others, and collects what it finds.

    `signers` is the list of who may sign a witness, where it is not the ledger's own.
    """

    def __init__(self, repo: GitRepo, account: Account, signers: bytes | None) -> None:
        self.repo, self.account = repo, account
        self.found: list[Finding] = []
        self._tags = repo.tag_objects(*TAG_FOLDERS)
        self._is_asked = signers is not None
        self._signers = signers if signers is not None else signers_at(repo, account.head)

    # --- a witness

    def held_against(self, path: Path, file: WitnessFile) -> Kept:
        """Compare with a witness."""
        where, witness = str(path), file.witness
        signed = self._signature(where, file)
        if datetime.fromisoformat(witness.written_at) > datetime.now(UTC) + _CLOCK_TOLERANCE:
            message = f"it was written at {witness.written_at}, and now it is {now()}"
            fix = "set this clock right; else ask who wrote it"
            self.found.append(finding("witness_ahead", message, where, fix=fix))
        line = self.repo.positions(self.account.head)
        differing = list(witness_findings(self.account, witness, line, where))
        self.found += [self._told_apart(item, witness.head, witness.files) for item in differing]
        if "other_ledger" not in {item.code for item in differing}:
            who = f"the witness of {witness.written_at} says"
            self.found += chain_findings(witness.chains, self._tags, who)
        return Kept(where, is_new=False, witness=witness, signed_by=signed.names)

    def _told_apart(self, item: Finding, head: Oid, files: int) -> Finding:
        """With the very file that differs, where the commit that is witnessed is still in this clone."""
        if item.code != "ledger_differs" or self.repo.resolve(head) is None:
            return item
        there = entries(self.repo, head)
        differs = first_difference(self.account.entries[:files], there[:files])
        if differs is None:
            return item
        at = f"at {head[:12]}, which is still in this clone"
        message = difference_text(differs, there=at)
        return finding(item.code, f"{message}; {item.message}", item.path)

    def _signature(self, where: str, file: WitnessFile) -> Signed:
        severity: Severity = "error" if self._is_asked else "note"
        if not file.signature:
            item = finding("unsigned_witness", "it has no signature", where, severity=severity)
        elif self._signers is None:
            message = f"it has a signature, and there is no {SIGNERS_PATH} that says whose"
            item = finding("unsigned_witness", message, where, severity=severity)
        elif not file.signature.startswith(MARK):
            kind = file.signature.partition(b"\n")[0].decode("utf-8", "replace")[:40]
            item = finding("bad_signature", f"{kind!r} is no SSH signature", where)
        else:
            signed = signed_by(
                file.document, file.signature, self._signers, file.witness.written_at
            )
            if signed.names:
                return signed
            item = finding("bad_signature", signed.why, where)
        self.found.append(item)
        return Signed()

    # --- a remote

    def compared(self, remote: str, named: str) -> Other:
        """Compare with the ledger of a remote, which messages call `named`."""
        branch = self.repo.ledger_branch()
        source = "HEAD" if branch is None else f"{BRANCHES}{branch}"
        with fetched(self.repo, remote, {"theirs": source}) as refs:
            theirs, tags = refs["theirs"], remote_tags(self.repo, remote)
            self.found += chain_findings(chains_of(tags), self._tags, f"at {named} it is")
            return self._beside(theirs, named, self._known(remote, branch))

    def _known(self, remote: str, branch: str | None) -> Oid | None:
        """Where the remote's branch was when it was fetched last."""
        return self.repo.resolve(f"{REMOTES}{remote}/{branch}") if branch and "/" not in remote else None  # fmt: skip

    def _beside(self, theirs: Oid, named: str, known: Oid | None) -> Other:
        here, there = self.account.entries, entries(self.repo, theirs)
        differs = first_difference(here, there)
        head, at = self.account.head, f"at {named}"
        if differs is not None and differs.here is not None and differs.there is not None:
            message = difference_text(differs, there=at)
            self.found.append(finding("ledger_differs", message, differs.here.path))
        elif entries(self.repo, head, theirs) and entries(self.repo, theirs, head):
            message = f"{head[:12]} here and {theirs[:12]} {at} are on two lines that bring the same files, so commits were made anew"
            self.found.append(finding("rewritten_history", message))
        elif known is not None and not self.repo.is_ancestor(known, theirs):
            message = f"{at} the branch is {theirs[:12]}, which does not come from {known[:12]}, where it was"
            self.found.append(finding("rewritten_history", message))
        shared = len(here) if differs is None else differs.number - 1
        return Other(named, theirs, row_count(here[shared:]), row_count(there[shared:]))


def new_witness(repo: GitRepo, account: Account, path: Path) -> tuple[Kept, bytes, list[Finding]]:
    """A witness of a ledger as it is now, the bytes of its file, and a note where nobody signs it.

    Raises:
        HomegolfError: where the key that is set cannot sign.
    """
    witness = witness_of(account, now())
    document = document_of(witness)
    signature = sign(repo, document)
    kept = Kept(str(path), is_new=True, witness=witness)
    if signature is not None:
        return kept, document + signature, []
    message = "git is set to sign with no SSH key, so nobody signed it"
    note = finding("unsigned_witness", message, str(path), severity="note", fix=HOW_TO_SIGN)
    return kept, document, [note]


def now() -> str:
    """The time, as documents give it."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
