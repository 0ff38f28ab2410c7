"""Rows that land through a remote: behind what landed there first, in one line, and none is lost.

Where somebody else was first, the own rows that nobody else has are taken back: the branch goes to the
remote's commit, and in the same step a ref keeps the commits that it leaves. From there the rows land
again like any other, and then the ref goes. A kill in between leaves the ref, and whoever comes next
goes on. A row that cannot land any more is kept as files that can be mended and recorded.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from homegolf_git.core.judge.history import Commit
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import Oid, is_generated, parse_path
from homegolf_git.core.model.values import Value
from homegolf_git.errors import environment_error, refused
from homegolf_git.shell.files.worktree import read_file, replace_file
from homegolf_git.shell.git.gitrepo import BRANCHES, OWN_FOLDER, GitRepo
from homegolf_git.shell.git.ledgerbranch import REMOTES
from homegolf_git.shell.git.rawlog import first_parent_history
from homegolf_git.shell.git.remotes import fetched
from homegolf_git.shell.landing.commits import committing
from homegolf_git.shell.landing.incoming import Incoming
from homegolf_git.shell.landing.moving import take_branch
from homegolf_git.shell.reading.mainline import forget_own, line_findings

UNLANDED = (
    "refs/homegolf/unlanded/"  # commits that were taken back, and whose rows are to land again
)
_REFUSED = f"{OWN_FOLDER}/refused"  # in the git directory: rows that cannot land any more
_PLAIN = "100644"
_NAME_LENGTH = 12


class KeptRow(Value, frozen=True):
    """A row that was taken back: its place, its bytes, and its receipts by file name."""

    place: str
    data: bytes
    receipts: Mapping[str, bytes]

    @property
    def run_id(self) -> str:
        """The run's id."""
        return Path(self.place).stem

    def incoming(self) -> Incoming:
        """The row on its way in, like one from a file; a new one each time, for it is told what is wrong."""
        incoming = Incoming(self.place, self.data)
        incoming.given = dict(self.receipts)
        return incoming


def branch_of(repo: GitRepo) -> str:
    """The branch that the ledger is on.

    Raises:
        HomegolfError: where HEAD is on none.
    """
    branch = repo.ledger_branch()
    if branch is None:
        raise environment_error("detached", "HEAD is on no branch")
    return branch


def take_in(repo: GitRepo, remote: str) -> Oid:
    """Bring the branch up to the remote's; own rows are taken back where others landed first.

    Returns:
        The remote's commit.

    Raises:
        HomegolfError: where the remote cannot be read, its line is not the one that is known, or the
            branch has commits of its own that are no rows.
    """
    branch = branch_of(repo)
    with fetched(repo, remote, {"theirs": f"{BRANCHES}{branch}"}) as refs:
        theirs = refs["theirs"]
        with committing(repo) as committer:
            head = committer.head
            is_known = _require_continued(repo, theirs, remote, branch)
            is_behind = not repo.is_ancestor(theirs, head)
            own = own_commits(repo, head, theirs, f"{branch} of {remote}") if is_behind else []
            if own and is_known:  # else what was published cannot be told from what is own
                forget_own(repo, own)
            if turned := line_findings(repo, theirs):
                raise refused(*turned)
            if is_behind:
                keeps = not all(map(_is_generated, own))
                kept = [f"update {UNLANDED}{head} {head}"] if keeps else []
                take_branch(repo, head, theirs, branch, kept)
    return theirs


def _require_continued(repo: GitRepo, theirs: Oid, remote: str, branch: str) -> bool:
    """Refuse what was rewritten: rows that others took away would land again as own ones.

    Returns:
        Whether it is known here where the remote's branch was before.
    """
    known = repo.resolve(f"{REMOTES}{remote}/{branch}")
    if known is not None and not repo.is_ancestor(known, theirs):
        message = (
            f"{branch} of {remote} at {theirs[:12]} does not come from {known[:12]}, where it was"
        )
        fix = f"where the new line is meant run `git fetch {remote}`, and take this branch there by hand"
        raise refused(finding("rewritten_history", message, fix=fix))
    return known is not None


def own_commits(repo: GitRepo, head: Oid, theirs: Oid, named: str) -> list[Commit]:
    """The commits that the remote lacks: rows and scoreboards, one on the other.

    Raises:
        HomegolfError: where there are others, which nobody but their author may land or give up.
    """
    own = list(first_parent_history(repo, head, after=theirs))
    count = int(repo.read("rev-list", "--count", head, f"^{theirs}", "--"))
    if count != len(own) or not all(_is_row(commit) or _is_generated(commit) for commit in own):
        message = f"{head[:12]} has {count} commits that {named} has not, and not only rows"
        raise refused(finding("ahead_of_remote", message))
    return own


def _is_row(commit: Commit) -> bool:
    places = [parse_path(change.path) for change in commit.changes]
    kinds = [place.kind if place else None for place in places]
    is_new = all(each.status == "A" and each.mode == _PLAIN for each in commit.changes)
    return is_new and kinds.count("row") == 1 and {*kinds} <= {"row", "receipt"}


def _is_generated(commit: Commit) -> bool:
    return bool(commit.changes) and all(is_generated(change.path) for change in commit.changes)


# --- what was taken back


def taken_back(repo: GitRepo) -> dict[str, list[KeptRow]]:
    """The rows that are to land again, in their order, by the ref that keeps them.

    Whoever moves the branch holds the lock: a ref that keeps nothing then was left by a killed one.
    """
    if not repo.refs(UNLANDED):
        return {}
    with committing(repo) as committer:
        kept = {
            ref: list(_rows(repo, tip, committer.head)) for ref, tip in repo.refs(UNLANDED).items()
        }
        for ref, rows in kept.items():
            if not rows:
                let_go(repo, ref)
    return {ref: rows for ref, rows in kept.items() if rows}


def _rows(repo: GitRepo, tip: Oid, head: Oid) -> Iterator[KeptRow]:
    for commit in filter(_is_row, first_parent_history(repo, tip, after=head)):
        data = repo.blobs(change.blob for change in commit.changes)
        files = {change.path: data[change.blob] for change in commit.changes}
        places = {path: parse_path(path) for path in files}
        (row,) = (path for path, place in places.items() if place and place.kind == "row")
        receipts = {place.file: files[path] for path, place in places.items() if place and path != row}  # fmt: skip
        yield KeptRow(row, files[row], receipts)


def let_go(repo: GitRepo, ref: str) -> None:
    """Everything that a ref keeps has landed, or lies in a file."""
    repo.update_ref(ref, None)


def set_aside(repo: GitRepo, row: KeptRow, why: str) -> Finding:
    """Keep a row that cannot land any more as files of the git directory; what there is to say of it."""
    folder = f"{_REFUSED}/{repo.blob_id(row.data)[:_NAME_LENGTH]}"
    for name, data in row.receipts.items():
        replace_file(repo.common_dir, f"{folder}/receipts/{row.run_id}/{name}", data)
    replace_file(repo.common_dir, f"{folder}/{row.run_id}.yaml", row.data)
    return _not_landed(repo.common_dir / folder / f"{row.run_id}.yaml", f"{row.run_id}: {why}")


def examine(repo: GitRepo) -> Iterator[Finding]:
    """Rows of this clone that have not landed, and could be forgotten."""
    for ref in repo.refs(UNLANDED):
        message = f"{ref} keeps rows that were taken back and have not landed again"
        yield finding("unlanded_rows", message, severity="warning")
    for file in sorted((repo.common_dir / _REFUSED).glob("*/*.yaml")):
        row = Incoming(str(file), read_file(file))
        blob = repo.blob_id(row.arrival.data)
        head = repo.ledger_head()
        if row.row is None or head is None or repo.lookups([f"{head}:{row.place}"]) != [blob]:
            yield _not_landed(file, f"{file.stem} could not land")


def _not_landed(file: Path, message: str) -> Finding:
    fix = f"mend {file} and run `homegolf record {file}`, or remove it"
    return finding("not_landed", message, str(file), severity="warning", fix=fix)
