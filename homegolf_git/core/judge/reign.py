"""The time of one incumbent: its config, its challengers, and the window of those it was judged by.

Values in tables are replaced, never changed in place.
"""

from typing import TypeVar

from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.scores import Sample, Score, SeedKey
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.values import Record, Value, field, replace
from homegolf_git.core.model.verdict import Change

R = TypeVar("R", bound=Record)


def with_own_parts(record: R) -> R:
    """A copy whose parts that change are copies too; the values in them never change."""
    parts = {name: getattr(record, name) for name in record.__struct_fields__}
    return replace(record, **{k: v.copy() for k, v in parts.items() if hasattr(v, "copy")})


class Held(Value, frozen=True):
    """Scores of an incumbent's replicate that wait for a second submitter (`reference_guard`).

    `before` is the mean of the config's scores as they stood, `shift` what the row differed by.
    """

    run_id: RunId
    submitter: str
    before: float
    shift: float
    scores: tuple[Score, ...]


class Config(Value, frozen=True):
    """Everything a lane knows of one config digest, over all its valid scored rows."""

    digest: str
    change: Change  # of its first row; a later row may only add scores
    scores: tuple[Score, ...] = ()  # each seed and repeat once
    unreported: int = 0
    seeds_planned: int = 0
    device_seconds: float | None = 0.0  # training time over all devices; None: not all stated
    gain: tuple[float, float] | None = None  # latest delta and se against an incumbent
    won_at: int | None = None  # order of the row that last won with it
    held: tuple[Held, ...] = ()
    submitters: tuple[str, ...] = ()  # of its scores, the first two: more say no more
    is_self_reported: bool = False  # some score of it, by the training process

    @property
    def values(self) -> list[float]:
        """The scores as they were stated, metric unit."""
        return [score.value for score in self.scores]

    def known(self) -> dict[SeedKey, Score]:
        """Scores with a seed, those that wait among them."""
        every = (*self.scores, *(score for held in self.held for score in held.scores))
        return {score.key: score for score in every if score.key is not None}

    def since(self, order: int) -> list[Score]:
        """Scores that landed after the row of that order."""
        return [score for score in self.scores if score.order > order]


class Ticket(Value, frozen=True):
    """A config's place among the challengers of an incumbent; without k it has taken no number."""

    k: int | None
    look: int


class WindowEntry(Value, frozen=True):
    """How a config of the stop window stands after its latest judgement."""

    run_id: RunId
    reason: str
    change: Change
    is_cleared: bool
    delta: float | None
    is_scored: bool = True
    device_seconds: float | None = None  # as of then; None: not all stated
    is_counted: bool = True  # False: it was found to be no config of its own


class Window(Record):
    """The configs judged against an incumbent as they stand now, with their tallies."""

    entries: StoredMap[str, WindowEntry] = field(default_factory=StoredMap)  # by digest
    families: StoredMap[str, int] = field(default_factory=StoredMap)  # family of change -> entries
    judged: dict[str, int] = field(default_factory=dict)  # side -> entries
    cleared: dict[str, int] = field(default_factory=dict)  # side -> cleared entries
    unresolved: dict[str, WindowEntry] = field(default_factory=dict)  # entries not cleared
    lone_families: int = 0  # families with one entry
    trained: int = 0  # entries of scored configs
    untimed: int = 0  # those among them whose training time is not stated
    device_seconds: ExactSum = field(default_factory=ExactSum)

    def __len__(self) -> int:
        return sum(self.judged.values())

    def copy(self) -> "Window":
        """A window of its own with the same entries."""
        return with_own_parts(self)

    def put(self, digest: str, entry: WindowEntry) -> None:
        """Put an entry in, in place of the config's former one."""
        if (former := self.entries.get(digest)) is not None and former.is_counted:
            self._count(former, -1)
            self.unresolved.pop(digest, None)
        self.entries[digest] = entry
        if not entry.is_counted:
            return
        self._count(entry, 1)
        if not entry.is_cleared:
            self.unresolved[digest] = entry

    def _count(self, entry: WindowEntry, by: int) -> None:
        side, family = entry.change.side, entry.change.family
        self.judged[side] = self.judged.get(side, 0) + by
        if entry.is_cleared:
            self.cleared[side] = self.cleared.get(side, 0) + by
        before = self.families.get(family, 0)
        self.families[family] = before + by
        self.lone_families += (before + by == 1) - (before == 1)
        if not entry.is_scored:
            return
        self.trained += by
        if entry.device_seconds is None:
            self.untimed += by
        elif by > 0:
            self.device_seconds = self.device_seconds.plus(entry.device_seconds)
        else:
            self.device_seconds = self.device_seconds.minus(entry.device_seconds)


class Reign(Record):
    """The time of one incumbent: its challengers so far and what it displaced."""

    config: Config
    run_id: RunId
    ordinal: int  # of the incumbent in its lane; the baseline is 1
    won_at: int  # order of the row that won; 0 for a baseline, which was not selected
    previous: int | None  # ordinal of the reign it ended; None once it is confirmed
    rules_seen: tuple[int, int] = (0, 0)  # changes of the decision and of the stop rules so far
    challengers: int = 0
    tickets: StoredMap[str, Ticket] = field(default_factory=StoredMap)  # by digest
    window: Window = field(default_factory=Window)

    def copy(self) -> "Reign":
        """A reign of its own that stands as this one does."""
        return with_own_parts(self)

    def ticket(self, digest: str) -> Ticket:
        """The ticket of a config for its next look, which takes the next number where it has none."""
        held = self.tickets.get(digest) or Ticket(None, 0)
        k = self.challengers + 1 if held.k is None else held.k
        return Ticket(k, held.look + 1)

    def take(self, digest: str, ticket: Ticket, *, is_numbered: bool) -> None:
        """Note a look; a hopeless first one takes no number where the lane says so."""
        if not is_numbered:
            ticket = replace(ticket, k=None)
        elif ticket.k is not None:
            self.challengers = max(self.challengers, ticket.k)
        self.tickets[digest] = ticket

    def see_rules(self, changed: tuple[int, int]) -> None:
        """Start anew where rules have changed since: all challengers, or their stop window."""
        decisions, stops = self.rules_seen
        if changed[0] != decisions:
            self.challengers, self.tickets, self.window = 0, StoredMap(), Window()
        elif changed[1] != stops:
            self.window = Window()
        self.rules_seen = changed


class TitleStep(Value, frozen=True):
    """A change of incumbent: who displaced whom, and the reference scores that were displaced."""

    displaced: RunId
    winner: RunId
    reference: Sample
    fresh_seeds: int  # that the displaced one had by then
    was_confirmed: bool  # whether they had confirmed it
    delta: float
    se: float
