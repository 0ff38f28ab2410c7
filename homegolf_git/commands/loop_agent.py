"""Ideas of an outside program that changes the trainer's work tree; the harness does everything else."""

import secrets
import shlex
from collections.abc import Iterable, Mapping
from pathlib import Path

from homegolf_git.commands.loop_source import IsFree
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.attribution import matches
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.keep import Decision, decision_of
from homegolf_git.core.search.looping import Attempt
from homegolf_git.core.views.brief import brief
from homegolf_git.errors import environment_error, refused
from homegolf_git.shell.git.gitrepo import NO_HOOKS, GitRepo
from homegolf_git.shell.git.patches import patch_ids
from homegolf_git.shell.landing.claims import claim_digest
from homegolf_git.shell.landing.hooks import require
from homegolf_git.shell.running.guard import Guard, Sealed, TamperedError, branch_of
from homegolf_git.shell.running.process import MARK, Command, end_marked
from homegolf_git.shell.trainer import holds_ledger, trainer_around

_TRIES = 3  # answers in a row that bring no new idea
_SUMMARY_MAX = 200


class Agent:
    """Ideas of an agent."""

    def __init__(
        self,
        trainer: GitRepo,
        ledger: GitRepo,
        words: str,
        environment: Mapping[str, str],
        limit: float,
    ) -> None:
        """`limit` is what one answer may take, in seconds.

        Raises:
            HomegolfError: where the ledger is on the trainer's branch, or its work tree is not clean.
        """
        self.name = "agent"
        self._trainer, self._words, self._limit = trainer, shlex.split(words), limit
        self._environment = {**environment, MARK: secrets.token_hex(8)}
        if not self._words:
            raise refused(finding("no_command", "--agent names no program"))
        if holds_ledger(trainer, ledger):
            message = (
                "the trainer's branch holds the ledger, and resetting the one would lose the other"
            )
            raise environment_error(
                "no_ledger_branch", message, "run `homegolf init --branch homegolf`"
            )
        self._branch = branch_of(trainer)
        if self._status():
            fix = "commit or remove it: whatever is not committed is taken away between two ideas"
            raise environment_error("staged_changes", f"{self._status()[0]} is not committed", fix)
        self._start = trainer.head()
        self._guard, self._said = Guard(ledger, trainer), list[str]()
        self._patches = dict[Oid, str]()  # of changes that were looked at, by the commit after each

    # --- the source

    def stand_at(self, row: Row | None) -> None:
        """Reset the branch to the source of a run; the baseline is where it stood at the start."""
        revision = self._start if row is None else self._trainer.resolve(str(row.source.revision))
        if revision is None:
            message = (
                f"{self._trainer.top} does not have the source of {row.run_id if row else 'HEAD'}"
            )
            raise environment_error("no_commits", message, "run `git fetch` there")
        self._reset(revision)

    def has(self, row: Row) -> bool:
        """Whether the source of a run is here."""
        return (
            row.source.revision is not None
            and self._trainer.resolve(row.source.revision) is not None
        )

    def claim_of(self, config: Json, row: Row | None) -> str:
        """By the tree, which is the same for whoever makes the same change."""
        name = "HEAD" if row is None else str(row.source.revision)
        (tree,) = self._trainer.lookups([f"{name}^{{tree}}"])
        return claim_digest(config, tree)

    def _reset(self, revision: Oid) -> None:
        git = self._trainer
        require(git.run("symbolic-ref", "HEAD", self._branch))
        require(git.run(*NO_HOOKS, "reset", "--quiet", "--hard", revision))
        require(git.run("clean", "-ffdq"))

    def _status(self) -> list[str]:
        words = ("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames")
        return [line[3:] for line in self._trainer.fields(words)]

    # --- an idea

    def next(self, lane: LaneLedger, is_free: IsFree) -> Attempt | None:
        """Ask until the agent leaves a change that is new and allowed."""
        for _ in range(_TRIES):
            start = self._trainer.head()
            assert start is not None  # noqa: S101 - it stands at a source
            said = self._ask(lane)
            fault = self._fault(lane, start)
            if not fault:
                summary = (
                    said[:_SUMMARY_MAX] or f"change of {', '.join(self._changed(start))[:150]}"
                )
                self._commit(start, summary)
                fault = self._tried(lane, start)
                if not fault and is_free(Attempt(summary)):
                    self._said.clear()
                    return Attempt(summary)
                fault = fault or "somebody else is trying the same"
            self._said.append(f"Your last change was not run: {fault}.")
            self._reset(start)
        return None

    def _ask(self, lane: LaneLedger) -> str:
        """Run the agent; its last line. What it may not touch is put back, and that ends the loop."""
        command = Command(
            self._words,
            self._environment,
            self._trainer.top,
            self._limit,
            self._brief(lane).encode(),
        )
        with self.sealed():
            last = ""
            for line in command.output(_nothing, _nothing, _nothing):
                last = line.strip() or last
            end_marked(self._environment[MARK])
        return " ".join("".join(c if c.isprintable() else " " for c in last).split())

    def sealed(self) -> Sealed:
        """Within this nothing of git's and nothing of the ledger may change."""
        return Sealed(self._guard)

    def _brief(self, lane: LaneLedger) -> str:
        judged = judge_lane(lane)
        rows = [(lane.rows[n], judged.verdicts[n]) for n in reversed(range(len(judged.verdicts)))]
        blockers = [row.run_id for row in judged.state.open_blockers()]
        return "\n".join(brief(lane.current.lane, rows, blockers, self._said)) + "\n"

    def _changed(self, start: Oid) -> list[str]:
        """Paths that differ from a commit, whether the agent committed them or not."""
        words = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", start, "--")
        return sorted({*self._trainer.fields(words), *self._status()})

    def _fault(self, lane: LaneLedger, start: Oid) -> str:
        """Why a change is not run; frozen paths end the loop."""
        changed, contract = self._changed(start), lane.current.lane.contract
        frozen = [path for path in changed if _fits(path, contract.frozen_paths or ())]
        if frozen:
            self._reset(start)
            raise TamperedError(f"{frozen[0]} is frozen, and the agent changed it")
        if not changed:
            return "there was none"
        if contract.editable_paths is not None:
            outside = [path for path in changed if not _fits(path, contract.editable_paths)]
            if outside:
                return f"{outside[0]} is outside of what may be changed"
        return ""

    def _commit(self, start: Oid, summary: str) -> None:
        """One commit on the branch for whatever the agent left."""
        git = self._trainer
        require(git.run("symbolic-ref", "HEAD", self._branch))
        require(git.run(*NO_HOOKS, "reset", "--quiet", "--soft", start))
        require(git.run("add", "--all", "--", ":/"))
        words = (
            "commit",
            "--quiet",
            "--no-verify",
            "--no-gpg-sign",
            "--file=-",
            "--cleanup=verbatim",
        )
        require(git.run(*NO_HOOKS, *words, stdin=f"{summary}\n".encode()))

    def _tried(self, lane: LaneLedger, start: Oid) -> str:
        """The run that had this very source, or that decided this very change on another one."""
        git = self._trainer
        rows = [landed.row for landed in lane.rows if landed.row.source.revision is not None]
        trees = git.lookups([f"{row.source.revision}^{{tree}}" for row in rows])
        (own,) = git.lookups(["HEAD^{tree}"])
        for row, tree in zip(reversed(rows), reversed(trees), strict=True):
            if tree is not None and tree == own:
                return f"{row.run_id} tried the same"
        return self._given_up(lane, start)

    def _given_up(self, lane: LaneLedger, start: Oid) -> str:
        """The run of this very change on another source, where no more runs of it are worth it."""
        rows = {landed.row.run_id: landed.row for landed in lane.rows}
        revisions = {run: row.source.revision for run, row in rows.items()}
        given_up = {
            str(revisions[item.run_id]): (item.run_id, str(revisions.get(base)))
            for item in judge_lane(lane).verdicts
            if decision_of(item).name == "discard" and (base := rows[item.run_id].base)
        }
        after = self._commits(given_up)
        before = self._commits(base for _, base in given_up.values())
        own = self._trainer.head()
        changes = {
            behind: ahead
            for ahead, behind in zip((*before, start), (*after, own), strict=True)
            if ahead is not None and behind is not None and behind not in self._patches
        }
        self._patches |= patch_ids(self._trainer, changes)
        for behind, (run, _) in zip(reversed(after), reversed(given_up.values()), strict=True):
            if behind and own and self._patches.get(behind, "") == self._patches.get(own):
                return f"{run} tried the same change on another source, and it was given up"
        return ""

    def _commits(self, names: Iterable[str]) -> list[Oid | None]:
        return self._trainer.lookups([f"{name}^{{commit}}" for name in names])

    def judged(self, attempt: Attempt, decision: Decision) -> None:
        """The ledger remembers it, and the next order sets the source."""


def agent_of(
    workspace: Workspace,
    source: Path | None,
    words: str,
    environment: Mapping[str, str],
    limit: float,
) -> Agent:
    """An agent for the trainer's repository.

    Raises:
        HomegolfError: where there is none, or it cannot be handed to an agent.
    """
    ledger = workspace.repo()
    trainer = trainer_around(source or Path.cwd(), ledger)
    if trainer is None:
        fix = "run it in the trainer's repository, or name it with --source"
        raise environment_error("no_repository", "there is no trainer's repository here", fix)
    return Agent(trainer, ledger, words, environment, limit)


def _fits(path: str, globs: tuple[str, ...]) -> bool:
    return any(matches(glob, path, crosses_slash=False) for glob in globs)


def _nothing(_: object) -> None:
    """Nobody looks."""
