"""Tags as git holds them: all of a ledger's read by one process, and made one by one."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from homegolf_git.core.judge.tagseries import Tag, headline
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import TAG_FOLDERS, Oid, is_promotion, parse_tag, tag_ref
from homegolf_git.core.model.values import Document
from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.fastschema import is_valid
from homegolf_git.shell.files.unwritten import unwritten
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.git.holding import MESSAGES
from homegolf_git.shell.git.soundness import require_own

_NAMED_MAX = 100  # tags that are asked for by name


def read_tags(repo: GitRepo, *names: str) -> dict[str, Tag]:
    """Every tag below the ledger's tag folders, or those with a name or folder, by name.

    Raises:
        HomegolfError: where one cannot be read, or a promotion holds another object.
    """
    tags = {}
    for name, oid, kind, target, message in repo.tags(*(names or TAG_FOLDERS)):
        document = _document(message) if kind == "tag" else None
        tags[name] = Tag(name, oid, kind == "tag", target, document)
    require_own(repo, (tag.oid for name, tag in tags.items() if is_promotion(name)))
    return tags


def readable_tags(
    repo: GitRepo, objects: Mapping[str, Oid], opened: Collection[str]
) -> tuple[dict[str, Tag], list[Finding]]:
    """Tags that are to be opened, and a finding for each, opened or not, whose object is not whole.

    `objects` gives the object of every tag by name; of those that are not opened it is only asked
    for.
    """
    rest = [name for name in objects if name not in opened]
    tags, found = _or_each(repo, list(opened), lambda names: _opened(repo, objects, names))
    return tags, found + _or_each(repo, rest, lambda names: _asked(repo, objects, names))[1]


def _opened(repo: GitRepo, objects: Mapping[str, Oid], names: list[str]) -> dict[str, Tag]:
    require_own(repo, (objects[name] for name in names))
    return read_tags(repo, *(names if len(names) <= _NAMED_MAX else TAG_FOLDERS)) if names else {}


def _asked(repo: GitRepo, objects: Mapping[str, Oid], names: list[str]) -> dict[str, Tag]:
    """Nothing, where all of them are there."""
    oids = {objects[name] for name in names}
    for lost in oids - repo.sizes(oids).keys():
        raise repo.explained("", lost)
    return {}


def _or_each(
    repo: GitRepo, names: list[str], read: Callable[[list[str]], dict[str, Tag]]
) -> tuple[dict[str, Tag], list[Finding]]:
    """What is read of tags; where one cannot be read, which of them, by halving."""
    try:
        return read(names), []
    except HomegolfError as error:
        if len(names) > 1:
            half = len(names) // 2
            tags, found = _or_each(repo, names[:half], read)
            more, others = _or_each(repo, names[half:], read)
            return tags | more, found + others
        return {}, [_damaged(name, error.findings[0]) for name in names]


def _damaged(name: str, why: Finding) -> Finding:
    parsed = parse_tag(name)
    lost = f"if no clone has it run `git update-ref -d {tag_ref(name)}`"
    if parsed and parsed.kind == "promotion":
        then = "; `homegolf promote` decides it anew"
    else:
        # What comes behind a numbered tag names its object.
        others = (
            ", the same for the pointer and each tag behind it" if parsed and parsed.number else ""
        )
        then = f"{others}, then `homegolf tags sync`"
    return finding("tag_damaged", why.message, name, fix=f"{why.fix}; {lost}{then}")


def _document(message: str) -> Document | None:
    """The document behind the first blank line, without a signature behind it."""
    body = message.partition("\n\n")[2]
    for mark in ("-----BEGIN PGP", "-----BEGIN SSH", "-----BEGIN SIGNED"):
        body = body.partition(mark)[0]
    loaded = rowyaml.load(body.encode("utf-8", "surrogateescape"))
    if loaded.findings or not isinstance(loaded.value, dict):
        return None
    return loaded.value if is_valid("tag-v1", loaded.value) else None


def message_of(document: Document) -> str:
    """A tag's whole message."""
    return f"{headline(document)}\n\n{rowyaml.dump(document)}"


@contextmanager
def _message(repo: GitRepo, document: Document) -> Iterator[Path]:
    path = repo.common_dir / OWN_FOLDER / f"{MESSAGES}{os.getpid()}"
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(message_of(document).encode())
        except OSError as error:
            raise unwritten(error, path) from error
        yield path
    finally:
        path.unlink(missing_ok=True)


def create_tag(
    repo: GitRepo,
    name: str,
    target: Oid,
    document: Document,
    *,
    move: bool = False,
    must_sign: bool = False,
) -> Oid:
    """Make an annotated tag, signed where git is configured to sign or it must be; `move` replaces one.

    Raises:
        HomegolfError: when git refuses.
    """
    is_signed = must_sign or repo.is_set("tag.gpgSign") or repo.is_set("tag.forceSignAnnotated")
    # Where --annotate is said, git takes no notice of tag.forceSignAnnotated.
    # --cleanup=verbatim: a line of the document may begin with #.
    how = "--sign" if is_signed else "--annotate"
    # From a file: of what comes through a pipe git takes the half for the whole where this is killed.
    with _message(repo, document) as file:
        arguments = ["tag", how, "--cleanup=verbatim", f"--file={file}"]
        if move:
            arguments.append("--force")
        ran = repo.run(*arguments, "--", name, target)
    if ran.code:
        refusal = repo.refused(ran, "tag_refused", f"git made no tag {name}")
        (item,) = refusal.findings
        is_unsigned = is_signed and item.code == "tag_refused"
        raise _unsigned(repo, item.message) if is_unsigned else refusal
    (oid,) = repo.lookups([tag_ref(name)])
    if oid is None:
        raise environment_error("tag_refused", f"git made no tag {name}")
    if is_signed and b"\n-----BEGIN " not in repo.read("cat-file", "tag", oid):
        # git 2.39 makes the tag all the same when an SSH key cannot sign.
        repo.update_ref(tag_ref(name), None)
        raise _unsigned(repo, f"{name} was not signed: {ran.error}")
    return oid


def _unsigned(repo: GitRepo, said: str) -> HomegolfError:
    """That a tag could not be signed, and with which key it was tried."""
    key = repo.run("config", "--get", "user.signingkey").text
    tried = f"the key is {key} (user.signingkey)" if key else "user.signingkey names no key"
    return environment_error("tag_refused", f"{said}; {tried}")
