"""`homegolf audit`: everything that is kept is checked, and held against what others know of it."""

import os
from pathlib import Path

from homegolf_git.commands.verify import check_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.witness import witness_of
from homegolf_git.core.model.findings import has_errors
from homegolf_git.core.model.values import Value
from homegolf_git.core.views import audit as view
from homegolf_git.errors import Exit
from homegolf_git.shell.export.output import whole_file
from homegolf_git.shell.files.unwritten import unwritten
from homegolf_git.shell.files.witnessfile import WitnessFile, read_signers_file, read_witness
from homegolf_git.shell.reading.accounts import account_of
from homegolf_git.shell.reading.auditing import Auditing, new_witness, now
from homegolf_git.shell.reading.load import promotion_tags
from homegolf_git.shell.reading.signatures import tag_signatures
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.tags import verify_tags
from homegolf_git.shell.trainer import without_secrets


class AuditOptions(Value, frozen=True):
    """What to hold the ledger against; `witness` is written where it is not there yet.

    `against` is a witness or a remote. `signers` says who may sign a witness, else the ledger does.
    """

    witness: Path | None = None
    against: str | None = None
    signers: Path | None = None
    jobs: int | None = None


def audit(workspace: Workspace, options: AuditOptions) -> Answer[view.Audited]:
    """Verify rows, rules, line and tags, and compare them with a witness, a remote or both.

    A witness is written of a ledger without an error alone.
    """
    repo = workspace.repo()
    witnesses, remote = _given(options)
    signers = None if options.signers is None else read_signers_file(options.signers)
    tags = promotion_tags(repo, workspace.progress)
    ledger, found = check_ledger(repo, tags, options.jobs)
    found += [*verify_tags(tags, ledger), *tag_signatures(repo, ledger)]
    account = account_of(repo, ledger.head)
    auditing = Auditing(repo, account, signers)
    kept = [auditing.held_against(path, file) for path, file in witnesses]
    other = None
    if remote is not None:
        other = auditing.compared(remote, without_secrets(remote) or "the remote")
    found += auditing.found
    absent = options.witness if options.witness not in [path for path, _ in witnesses] else None
    if absent is not None and not has_errors(found):
        new, data, notes = new_witness(repo, account, absent)
        _write(absent, data)
        kept.append(new)
        found += notes
    code = Exit.FINDINGS if has_errors(found) else Exit.OK
    audited = view.Audited(witness_of(account, now()), found, kept, other)
    return Answer(audited, view.text, view.json, code, found)


def _given(options: AuditOptions) -> tuple[list[tuple[Path, WitnessFile]], str | None]:
    """The witnesses that are there, and the remote, if one is named."""
    paths = [options.witness] if options.witness and os.path.lexists(options.witness) else []
    remote = options.against
    if remote is not None and os.path.isfile(remote):  # noqa: PTH113 - is_file raises for a name that is too long
        paths, remote = [*paths, Path(remote)], None
    return [(path, read_witness(path)) for path in paths], remote


def _write(path: Path, data: bytes) -> None:
    try:
        with whole_file(path) as draft:
            draft.write_bytes(data)
    except OSError as error:
        raise unwritten(error, path) from error
