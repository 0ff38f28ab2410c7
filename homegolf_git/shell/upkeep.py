"""The state of a clone: what git needs to work here, and what makes reading a long history slow."""

import re
from collections.abc import Iterator
from pathlib import Path

from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LADDER_PATH, LEDGER, TAG_FOLDERS, tag_ref
from homegolf_git.core.model.values import replace
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.git.ledgerbranch import examine as examine_branch
from homegolf_git.shell.git.ledgerbranch import restore
from homegolf_git.shell.git.locks import is_old, lock_error
from homegolf_git.shell.git.obstacles import lost_alternate, lost_alternates
from homegolf_git.shell.git.remotes import remove_stray, stray_refs
from homegolf_git.shell.git.sidebranch import abandoned, branches_of, remove_abandoned
from homegolf_git.shell.landing.commits import complete_killed, is_killed
from homegolf_git.shell.landing.journal import DRAFTS
from homegolf_git.shell.landing.lock import CommitLock
from homegolf_git.shell.landing.readiness import unfinished, why_unknown
from homegolf_git.shell.landing.remotely import examine as examine_landing
from homegolf_git.shell.progress import SILENT, Progress
from homegolf_git.shell.reading.checkpoint import forget, is_damaged, read_checkpoint
from homegolf_git.shell.reading.load import current_ledger

_GIT_NEEDED = (2, 31)
# From here on a remark is worth its line; below, upkeep costs more than it saves.
_COMMITS_MANY = 1_000
_LOOSE_OBJECTS_MANY = 2_000
_PACKS_MANY = 20
_LOOSE_TAGS_MANY = 100
_MENDS: dict[str, tuple[str, ...]] = {
    "no_commit_graph": ("commit-graph", "write", "--reachable", "--changed-paths", "--no-progress"),
    "not_packed": ("repack", "-a", "-d", "--keep-unreachable", "--quiet"),
    "loose_tags": ("pack-refs", "--all"),
}


def examine(repo: GitRepo) -> list[Finding]:
    """Everything worth mending, errors first; what cannot be read is one of them."""
    found: list[Finding] = []
    for look in (
        _tools,
        examine_branch,
        _checkout,
        _identity,
        _index,
        _locks,
        _killed,
        _stray,
        examine_landing,
        _borrowed,
        _slowness,
    ):
        try:
            found += look(repo)
        except HomegolfError as error:
            found += error.findings
    return list(dict.fromkeys(found))


def mend(repo: GitRepo, found: list[Finding], progress: Progress = SILENT) -> list[str]:
    """Do what the findings advise and loses nothing; codes of what was mended."""
    mended = []
    for item in found:
        if item.code in ("no_checkpoint", "damaged_checkpoint"):
            forget(repo)
            current_ledger(repo, progress=progress)
            mended += [item.code] if read_checkpoint(repo) is not None else []
        elif item.code == "ledger_deleted":
            mended += [item.code] if restore(repo) is not None else []
        elif item.code == "killed_commit":
            complete_killed(repo)
            mended.append(item.code)
        elif item.code == "stray_refs":
            remove_stray(repo)
            remove_abandoned(repo)
            complete_killed(repo)
            mended.append(item.code)
        elif item.code in _MENDS and repo.run(*_MENDS[item.code]).code == 0:
            mended.append(item.code)
    return mended


def _tools(repo: GitRepo) -> Iterator[Finding]:
    version = repo.run("version").text
    numbers = re.search(r"([0-9]+)\.([0-9]+)", version)
    if numbers and (int(numbers[1]), int(numbers[2])) < _GIT_NEEDED:
        yield finding("old_git", version)
    if repo.is_shallow:
        yield finding("shallow", "the clone has only part of its history")


def _checkout(repo: GitRepo) -> Iterator[Finding]:
    """What keeps the branch that is checked out from a commit, where the ledger is on it."""
    if repo.ledger_ref is not None:
        return
    if not repo.is_bare and (item := unfinished(repo, "warning")) is not None:
        yield item
    elif repo.head() is not None and not repo.is_bare and repo.branch() is None:
        message = "HEAD is on no branch, so nothing can be recorded"
        yield finding("detached", message, severity="warning")


def _identity(repo: GitRepo) -> Iterator[Finding]:
    if repo.is_bare and repo.ledger_ref is None:
        return
    if (why := why_unknown(repo)) is None:
        return
    (item,) = why.findings
    if item.code != "no_identity":
        raise why
    message = f"{item.message}, so nothing can be recorded"
    yield finding("no_identity", message, severity="warning", fix=item.fix)


def _index(repo: GitRepo) -> list[Finding]:
    if not repo.is_bare and repo.ledger_ref is None:
        repo.read("ls-files", "-z", "--", LADDER_PATH)  # reads the index, or says why not
    return []


def _locks(repo: GitRepo) -> Iterator[Finding]:
    """Locks that the next command would wait for in vain; whose they are nobody here can know."""
    folders = {repo.git_dir, repo.common_dir}
    found = [
        *(lock for folder in folders for lock in folder.glob("*.lock")),
        *(repo.common_dir / "refs").rglob("*.lock"),
    ]
    for lock in sorted(filter(is_old, found)):
        yield replace(lock_error(lock).findings[0], severity="warning")


def _killed(repo: GitRepo) -> Iterator[Finding]:
    if is_killed(repo):
        message = "work tree and index may lack a row that landed, or hold one that did not"
        yield finding("killed_commit", message, severity="warning")


def _stray(repo: GitRepo) -> Iterator[Finding]:
    drafts = [] if CommitLock(repo.common_dir / OWN_FOLDER).is_held() else repo.refs(DRAFTS)
    branches = branches_of(abandoned(repo).values())
    if stray := [*stray_refs(repo), *branches, *drafts]:
        more = f" and {len(stray) - 1} more" if len(stray) > 1 else ""
        yield finding("stray_refs", f"{stray[0]}{more}", severity="note")


def _borrowed(repo: GitRepo) -> Iterator[Finding]:
    """Folders that objects came from: what is not missing today may be tomorrow."""
    for folder in lost_alternates(repo.common_dir):
        (item,) = lost_alternate(repo.common_dir, folder, "the clone borrows objects").findings
        yield replace(item, severity="warning")


def _slowness(repo: GitRepo) -> Iterator[Finding]:
    head = repo.ledger_head()
    if head is None or repo.is_shallow:
        return
    objects = repo.common_dir / "objects"
    graphs = (objects / "info" / "commit-graph", objects / "info" / "commit-graphs")
    commits = int(repo.read("rev-list", "--count", "--first-parent", head, "--"))
    if commits >= _COMMITS_MANY and not any(path.exists() for path in graphs):
        yield finding("no_commit_graph", f"{commits:,} commits", severity="note")
    counted = dict(
        line.split(": ", 1) for line in repo.read("count-objects", "-v").decode().splitlines()
    )
    loose, packs = int(counted["count"]), int(counted["packs"])
    if loose >= _LOOSE_OBJECTS_MANY or packs >= _PACKS_MANY:
        yield finding("not_packed", f"{loose:,} loose objects, {packs} packs", severity="note")
    tags = sum(len(list(_files(repo.common_dir / tag_ref(name)))) for name in TAG_FOLDERS)
    if tags >= _LOOSE_TAGS_MANY:
        yield finding("loose_tags", f"{tags:,} tags", severity="note")
    has_ledger = repo.lookups([f"{head}:{LEDGER}"]) != [None]
    if has_ledger and is_damaged(repo):
        message = "what is damaged of it was read again, and will be"
        yield finding("damaged_checkpoint", message, severity="note")
    elif has_ledger and read_checkpoint(repo) is None:
        repo.tags(*TAG_FOLDERS)  # where one cannot be read that is why
        yield finding("no_checkpoint", "none that can be believed", severity="note")


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
