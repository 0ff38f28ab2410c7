"""What a commit has still to do in the work tree and the index, kept until it is done.

The commit is complete before anything that a person sees changes. A command that is killed behind
that leaves a journal, and the next committing command, or `homegolf doctor --fix`, completes it.
Of a ledger with a branch of its own only a work tree that has this branch checked out shows anything.
"""

import json
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from homegolf_git.core.model.naming import LEDGER, REGULAR_FILE_MODE, Oid, is_generated
from homegolf_git.core.model.values import Value, field, replace
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.unwritten import is_refusal
from homegolf_git.shell.files.worktree import remove_files, replace_file
from homegolf_git.shell.git.complaints import unwritten_by_git
from homegolf_git.shell.git.gitrepo import BRANCHES, OWN_FOLDER, GitRepo
from homegolf_git.shell.git.holding import MESSAGES
from homegolf_git.shell.git.ledgerbranch import showing
from homegolf_git.shell.git.locks import clear_locks

_FILE = "journal.json"
PROGRAM_MODE, _MAY_RUN = "100755", 0o111
DRAFTS = "refs/homegolf/new/"  # a ref for each commit that is being made


class Entry(Value, frozen=True):
    """A commit under way: its branch, its files by path, and those that it put into the work tree.

    Without a commit it is still being made. `gone` are files that it takes away, and `before` what
    files held that are not new: one that holds something else is the user's, and stays. `programs`
    are files that may be run.
    """

    ref: str
    blobs: Mapping[str, str]
    made: list[str]
    commit: str | None = None
    gone: list[str] = field(default_factory=list)
    before: Mapping[str, str] = field(default_factory=dict)
    programs: list[str] = field(default_factory=list)


def note(repo: GitRepo, entry: Entry) -> None:
    """Write down what is to be done."""
    path = _path(repo)
    fields = {name: getattr(entry, name) for name in Entry.__struct_fields__}
    replace_file(path.parent, path.name, json.dumps(fields).encode("ascii"))


def forget(repo: GitRepo) -> None:
    """There is nothing to be done any more."""
    with suppress(FileNotFoundError):
        _path(repo).unlink()


def is_pending(repo: GitRepo) -> bool:
    """Whether a command was killed before it was done."""
    return _path(repo).exists()


def complete(repo: GitRepo) -> None:
    """Do what a killed command left: complete a commit that landed, take back one that did not."""
    if (entry := _pending(repo)) is not None:
        _clear_locks(repo, entry)
        _end(repo, entry)


def undo(repo: GitRepo) -> None:
    """The same for a commit that failed just now; locks of others are left alone."""
    if (entry := _pending(repo)) is not None:
        _end(repo, entry)


def _pending(repo: GitRepo) -> Entry | None:
    if not is_pending(repo):
        return None
    try:
        return Entry(**json.loads(_path(repo).read_text(encoding="ascii")))
    except (ValueError, TypeError):  # a disk that failed, or a machine
        return _guessed(repo)


def _guessed(repo: GitRepo) -> Entry | None:
    """Where what was written down cannot be read: the files of the last commit that the index lacks."""
    head, branch = repo.ledger_head(), repo.branch()
    if repo.ledger_ref is not None or head is None or branch is None:
        forget(repo)
        return None
    out = repo.read("diff", "--cached", "--name-only", "-z", "--diff-filter=D", head, "--", LEDGER)
    names = out.decode("utf-8", "surrogateescape").split("\0")[:-1]
    blobs = repo.lookups([f"{head}:{name}" for name in names])
    lacking = {name: str(blob) for name, blob in zip(names, blobs, strict=True) if blob}
    return Entry(f"{BRANCHES}{branch}", lacking, [], head)


def _end(repo: GitRepo, entry: Entry) -> None:
    if _has_landed(repo, entry):
        settle(repo, entry)
        return
    remove_files(repo.top, [name for name in entry.made if _is_ours(repo, name, entry)])
    forget(repo)


def settle(repo: GitRepo, entry: Entry) -> None:
    """Bring the work tree that shows the branch, and its index, up to a commit that landed.

    What somebody else put there stays, but for generated files. Where another git writes the index,
    whoever comes next goes on.

    Raises:
        HomegolfError: where there is no room for that; whoever comes next goes on.
    """
    tree = showing(repo, entry.ref)
    try:
        if tree is None or _bring_up(tree, entry):
            forget(repo)
    except HomegolfError as error:
        raise _landed_all_the_same(error) from error


def _landed_all_the_same(error: HomegolfError) -> HomegolfError:
    more = "; the commit has landed, and the same command completes index and work tree"
    found = [replace(item, message=item.message + more) for item in error.findings]
    return HomegolfError(error.exit_code, *found)


def _bring_up(repo: GitRepo, entry: Entry) -> bool:
    """Whether index and work tree have everything; not while another git writes the index."""
    wanted = [name for name in entry.blobs if _may_go(repo, name, entry)]
    gone = [name for name in entry.gone if _may_go(repo, name, entry)]
    contents = repo.blobs(Oid(entry.blobs[name]) for name in wanted)
    remove_files(repo.top, gone)
    there = []
    for name in wanted:
        try:
            replace_file(repo.top, name, contents[Oid(entry.blobs[name])])
            _set_program(repo.top / name, name in entry.programs)
            there.append(name)
        except HomegolfError as error:
            if is_refusal(error):
                raise
            # Else something of the user's stands in the way, and git status says so.
    return _stage(repo, entry, there)


def _stage(repo: GitRepo, entry: Entry, there: list[str]) -> bool:
    """Whether the index has everything; of files that are `there` it has times and sizes, too.

    They are put in from the work tree, which writes the index once: to refresh it behind the commit
    would be to write it again. Whatever is not the commit's then goes in as the commit has it.
    """
    if there:
        _update_index(repo, "-z", "--stdin", text="".join(f"{name}\0" for name in there))
    done: set[str] = set()
    if there and (others := _not_as_in(repo, entry.commit or "HEAD")) is not None:
        done = set(there) - others
    none = "0" * len(entry.commit or "")
    modes = dict.fromkeys(entry.programs, PROGRAM_MODE)
    lines = [f"0 {none}\t{name}\n" for name in entry.gone]  # first: a folder may take its place
    lines += [
        f"{modes.get(name, REGULAR_FILE_MODE)} {blob}\t{name}\n"
        for name, blob in entry.blobs.items()
        if name not in done
    ]
    return not lines or _update_index(repo, "--index-info", text="".join(lines))


def _update_index(repo: GitRepo, *words: str, text: str) -> bool:
    """Whether git took it; not while another one writes the index."""
    ran = repo.run("update-index", "--add", *words, stdin=text.encode())
    if ran.code < 0:
        clear_locks([repo.git_dir / "index"])
    if (full := unwritten_by_git(ran.error, repo.top)) is not None:
        raise full
    return ran.code == 0


def _not_as_in(repo: GitRepo, commit: str) -> set[str] | None:
    """Files of which the index holds something else than a commit; None where git does not tell."""
    words = ("diff-index", "--cached", "--name-only", "-z", "--no-renames", "--no-ext-diff")
    ran = repo.run(*words, commit)
    return None if ran.code else set(map(os.fsdecode, ran.out.split(b"\0")))


def _set_program(path: Path, is_program: bool) -> None:
    mode = path.stat().st_mode
    wanted = mode | _MAY_RUN if is_program else mode & ~_MAY_RUN
    if wanted != mode:
        with suppress(OSError):  # git status says so
            path.chmod(wanted)


def _may_go(repo: GitRepo, name: str, entry: Entry) -> bool:
    """Whether what a file holds is nobody's work, and may be replaced or taken away."""
    path = repo.top / name
    if is_generated(name) or not path.exists():
        return True
    return path.is_file() and repo.blob_id(path.read_bytes()) == entry.before.get(name)


def sweep(repo: GitRepo) -> None:
    """Take away what a killed commit left in the git directory."""
    if (repo.common_dir / DRAFTS).is_dir():  # git is asked only where there was one
        for ref in repo.refs(DRAFTS):
            repo.update_ref(ref, None)
    for message in (repo.common_dir / OWN_FOLDER).glob(f"{MESSAGES}*"):
        message.unlink(missing_ok=True)
    for folder in (repo.git_dir / OWN_FOLDER).glob("commit-*"):
        # Twice: a work tree that is being made is locked, and `prune` would leave it.
        repo.run("worktree", "remove", "--force", "--force", "--", str(folder))
        shutil.rmtree(folder, ignore_errors=True)
        repo.run("worktree", "prune")


def _clear_locks(repo: GitRepo, entry: Entry) -> None:
    """Take away locks of a git that was killed with the command; a living one is given time."""
    names = [repo.common_dir / name for name in (entry.ref, "packed-refs")]
    if repo.ledger_ref is None:
        names += [repo.git_dir / "HEAD", repo.git_dir / "index"]
    elif repo.ledger_copy is not None:
        names.append(repo.common_dir / repo.ledger_copy)
    clear_locks(names)


def _has_landed(repo: GitRepo, entry: Entry) -> bool:
    return entry.commit is not None and repo.is_ancestor(entry.commit, entry.ref)


def _is_ours(repo: GitRepo, name: str, entry: Entry) -> bool:
    path: Path = repo.top / name
    return path.is_file() and repo.blob_id(path.read_bytes()) == entry.blobs[name]


def _path(repo: GitRepo) -> Path:
    folder = repo.git_dir if repo.ledger_ref is None else repo.common_dir
    return folder / OWN_FOLDER / _FILE
