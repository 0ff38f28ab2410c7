"""`homegolf record --receipt`: build a row from machine-written reports and record it."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.record import RecordOptions, record_candidates
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.draft import DraftFacts, ReceiptFile, draft_row
from homegolf_git.core.model.findings import finding, has_errors
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RECEIPT_FILE
from homegolf_git.core.model.row import Receipt
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import record as view
from homegolf_git.errors import Exit, HomegolfError, environment_error, refused
from homegolf_git.receipts import READERS, ReceiptError, read_receipt
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.canonical import sha256_hex
from homegolf_git.shell.files.worktree import read_file
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.hardware import measured_devices
from homegolf_git.shell.landing.incoming import read_incoming
from homegolf_git.shell.reporters import Answer, Refusal, refusal
from homegolf_git.shell.trainer import ROW_HEADER, trainer_facts

T = TypeVar("T")


def record_receipts(
    workspace: Workspace,
    lane: str | None,
    files: Sequence[Path],
    facts: DraftFacts,
    options: RecordOptions,
    *,
    kind: str | None = None,
) -> Answer[view.Recorded] | Refusal:
    """Draft a row from receipts, then record it like one that was written by hand.

    Without `lane` it is a row of the only one there is.
    """
    repo = workspace.repo()
    ledger = open_ledger(workspace)
    lanes = [ledger.lanes[name].current.lane for name in lanes_named(ledger, lane)]
    data = [read_file(file) for file in files]
    rules, receipts = _read_by_one(lanes, kind, dict(zip(_names(files), data, strict=True)))
    facts = _with_defaults(repo, facts, options.source, [file.receipt for file in receipts])
    document, found = draft_row(rules, facts, receipts)
    if not document["hardware"] and facts.failure is None:
        facts = replace(facts, hardware=measured_devices())
        document, found = draft_row(rules, facts, receipts)
    if len(lanes) > 1:
        message = f"several lanes are there: {', '.join(item.lane for item in lanes)}"
        found = [finding("missing_option", message, fix="give --lane LANE"), *found]
    if has_errors(found):
        if not document["config"] and not options.meant.empty_config:
            found += [finding("empty_config", "config is empty")]
        if len(lanes) > 1:
            raise HomegolfError(Exit.USAGE, *found)
        return refusal(found)
    text = ROW_HEADER + rowyaml.dump(document)
    candidate = read_incoming(Path(f"{document['run_id']}.yaml"), text.encode())
    candidate.given = {file.name: content for file, content in zip(receipts, data, strict=True)}
    draft = text if options.is_dry_run else ""
    return record_candidates(workspace, [candidate], options, draft)


def _with_defaults(
    repo: GitRepo, facts: DraftFacts, source: Path | None, receipts: Sequence[Receipt]
) -> DraftFacts:
    """Facts that git knows: who submits, and where the trainer's checkout stands.

    What a report states was so when the run was made, and comes before both.
    """
    stated = {name for receipt in receipts for name in receipt.stated}
    if facts.submitter is None and "submitter" not in stated:
        facts = replace(facts, submitter=_user_name(repo))
    if source is None:
        return facts
    trainer = trainer_facts(source)

    def known(own: T | None, name: str, found: T | None) -> T | None:
        return found if own is None and name not in stated else own

    return replace(
        facts,
        revision=known(facts.revision, "source.revision", trainer.revision),
        repository=known(facts.repository, "source.repository", trainer.repository),
        is_dirty=known(facts.is_dirty, "source.dirty", trainer.is_dirty),
    )


def _user_name(repo: GitRepo) -> str | None:
    """Who git says that commits, in text that a row can hold."""
    name = repo.read("config", "--get", "user.name", otherwise={1: b""}).strip()
    try:
        return name.decode() or None
    except UnicodeDecodeError:
        message = f"user.name is {name.decode('utf-8', 'backslashreplace')}"
        raise environment_error("identity_not_utf8", message) from None


def _names(files: Sequence[Path]) -> list[str]:
    """File names in the receipts folder; a name that occurs again gets its number in front."""
    names: list[str] = []
    for number, file in enumerate(files, start=1):
        name = f"{number}-{file.name}" if file.name in names else file.name
        if not RECEIPT_FILE.fullmatch(name):
            message = f"{name!r} cannot be the name of a receipt"
            raise refused(finding("bad_receipt_path", message, str(file), fix="rename the file"))
        names.append(name)
    return names


def _read_by_one(
    lanes: list[Lane], kind: str | None, files: dict[str, bytes]
) -> tuple[Lane, list[ReceiptFile]]:
    """The rules of the lane; where it is not said, those of the first that can read the receipts."""
    for rules in lanes[:-1]:
        with suppress(HomegolfError):
            return rules, [_receipt_file(rules, kind, name, data) for name, data in files.items()]
    return lanes[-1], [_receipt_file(lanes[-1], kind, name, data) for name, data in files.items()]


def _receipt_file(rules: Lane, kind: str | None, name: str, data: bytes) -> ReceiptFile:
    if kind is not None:
        return _read(rules, kind, name, data)
    reasons: list[str] = []
    levels: list[list[ReceiptFile]] = []
    tried: set[str] = set()
    # What a lane maps itself wins over what is mapped for all, and that over what the program knows.
    for kinds in (rules.receipts, rules.shared_receipts, READERS):
        level: list[ReceiptFile] = []
        for known in kinds:
            if known in tried:
                continue
            tried.add(known)
            try:
                level.append(_read(rules, known, name, data))
            except HomegolfError as error:
                reasons.append(error.findings[0].message)
        levels.append(level)
    scored = [[file for file in level if _has_score(file, rules)] for level in levels]
    read: list[ReceiptFile] = next(filter(None, [*scored, *levels]), [])
    if len(read) == 1:
        return read[0]
    if read:
        message = f"it can be read as {' or '.join(file.kind for file in read)}"
        fix = "say which with --receipt-kind"
    else:
        message = "no reader understands it: " + "; ".join(reasons)
        fix = "map its fields in lane.yaml or ledger/receipts.yaml under `receipts`"
    raise refused(finding("unreadable_receipt", message, name, fix=fix))


def _has_score(file: ReceiptFile, rules: Lane) -> bool:
    return any(rules.metric.name in seen.numbers for seen in file.receipt.observations)


def _read(rules: Lane, kind: str, name: str, data: bytes) -> ReceiptFile:
    if kind not in rules.receipt_maps and kind not in READERS:
        known = ", ".join([*rules.receipt_maps, *READERS])
        raise refused(finding("unknown_receipt_kind", f"{kind!r}; known: {known}", name))
    try:
        receipt = read_receipt(kind, data, rules.receipt_maps)
    except ReceiptError as error:
        raise refused(finding("unreadable_receipt", f"{kind}: {error}", name)) from error
    return ReceiptFile(kind, name, sha256_hex(data), receipt)
