"""What git would store of files: the same bytes, or what rules of the repository make of them."""

from collections.abc import Iterator, Mapping, Sequence

from homegolf_git.core.model.findings import finding
from homegolf_git.errors import refused
from homegolf_git.shell.git.gitrepo import GitRepo

_ATTRIBUTES = ("filter", "ident", "working-tree-encoding", "text", "crlf", "eol")
_OFF = ("unspecified", "unset")
_LINE = "ledger/** -text -filter -ident -working-tree-encoding"


def require_stored_as_is(repo: GitRepo, files: Mapping[str, bytes]) -> None:
    """Refuse files of which git would store other bytes than these.

    Raises:
        HomegolfError: naming the rule that changes them, and the line that keeps it off the ledger.
    """
    attributes = _attributes_of(repo, list(files))
    for name, data in files.items():
        rules = attributes.get(name, {})
        if b"\r" not in data and not any(rule in rules for rule in _ATTRIBUTES[:3]):
            continue  # nothing else changes a file that has no carriage return
        stored = repo.run("hash-object", f"--path={name}", "--stdin", stdin=data)
        if stored.code or stored.text != repo.blob_id(data):
            cause = stored.error or ", ".join(_causes(repo, rules))
            message = f"git would store other bytes of {name} than those that were judged ({cause})"
            fix = f"add the line `{_LINE}` at the end of .gitattributes and commit it"
            raise refused(finding("stored_differently", message, name, fix=fix))


def are_written_as_is(repo: GitRepo, names: Sequence[str]) -> bool:
    """Whether git puts files into the work tree as it has them."""
    ends = repo.run("config", "--get-regexp", r"^core\.(autocrlf|eol)$").text
    if any(line.split(" ")[1:] in (["true"], ["crlf"]) for line in ends.splitlines()):
        return False
    rules = _attributes_of(repo, list(names)).values()
    return all(name == "text" for found in rules for name in found)


def _causes(repo: GitRepo, rules: Mapping[str, str]) -> Iterator[str]:
    yield from (f"attribute {name}={value}" for name, value in rules.items())
    ends = repo.run("config", "--get", "core.autocrlf").text
    if ends in ("true", "input"):
        yield f"core.autocrlf={ends}"


def _attributes_of(repo: GitRepo, names: list[str]) -> dict[str, dict[str, str]]:
    """Attributes that are set, by path."""
    ran = repo.run(
        "check-attr", "-z", "--stdin", *_ATTRIBUTES, stdin="".join(f"{n}\0" for n in names).encode()
    )
    fields = ran.text.split("\0")
    found: dict[str, dict[str, str]] = {}
    for path, name, value in zip(fields[::3], fields[1::3], fields[2::3], strict=False):
        if value not in _OFF:
            found.setdefault(path, {})[name] = value
    return found
