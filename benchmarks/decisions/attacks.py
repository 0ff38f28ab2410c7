"""What somebody could do to a lane with numbers alone, each beside what an honest lane does.

An attack says whether it came to its end; the arena keeps the flags that its rows were given.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.decisions.feed import Feed, rules
from benchmarks.decisions.world import SIGMA, START, World
from homegolf_git.core.model.verdict import Verdict
from homegolf_git.core.search.plateau import plateau

DELTA_MIN = 0.002
SHOWN = (
    "reference_shift",
    "spread_low",
    "copied_scores",
    "noop_config",
    "many_unreported",
    "thin_window",
    "picked",
)
_OWNER, _ATTACKER, _FRIEND = "owner", "attacker", "friend"
_LOOKS = (3, 3)
_STOP = {"min_cleared_per_side": 0}


class Arena:
    """A lane whose owner measured its incumbent and some equal challengers, before an attack."""

    def __init__(self, seed: int, decision: dict[str, object]) -> None:
        self.world = World(seed)
        self.lane = Feed(rules(SIGMA, DELTA_MIN, stop=_STOP, **decision))
        self.flags: Counter[str] = Counter()
        self.rows = 0
        self.seeds = 0
        self._land("base", self.world.scores(START, 4), _OWNER)
        for number in range(6):
            self._land(f"earlier {number}", self.world.scores(START + SIGMA, 3), _OWNER)

    def _land(
        self,
        config: str,
        scores: Sequence[float],
        who: str,
        unreported: int = 0,
        seeds: Sequence[int] | None = None,
    ) -> Verdict:
        if seeds is None:
            seeds = range(self.seeds, self.seeds + len(scores))
            self.seeds += len(scores)
        return self.lane.land(
            config, scores, seeds=list(seeds), submitter=who, unreported=unreported
        )

    def land(
        self,
        config: str,
        scores: Sequence[float],
        who: str = _ATTACKER,
        unreported: int = 0,
        seeds: Sequence[int] | None = None,
    ) -> Verdict:
        """Land a row of the attack, and keep its flags."""
        verdict = self._land(config, scores, who, unreported, seeds)
        self.flags.update(flag for flag in verdict.flags if flag in SHOWN)
        self.rows += 1
        return verdict

    def challenge(self, config: str, gain: float = 0.0, looks: Sequence[int] = _LOOKS) -> bool:
        """Try a config with this true gain, honestly, until it is decided; whether it won."""
        for seeds in looks:
            verdict = self.land(config, self.world.scores(START - gain, seeds))
            if verdict.verdict_class == "improvement":
                return True
            if verdict.reason != "underpowered":
                return False
        return False

    def ever_wins(self, count: int, looks: Sequence[int] = _LOOKS) -> bool:
        """Whether one of so many configs that are as good as the incumbent takes its title."""
        return any(self.challenge(f"equal {number}", looks=looks) for number in range(count))

    def is_plateaued(self) -> bool:
        """Whether the search counts as ended; a thin window is noted."""
        found = plateau(self.lane.state)
        self.flags.update(reason for reason in found.reasons if reason in SHOWN)
        return found.state == "plateaued"

    def picked(self, of: int, report: int, *, worst: bool) -> list[float]:
        """The best or the worst of many seeds of code as good as the incumbent."""
        return sorted(self.world.scores(START, of), reverse=worst)[:report]


Act = Callable[[Arena], bool]


@dataclass(frozen=True)
class Attack:
    """An attack, what its end is, what shows it, and what a maintainer does then."""

    name: str
    end: str
    act: Act
    shown_by: str
    remedy: str


# --- the incumbent made worse, or better, than it is


def _invented(arena: Arena, *who: str) -> bool:
    for one in who:
        arena.land("base", arena.world.scores(START + 0.003, 8), one)
    return arena.ever_wins(10)


def _honest_replicates(arena: Arena) -> bool:
    arena.land("base", arena.world.scores(START, 8))
    return arena.ever_wins(10)


def _picked_replicates(*, worst: bool, of: int = 30) -> Callable[[Arena], None]:
    def act(arena: Arena) -> None:
        for _ in range(4):
            arena.land("base", arena.picked(of, 3, worst=worst), unreported=of - 3)

    return act


def _worst_replicates(arena: Arena) -> bool:
    _picked_replicates(worst=True)(arena)
    return arena.ever_wins(10)


def _best_replicates(arena: Arena) -> bool:
    _picked_replicates(worst=False)(arena)
    return not arena.challenge("rival", gain=1.5 * DELTA_MIN)


def _all_replicates(arena: Arena) -> bool:
    _picked_replicates(worst=False, of=3)(arena)
    return not arena.challenge("rival", gain=1.5 * DELTA_MIN)


def _kept_title(unreported: int, *who: str) -> Act:
    """Take a title with made-up scores; fresh seeds, each four of a submitter's, defend it."""

    def act(arena: Arena) -> bool:
        arena.land("made up", [START - 0.0045 + SIGMA * x for x in (-0.9, 0.1, 0.8)])
        for one in who:
            fresh = arena.picked(4 + unreported, 4, worst=False)
            arena.land("made up", fresh, one, unreported)
        reign = arena.lane.state.reign
        return reign is not None and reign.config.digest == "made up"

    return act


# --- noise made smaller than it is


def _one_step(arena: Arena) -> bool:
    scores = 3.0 + 0.00002 * arena.world.random.standard_normal(1000)
    arena.land("one step", [float(score) for score in scores])
    return arena.ever_wins(100, (1, 1, 1))


# --- a challenger made better than it is


def _best_seeds(*, told: bool) -> Act:
    def act(arena: Arena) -> bool:
        return any(
            arena.land(
                f"picked {number}", arena.picked(30, 3, worst=False), unreported=27 if told else 0
            ).verdict_class
            == "improvement"
            for number in range(30)
        )

    return act


def _made_up(arena: Arena) -> bool:
    scores = START - 0.004 + 0.00001 * arena.world.random.standard_normal(4)
    return arena.land("made up", [float(s) for s in scores]).verdict_class == "improvement"


def _shifted_copy(arena: Arena) -> bool:
    incumbent = arena.lane.state.configs["base"].values
    copied = [score - 0.004 + 1e-6 * i for i, score in enumerate(incumbent)]
    return arena.land("copy", copied, seeds=range(4)).verdict_class == "improvement"


# --- an end of the search that is none


def _near_copies(arena: Arena) -> bool:
    for number in range(40):
        arena.land(f"near {number}", arena.world.scores(START + SIGMA, 3))
    return arena.is_plateaued()


def _same_training(arena: Arena) -> bool:
    incumbent = arena.lane.state.configs["base"].values
    for number in range(40):
        arena.land(f"noop {number}", incumbent, seeds=range(4))
    return arena.is_plateaued()


def _worse_ideas(arena: Arena) -> bool:
    for number in range(40):
        loss = float(arena.world.random.exponential(0.004))
        arena.land(f"idea {number}", arena.world.scores(START + SIGMA + loss, 3))
    return arena.is_plateaued()


def _equal_challengers(arena: Arena) -> bool:
    return arena.ever_wins(100, (1, 1, 1))


_TITLE, _STOPPED = "equal code takes the title", "the search counts as ended"
ATTACKS = (
    Attack(
        "8 invented replicates, 0.003 worse", _TITLE,
        lambda arena: _invented(arena, _ATTACKER), "`reference_shift`",
        "have somebody else run the incumbent again; retract the row if it does not come out so",
    ),
    Attack(
        "the same by two submitters who agree", _TITLE,
        lambda arena: _invented(arena, _ATTACKER, _FRIEND), "`reference_shift` on the first",
        "know who submits; retract the rows",
    ),
    Attack(
        "3 of 30 replicates, the worst, four times, disclosed", _TITLE, _worst_replicates,
        "`many_unreported`", "ask for all seeds; retract the rows",
    ),
    Attack(
        "3 of 30 replicates, the best, four times, disclosed", "a gain of 1.5 delta is refused",
        _best_replicates, "`many_unreported`", "ask for all seeds; retract the rows",
    ),
    Attack(
        "a made-up title, defended by 4 of 30 seeds, disclosed", "it stands",
        _kept_title(26, _ATTACKER), "`reference_shift`, `many_unreported`",
        "have another submitter run fresh seeds; retract the row",
    ),
    Attack(
        "1,000 seeds of a config of one step", "one of 100 equal configs takes the title",
        _one_step, "one config holds most of the measured noise", "retract the row",
    ),
    Attack(
        "3 of 30 seeds of each of 30 equal challengers, disclosed", _TITLE, _best_seeds(told=True),
        "`picked`, `many_unreported`", "nothing: the gain is corrected",
    ),
    Attack(
        "the same, not disclosed", _TITLE, _best_seeds(told=False),
        "nothing", "ask for receipts; confirm with fresh seeds of your own",
    ),
    Attack(
        "made-up scores that hardly differ", "they take the title", _made_up, "`spread_low`",
        "run the config yourself; retract the row",
    ),
    Attack(
        "the incumbent's scores, each 0.004 better", "they take the title", _shifted_copy,
        "`copied_scores`", "run the config yourself; retract the row",
    ),
    Attack(
        "40 near-copies of one config", _STOPPED, _near_copies, "`thin_window`",
        "ask for ideas that differ; the stop waits for them",
    ),
    Attack(
        "40 names of the same training", _STOPPED, _same_training, "`noop_config`",
        "nothing: they are not in the window",
    ),
)  # fmt: skip
HONEST = (
    Attack("8 honest replicates of another submitter", _TITLE, _honest_replicates, "", ""),
    Attack("12 honest replicates of another submitter", "a gain of 1.5 delta is refused", _all_replicates, "", ""),
    Attack(
        "a made-up title, 4 honest seeds of another submitter", "it stands",
        _kept_title(0, _OWNER), "", "",
    ),
    Attack(
        "the same, 4 seeds of each of two others", "it stands",
        _kept_title(0, _OWNER, _FRIEND), "", "",
    ),
    Attack(
        "100 equal configs", "one of them takes the title", _equal_challengers, "", ""
    ),
    Attack("40 ideas, all worse", _STOPPED, _worse_ideas, "", ""),
)  # fmt: skip
