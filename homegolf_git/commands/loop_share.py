"""How loops that share a lane keep out of each other's way: by claims, and by one order of landing."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, Protocol, TypeVar

from homegolf_git.commands.pushing import fetch_ledger, push_rows
from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.looping import Order
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.claims import Claims, claim_digest

CLAIM_SECONDS = 600.0  # that a claim lasts unless it is renewed, which happens three times as often
_POLL = 2.0  # seconds between two looks at a lane in which others are at work
_PATIENCE, _FIRST_PATIENCE = (
    3600.0,
    60.0,
)  # seconds for a remote that is away, or never answered yet
_LAST_TRIES = 5  # of sending rows, at the end
_SEND_LATER = "run the same loop again, which sends them first"
_Asked = Literal["fetch", "claim", "push"]
_T = TypeVar("_T")


class LostClaimError(Exception):
    """Somebody else took over what this worker was running."""


class Share(Protocol):
    """What a loop asks before it runs anything, and tells when it has."""

    def catch_up(self) -> None:
        """Bring the ledger here up to what others have landed."""

    def is_current(self) -> bool:
        """Whether the ledger here has what others had landed at the last look."""

    def claim(self, digest: str, run: str) -> bool:
        """Take an idea or an order; False: somebody else has it."""

    def is_free(self, digest: str) -> bool:
        """Whether nobody else has it."""

    def beat(self) -> None:
        """Say that this worker is alive."""

    def require(self, digest: str, run: str) -> None:
        """Refuse to land what somebody else has taken over.

        Raises:
            LostClaimError: where that is so.
        """

    def landed(self) -> None:
        """Give others what has landed."""

    def release(self) -> None:
        """Let go of everything."""

    def is_open(self) -> bool:
        """Whether more may come: others are at something, or a remote did not answer."""

    def wait(self) -> None:
        """Give others time."""

    def close(self) -> None:
        """Send what has not been sent, or say that it is still here."""


class Alone:
    """A loop that shares nothing."""

    def catch_up(self) -> None:
        """Nobody else lands anything."""

    def is_current(self) -> bool:
        """It is the only one."""
        return True

    def claim(self, digest: str, run: str) -> bool:
        """Everything is free."""
        return bool(digest or run) or True

    def is_free(self, digest: str) -> bool:
        """Everything is free."""
        return bool(digest) or True

    def beat(self) -> None:
        """Nobody listens."""

    def require(self, digest: str, run: str) -> None:
        """Nobody takes anything over."""

    def landed(self) -> None:
        """Nobody waits for it."""

    def release(self) -> None:
        """Nothing was claimed."""

    def is_open(self) -> bool:
        """Nobody is at anything."""
        return False

    def wait(self) -> None:
        """For nobody."""

    def close(self) -> None:
        """Everything is here."""


class Shared:
    """A loop that shares its lane through refs, of this clone or of a remote."""

    def __init__(
        self,
        repo: GitRepo,
        remote: str | None,
        lane: LaneId,
        holder: str,
        *,
        seconds: float,
        tell: Callable[[Finding], None],
    ) -> None:
        """`holder` is the name of this worker, the same when it begins again.

        `tell` gets what there is to say of rows that cannot land any more.
        """
        self._tell = tell
        self._repo, self._remote = repo, remote
        self._claims = Claims(repo, remote, lane, holder, seconds, margin=seconds / 10)
        self._seconds, self._mine, self._beaten = seconds, dict[str, str](), time.monotonic()
        self._others: dict[str, str] = {}
        self._is_done = False  # with what is claimed, which is given back once its rows are sent
        self._is_refused = False  # a claim, since the last look: somebody took it in between
        self._known = set[_Asked]()  # what the remote did at least once
        self._told = set[float]()  # the times of those that were said
        self._since = dict[_Asked, float]()  # when it began to be away, for what it is not back for

    def catch_up(self) -> None:
        """Fetch what others landed, send what they lack, and look who is at what."""
        self._is_refused = False
        if self._remote is not None:
            self._ask("fetch", lambda: self._say(fetch_ledger(self._repo, self._remote or "")))
        if "push" in self._since:
            self.landed()
        self.beat()
        self._others = self._ask("claim", self._claims.others) or {}

    def is_current(self) -> bool:
        """Unless the fetch failed."""
        return "fetch" not in self._since

    def claim(self, digest: str, run: str) -> bool:
        """Take it, or know that somebody else has."""
        if digest in self._mine:
            return True
        if self._ask("claim", lambda: self._claims.take(digest, run)):
            self._is_done = False
            self._mine[digest] = run
            return True
        self._is_refused = True
        return False

    def is_free(self, digest: str) -> bool:
        """As of the last look."""
        return digest not in self._others

    def beat(self) -> None:
        """Renew every claim in time."""
        if time.monotonic() - self._beaten < self._seconds / 3:
            return
        self._beaten = time.monotonic()
        for digest in list(self._mine):
            self._ask("claim", partial(self._claims.renew, digest), gives_up=False)

    def require(self, digest: str, run: str) -> None:
        """What ran out is taken again, if nobody else has."""

        def is_held() -> bool:
            return self._claims.is_mine(digest) or self._claims.take(digest, run)

        is_mine = self._ask("claim", is_held, gives_up=False)
        if is_mine is False:  # where nobody answers, it was claimed, and lands here first
            self._mine.pop(digest, None)
            raise LostClaimError(run)

    def landed(self) -> None:
        """Push the rows; where the remote is away they go at a later look."""
        if self._remote is not None:
            self._ask("push", lambda: self._say(push_rows(self._repo, self._remote or "")))
        if self._is_done:
            self.release()

    def release(self) -> None:
        """Give back what is claimed, once others can see what became of it."""
        self._is_done = True
        if "push" in self._since:
            return
        for digest in list(self._mine):
            self._claims.release(digest)
            del self._mine[digest]

    def is_open(self) -> bool:
        """As of the last look, and of the claims since."""
        return bool(self._others or self._since) or self._is_refused

    def wait(self) -> None:
        """A moment."""
        time.sleep(min(_POLL, self._seconds / 10))

    def close(self) -> None:
        """What cannot be sent is said to be here."""
        for _ in range(_LAST_TRIES):
            if "push" not in self._since:
                return
            self.wait()
            self.landed()
        if "push" in self._since:
            message = f"rows of this loop are not on {self._remote} yet: it does not answer"
            self._tell(finding("push_failed", message, severity="warning", fix=_SEND_LATER))

    def _ask(self, what: _Asked, call: Callable[[], _T], *, gives_up: bool = True) -> _T | None:
        """The answer, or None of a remote that is away, which is said once and asked again later.

        Raises:
            HomegolfError: what is no matter of time; and what is, where it has taken too long.
        """
        try:
            answer = call()
        except HomegolfError as error:
            if self._remote is None or not _is_away(error):
                raise
            began = self._since.setdefault(what, time.monotonic())
            patience = _PATIENCE if what in self._known else _FIRST_PATIENCE
            if gives_up and time.monotonic() - began > patience:
                raise
            if began not in self._told and error.exit_code != Exit.LOST_RACE:
                self._told.add(began)
                item = error.findings[0]
                message = f"{self._remote} is away, and the loop asks again: {item.message}"
                self._tell(finding(item.code, message, severity="warning"))
            return None
        self._since.pop(what, None)
        self._known.add(what)
        return answer

    def _say(self, found: Sequence[Finding]) -> None:
        for item in found:
            self._tell(item)


def order_digest(order: Order) -> str:
    """The claim of an order that is no idea: one worker carries it out."""
    return claim_digest({"order": order.action, "run": order.run_id}, None)


def attempt_digest(config: Json, tree: str | None) -> str:
    """The claim of an idea: its config and its source."""
    return claim_digest(config, tree)


def _is_away(error: HomegolfError) -> bool:
    """Whether a remote cannot be reached, or others were first again and again: it is asked later."""
    is_away = any(item.code in ("fetch_failed", "push_failed") for item in error.findings)
    return is_away or error.exit_code == Exit.LOST_RACE
