"""A repository, and what git has of it; every process goes by the one runner."""

import hashlib
import os
from collections.abc import Generator, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path

from homegolf_git.core.model.naming import Oid, tag_of_ref, tag_ref
from homegolf_git.errors import HomegolfError, environment_error
from homegolf_git.shell.git import obstacles, runner
from homegolf_git.shell.git.complaints import (
    broken_ref,
    complaint,
    is_half_read,
    lacking,
    sentence,
)
from homegolf_git.shell.git.ledgerref import BRANCHES, LedgerPlace, configured_place
from homegolf_git.shell.git.locks import clear_locks, hindrance
from homegolf_git.shell.git.objects import Objects
from homegolf_git.shell.git.runner import NO_HOOKS, Ran, Said

__all__ = ["BRANCHES", "NO_HOOKS", "OWN_FOLDER", "GitRepo", "Ran"]

OWN_FOLDER = "homegolf"  # in the git directory: what the program keeps there
NOTHING: Mapping[int, bytes] = {}
_CHUNK = 1 << 16


class GitRepo:
    """A repository: where it is, and git run inside it."""

    def __init__(self, path: Path, place: LedgerPlace | None = None) -> None:
        """Find the repository that `path` lies in; `place` is the ledger's, if not as `homegolf.ref` says.

        Raises:
            HomegolfError: where there is no git or no repository, or git does not open it.
        """
        self._positions: dict[Oid, dict[Oid, int]] = {}
        self._switches: dict[str, bool] = {}
        runner.scrub_environment()
        if not os.path.isdir(path):  # noqa: PTH112 - is_dir raises for a name that is too long
            raise environment_error("no_repository", f"{path} is not a folder")
        ran = runner.run(
            str(path),
            ("rev-parse", "--path-format=absolute", "--is-bare-repository", "--is-shallow-repository",
             "--show-object-format", "--git-common-dir", "--git-dir", "--show-toplevel"),
        )  # fmt: skip
        bare, *rest = map(os.fsdecode, ran.out.removesuffix(b"\n").split(b"\n"))
        self.is_bare = bare == "true"  # then there is no top level, and git says so at the end
        if (ran.code and not self.is_bare) or len(rest) != (4 if self.is_bare else 5):
            raise obstacles.why_not_opened(path, ran.error)
        shallow, self.object_format, common_dir, git_dir, *top = rest
        self.is_shallow = shallow == "true"
        self.common_dir, self.git_dir = Path(common_dir), Path(git_dir)
        self.top = self.git_dir if self.is_bare else Path(top[0])
        if not self.is_bare:
            obstacles.require_at_home(self.top, self.git_dir)
        self.objects = Objects(partial(runner.start, str(self.top)), self.explained)
        place = place or configured_place(self.common_dir, self.run)
        self.ledger_ref, self.ledger_copy = place.ref, place.copy

    @staticmethod
    def init(folder: Path, *, bare: bool = False) -> None:
        """Make a repository with the branch main.

        Raises:
            HomegolfError: where there is no git, or it refuses.
        """
        runner.scrub_environment()
        options = ("--quiet", "--initial-branch=main", *(["--bare"] if bare else []))
        ran = runner.run(str(folder), ("init", *options))
        if ran.code:
            raise environment_error("no_repository", sentence(ran.error))

    def run(
        self,
        *arguments: str,
        stdin: bytes | None = None,
        index: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Ran:
        """Run git to its end, on the user's index or another; a failure is given back, not raised."""
        return runner.run(str(self.top), arguments, stdin, index, environment)

    def read(
        self,
        *arguments: str,
        otherwise: Mapping[int, bytes] = NOTHING,
        stdin: bytes | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> bytes:
        """Run a git command that only fails when the repository cannot be read.

        `otherwise` are exit codes that are an answer as well, and which one.
        """
        ran = self.run(*arguments, stdin=stdin, environment=environment)
        if (ran.code and ran.code not in otherwise) or is_half_read(ran.error):
            raise self.explained(ran.error)
        return otherwise[ran.code] if ran.code else ran.out

    def refused(self, ran: Ran, code: str, otherwise: str = "") -> HomegolfError:
        """Why a git failed: what kept it from writing, else `code` in its own words."""
        return hindrance(ran.error, self.top) or environment_error(code, ran.error or otherwise)

    def is_set(self, name: str) -> bool:
        """Whether a switch of the configuration is on; asked once."""
        if name not in self._switches:
            said = self.read("config", "--type=bool", "--get", name, otherwise={1: b""})
            self._switches[name] = said == b"true\n"
        return self._switches[name]

    def explained(self, said: str, name: str = "") -> HomegolfError:
        """Why something cannot be read, given what git said of it, and by which name it was asked for."""
        if not lacking(said) and not lacking(name):
            name = self._lost_tree() or name
        return obstacles.why_no_object(self.common_dir, self.top, said, name)

    def _lost_tree(self) -> Oid | None:
        """The tree of the latest commit, where git says of it only that it is none."""
        tree = self.tree_named(self.ledger_ref or "HEAD")
        is_lost = tree and self.run("cat-file", "-e", tree).code
        return tree if is_lost else None

    def tree_named(self, commit: str) -> Oid:
        """The tree that a commit names, whether it is here or not; an empty one where the commit is not."""
        return Oid(self.run("log", "-1", "--format=%T", commit, "--").text)

    # --- where the ledger is

    @property
    def ledger_name(self) -> str:
        """What messages call the place of the ledger."""
        return "HEAD" if self.ledger_ref is None else self.ledger_ref.removeprefix(BRANCHES)

    def ledger_head(self) -> Oid | None:
        """The latest commit of the ledger, of a branch that was deleted too; None where there is none."""
        if self.ledger_ref is None:
            return self.head()
        refs = [f"{ref}^{{commit}}" for ref in (self.ledger_ref, self.ledger_copy) if ref]
        return next(filter(None, self.lookups(refs)), None)

    def ledger_branch(self) -> str | None:
        """The branch that the ledger is on, or None when HEAD is detached."""
        return self.branch() if self.ledger_ref is None else self.ledger_name

    # --- reading

    def head(self) -> Oid | None:
        """The commit of HEAD, or None on an unborn branch.

        Raises:
            HomegolfError: where HEAD, its branch or its commit cannot be read.
        """
        found = self.resolve("HEAD")
        if found is not None:
            return found
        named = self.run("rev-parse", "--verify", "--quiet", "HEAD")
        if named.code == 0:
            oid = Oid(named.text)
            if self.sizes([oid]):
                raise environment_error("unreadable_head", f"HEAD names {oid}, which is no commit")
            raise self.explained(named.error, oid)
        if self.run("symbolic-ref", "--quiet", "HEAD").code == 0:
            return None
        known = complaint(named.error, self.top)
        raise known or obstacles.why_no_head(self.git_dir, self.common_dir)

    def resolve(self, revision: str) -> Oid | None:
        """The commit a revision names, or None."""
        return self.lookups([f"{revision}^{{commit}}"])[0]

    def branch(self) -> str | None:
        """The branch that is checked out, or None when HEAD is detached."""
        ran = self.run("symbolic-ref", "--quiet", "HEAD")
        return ran.text.removeprefix(BRANCHES) if ran.code == 0 else None

    def upstream(self, branch: str) -> str:
        """The ref that a branch follows, here or of a remote; empty where it follows none."""
        return self._list_refs("%(upstream)", f"{BRANCHES}{branch}").rstrip("\n")

    def is_ancestor(self, commit: str, of: str) -> bool:
        """Whether both are commits that are here, and the one is the other or behind it."""
        if None in self.lookups([f"{commit}^{{commit}}", f"{of}^{{commit}}"]):
            return False
        no = {1: b"no"}
        return self.read("merge-base", "--is-ancestor", commit, of, otherwise=no) != b"no"

    def positions(self, head: Oid) -> dict[Oid, int]:
        """Where each commit stands on the first-parent chain of a commit."""
        if head not in self._positions:
            out = self.read("rev-list", "--first-parent", "--reverse", head, "--").decode()
            self._positions[head] = {Oid(oid): i for i, oid in enumerate(out.split())}
        return self._positions[head]

    def lookups(self, names: list[str]) -> list[Oid | None]:
        """The object that each name stands for, such as `HEAD^{commit}` or `HEAD:path`, or None."""
        return [None if found is None else found.oid for found in self.objects.describe(names)]

    def files_at(self, commit: str, paths: Sequence[str]) -> list[Oid | None]:
        """The blob of each path of a commit, None where it has none; `lookups` says that of a lost one too.

        Raises:
            HomegolfError: where a file or folder is one of the commit's and cannot be had.
        """
        found = self.lookups([f"{commit}:{path}" for path in paths])
        if absent := [path for path, blob in zip(paths, found, strict=True) if blob is None]:
            listed = self.read("ls-tree", "-z", "--full-tree", commit, "--", *absent)
            if listed:  # mode, type and object, then the path
                raise self.explained("", listed.split(b"\t")[0].split(b" ")[2].decode())
        return found

    def fields(
        self, arguments: tuple[str, ...], index: Path | None = None
    ) -> Generator[str, None, None]:
        """NUL-separated fields of a command's output, as they come; it may be left half-read."""
        process = runner.start(str(self.top), arguments, has_input=False, index=index)
        assert process.stdout is not None  # noqa: S101 - it was asked for
        said = Said(process)
        parts: list[bytes] = []  # of a field, which may be long
        with process:
            try:
                while chunk := process.stdout.read1(_CHUNK):  # type: ignore[attr-defined] # it is buffered
                    said.take()
                    first, *more = chunk.split(b"\0")
                    parts.append(first)
                    for part in more:
                        yield b"".join(parts).decode("utf-8", "surrogateescape")
                        parts = [part]
                if rest := b"".join(parts):
                    yield rest.decode("utf-8", "surrogateescape")
                said.close()
            except GeneratorExit:
                process.kill()
                raise
        if process.returncode:
            raise self.explained(said.text())

    def blobs(self, oids: Iterable[Oid]) -> dict[Oid, bytes]:
        """Contents of objects."""
        return self.objects.contents(oids)

    def blob_id(self, data: bytes) -> Oid:
        """The id that a blob of this content has here."""
        named = b"blob %d\0" % len(data)
        return Oid(hashlib.new(self.object_format, named + data).hexdigest())

    def sizes(self, oids: Iterable[Oid]) -> dict[Oid, int]:
        """Sizes of objects in bytes, without reading them."""
        found = self.objects.describe(list(dict.fromkeys(oids)))
        return {item.oid: item.size for item in found if item is not None}

    def left_out(self, *paths: str) -> dict[str, Oid]:
        """Files that a sparse checkout leaves out of the work tree, with their contents' objects."""
        if self.is_bare:
            return {}
        listed = self.fields(("ls-files", "-z", "-t", "--stage", "--", *paths))
        entries = (entry.partition("\t") for entry in listed)
        return {
            path: Oid(facts.split(" ")[2])
            for facts, _, path in entries
            if facts.startswith("S ") and not os.path.lexists(self.top / path)
        }

    def tags(self, *prefixes: str) -> list[tuple[str, Oid, str, Oid, str]]:
        """Name, object, object type, commit and message of every tag below the prefixes."""
        layout = "%(refname:strip=2)%00%(objectname)%00%(objecttype)%00%(*objectname)%00%(contents)%00%01"
        patterns = map(tag_ref, prefixes)
        out = self._list_refs(layout, *patterns)
        found = []
        for record in out.split("\0\x01\n")[:-1] if out else []:
            name, oid, kind, target, message = record.split("\0")
            found.append((name, Oid(oid), kind, Oid(target or oid), message))
        return found

    def refs(self, *prefixes: str) -> dict[str, Oid]:
        """The object of every ref below the prefixes, by name; nothing is opened."""
        lines = self._list_refs("%(objectname) %(refname)", *prefixes).splitlines()
        return {ref: Oid(oid) for oid, ref in (line.split(" ", 1) for line in lines)}

    def _list_refs(self, layout: str, *prefixes: str) -> str:
        ran = self.run("for-each-ref", f"--format={layout}", *prefixes)
        if ran.code:
            raise self.explained(ran.error)
        if (ref := broken_ref(ran.error)) is not None:
            raise obstacles.broken_ref(self.common_dir, ref)
        return ran.out.decode("utf-8", "surrogateescape")

    def tag_objects(self, *prefixes: str) -> dict[str, Oid]:
        """The object of every tag below the prefixes, by name."""
        return {tag_of_ref(ref): oid for ref, oid in self.refs(*map(tag_ref, prefixes)).items()}

    def require_work_tree(self) -> None:
        """Refuse a bare repository."""
        if self.is_bare:
            # Where it has a work tree, a setting alone makes it one.
            fix = "run `git config core.bare false`" if self.top.name == ".git" else ""
            raise environment_error("bare_repository", f"{self.top} is bare", fix)

    def require_history(self) -> Oid:
        """Refuse where the first-parent history cannot be read whole; give the ledger's latest commit."""
        if self.is_shallow:
            raise environment_error("shallow", "the clone has only part of its history")
        head = self.ledger_head()
        if head is None and self.ledger_ref is not None:
            raise obstacles.no_ledger_branch(self.ledger_ref)
        if head is None:
            raise environment_error("no_commits", f"branch {self.branch() or 'HEAD'} is unborn")
        return head

    # --- writing

    def update_ref(self, ref: str, oid: Oid | None, before: Oid | None = None) -> bool:
        """Point a ref at an object, or delete it; whether git did it.

        With `before` only where it points there still; an empty one: where it is not there.
        """
        where = ("-d", ref) if oid is None else (ref, oid)
        ran = self.run("update-ref", *where, *([] if before is None else [before]))
        if ran.code < 0:  # a signal ended it, and nobody else takes its locks away
            clear_locks([self.common_dir / ref, self.common_dir / "packed-refs"])
        return ran.code == 0
