"""Real logs through the project's own fold: equal code against equal code, and a loop's finds.

    python -m benchmarks.decisions.real [--write docs/decisions.md]

It reads the folder that HOMEGOLF_SHARED names.
"""

import argparse
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

from benchmarks.decisions.feed import AFTER, BEFORE, Feed, rules
from benchmarks.decisions.logparts import answer
from benchmarks.decisions.reallogs import (
    BASELINES,
    LOOP,
    Sessions,
    Tried,
    replicates,
    runs_of,
    tried,
)
from benchmarks.tables import markdown
from homegolf_git.core.judge.nextstep import next_step
from homegolf_git.core.model.verdict import NextStep, Noise

SIGMA0, DELTA_MIN = 0.0002, 0.0006  # between reruns in one session; three times that
SPLITS, LANES = 1000, 200
_ONE_SEED = 42
RULES: Mapping[str, Mapping[str, Any]] = {
    "procedure 1": BEFORE,
    "procedure 2": AFTER,
    "with sessions": {**AFTER, "sessions": {"sigma0": 2 * SIGMA0, "nu0": 4, "shared": 0}},
}

Side = Sequence[tuple[str, float]]  # scores with their sessions
Match = tuple[Side, Side]  # an incumbent and a challenger of the same code


@dataclass(frozen=True)
class Equal:
    """Comparisons of equal code: what they are, and how many of them each procedure promotes."""

    what: str
    of: int
    promoted: Sequence[int]


def feed(name: str) -> Feed:
    """A lane under one of the procedures."""
    return Feed(rules(SIGMA0, DELTA_MIN, **RULES[name]))


def is_promoted(name: str, match: Match) -> bool:
    """Whether the second side takes the title from the first; a row a session."""
    lane, held, won = feed(name), match[0], False
    for config, side in (("held", held), ("tried", match[1])):
        for session in dict.fromkeys(session for session, _ in side):
            scores = [score for where, score in side if where == session]
            verdict = lane.land(config, scores, session=session, planned=len(side))
            won = verdict.verdict_class == "improvement"
    return won


def _compared(what: str, matches: Iterable[Match]) -> Equal:
    every = list(matches)
    counts = [sum(is_promoted(name, match) for match in every) for name in RULES]
    return Equal(what, len(every), counts)


# --- nine baselines of one code


def baselines(scores: Sequence[float]) -> list[Equal]:
    """Each baseline against each other one, and against all others together."""
    runs = [(f"session {number}", score) for number, score in enumerate(scores)]
    singles = [([one], [two]) for one, two in permutations(runs, 2)]
    rest = [([run for run in runs if run != one], [one]) for one in runs]
    return [
        _compared("nine baselines, one against another", singles),
        _compared("nine baselines, one against the other eight", rest),
    ]


# --- many runs of one config


def between_sessions(sessions: Sessions, held: int, tried_: int) -> Iterator[Match]:
    """Every ordered pair of sessions that have so many runs."""
    whole = [name for name, scores in sessions.items() if len(scores) >= max(held, tried_)]
    for one, two in permutations(whole, 2):
        yield (
            [(one, score) for score in sessions[one][:held]],
            [(two, score) for score in sessions[two][:tried_]],
        )


def splits(runs: Side, count: int, held: int = 6, tried_: int = 3) -> Iterator[Match]:
    """Random splits of runs into two sides, whatever their sessions."""
    draw = random.Random(len(runs))  # noqa: S311 - no secret
    for _ in range(count):
        drawn = draw.sample(runs, held + tried_)
        yield drawn[:held], drawn[held:]


def replicated(sessions: Sessions, count: int = SPLITS) -> list[Equal]:
    """Runs of one config, split by session, at random, and within one session."""
    long = {name: scores for name, scores in sessions.items() if len(scores) >= 9}
    within = [
        match
        for name, scores in long.items()
        for match in splits([(name, score) for score in scores], count // len(long))
    ]
    return [
        _compared("one run of a session against one of another", between_sessions(sessions, 1, 1)),
        _compared("three runs against three of another", between_sessions(sessions, 3, 3)),
        _compared("six runs against three of another", between_sessions(sessions, 6, 3)),
        _compared("six runs against three, drawn from all", splits(runs_of(sessions), count)),
        _compared("six runs against three of the same session", within),
    ]


def whole_lanes(sessions: Sessions, count: int = LANES) -> Equal:
    """Lanes of one code: nine sessions measure the incumbent, every other one is a challenger."""
    return Equal(
        "lanes that ever promote: nine sessions of one run, then every other session",
        count,
        [sum(_ever_promotes(name, sessions, seed) for seed in range(count)) for name in RULES],
    )


def _ever_promotes(name: str, sessions: Sessions, seed: int) -> bool:
    order, lane = list(sessions), feed(name)
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    for session in order[:9]:
        lane.land("held", sessions[session][:1], session=session)
    verdicts = [
        lane.land(session, sessions[session][:3], session=session, planned=1)
        for session in order[9:]
    ]
    return any(verdict.verdict_class == "improvement" for verdict in verdicts)


@dataclass(frozen=True)
class Measured:
    """What a lane says of its noise when every run has landed as one config, a row a session."""

    noise: Noise
    effect_at: int | None  # sessions that had landed when `session_effect` first showed
    waiting: int  # rows that `reference_guard` made wait


def noise_of(name: str, sessions: Sessions) -> Measured:
    """Land every run of one config."""
    lane, effect_at, waiting = feed(name), None, 0
    for number, (session, scores) in enumerate(sessions.items(), start=1):
        flags = lane.land("held", scores, session=session).flags
        waiting += "reference_shift" in flags
        if "session_effect" in flags and effect_at is None:
            effect_at = number
    return Measured(lane.state.noise, effect_at, waiting)


# --- a loop's log


@dataclass(frozen=True)
class Kept:
    """A change that the loop kept, as procedure 2 judges it, and what is to be done about it."""

    number: int
    what: str
    by_log: float  # gain over what the loop had kept before
    verdict: str
    gain: float | None  # over the incumbent of the ledger
    advice: NextStep | None


def kept_changes(log: Sequence[Tried]) -> list[Kept]:
    """The log as a lane: one seed, `repeats: count`, a score a config."""
    lane = Feed(rules(SIGMA0, DELTA_MIN, **AFTER, repeats="count"))
    best, found = log[0].val_bpb, []
    for number, row in enumerate(log):
        verdict = lane.land(f"c{number}", [row.val_bpb], seeds=[_ONE_SEED], session="one night")
        if not row.is_kept or not number:
            continue
        outlook = verdict.stats.outlook if verdict.stats else None
        advice = next_step(outlook, verdict.stats.noise) if outlook and verdict.stats else None
        found.append(
            Kept(number, row.what, best - row.val_bpb, verdict.name, verdict.delta, advice)
        )
        best = row.val_bpb
    return found


def runs_needed(kept: Iterable[Kept]) -> int:
    """Runs of the plans for those that are worth some."""
    plans = [one.advice.plan for one in kept if one.advice and one.advice.plan]
    return sum(plan.challenger + plan.incumbent for plan in plans)


# --- as tables


def _equal_table(found: Sequence[Equal]) -> str:
    rows = [(e.what, e.of, *(f"{n} ({n / e.of:.1%})" for n in e.promoted)) for e in found]
    return markdown(("equal code", "comparisons", *RULES), rows)


def _noise_table(sessions: Sessions) -> str:
    rows = []
    for name in RULES:
        found = noise_of(name, sessions)
        between = found.noise.between
        rows.append(
            (
                name,
                f"{found.noise.sigma:.5f}",
                f"{between.sigma:.5f}" if between else "",
                f"from session {found.effect_at} on" if found.effect_at else "no",
                f"{found.waiting} of {len(sessions) - 1}",
            )
        )
    header = ("noise", "within", "between sessions", "`session_effect`", "`reference_shift`")
    return markdown(header, rows)


def _plan(advice: NextStep | None) -> str:
    if advice is None:
        return ""
    if advice.plan is None:
        return f"{advice.action} ({advice.hope:.0%} hope)"
    plan = advice.plan
    return f"{plan.challenger} of it, {plan.incumbent} of the incumbent"


def _kept_table(kept: Sequence[Kept]) -> str:
    rows = [
        (
            one.number,
            one.what,
            f"{one.by_log:+.4f}",
            one.verdict,
            "" if one.gain is None else f"{one.gain:+.4f}",
            _plan(one.advice),
        )
        for one in kept
    ]
    return markdown(("run", "kept", "gain by the log", "verdict", "gain", "next runs"), rows)


def _report(folder: Path) -> str:
    sessions, log = replicates(folder), tried(folder / LOOP)
    kept = kept_changes(log)
    stand = sum(one.verdict.startswith("improvement") for one in kept)
    planned = [one for one in kept if one.advice and one.advice.plan]
    said = (
        f"{stand} of the {len(kept)} kept changes stand on one run each; {len(planned)} more are "
        f"worth runs, {runs_needed(kept)} in all; the other {len(kept) - stand - len(planned)} "
        "are not."
    )
    equal = [
        *baselines([one.val_bpb for one in BASELINES]),
        *replicated(sessions),
        whole_lanes(sessions),
    ]
    return "\n\n".join((_equal_table(equal), _noise_table(sessions), said, _kept_table(kept)))


def main() -> int:
    """Judge every log, and print or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    return answer(parser, "real logs", lambda folder, _: _report(folder))


if __name__ == "__main__":
    sys.exit(main())
