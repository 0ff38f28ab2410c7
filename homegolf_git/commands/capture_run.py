"""The parts of a capture, one after the other, kept until their row has landed."""

import signal
from collections.abc import Callable, Mapping, Sequence

from homegolf_git.commands.capture_landing import land
from homegolf_git.commands.common import open_ledger
from homegolf_git.commands.judge import CODES
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import Ledger
from homegolf_git.core.model.captured import Part, Session
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import capture as view
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.keeping import Keeper
from homegolf_git.shell.running.live import Live
from homegolf_git.shell.running.machine import cluster_of, now, others_on_devices
from homegolf_git.shell.running.part import Watch, environment_of, run_part
from homegolf_git.shell.running.process import end_marked, outlasting
from homegolf_git.shell.running.scoring import scored
from homegolf_git.shell.running.source import RUNS, Source, keep, source_of
from homegolf_git.shell.trainer import frozen_digest

Environment = Mapping[str, str]
_KILLED = Failure("other", "train", "the capture was killed while the command ran")


class Run:
    """A capture at work."""

    def __init__(
        self,
        workspace: Workspace,
        lane: Lane,
        trainer: GitRepo | None,
        source: Source | None,
        environment: Environment,
        live: Live,
    ) -> None:
        """`source` is what the trainer's repository held when the run began."""
        self._workspace, self._repo, self._lane = workspace, workspace.repo(), lane
        self._trainer, self._source = trainer, source
        self._environment, self._keeper = dict(environment), Keeper(self._repo)
        self._live = live
        self._remarks: list[Finding] = []
        self._session: Session | None = None

    def whole(
        self,
        ledger: Ledger,
        session: Session,
        *,
        before_landing: Callable[[], None] | None = None,
    ) -> Answer[view.Captured]:
        """Run every part, and land the row, if nothing stands against it."""
        with self._keeper.holding(session.run_id), outlasting():
            self._begin(session)
            if self._trainer is not None and self._source is not None and session.is_kept:
                keep(self._trainer, self._source, session.run_id)
            session = self._parts(self._keeper.with_config(session))
            session = self._after(session)
            if before_landing is not None:
                self._checked(session, before_landing)
            return self._landed(ledger, session)

    def _begin(self, session: Session) -> None:
        """Keep it, and room for what it brings; where there is none nothing is run."""
        self._keep(session)
        try:
            self._keeper.reserve(session.run_id)
        except HomegolfError:
            self._forget(session)
            raise

    # --- the parts

    def _parts(self, session: Session) -> Session:
        environment = environment_of(session, self._environment)
        cluster = cluster_of(environment)
        if cluster is not None:
            session = replace(session, notes=(*session.notes, cluster.note))
        for seed in session.planned[len(session.parts) :]:
            busy = others_on_devices()
            watch = Watch(self._live.show, self._live.tick, self._begun)
            try:
                ran = run_part(session, self._lane, seed, environment, watch)
            except HomegolfError as error:
                if not session.parts:
                    self._forget(session)
                    raise
                error.findings.append(self._stopped(session))
                raise
            self._live.clear()
            self._remarks += ran.remarks
            part = ran.part
            session = self._keep(replace(session, parts=(*session.parts, part), running=0))
            session = self._contended(session, [*busy, *others_on_devices()])
            if ran.finished.told == signal.SIGINT:
                raise self._interrupted(session)
            if self._lane.capture.scorer is not None and part.is_trained:
                session = self._scored(session, environment)
            if session.parts[-1].failure is not None:
                break
        return session

    def _begun(self, pid: int) -> None:
        assert self._session is not None  # noqa: S101 - it is kept before anything runs
        self._keep(replace(self._session, running=pid))

    def _scored(self, session: Session, environment: Environment) -> Session:
        """The latest part with the scorer's score."""
        # Unlike training it may be done again: nothing says that it runs.
        watch = Watch(self._live.show, self._live.tick, lambda _: None)
        *before, part = session.parts
        if self._trainer is None or self._source is None:
            failure = Failure("missing_input", "score", "no trainer's repository has the scorer")
            part = replace(part, results=(), failure=failure)
        else:
            try:
                part, remarks = scored(
                    self._trainer, self._source.committed, self._lane, part, environment, watch
                )
            except KeyboardInterrupt:
                raise self._interrupted(session) from None
            except HomegolfError as error:
                error.findings.append(self._stopped(session))
                raise
            self._remarks += remarks
        self._live.clear()
        return self._keep(replace(session, parts=(*before, part), running=0))

    def _contended(self, session: Session, others: Sequence[int]) -> Session:
        if not others:
            return session
        shown = ", ".join(map(str, dict.fromkeys(others)))
        message = f"other processes used the devices: {shown}"
        self._remarks.append(finding("contended", message, severity="warning"))
        return self._keep(replace(session, notes=(*session.notes, f"contended: {message}")))

    def _after(self, session: Session) -> Session:
        """What changed in the source while the command ran; the row says it."""
        if self._trainer is None or self._source is None:
            return session
        after: Source | None = None
        try:
            after = source_of(self._trainer, self._repo)
            shown = str(after.revision)
        except HomegolfError as error:  # such as a branch without a commit
            shown = f"what cannot be read: {error.findings[0].message}"
        if shown == self._source.revision:
            return session
        message = (
            f"the source changed while the command ran, from {self._source.revision} to {shown}"
        )
        self._remarks.append(finding("source_changed", message, severity="warning"))
        measured = {**session.measured, "source.dirty": True}
        frozen = self._lane.contract.frozen_paths
        if frozen is not None and after is not None:
            measured["source.frozen_sha256"] = frozen_digest(self._trainer, after.kept, frozen)
        return self._keep(replace(session, measured=measured, notes=(*session.notes, message)))

    def _checked(self, session: Session, check: Callable[[], None]) -> None:
        try:
            check()
        except BaseException:
            self._keeper.forget(session.run_id)
            raise

    # --- the row

    def _landed(self, ledger: Ledger, session: Session) -> Answer[view.Captured]:
        try:
            captured = land(self._workspace, ledger, session, self._remarks)
        except HomegolfError as error:
            if not session.is_recorded:
                self._forget(session)
                raise
            self._keeper.release(session.run_id)
            raise HomegolfError(error.exit_code, *error.findings, _left(session)) from error
        part = session.parts[-1]
        if (
            session.is_recorded
            and part.is_trained
            and part.failure is not None
            and part.artifacts
            and self._lane.capture.scorer
        ):
            self._keep(replace(session, blocked=session.run_id))
            self._remarks.append(_unscored(session))
        else:
            self._keeper.forget(session.blocked or session.run_id)
        self._keeper.release(session.run_id)
        found = [*self._remarks, *(item for item in captured.findings if item not in self._remarks)]
        captured = replace(captured, findings=found)
        code = CODES[captured.decision.name]
        return Answer(captured, view.text, view.json, code, found)

    def _keep(self, session: Session) -> Session:
        self._session = session
        self._keeper.keep(session)
        return session

    def _interrupted(self, session: Session) -> BaseException:
        """A person ended it: what is whole is kept, and else nothing."""
        self._live.clear()
        if not session.whole or not session.is_recorded:
            self._forget(session)
            return KeyboardInterrupt()
        self._keeper.release(session.run_id)
        self._keep(replace(session, parts=tuple(session.whole), running=0))
        return HomegolfError(Exit.INTERRUPTED, _left(session))

    def _stopped(self, session: Session) -> Finding:
        """It cannot go on; what is whole is kept."""
        self._keeper.release(session.run_id)
        self._keep(replace(session, running=0))
        return _left(session)

    def _forget(self, session: Session) -> None:
        """Nothing came of it: its source need not be kept either."""
        self._keeper.forget(session.run_id)
        if self._trainer is not None:
            self._trainer.update_ref(RUNS + session.run_id, None)

    # --- again

    def resumed(self, session: Session) -> Answer[view.Captured]:
        """Land what a capture that was killed has left, or score what has no score yet."""
        ledger = open_ledger(self._workspace)
        with self._keeper.holding(session.run_id):
            end_marked(session.mark)
            if session.running and len(session.parts) < len(session.planned):
                asked = session.planned[len(session.parts)]
                part = Part(asked, 0.0, now(), failure=_KILLED)
                session = self._keep(replace(session, parts=(*session.parts, part), running=0))
            part = session.parts[-1]
            if self._lane.capture.scorer and part.is_trained and not part.is_scored_apart:
                session = self._scored(session, environment_of(session, self._environment))
            if session.blocked is not None and session.parts[-1].failure is None:
                facts = replace(session.facts, resolves=(*session.facts.resolves, session.blocked))
                session = replace(session, run_id=f"{session.run_id[:73]}-scored", facts=facts)
            return self._landed(ledger, session)


def live_of(
    workspace: Workspace, lane: Lane, prints_to: int, beat: Callable[[], None] | None = None
) -> Live:
    """Where the output of a lane's command goes."""
    return Live(prints_to, workspace.progress, lane.capture.wall_seconds_max, beat)


def _left(session: Session) -> Finding:
    name = session.blocked or session.run_id
    message = f"{name} is kept and has not landed"
    fix = f"run `homegolf capture --resume {name}`"
    return finding("capture_left", message, severity="note", fix=fix)


def _unscored(session: Session) -> Finding:
    message = f"{session.run_id} landed without a score; what it trained is kept"
    fix = f"mend the scorer, and run `homegolf capture --resume {session.run_id}`"
    return finding("capture_left", message, severity="note", fix=fix)
