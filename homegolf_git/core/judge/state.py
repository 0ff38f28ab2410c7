"""What a lane remembers between two rows: configs, the reign of the incumbent, blockers, noise.

What grows with the lane lies in tables, of which judging a row reads a few entries; values in them
are replaced, never changed in place. Everything else is small.
"""

from collections.abc import Iterator, Mapping, MutableMapping
from typing import TypeVar

from homegolf_git.core.judge.attribution import Change
from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.noise import pooled_noise
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.values import Record, Value, field, replace
from homegolf_git.core.model.verdict import Noise

R = TypeVar("R", bound=Record)


def _with_own_parts(record: R) -> R:
    """A copy whose parts that change are copies too; the values in them never change."""
    parts = {name: getattr(record, name) for name in record.__struct_fields__}
    return replace(record, **{k: v.copy() for k, v in parts.items() if hasattr(v, "copy")})


class Config(Value, frozen=True):
    """Everything a lane knows of one config digest, over all its valid scored rows."""

    digest: str
    change: Change  # of its first row; a later row may only add seeds
    scores: Mapping[int, float] = field(default_factory=dict)  # by seed, each seed once
    landed_at: Mapping[int, int] = field(default_factory=dict)  # seed -> order of its row
    unreported: int = 0
    seeds_planned: int = 0
    device_seconds: float | None = 0.0  # training time over all devices; None: not all stated
    gain: tuple[float, float] | None = None  # latest delta and se against an incumbent
    won_at: int | None = None  # order of the row that last won with it

    def since(self, order: int) -> list[float]:
        """Scores of seeds that landed after the row of that order."""
        return [score for seed, score in self.scores.items() if self.landed_at[seed] > order]

    @property
    def is_incomplete(self) -> bool:
        """Whether planned seeds are missing."""
        return len(self.scores) < self.seeds_planned


class Ticket(Value, frozen=True):
    """A config's place among the challengers of an incumbent."""

    k: int
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
        return _with_own_parts(self)

    def put(self, digest: str, entry: WindowEntry) -> None:
        """Put an entry in, in place of the config's former one."""
        if (former := self.entries.get(digest)) is not None:
            self._count(former, -1)
            self.unresolved.pop(digest, None)
        self.entries[digest] = entry
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
        return _with_own_parts(self)

    def fresh(self) -> list[float]:
        """Scores that did not help to win the title; of a baseline, all."""
        return self.config.since(self.won_at)

    def is_remeasured(self, fresh_seeds: int) -> bool:
        """Whether enough fresh scores defend the title."""
        return len(self.fresh()) >= fresh_seeds

    def reference(self, fresh_seeds: int) -> list[float]:
        """The scores a challenger is compared with."""
        fresh = self.fresh()
        if 0 < fresh_seeds <= len(fresh):
            return fresh
        return list(self.config.scores.values())

    def ticket(self, digest: str) -> Ticket:
        """The ticket of a config for its next look; the first look takes the next number."""
        held = self.tickets.get(digest)
        if held is None:
            self.challengers += 1
            held = Ticket(self.challengers, 0)
        self.tickets[digest] = ticket = replace(held, look=held.look + 1)
        return ticket

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
    reference: tuple[float, ...]
    fresh_seeds: int  # that the displaced one had by then
    was_confirmed: bool  # whether they had confirmed it
    delta: float
    se: float


class LaneState(Record):
    """Everything the next row of a lane is judged against."""

    rules: Lane
    rows: MutableMapping[RunId, Row] = field(default_factory=dict)
    configs: StoredMap[str, Config] = field(default_factory=StoredMap)  # by digest
    reign: Reign | None = None
    displaced: StoredMap[int, Reign] = field(
        default_factory=StoredMap
    )  # by ordinal; may be reinstated
    ordinals_used: int = 0
    rules_changed: tuple[int, int] = (0, 0)  # how often the decision and the stop rules were
    nu_obs: int = 0  # degrees of freedom pooled
    squares: float = 0.0  # sum of squared deviations pooled
    receipt_owners: StoredMap[str, RunId] = field(
        default_factory=StoredMap
    )  # by digest of the receipt
    proof_owners: StoredMap[str, str] = field(
        default_factory=StoredMap
    )  # what a receipt observed -> config digest
    model_owners: StoredMap[str, tuple[RunId, ...]] = field(
        default_factory=StoredMap
    )  # by model digest
    score_owners: StoredMap[str, tuple[RunId, ...]] = field(
        default_factory=StoredMap
    )  # by precise scores
    blockers: dict[RunId, None] = field(default_factory=dict)  # open ones
    blocked_configs: StoredMap[str, tuple[RunId, ...]] = field(
        default_factory=StoredMap
    )  # by digest
    settled: StoredMap[RunId, RunId] = field(
        default_factory=StoredMap
    )  # closed blocker -> who did it
    steps: list[TitleStep] = field(default_factory=list)  # changes of incumbent that stand
    valid: StoredMap[RunId, int] = field(
        default_factory=StoredMap
    )  # scored rows that count -> order
    n_valid: int = 0
    squared_gains: ExactSum = field(default_factory=ExactSum)  # delta^2 - se^2 over all configs
    tally: dict[str, int] = field(default_factory=dict)  # class/reason -> rows
    orders: int = 0

    def copy(self) -> "LaneState":
        """A state of its own that stands as this one does."""
        return _with_own_parts(self)

    @property
    def incumbent(self) -> RunId | None:
        """The best accepted run, if any."""
        return self.reign.run_id if self.reign else None

    @property
    def is_confirmed(self) -> bool:
        """Whether the incumbent's title waits for nothing: fresh seeds confirmed it, or none are asked."""
        is_asked = self.rules.decision.fresh_seeds > 0
        return self.reign is not None and (not is_asked or self.reign.previous is None)

    @property
    def noise(self) -> Noise:
        """The lane's noise as it is known now."""
        rules = self.rules.decision
        return pooled_noise(self.nu_obs, self.squares, rules.sigma0, rules.nu0)

    def open_blockers(self) -> Iterator[Row]:
        """Rows of the open blockers, in their order."""
        return (self.rows[run_id] for run_id in self.blockers)
