"""What a lane remembers between two rows: configs, the reign of the incumbent, blockers, noise."""

from dataclasses import dataclass, field

from homegolf_git.core.attribution import Change
from homegolf_git.core.model import Lane, Noise, Row, Stats
from homegolf_git.core.naming import RunId
from homegolf_git.core.noise import pooled_noise


@dataclass(slots=True)
class Config:
    """Everything a lane knows of one config digest, over all its valid scored rows."""

    digest: str
    change: Change  # of its first row; a later row may only add seeds
    scores: dict[int, float] = field(default_factory=dict)  # by seed, each seed once
    landed_at: dict[int, int] = field(default_factory=dict)  # seed -> order of its row
    unreported: int = 0
    seeds_planned: int = 0
    device_seconds: float | None = 0.0  # training time over all devices; None: not all stated

    def since(self, order: int) -> list[float]:
        """Scores of seeds that landed after the row of that order."""
        return [score for seed, score in self.scores.items() if self.landed_at[seed] > order]

    @property
    def is_incomplete(self) -> bool:
        """Whether planned seeds are missing."""
        return len(self.scores) < self.seeds_planned


@dataclass(slots=True)
class Ticket:
    """A config's place among the challengers of an incumbent."""

    k: int
    look: int


@dataclass(frozen=True, slots=True)
class WindowEntry:
    """How a config of the stop window stands after its latest judgement."""

    run_id: RunId
    reason: str
    change: Change
    is_cleared: bool
    delta: float | None
    stats: Stats | None


@dataclass(slots=True)
class Reign:
    """The time of one incumbent: its challengers so far and what it displaced."""

    config: Config
    run_id: RunId
    ordinal: int  # of the incumbent in its lane; the baseline is 1
    won_at: int  # order of the row that won; 0 for a baseline, which was not selected
    previous: "Reign | None"  # kept until the reign is confirmed
    tickets: dict[str, Ticket] = field(default_factory=dict)
    window: dict[str, WindowEntry] = field(default_factory=dict)

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


@dataclass(frozen=True, slots=True)
class TitleStep:
    """A change of incumbent: who displaced whom, and the reference scores that were displaced."""

    displaced: RunId
    winner: RunId
    reference: tuple[float, ...]
    fresh_seeds: int  # that the displaced one had by then
    was_confirmed: bool  # whether they had confirmed it
    delta: float
    se: float


@dataclass(slots=True)
class LaneState:
    """Everything the next row of a lane is judged against."""

    rules: Lane
    rows: dict[RunId, Row] = field(default_factory=dict)
    configs: dict[str, Config] = field(default_factory=dict)
    reign: Reign | None = None
    ordinals_used: int = 0
    nu_obs: int = 0  # degrees of freedom pooled
    squares: float = 0.0  # sum of squared deviations pooled
    receipt_owners: dict[str, RunId] = field(default_factory=dict)
    blockers: dict[RunId, Row] = field(default_factory=dict)  # open ones
    settled: dict[RunId, RunId] = field(default_factory=dict)  # closed blocker -> row that did it
    steps: list[TitleStep] = field(default_factory=list)  # changes of incumbent that stand
    valid: set[RunId] = field(default_factory=set)  # scored rows that count
    won: dict[str, int] = field(default_factory=dict)  # digest -> order of the row that last won
    gains: dict[str, tuple[float, float]] = field(default_factory=dict)  # digest -> delta, se
    orders: int = 0

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
