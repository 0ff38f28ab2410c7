"""Who owns the repository: whom forges ask before something may change."""

from homegolf_git.core.model.naming import Oid
from homegolf_git.shell.git.gitrepo import GitRepo

# Where forges look for owners.
OWNERS_PATHS = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")


def owners(repo: GitRepo, head: Oid) -> frozenset[str]:
    """Names and addresses of the owners that a commit names, whatever they own."""
    found = repo.files_at(head, OWNERS_PATHS)
    names = set()
    for data in repo.blobs(blob for blob in found if blob is not None).values():
        for line in data.decode("utf-8", "replace").splitlines():
            names |= {word.removeprefix("@") for word in line.partition("#")[0].split()[1:]}
    return frozenset(names)
