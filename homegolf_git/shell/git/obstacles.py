"""Why git does not open a repository, a HEAD or an object: what the files of the git directory tell.

Git calls a folder with a damaged HEAD no repository, and a file that it may not read damaged. What
cannot be read is not the same as what is not there, and each has a way out of its own.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from shlex import quote

from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.git import complaints
from homegolf_git.shell.git.ledgerref import BRANCHES, SETTING

_HEAD = re.compile(rb"ref: refs/\S+\s*|(?:[0-9a-f]{40}|[0-9a-f]{64})\s*")
_PARTS = ("objects", "refs", "HEAD")  # what makes a folder a git directory


def why_not_opened(start: Path, said: str) -> HomegolfError:
    """Why git opens no repository in a folder or above it."""
    start = Path(os.path.abspath(start))  # noqa: PTH100 - no link is followed
    if known := complaints.complaint(said, start):
        return known
    if not said:  # it was opened, and its answer has more lines than paths
        return _line_feed(start)
    for folder in (start, *start.parents):
        if not os.access(folder, os.X_OK):
            return _no_permission(folder)
        place = folder / ".git"
        if place.is_file():
            return _lost_git_dir(place)
        for git_dir in (place, folder):
            if git_dir.is_dir() and (error := _why_no_git_dir(git_dir)):
                return error
    return environment_error("no_repository", complaints.sentence(said))


def _line_feed(start: Path) -> HomegolfError:
    """That no line of a file, and none that git says, can hold the repository's path."""
    named = next((path for path in (start, *start.parents) if "\n" in path.name), None)
    message = f"the path of the repository holds a line feed: {str(start)!r}"
    if named is None:  # a link, or a git directory elsewhere
        return environment_error("line_feed", message)
    was = "?".join(quote(part) if part else "" for part in named.name.split("\n"))
    now = quote(named.name.replace("\n", "-"))
    place = quote(str(named.parent))
    fix = f"run `mv {place}/{was} {place}/{now}`, and go there"
    return environment_error("line_feed", message, fix)


def _lost_git_dir(place: Path) -> HomegolfError:
    if not os.access(place, os.R_OK):
        return _no_permission(place)
    text = _text(_read(place)).strip()
    where = text.removeprefix("gitdir: ")
    if where == text:
        return environment_error("lost_git_dir", f"{place} does not begin with `gitdir: `")
    message = f"{place} names {where}, which is no git directory"
    fix = ""
    if "/worktrees/" in where:  # a work tree finds its repository again, wherever both are now
        fix = f"run `git worktree repair {quote(str(place.parent))}` in the repository that it belongs to"
    return environment_error("lost_git_dir", message, fix)


def _why_no_git_dir(place: Path) -> HomegolfError | None:
    """What is wrong with a folder that looks like a git directory; None where it does not."""
    if not os.access(place, os.R_OK | os.X_OK):
        return _no_permission(place) if place.name == ".git" else None
    there = [name for name in _PARTS if (place / name).exists()]
    if len(there) < len(_PARTS) - 1:
        return None
    for part in (place / name for name in there):
        if not os.access(part, os.R_OK | (os.X_OK if part.is_dir() else 0)):
            return _no_permission(part)
    head = place / "HEAD"
    for name in _PARTS[:-1]:
        if name not in there:
            fix = f"run `mkdir {quote(str(place / name))}`, then `git fetch --refetch --no-filter`"
            if name == "refs":  # else the branch would seem unborn
                fix += f", then {_branch_back(place, _text(_read(head)).strip().removeprefix('ref: '))}"
            return environment_error("damaged_repository", f"{place / name} is not there", fix)
    if _HEAD.fullmatch(_read(head)):
        return None
    message = f"{head} {f'holds {_shown(_read(head))}' if head.exists() else 'is not there'}"
    fix = f"run `echo 'ref: refs/heads/main' > {quote(str(head))}`, or name another branch"
    return environment_error("unreadable_head", message, fix)


def _no_permission(path: Path) -> HomegolfError:
    fix = f"run `chmod -R u+rwX {quote(str(path))}` as its owner"
    return environment_error("no_permission", f"{path} may not be read", fix)


# --- of a repository that git opens


def require_at_home(top: Path, git_dir: Path) -> None:
    """Refuse a work tree that does not lead to the git directory, so that git there is another's or none."""
    place = top / ".git"
    if place.is_file():
        place = top / _text(_read(place)).strip().removeprefix("gitdir: ")
    with suppress(OSError):
        if place.samefile(git_dir):
            return
    message = f"core.worktree puts the work tree at {top}, and git there does not find {git_dir}"
    setting = f"git --git-dir={quote(str(git_dir))} config --unset-all core.worktree"
    raise environment_error("wrong_worktree", message, f"run `{setting}`")


def why_no_head(git_dir: Path, common_dir: Path) -> HomegolfError:
    """Why HEAD names nothing, though its branch is not unborn."""
    name = _text(_read(git_dir / "HEAD")).strip().removeprefix("ref: ")
    if not (common_dir / name).is_file():
        message = f"{git_dir / 'HEAD'} names {name}, which can be no branch"
        return environment_error("unreadable_head", message)
    return why_no_branch(common_dir, name)


def why_no_branch(common_dir: Path, name: str) -> HomegolfError:
    """Why a branch whose file is there names no commit."""
    place = common_dir / name
    if not os.access(place, os.R_OK):
        return _no_permission(place)
    message = f"{place} holds {_shown(_read(place))}, and no commit"
    fix = f"run `rm {quote(str(place))}`, then {_branch_back(common_dir, name)}"
    return environment_error("unreadable_head", message, fix)


def no_ledger_branch(ref: str) -> HomegolfError:
    """That the branch which the ledger has for itself is not there."""
    message = f"{SETTING} names {ref}, which is not there"
    branch = quote(ref.removeprefix(BRANCHES))
    fix = f"run `homegolf init --branch {branch}`, which takes it from a remote or begins it"
    return environment_error("no_ledger_branch", message, fix)


def _branch_back(common_dir: Path, name: str) -> str:
    """The command that brings a branch back."""
    last = _read(common_dir / "logs" / name).split(b"\n")[-2:-1]  # old and new commit, who and when
    commit = _text(last[0].split(b" ")[1]) if last else "COMMIT"
    where = "where it was last" if last else "with the commit that it was on"
    return f"`git update-ref {quote(name)} {commit}`, {where}"


def broken_ref(common_dir: Path, ref: str) -> HomegolfError:
    """A ref that is there and holds no name of an object."""
    place = common_dir / ref
    message = f"{place} holds {_shown(_read(place))}, and no object"
    fix = f"run `rm -f {quote(str(place))}`, then `git fetch --tags`"
    return environment_error("damaged_repository", message, fix)


def why_no_object(common_dir: Path, top: Path, said: str, name: str = "") -> HomegolfError:
    """Why something cannot be read, given what git said of it, and by which name it was asked for."""
    if known := complaints.complaint(said, top):
        return known
    # Of a path in a commit it is not the commit that is not there.
    oid = complaints.lacking(said) or ("" if ":" in name else complaints.lacking(name))
    what = f"object {oid}" if oid else name or "the history"
    if damage := _damage(common_dir, top, said, oid, what):
        return damage
    for folder in lost_alternates(common_dir):
        return lost_alternate(common_dir, folder, f"{what} is not in this clone; it borrows")
    message = f"{what} is not in this clone" if oid else complaints.sentence(said)
    return environment_error("missing_objects", message)


def _damage(
    common_dir: Path, top: Path, said: str, oid: str | None, what: str
) -> HomegolfError | None:
    """The file that is there and cannot be read; None where something is missing."""
    if (pack := complaints.damaged_pack(said)) is not None:  # whatever else has the object
        return _damaged_pack(what, top / pack)
    place = common_dir / "objects" / oid[:2] / oid[2:] if oid else None
    if oid and place and place.exists():
        return _damaged_object(oid, place)
    if (cache := complaints.damaged_cache(said)) is not None:
        path = str(common_dir / "objects" / cache)  # there may be a folder of that name and an s
        fix = f"run `rm -rf {quote(path)} {quote(path + 's')}`, which costs time alone"
        return environment_error("damaged_cache", complaints.sentence(said), fix)
    if complaints.is_damage(said):
        message = f"{what} is damaged: {complaints.sentence(said)}"
        return environment_error("damaged_objects", message)
    return None


def _damaged_pack(what: str, path: Path) -> HomegolfError:
    """A pack that stays where it is makes every name doubtful that is not there."""
    pack = path.with_suffix(".pack")
    if path == pack:
        fix = (
            f"run `mv {quote(str(pack))} {quote(f'{pack}.damaged')}`, then `git fetch --refetch "
            f"--no-filter`; what no remote has comes from another clone at best"
        )
    else:
        fix = f"run `rm -f {quote(str(path))}`, then `git index-pack {quote(str(pack))}`"
    return environment_error("damaged_objects", f"{what} cannot be read: {path} is damaged", fix)


def _damaged_object(oid: str, place: Path) -> HomegolfError:
    if not os.access(place, os.R_OK):  # git calls that damaged as well
        return _no_permission(place)
    fix = f"run `rm -f {quote(str(place))}`, then `git fetch --refetch --no-filter`"
    return environment_error("damaged_objects", f"object {oid} is damaged: {place}", fix)


def lost_alternates(common_dir: Path) -> Iterator[Path]:
    """Folders that the clone borrows objects from, and that are not there."""
    objects = common_dir / "objects"
    for line in _read(objects / "info" / "alternates").splitlines():
        folder = objects / os.fsdecode(line)
        if line and not line.startswith((b"#", b'"')) and not folder.is_dir():
            yield folder


def lost_alternate(common_dir: Path, folder: Path, what: str) -> HomegolfError:
    """What the clone borrows from a folder that is not there."""
    place = common_dir / "objects" / "info" / "alternates"
    fix = (
        f"correct the path in {place}; if the folder is gone for good, "
        f"run `rm {quote(str(place))}`, then `git fetch --refetch --no-filter`"
    )
    return environment_error("lost_alternate", f"{what} from {folder}, which is not there", fix)


def _read(path: Path) -> bytes:
    with suppress(OSError):
        return path.read_bytes()
    return b""


def _text(data: bytes) -> str:
    return os.fsdecode(data)  # as paths are, for some of it is one


def _shown(data: bytes) -> str:
    return repr(data[:60].decode("utf-8", "replace"))
