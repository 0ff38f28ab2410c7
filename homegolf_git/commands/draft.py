"""`homegolf draft`: a row from machine-written reports, what is stated, and what the machine knows."""

import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from homegolf_git.commands.common import lanes_named, open_ledger
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.attribution import change_of
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.draft import DraftFacts, Known, ReceiptFile, draft_row, unstated
from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RECEIPT_FILE
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.summary import summary_of
from homegolf_git.core.model.values import Document, Json, Value, replace
from homegolf_git.core.views import draft as view
from homegolf_git.errors import Exit, HomegolfError, environment_error, refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.readers import read_by_one
from homegolf_git.shell.files.worktree import place_files, read_file
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.hardware import measured_devices
from homegolf_git.shell.landing.incoming import Incoming, read_incoming
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.machine import now
from homegolf_git.shell.trainer import (
    ROW_HEADER,
    TrainerFacts,
    paths_between,
    trainer_around,
    trainer_facts,
)


class Request(Value, frozen=True):
    """A row that is to be drafted: on a lane, or the only one there is; from reports and facts.

    `source` is the trainer's repository; None: the one that the working directory lies in.
    """

    lane: str | None
    files: tuple[Path, ...]
    facts: DraftFacts
    receipt_kind: str | None = None
    source: Path | None = None
    may_have_empty_config: bool = False
    is_shown: bool = True  # to somebody who may still state what nobody did


def draft(workspace: Workspace, request: Request, out: Path | None) -> Answer[view.Drafted]:
    """Draft a row; with `out` it is written there with its receipts beside it, and nothing is lost."""
    incoming, text = drafted(workspace, request)
    row = incoming.row
    if row is None:  # a fact that no row can have, such as a failure of an unknown kind
        raise refused(*incoming.findings)
    written = []
    if out is not None:
        files = {**incoming.given, out.name: text.encode()}
        place_files(out.parent, files)
        written = [str(out.parent / name) for name in files]
    done = view.Drafted(row.run_id, row.lane, text, written, incoming.findings)
    return Answer(done, view.text, view.json, findings=done.findings)


def drafted(workspace: Workspace, request: Request) -> tuple[Incoming, str]:
    """A row on its way in, and its text.

    Raises:
        HomegolfError: with everything that is missing, each with the option that states it.
    """
    repo, ledger = workspace.repo(), open_ledger(workspace)
    lanes = [ledger.lanes[name].current.lane for name in lanes_named(ledger, request.lane)]
    data = [read_file(file) for file in request.files]
    given = dict(zip(_names(request.files), data, strict=True))
    rules, receipts = read_by_one(lanes, request.receipt_kind, given)
    document, found = _with_known(repo, ledger, rules, request, receipts)
    if len(lanes) > 1:
        message = f"several lanes are there: {', '.join(item.lane for item in lanes)}"
        found = [finding("missing_option", message, fix="give --lane LANE"), *found]
    if has_errors(found):
        if not document["config"] and not request.may_have_empty_config:
            found += [finding("empty_config", "config is empty")]
        raise HomegolfError(Exit.USAGE if len(lanes) > 1 else Exit.FINDINGS, *found)
    incoming, text = incoming_of(document)
    incoming.given = given
    if request.is_shown:
        incoming.remarks += unstated(document)
    return incoming, text


def _with_known(
    repo: GitRepo, ledger: Ledger, rules: Lane, request: Request, receipts: list[ReceiptFile]
) -> tuple[Document, list[Finding]]:
    """The document of a row, with what git, the ledger and the machine know."""
    stated = {name for file in receipts for name in file.receipt.stated}
    facts = request.facts
    incumbent = judge_lane(ledger.lanes[rules.lane]).state.incumbent
    known = Known(now=now(), mark=secrets.token_hex(2), base=incumbent)
    if facts.submitter is None and "submitter" not in stated:
        known = replace(known, submitter=user_name(repo))
    document, _ = draft_row(rules, facts, receipts, known)  # what is stated
    base = ledger.row_of(document["base"])
    trainer, source = _source(repo, request, base)
    known = replace(known, source=source)
    if not document["hardware"]:
        known = replace(known, hardware=measured_devices())
    if document["change"]["summary"] is None:
        here = None if trainer is None else trainer.revision
        revision = document["source"]["revision"] or here
        is_here = trainer is not None and not trainer.is_dirty and revision == here
        subject = trainer.subject if trainer is not None and is_here else ""
        summary = summary_of(base, document["config"], revision, subject)
        known = replace(known, summary=summary)
    document, found = draft_row(rules, facts, receipts, known)
    if document["change"]["kind"] is None:
        document["change"]["kind"] = kind_of(document, base, rules)
    return document, found


def kind_of(document: Document, base: Row | None, rules: Lane) -> str:
    """What the differences from the base are of, in the words that a submitter has for it."""
    row = incoming_of({**document, "change": {"kind": "mixed", "summary": "?"}})[0].row
    side = "unknown" if row is None else change_of(row, base, rules.attribution).side
    return {"none": "rerun", "confounded": "mixed", "unknown": "mixed"}.get(side, side)


def _source(
    repo: GitRepo, request: Request, base: Row | None
) -> tuple[TrainerFacts | None, dict[str, Json]]:
    """Where the trainer's checkout stands, and what a row says of that."""
    trainer = (
        trainer_around(Path.cwd(), repo) if request.source is None else GitRepo(request.source)
    )
    if trainer is None:
        return None, {}
    facts = trainer_facts(trainer, repo)
    paths = paths_between(trainer, base.source.revision if base else None, facts.revision)
    return facts, {
        "repository": facts.repository,
        "revision": facts.revision,
        "dirty": facts.is_dirty,
        "changed_paths": None if isinstance(paths, str) else list(paths),
    }


def incoming_of(document: Document) -> tuple[Incoming, str]:
    """A drafted document as a row on its way in, and its text."""
    text = ROW_HEADER + rowyaml.dump(document)
    return read_incoming(Path(f"{document['run_id']}.yaml"), text.encode()), text


def user_name(repo: GitRepo) -> str | None:
    """Who git says that commits, in text that a row can hold."""
    name = repo.read("config", "--get", "user.name", otherwise={1: b""}).strip()
    name = name or os.fsencode(os.environ.get("GIT_AUTHOR_NAME", ""))
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
