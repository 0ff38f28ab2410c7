"""Who of several loops works on what: one ref a claim, which git alone gives to one of them.

A claim is `refs/homegolf/claims/<lane>/<digest>`, a blob of JSON that says who has it and until when. It
is made by a push that requires the ref's absence, and changed only from the object that was seen. Where
there is no remote, the refs of the clone do the same for the workers of one machine.

Whether a claim has run out is judged by the clock of whoever reads it, with a margin: clocks that differ
by less take nothing away from the living. Where they differ by more, two may run the same idea; then the
one that lost its claim is told so before it lands. Nothing but time is lost.
"""

import json
import platform
import random
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from homegolf_git.core.model.naming import LaneId, Oid
from homegolf_git.core.model.values import Json, Value
from homegolf_git.errors import HomegolfError
from homegolf_git.shell.files.canonical import canonical_digest
from homegolf_git.shell.git.gitrepo import GitRepo
from homegolf_git.shell.git.remotes import fetched, push, push_failed
from homegolf_git.shell.git.transaction import moved

CLAIMS = "refs/homegolf/claims/"
MARGIN = 60.0  # seconds by which the clocks of two machines may differ
_LONGEST = timedelta(days=7)  # one that says it lasts longer is a mistake, and binds nobody
_BYTES_MAX = 4096  # of a claim; none is larger that this program made
_TRIES, _PAUSE = 5, 0.1  # while others move the same claim; seconds, twice as long each time
_HEX = frozenset("0123456789abcdef")
_DIGEST_LENGTH = 64
_NONE = Oid("")  # the old object of a ref that must not be there
_Change = tuple[
    str, Oid | None, Oid
]  # a digest, its new object (None: take it away) and the old one


class Claim(Value, frozen=True):
    """Who works on something: which host and holder, on what run, and until when (UTC)."""

    oid: Oid
    host: str
    holder: str
    run_id: str
    expires: datetime


def claim_digest(config: Json, tree: str | None) -> str:
    """What an idea is claimed by: SHA-256 over the canonical JSON of config and source tree."""
    return canonical_digest({"config": config, "tree": tree})


class Claims:
    """The claims of one holder on one lane; each worker has its own, under a name of its own.

    Every method but `release` raises HomegolfError (exit 4) where the remote cannot be reached or
    refuses; nothing is known then, and a claim that was held stays held until it runs out.
    """

    def __init__(
        self,
        repo: GitRepo,
        remote: str | None,
        lane: LaneId,
        holder: str,
        seconds: float,
        *,
        margin: float = MARGIN,
    ) -> None:
        """Claim for `seconds` at a time, a week at most; with no remote among the workers of this clone."""
        self._repo, self._remote = repo, remote
        self._place = f"{CLAIMS}{lane}/"
        self._holder, self._seconds = holder, seconds
        self._margin = timedelta(seconds=margin)
        self._held: dict[str, Claim] = {}

    def take(self, digest: str, run_id: str) -> bool:
        """Whether the holder has it now; one that it had before is renewed, one that ran out is taken over."""
        before, said = _NONE, ""
        for attempt in range(_TRIES):
            mine = self._written(run_id)
            said = self._changed([(digest, mine.oid, before)])
            if not said:
                self._held[digest] = mine
                return True
            there = self._there().get(digest)
            if there is not None and not self._is_free(there):
                return False
            before = _NONE if there is None else there.oid
            _wait(attempt)
        raise push_failed(self._repo, self._remote or "this clone", said, "the claim")

    def renew(self, digest: str) -> bool:
        """Hold it for longer; False where somebody else has it, or it ran out and was swept away.

        What ran out and was swept nobody may have, and may have been finished: look whether the
        idea has landed, and take it again if not.
        """
        held, said = self._held.get(digest), ""
        for attempt in range(_TRIES):
            if held is not None:
                mine = self._written(held.run_id)
                said = self._changed([(digest, mine.oid, held.oid)])
                if not said:
                    self._held[digest] = mine
                    return True
                _wait(attempt)
            held = self._mine(digest)
            if held is None:
                return False
        raise push_failed(self._repo, self._remote or "this clone", said, "the claim")

    def is_mine(self, digest: str) -> bool:
        """Whether the holder still has it, to be asked before its run lands."""
        return self._mine(digest) is not None

    def release(self, digest: str) -> None:
        """Give it back; where the remote cannot be reached it runs out by itself."""
        with suppress(HomegolfError):
            held = self._held.pop(digest, None) or self._there().get(digest)
            if held is None or held.holder != self._holder:
                return
            # Where a push before said no and was done all the same, another object of ours is there.
            if self._changed([(digest, None, held.oid)]) and (there := self._mine(digest)):
                self._changed([(digest, None, there.oid)])
        self._held.pop(digest, None)

    def others(self) -> dict[str, str]:
        """Who has what, of those who are not the holder; what ran out is swept away."""
        there = self._there()
        over = {digest: claim for digest, claim in there.items() if self._is_over(claim)}
        gone = {digest: claim for digest, claim in over.items() if claim.holder != self._holder}
        if gone:  # from where it was seen: one that is renewed meanwhile stays
            self._changed([(digest, None, claim.oid) for digest, claim in gone.items()])
        return {
            digest: claim.holder
            for digest, claim in there.items()
            if digest not in over and claim.holder != self._holder
        }

    def _is_over(self, claim: Claim) -> bool:
        now = datetime.now(UTC)
        return not now - self._margin <= claim.expires <= now + _LONGEST

    def _is_free(self, claim: Claim) -> bool:
        return claim.holder == self._holder or self._is_over(claim)

    def _mine(self, digest: str) -> Claim | None:
        there = self._there().get(digest)
        if there is None or there.holder != self._holder:
            self._held.pop(digest, None)
            return None
        self._held[digest] = there
        return there

    # --- what git has of them

    def _written(self, run_id: str) -> Claim:
        """A claim as an object of this clone."""
        expires = datetime.now(UTC) + timedelta(seconds=self._seconds)
        host = platform.node()
        said = {
            "host": host, "holder": self._holder, "run_id": run_id, "expires": expires.isoformat(),
        }  # fmt: skip
        oid = self._repo.read("hash-object", "-w", "--stdin", stdin=json.dumps(said).encode())
        return Claim(Oid(oid.decode().strip()), host, self._holder, run_id, expires)

    def _changed(self, changes: Iterable[_Change]) -> str:
        """Make changes from where each was seen; what git says against one of them, or nothing."""
        if self._remote is None:
            ran = moved(self._repo, [_line(self._place, change) for change in changes])
        else:
            leases, specs = [], []
            for digest, new, old in changes:
                leases.append(f"--force-with-lease={self._place}{digest}:{old}")
                specs.append(f"{new or ''}:{self._place}{digest}")
            # A hook looks at what the user pushes, and a claim is nothing of the user's.
            ran = push(self._repo, self._remote, specs, ("--no-verify", *leases))
        return "" if ran.code == 0 else ran.error or "it refused the claim"

    def _there(self) -> dict[str, Claim]:
        """Every claim of the lane, by digest: one look for all."""
        if self._remote is None:
            return self._read(self._repo.refs(self._place))
        for attempt in range(_TRIES):
            try:
                with fetched(self._repo, self._remote, {"*": f"{self._place}*"}) as refs:
                    return self._read(refs)
            except HomegolfError as error:
                # One that was renewed between the listing of the refs and the fetch of its object.
                if "not our ref" not in str(error) or attempt == _TRIES - 1:
                    raise
                _wait(attempt)
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def _read(self, refs: dict[str, Oid]) -> dict[str, Claim]:
        digests = {ref.rpartition("/")[2]: oid for ref, oid in refs.items()}
        sizes = self._repo.sizes(digests.values())
        small = self._repo.blobs(oid for oid, size in sizes.items() if size <= _BYTES_MAX)
        return {
            digest: _parsed(oid, small.get(oid, b""))
            for digest, oid in digests.items()
            if len(digest) == _DIGEST_LENGTH and _HEX.issuperset(digest)
        }


def _parsed(oid: Oid, data: bytes) -> Claim:
    """A claim; one that says nothing that can be read ran out long ago."""
    try:
        said = json.loads(data)
        expires = datetime.fromisoformat(said["expires"]).astimezone(UTC)
        return Claim(oid, str(said["host"]), str(said["holder"]), str(said["run_id"]), expires)
    except (ValueError, LookupError, TypeError, OverflowError, RecursionError):
        return Claim(oid, "", "", "", datetime(1970, 1, 1, tzinfo=UTC))


def _line(place: str, change: _Change) -> str:
    digest, new, old = change
    if new is None:
        return f"delete {place}{digest} {old}"
    return f"update {place}{digest} {new} {old or '0' * len(new)}"


def _wait(attempt: int) -> None:
    time.sleep(random.uniform(0, _PAUSE * 2**attempt))  # noqa: S311 - no secret
