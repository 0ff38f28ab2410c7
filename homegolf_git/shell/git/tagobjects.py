"""Tags as git holds them: all of a ledger's read by one process, and made one by one."""

from homegolf_git.core.judge.tagseries import Tag, headline
from homegolf_git.core.model.naming import TAG_FOLDERS, Oid, tag_ref
from homegolf_git.core.model.values import Document
from homegolf_git.errors import environment_error
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.fastschema import is_valid
from homegolf_git.shell.git.gitrepo import GitRepo


def read_tags(repo: GitRepo, *names: str) -> dict[str, Tag]:
    """Every tag below the ledger's tag folders, or those with a name or folder, by name."""
    tags = {}
    for name, oid, kind, target, message in repo.tags(*(names or TAG_FOLDERS)):
        document = _document(message) if kind == "tag" else None
        tags[name] = Tag(name, oid, kind == "tag", target, document)
    return tags


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


def create_tag(
    repo: GitRepo, name: str, target: Oid, document: Document, *, move: bool = False
) -> Oid:
    """Make an annotated tag, signed where git is configured to sign; `move` replaces one.

    Raises:
        HomegolfError: when git refuses.
    """
    # --cleanup=verbatim: a line of the document may begin with #.
    arguments = ["tag", "--annotate", "--cleanup=verbatim", "--file=-"]
    if move:
        arguments.append("--force")
    ran = repo.run(*arguments, "--", name, target, stdin=message_of(document).encode())
    if ran.code:
        raise environment_error("tag_refused", ran.error or f"git made no tag {name}")
    (oid,) = repo.lookups([tag_ref(name)])
    if oid is None:
        raise environment_error("tag_refused", f"git made no tag {name}")
    is_signed = repo.is_set("tag.gpgSign") or repo.is_set("tag.forceSignAnnotated")
    if is_signed and b"\n-----BEGIN " not in repo.read("cat-file", "tag", oid):
        # git 2.39 makes the tag all the same when an SSH key cannot sign.
        repo.update_ref(tag_ref(name), None)
        raise environment_error("tag_refused", f"{name} was not signed: {ran.error}")
    return oid
