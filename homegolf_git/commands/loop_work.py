"""A loop at work: one order after the other, each read from the lane as it stands."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence

from homegolf_git.commands.capture import CaptureRequest, capture
from homegolf_git.commands.capture_resume import resume_whole
from homegolf_git.commands.common import one_lane, require_ledger
from homegolf_git.commands.loop_request import LoopLog, LoopRequest, require_rerun
from homegolf_git.commands.loop_share import Alone, LostClaimError, Share, order_digest
from homegolf_git.commands.loop_source import Source
from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.judge.ledger import LaneLedger
from homegolf_git.core.judge.replay import judge_lane, verdict_of
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.draft import DraftFacts
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId, RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.incumbents import fresh_seeds, step_gains
from homegolf_git.core.search.keep import decision_of
from homegolf_git.core.search.looping import (
    Attempt,
    Order,
    Reason,
    equal_failures,
    free_seeds,
    latest_verdicts,
    orders,
    runs_again,
)
from homegolf_git.core.views import loop as view
from homegolf_git.shell.reading.load import kept_ledger

_FIRST = ("baseline", "fresh")  # orders that all others wait for
SEED = "{seed}"


class Loop:
    """One worker of a loop."""

    def __init__(
        self,
        workspace: Workspace,
        request: LoopRequest,
        source: Source,
        environment: Mapping[str, str],
        say: Callable[[str], None],
        share: Share | None = None,
    ) -> None:
        self._workspace, self._request, self._source = workspace, request, source
        self._environment, self._say, self._share = environment, say, share or Alone()
        self._repo = workspace.repo()
        self._lane = self._look()
        self._log = LoopLog(self._repo, self._name, source.name, len(self._lane.rows))

    @property
    def _name(self) -> LaneId:
        return self._lane.current.lane.lane

    def _look(self) -> LaneLedger:
        """The lane as it stands; what was found out is kept for the next look."""
        self._share.catch_up()
        self._repo.objects.renew()
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

    def _verdicts(self) -> dict[RunId, Verdict]:
        return {item.run_id: item for item in judge_lane(self._lane).verdicts}

    def _runs(self) -> int:
        """Runs of the command since the loop began, here or elsewhere."""
        own = self._rows[self._log.since :]
        return sum(max(1, row.seeds_run) for row in own)

    def _orders(self) -> Iterator[Order]:
        own = self._rows[self._log.since :]
        return orders(
            self._state, self._rows, self._open(own),
            wants_plateau=self._request.wants_plateau,
        )  # fmt: skip

    def _open(self, rows: Sequence[Row]) -> list[Verdict]:
        """Ideas of this loop that may be run again."""
        found = latest_verdicts(rows, self._verdicts())
        return [
            item
            for item in found
            if self._source.has(row := self._row_of(item.run_id))
            and self._share.is_free(self._source.claim_of(row.config, row))
        ]

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
        self._share.landed()
        while True:
            self._lane = self._look()
            if (reason := self._over() or self._next()) is not None:
                self._share.close()
                return reason

    def _next(self) -> Reason | None:
        """Carry out the first order that nobody else is at; the reason to end where there is none."""
        for order in self._orders():
            if order.action == "plateaued":
                return "plateaued"
            attempt, digest = self._attempt(order)
            if attempt is not None:
                if self._came_first(order, digest):
                    self._share.release()
                else:
                    self._carry_out(order, attempt, digest)
                return None
            if order.action in _FIRST:
                break  # somebody else is at it, and all that follows rests on it
        if self._share.is_open():
            self._share.wait()
            return None
        return "exhausted"

    def planned(self) -> view.Planned:
        """What the next order would be."""
        order = next(self._orders())
        row = self._row(order)
        summary = row.change_summary if row else order.action
        command = self._request.command or (self._lane.current.lane.capture.command or "",)
        return view.Planned(self._name, order, summary, command)

    def _row(self, order: Order) -> Row | None:
        landed = self._lane.find(order.run_id)
        return None if landed is None else landed.row

    def _attempt(self, order: Order) -> tuple[Attempt | None, str]:
        """What an order runs, standing in the trainer's work tree, and its claim; None: not here."""
        if order.action == "idea":
            self._source.stand_at(self.incumbent())
            taken: list[str] = []

            def is_free(attempt: Attempt) -> bool:
                digest = self._source.claim_of(attempt.config, None)
                if not self._share.claim(digest, attempt.summary):
                    return False
                taken.append(digest)
                return True

            return self._source.next(self._lane, is_free), taken[-1] if taken else ""
        row = self._row(order)
        again = row is not None and order.action == "again"
        digest = self._source.claim_of(row.config, row) if again and row else order_digest(order)
        if not self._share.claim(digest, order.action):
            return None, digest
        self._source.stand_at(row)
        if row is None:
            return Attempt("baseline", self._request.baseline), digest
        return Attempt(row.change_summary, row.config, row.run_id, "rerun"), digest

    def _came_first(self, order: Order, digest: str) -> bool:
        """Whether others may have landed what was claimed here, between the last look and the claim."""
        known = {row.run_id for row in self._rows}
        self._lane = self._look()
        if not self._share.is_current():
            return True
        new = [row for row in self._rows if row.run_id not in known]
        if order.action in ("idea", "again"):
            return any(self._source.claim_of(row.config, row) == digest for row in new)
        row = self._row(order)
        return any(row is None or other.config_digest == row.config_digest for other in new)

    def incumbent(self) -> Row | None:
        """The row of the incumbent, if there is one."""
        found = self._lane.find(self._state.incumbent)
        return None if found is None else found.row

    def _carry_out(self, order: Order, attempt: Attempt, digest: str) -> None:
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
            artifacts=request.artifacts, source=request.source, folder=request.folder, launcher=request.launcher,
            reports=request.reports, may_have_empty_config=True,
        )  # fmt: skip
        started = time.monotonic()
        sealed = self._source.sealed()

        def check() -> None:
            if sealed is not None:
                sealed.check()
            self._share.require(digest, attempt.summary)

        try:
            answer = capture(
                self._workspace, wanted, self._environment,
                prints_to=-1, before_landing=check, beat=self._share.beat,
            )  # fmt: skip
        except LostClaimError:
            self._say(f"somebody else took over: {attempt.summary}")
            return
        finally:
            self._log.spend(time.monotonic() - started)
        self._share.landed()
        decision = answer.result.decision
        self._lane = self._look()
        self._say(
            view.progress_line(self._runs(), decision, attempt.summary, self._state.rules.metric)
        )
        require_rerun(self._row(order), self._row_of(decision.verdict.run_id))
        if order.action in ("idea", "again"):
            self._source.judged(attempt, decision)
        latest = verdict_of(self._lane, decision.verdict.run_id)
        if not runs_again(self._state, latest, wants_plateau=self._request.wants_plateau):
            self._share.release()

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

    def let_go(self) -> None:
        """Give back what is claimed."""
        self._share.release()

    def ended(self, reason: Reason, findings: Sequence[Finding] = ()) -> view.Looped:
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
        undecided = [
            item.run_id
            for item in latest_verdicts(own, self._verdicts())
            if decision_of(item).name == "more"
        ]
        return view.Looped(
            self._name, state.rules.metric, reason, self._runs(), self._log.hours, state.incumbent,
            gains, undecided, list(findings),
        )  # fmt: skip
