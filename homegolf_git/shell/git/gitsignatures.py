"""Signatures of commits and tags, told by git itself: one process for all of them.

Who may sign is what the caller gives; no program or list that the user has set is asked.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice

from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import Value
from homegolf_git.shell.files.unwritten import writing
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.runner import pins
from homegolf_git.shell.git.sshkeys import UTC_TIMES

_TAGS_AT_ONCE = 500
_NO_PROGRAM = "false"  # signatures of other kinds than SSH are none
_LAYOUT = "--format=%H%x00%G?%x00%GS%x00%GF"


class Signature(Value, frozen=True):
    """What git finds of a signature: G where it is one of the list's, else why not."""

    grade: str = "N"
    name: str = ""
    fingerprint: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it is by somebody of the list."""
        return self.grade == "G"


def commit_signatures(
    repo: GitRepo, commits: Iterable[Oid], allowed: bytes
) -> dict[Oid, Signature]:
    """The signature of each commit."""
    wanted = list(dict.fromkeys(commits))
    if not wanted:
        return {}
    with _settings(allowed) as settings:
        out = repo.read(
            *settings, "log", "--no-walk=unsorted", "--stdin", "--no-color", _LAYOUT,
            stdin="".join(f"{oid}\n" for oid in wanted).encode(), environment=UTC_TIMES,
        )  # fmt: skip
    found = {}
    for line in out.decode("utf-8", "replace").splitlines():
        oid, _, rest = line.partition("\0")
        found[Oid(oid)] = Signature(*rest.split("\0"))
    return found


def signed_tags(repo: GitRepo, tags: Mapping[str, Oid], allowed: bytes) -> set[str]:
    """Those of the tags that somebody of the list signed."""
    names, found = iter(tags), set()
    with _settings(allowed) as settings:
        while some := list(islice(names, _TAGS_AT_ONCE)):
            words = ("verify-tag", "--format=%(refname)", "--", *some)
            ran = repo.run(*settings, *words, environment=UTC_TIMES)
            found |= {name for name in ran.text.splitlines() if name in tags}
    return found


@contextmanager
def _settings(allowed: bytes) -> Iterator[tuple[str, ...]]:
    """The options by which git goes by this list alone."""
    with tempfile.TemporaryDirectory(prefix="homegolf-") as folder:
        file = os.path.join(folder, "allowed_signers")  # noqa: PTH118 - a word for git
        with writing(file), open(file, "wb") as written:  # noqa: PTH123 - as above
            written.write(allowed)
        yield pins({
            "gpg.ssh.allowedSignersFile": file,
            "gpg.ssh.program": "ssh-keygen",
            "gpg.ssh.revocationFile": os.devnull,
            "gpg.program": _NO_PROGRAM,
            "gpg.openpgp.program": _NO_PROGRAM,
            "gpg.x509.program": _NO_PROGRAM,
            "gpg.minTrustLevel": "undefined",
        })  # fmt: skip
