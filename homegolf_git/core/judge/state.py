"""What a lane remembers between two rows: configs, the reign of the incumbent, blockers, noise.

What grows with the lane lies in tables, of which judging a row reads a few entries; values in them
are replaced, never changed in place. Everything else is small.
"""

from collections.abc import Iterator, MutableMapping

from homegolf_git.core.judge.exactsum import ExactSum
from homegolf_git.core.judge.noise import (
    Effect,
    Scatter,
    Share,
    lane_noise,
    session_effect,
    share_of,
)
from homegolf_git.core.judge.reign import (
    Config,
    Reign,
    TitleStep,
    with_own_parts,
)
from homegolf_git.core.judge.scores import Counting, Sample, SeedKey, sample_of
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.stored import StoredMap
from homegolf_git.core.model.values import Record, field
from homegolf_git.core.model.verdict import Noise

TWO_SEEDS = 2


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
    scatter: Scatter = field(default_factory=Scatter)
    seeds: tuple[int, ...] = ()  # of valid scores, up to two: more say no more
    recent: dict[str, dict[SeedKey, float]] = field(
        default_factory=dict
    )  # scores of the last configs
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
    # The first run with roughly these values in its config, under whatever names.
    alike: StoredMap[int, RunId] = field(default_factory=StoredMap)
    # Seeds that a submitter reported, and that finished besides.
    seeds_of: StoredMap[str, tuple[int, int]] = field(default_factory=StoredMap)
    # Rows that are looked at again when all are verified -> order: winners, and doubtful ones.
    doubted: StoredMap[RunId, int] = field(default_factory=StoredMap)
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
    run_seconds: ExactSum = field(default_factory=ExactSum)  # device-seconds of each timed score
    squared_gains: ExactSum = field(default_factory=ExactSum)  # delta^2 - se^2 over all configs
    tally: dict[str, int] = field(default_factory=dict)  # class/reason -> rows
    orders: int = 0

    def copy(self) -> "LaneState":
        """A state of its own that stands as this one does."""
        return with_own_parts(self)

    @property
    def incumbent(self) -> RunId | None:
        """The best accepted run, if any."""
        return self.reign.run_id if self.reign else None

    @property
    def is_confirmed(self) -> bool:
        """Whether the incumbent's title waits for nothing: fresh seeds confirmed it, or none are asked."""
        is_asked = self.rules.decision.fresh_seeds > 0
        return self.reign is not None and (not is_asked or self.reign.previous is None)

    def keep(self, config: Config) -> None:
        """Put a config in its place; the reign holds the one that it is about."""
        self.configs[config.digest] = config
        if self.reign is not None and self.reign.config.digest == config.digest:
            self.reign.config = config

    @property
    def counting(self) -> Counting:
        """How several scores of one seed count."""
        rules = self.rules.decision
        if not rules.is_extended:
            return "stated"
        return "count" if rules.repeats == "count" and len(self.seeds) < TWO_SEEDS else "average"

    def sample(self, config: Config) -> Sample:
        """The scores of a config as they count."""
        return sample_of(config.scores, self.counting)

    def fresh(self, reign: Reign) -> Sample:
        """Scores of an incumbent that did not help it to win the title; of a baseline, all.

        Where sessions are declared, a session that took part in the win is not fresh either.
        """
        config = reign.config
        scores = config.since(reign.won_at)
        if self.rules.decision.sessions is not None and reign.won_at:
            won_in = {score.session for score in config.scores if score.order <= reign.won_at}
            scores = [score for score in scores if score.session not in won_in]
        return sample_of(scores, self.counting)

    def is_remeasured(self, reign: Reign) -> bool:
        """Whether enough fresh scores defend the title."""
        rules = self.rules.decision
        fresh = self.fresh(reign)
        if rules.sessions is not None and rules.fresh_seeds:
            return len(fresh.values) >= rules.fresh_seeds and len(set(fresh.sessions)) > 1
        return len(fresh.values) >= rules.fresh_seeds

    def reference(self, reign: Reign) -> Sample:
        """The scores of an incumbent that a challenger is compared with."""
        if self.rules.decision.fresh_seeds and self.is_remeasured(reign):
            return self.fresh(reign)
        return self.sample(reign.config)

    @property
    def noise(self) -> Noise:
        """The lane's noise as it is known now."""
        return lane_noise(self.scatter, self.rules.decision, self.shares)

    @property
    def session_effect(self) -> Effect | None:
        """Whether sessions differ by more than seeds do, in a lane that should declare it."""
        rules = self.rules.decision
        return session_effect(self.scatter, rules, self.shares) if rules.is_extended else None

    def shares(self) -> Iterator[tuple[str, Share]]:
        """What each config adds to the noise."""
        counting = self.counting
        return (
            (digest, share_of(config.scores, counting)) for digest, config in self.configs.items()
        )

    def remeasure(self) -> None:
        """Take the noise anew from all configs: what counts as one measurement has changed."""
        self.scatter = Scatter()
        for digest, share in self.shares():
            self.scatter.put(digest, Share(), share)

    @property
    def seconds_per_run(self) -> float | None:
        """Mean device-seconds of training and evaluation of a score; None where no row states them."""
        sums = self.run_seconds
        return sums.value / sums.n if sums.n else None

    def open_blockers(self) -> Iterator[Row]:
        """Rows of the open blockers, in their order."""
        return (self.rows[run_id] for run_id in self.blockers)
