"""`homegolf loop`: try ideas until it is honest to stop."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from homegolf_git.commands.capture import CaptureRequest, capture, resume_whole
from homegolf_git.commands.common import one_lane, require_ledger
from homegolf_git.commands.loop_source import Source
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.draft import DraftFacts
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json, Value, field
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.incumbents import fresh_seeds, step_gains
from homegolf_git.core.search.keep import Decision, decision_of
from homegolf_git.core.search.looping import (
    Attempt,
    Order,
    Reason,
    equal_failures,
    free_seeds,
    latest_verdicts,
    next_order,
)
from homegolf_git.core.views import loop as view
from homegolf_git.errors import Exit, refused
from homegolf_git.shell.files.worktree import replace_file
from homegolf_git.shell.git.gitrepo import OWN_FOLDER, GitRepo
from homegolf_git.shell.reading.load import kept_ledger
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.running.guard import TamperedError

CODES: dict[Reason, Exit] = {
    "plateaued": Exit.PLATEAUED, "budget": Exit.OK, "failures": Exit.FINDINGS,
    "exhausted": Exit.OK, "tampered": Exit.FINDINGS,
}  # fmt: skip
SEED = "{seed}"


class LoopRequest(Value, frozen=True):
    """What a loop runs and when it ends; the lane's own command where none is given."""

    lane: str | None
    command: tuple[str, ...]
    baseline: Mapping[str, Json] = field(default_factory=dict)  # its config
    max_runs: int | None = None
    max_hours: float | None = None
    max_failures: int = 5
    source: Path | None = None
    folder: Path | None = None  # where it runs; the working directory
    reports: tuple[Path, ...] = ()
    artifacts: tuple[str, ...] = ()
    is_dry_run: bool = False
    wants_plateau: bool = False


def loop(
    workspace: Workspace,
    request: LoopRequest,
    source: Source,
    environment: Mapping[str, str],
    say: Callable[[str], None],
) -> Answer[view.Looped] | Answer[view.Planned]:
    """Carry out one order after the other until one of five reasons ends it.

    It may be killed at any moment: what is done stands in the ledger, and the next call goes on.

    Args:
        workspace: Where the ledger is.
        request: What is run, and when it ends.
        source: Where the ideas come from.
        environment: Of the command, as the user has it.
        say: Gets a line a run.
    """
    loop_ = _Loop(workspace, request, source, environment, say)
    if request.is_dry_run:
        planned = loop_.planned()
        return Answer(planned, view.planned_text, view.planned_json)
    try:
        reason = loop_.whole()
    except TamperedError as error:  # what the agent left stays to be looked at
        return loop_.ended("tampered", [finding("tampered", str(error))])
    source.stand_at(loop_.incumbent())
    return loop_.ended(reason)


class _Loop:
    def __init__(
        self,
        workspace: Workspace,
        request: LoopRequest,
        source: Source,
        environment: Mapping[str, str],
        say: Callable[[str], None],
    ) -> None:
        self._workspace, self._request, self._source = workspace, request, source
        self._environment, self._say = environment, say
        self._repo = workspace.repo()
        self._lane = self._look()
        self._log = _Log(self._repo, self._name, source.name, len(self._lane.rows))

    @property
    def _name(self) -> LaneId:
        return self._lane.current.lane.lane

    def _look(self) -> LaneLedger:
        """The lane as it stands; what was found out is kept for the next look."""
        with kept_ledger(self._repo) as ledger:
            require_ledger(self._repo, ledger)
            found = ledger.lanes[one_lane(ledger, self._request.lane)]
            judge_lane(found)
        return found

    # --- how it stands

    @property
    def _rows(self) -> list[Row]:
        return [landed.row for landed in self._lane.rows]

    @property
    def _state(self) -> LaneState:
        return judge_lane(self._lane).state

    def _runs(self) -> int:
        """Runs of the command since the loop began, here or elsewhere."""
        own = self._rows[self._log.since :]
        return sum(max(1, row.seeds_run) for row in own)

    def _order(self) -> Order:
        verdicts = {item.run_id: item for item in judge_lane(self._lane).verdicts}
        own = self._rows[self._log.since :]
        return next_order(
            self._state, self._rows, self._open(own, verdicts),
            wants_plateau=self._request.wants_plateau,
        )  # fmt: skip

    def _open(self, rows: Sequence[Row], verdicts: Mapping[RunId, Verdict]) -> list[Verdict]:
        """Ideas of this loop that may be run again."""
        found = latest_verdicts(rows, verdicts)
        return [item for item in found if self._source.has(self._row_of(item.run_id))]

    def _row_of(self, run: RunId) -> Row:
        landed = self._lane.find(run)
        assert landed is not None  # noqa: S101 - it has a verdict
        return landed.row

    def _over(self) -> Reason | None:
        request, own = self._request, self._rows[self._log.since :]
        if equal_failures(own) >= request.max_failures:
            return "failures"
        is_spent = request.max_runs is not None and self._runs() >= request.max_runs
        is_late = request.max_hours is not None and self._log.hours >= request.max_hours
        return "budget" if is_spent or is_late else None

    # --- what it does

    def whole(self) -> Reason:
        """Until it is over."""
        resume_whole(self._workspace, self._name, self._environment)
        while True:
            self._lane = self._look()
            if (reason := self._over()) is not None:
                return reason
            order = self._order()
            if order.action == "plateaued":
                return "plateaued"
            attempt = self._attempt(order)
            if attempt is None:
                return "exhausted"
            self._carry_out(order, attempt)

    def planned(self) -> view.Planned:
        """What the next order would be."""
        order = self._order()
        row = self._row(order)
        summary = row.change_summary if row else order.action
        command = self._request.command or (self._lane.current.lane.capture.command or "",)
        return view.Planned(self._name, order, summary, command)

    def _row(self, order: Order) -> Row | None:
        landed = self._lane.find(order.run_id)
        return None if landed is None else landed.row

    def _attempt(self, order: Order) -> Attempt | None:
        """What an order runs, standing in the trainer's work tree."""
        if order.action == "idea":
            self._source.stand_at(self.incumbent())
            return self._source.next(self._lane)
        row = self._row(order)
        self._source.stand_at(row)
        if row is None:
            return Attempt("baseline", self._request.baseline)
        return Attempt(row.change_summary, row.config, row.run_id, "rerun")

    def incumbent(self) -> Row | None:
        """The row of the incumbent, if there is one."""
        found = self._lane.find(self._state.incumbent)
        return None if found is None else found.row

    def _carry_out(self, order: Order, attempt: Attempt) -> None:
        request, runs = self._request, order.runs
        if request.max_runs is not None:
            runs = min(runs, request.max_runs - self._runs())
        like = self._row(order) or self.incumbent()  # whose evaluation it shares
        facts = DraftFacts(
            base=attempt.base,
            change_kind=attempt.kind,
            change_summary=attempt.summary,
            config=attempt.config,
            seeds=self._seeds(order, runs),
            evaluation_mode=like.evaluation.mode if like else None,
            split=like.evaluation.split if like else None,
            train_seconds_budget=like.train_seconds_budget if like else None,
        )
        wanted = CaptureRequest(
            self._name, request.command, facts, 1 if facts.seeds else runs,
            artifacts=request.artifacts, source=request.source, folder=request.folder,
            reports=request.reports, may_have_empty_config=True,
        )  # fmt: skip
        started = time.monotonic()
        try:
            sealed = self._source.sealed()
            check = None if sealed is None else sealed.check
            answer = capture(self._workspace, wanted, self._environment, prints_to=-1, check=check)
        finally:
            self._log.spend(time.monotonic() - started)
        decision = answer.result.decision
        self._lane = self._look()
        self._say(
            view.progress_line(self._runs(), decision, attempt.summary, self._state.rules.metric)
        )
        self._require_rerun(order, decision)
        if order.action in ("idea", "again"):
            self._source.judged(attempt, decision)

    def _require_rerun(self, order: Order, decision: Decision) -> None:
        """Refuse to go on where what was to be run again is another config: it would be for ever."""
        wanted, row = self._row(order), self._lane.find(decision.verdict.run_id)
        if wanted is None or row is None or row.row.config_digest == wanted.config_digest:
            return
        parts = {
            "its config": row.row.config != wanted.config,
            "the source": row.row.source.revision != wanted.source.revision,
            "the hardware": row.row.hardware != wanted.hardware,
            "the evaluation": row.row.evaluation != wanted.evaluation,
        }
        differing = ", ".join(name for name, differs in parts.items() if differs)
        message = f"{wanted.run_id} was run again as {row.row.run_id}, and {differing} differ"
        raise refused(finding("not_a_rerun", message))

    def _seeds(self, order: Order, runs: int) -> tuple[int, ...]:
        """Seeds that the config has not had; none where the lane counts runs of one seed."""
        words = self._request.command or (self._lane.current.lane.capture.command or "",)
        if self._lane.current.lane.decision.repeats == "count" and not any(
            SEED in w for w in words
        ):
            return ()
        row = self._row(order)
        config = None if row is None else self._state.configs.get(row.config_digest)
        taken = () if config is None else [seed for seed, _ in config.known()]
        return free_seeds(taken, runs)

    # --- the end

    def ended(self, reason: Reason, findings: Sequence[Finding] = ()) -> Answer[view.Looped]:
        """What it did since it began."""
        self._lane = self._look()
        state, own = self._state, self._rows[self._log.since :]
        mine = {row.run_id for row in own}
        gains = [
            (step.winner, value, fresh_seeds(state, number)[1])
            for number, (step, (value, _)) in enumerate(
                zip(state.steps, step_gains(state), strict=True)
            )
            if step.winner in mine
        ]
        verdicts = {item.run_id: item for item in judge_lane(self._lane).verdicts}
        undecided = [
            item.run_id
            for item in latest_verdicts(own, verdicts)
            if decision_of(item).name == "more"
        ]
        found = view.Looped(
            self._name, state.rules.metric, reason, self._runs(), self._log.hours, state.incumbent,
            gains, undecided, list(findings),
        )  # fmt: skip
        return Answer(found, view.text, view.json, CODES[reason], found.findings)


class _Log:
    """Where a loop began and what it spent, over all of its calls."""

    def __init__(self, repo: GitRepo, lane: LaneId, name: str, rows: int) -> None:
        self._top, self._file = repo.common_dir, f"{OWN_FOLDER}/loops/{lane}-{name}.json"
        self.since, self._seconds = rows, 0.0
        try:
            kept = json.loads((self._top / self._file).read_bytes())
            self.since, self._seconds = int(kept["since"]), float(kept["seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            self._keep()

    @property
    def hours(self) -> float:
        """Spent on runs."""
        return self._seconds / 3600

    def spend(self, seconds: float) -> None:
        """Add the time of a run."""
        self._seconds += seconds
        self._keep()

    def _keep(self) -> None:
        data = json.dumps({"since": self.since, "seconds": round(self._seconds, 3)}).encode()
        replace_file(self._top, self._file, data)
