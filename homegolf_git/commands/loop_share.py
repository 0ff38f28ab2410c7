"""How loops that share a lane keep out of each other's way: by claims, and by one order of landing."""

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from homegolf_git.commands.pushing import fetch_ledger, push_rows
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import Json
from homegolf_git.core.search.looping import Order
from homegolf_git.errors import Exit, HomegolfError
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.landing.claims import Claims, claim_digest

CLAIM_SECONDS = 600.0  # that a claim lasts unless it is renewed, which happens three times as often
_POLL = 2.0  # seconds between two looks at a lane in which others are at work


class LostClaimError(Exception):
    """Somebody else took over what this worker was running."""


class Share(Protocol):
    """What a loop asks before it runs anything, and tells when it has."""

    def catch_up(self) -> None:
        """Bring the ledger here up to what others have landed."""

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

    def others(self) -> int:
        """How many things others are at."""

    def wait(self) -> None:
        """Give others time."""


class Alone:
    """A loop that shares nothing."""

    def catch_up(self) -> None:
        """Nobody else lands anything."""

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

    def others(self) -> int:
        """Nobody."""
        return 0

    def wait(self) -> None:
        """For nobody."""


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

    def catch_up(self) -> None:
        """Fetch what others landed, and look who is at what; a remote that is away is asked again."""
        try:
            if self._remote is not None:
                self._say(fetch_ledger(self._repo, self._remote))
            self._others = dict(self._claims.others())
        except HomegolfError as error:
            if self._remote is None or not _is_away(error):
                raise

    def claim(self, digest: str, run: str) -> bool:
        """Take it, or know that somebody else has."""
        if digest in self._mine:
            return True
        try:
            is_taken = self._claims.take(digest, run)
        except HomegolfError as error:
            if not _is_away(error):
                raise
            return False
        if is_taken:
            self._mine[digest] = run
        return is_taken

    def is_free(self, digest: str) -> bool:
        """As of the last look."""
        return digest not in self._others

    def beat(self) -> None:
        """Renew every claim in time."""
        if time.monotonic() - self._beaten < self._seconds / 3:
            return
        self._beaten = time.monotonic()
        for digest in list(self._mine):
            try:
                self._claims.renew(digest)
            except HomegolfError as error:
                if not _is_away(error):
                    raise

    def require(self, digest: str, run: str) -> None:
        """What ran out is taken again, if nobody else has."""
        try:
            if self._claims.is_mine(digest) or self._claims.take(digest, run):
                return
        except HomegolfError as error:
            if _is_away(error):  # it was claimed, and lands here first
                return
            raise
        self._mine.pop(digest, None)
        raise LostClaimError(run)

    def landed(self) -> None:
        """Push the rows; where the remote is away they go with the next ones."""
        if self._remote is None:
            return
        try:
            self._say(push_rows(self._repo, self._remote))
        except HomegolfError as error:
            if not _is_away(error):
                raise

    def _say(self, found: Sequence[Finding]) -> None:
        for item in found:
            self._tell(item)

    def release(self) -> None:
        """Give back what is claimed."""
        for digest in list(self._mine):
            self._claims.release(digest)
            del self._mine[digest]

    def others(self) -> int:
        """As of the last look."""
        return len(self._others)

    def wait(self) -> None:
        """A moment."""
        time.sleep(min(_POLL, self._seconds / 10))


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
