"""What a captured run left, and the report that capture itself writes of it."""

from collections.abc import Iterable, Mapping, Sequence

from homegolf_git.core.model.draft import DraftFacts
from homegolf_git.core.model.factnames import REPORT_SCHEMA
from homegolf_git.core.model.failures import Ended
from homegolf_git.core.model.row import Failure
from homegolf_git.core.model.values import Json, Number, Value, field

REPORT = "capture.json"  # the receipt in which capture says what it measured
LOG = "log.txt"  # and the one of the last lines of output, of the kind `LOG_KIND`
SCORER = "evaluation.scorer"  # the fact that a scorer took the score
WALL = "wall_seconds"  # of the whole command, which trains only for a part of it

# Facts that an option states, by the name that a report has for them.
_OPTIONS = {
    "finished_at": "finished_at", "hardware": "hardware", "repository": "source.repository",
    "revision": "source.revision", "is_dirty": "source.dirty",
}  # fmt: skip


class Report(Value, frozen=True):
    """A report that the command wrote, whole."""

    kind: str
    name: str
    data: bytes
    has_score: bool = False


class Result(Value, frozen=True):
    """The numbers of one score under their names, the seed that was really run among them."""

    numbers: Mapping[str, Number | None]
    extra: Mapping[str, Number] = field(default_factory=dict)


class Part(Value, frozen=True):
    """One run of the command: with one seed, once. `facts` are of the row, under dotted names."""

    seed: int | None  # that was asked for
    seconds: float  # of the whole command
    ended_at: str  # UTC
    results: tuple[Result, ...] = ()  # one, unless the command runs several seeds itself
    facts: Mapping[str, Json] = field(default_factory=dict)
    failure: Failure | None = None
    ended: Ended | None = None
    reports: tuple[Report, ...] = ()
    artifacts: tuple[Mapping[str, Json], ...] = ()
    is_trained: bool = False  # only its score is missing

    @property
    def is_scored_apart(self) -> bool:
        """Whether its score is the scorer's."""
        return SCORER in self.facts

    @property
    def title(self) -> str:
        """What tells it from the other parts."""
        return "the run" if self.seed is None else f"seed {self.seed}"


class Session(Value, frozen=True):
    """A capture from its start on: what was asked for, what was measured, and the parts that ended."""

    run_id: str
    lane: str
    facts: DraftFacts
    planned: tuple[int | None, ...]  # the seed of each part, in their order
    command: tuple[str, ...]
    folder: str
    mark: str  # that its processes carry
    measured: Mapping[str, Json] = field(default_factory=dict)  # facts under their dotted names
    parts: tuple[Part, ...] = ()
    notes: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()  # files to look for beside those of the lane
    receipt_kind: str | None = None
    blocked: str | None = None  # the run that landed without its score, where only that is missing
    is_launched: bool = False  # the limit of time is the cluster's, from when the job starts
    running: int = 0  # process that leads the group of the part that has not ended
    has_log: bool = True
    artifacts: tuple[tuple[str, str], ...] = ()  # role and path of files to look for
    may_have_empty_config: bool = False
    is_recorded: bool = True
    out: str | None = None  # where a row that is not recorded is written, its receipts near it

    @property
    def is_kept(self) -> bool:
        """Whether the source is kept, for a row that lands now or later."""
        return self.is_recorded or self.out is not None

    @property
    def scored(self) -> list[Part]:
        """Parts that ended with a score."""
        return [part for part in self.parts if part.failure is None]

    @property
    def whole(self) -> list[Part]:
        """Parts that nobody has to train again: with a score, or with one still to be taken."""
        return [part for part in self.parts if part.failure is None or part.is_trained]

    @property
    def failure(self) -> Failure | None:
        """Why there is no score at all; None where there is one."""
        failures = [part.failure for part in self.parts if part.failure is not None]
        return failures[0] if failures and not self.scored else None


def report_of(session: Session, repeats: Sequence[int], stated: Iterable[str]) -> dict[str, Json]:
    """The report of a capture: what it measured, and the results.

    Args:
        session: The capture, all of whose parts ended.
        repeats: The repeat number of each result.
        stated: Names of facts that reports of the command itself state, which come first.
    """
    parts = session.parts
    known: dict[str, Json] = {"finished_at": parts[-1].ended_at, **session.measured}
    for part in parts:
        known |= part.facts
    artifacts = [dict(item) for part in parts for item in part.artifacts]
    if artifacts:
        known["artifacts"] = [
            item for at, item in enumerate(artifacts) if item not in artifacts[:at]
        ]
    results = [(part, result) for part in session.scored for result in part.results]
    unreached = len(session.planned) - len(session.scored)
    known |= {"seeds_planned": len(results) + unreached, "seeds_run": len(results)}
    given = {
        name
        for option, name in _OPTIONS.items()
        if getattr(session.facts, option) not in (None, ())
    }
    if "source.revision" in given:
        given |= {"source.dirty", "source.changed_paths", "source.ref", "source.frozen_sha256"}
    left_out = {*given, *stated}
    report: dict[str, Json] = {"schema": REPORT_SCHEMA}
    for name, value in known.items():
        if name in left_out or value is None:
            continue
        group, _, inner = name.partition(".")
        if inner:
            report.setdefault(group, {})[inner] = value  # type: ignore[index]
        else:
            report[name] = value
    failure = session.failure
    if failure is not None:
        told = {"kind": failure.kind, "stage": failure.stage, "detail": failure.detail}
        report["outcome"] = {"status": "failed", "failure": told}
    else:
        report["results"] = [
            {
                **result.numbers,
                **({"repeat": repeat} if repeat else {}),
                "extra": {**result.extra, WALL: round(part.seconds, 3)},
            }
            for (part, result), repeat in zip(results, repeats, strict=True)
        ]
    return report


def notes_of(session: Session) -> str:
    """Free text of the row: what was stated, and what was odd about the run."""
    failed = [
        f"{part.title} ended without a score: {part.failure.kind} at {part.failure.stage}, {part.failure.detail}"
        for part in session.parts
        if part.failure is not None and session.scored
    ]
    return "\n".join(
        dict.fromkeys([*filter(None, [session.facts.notes]), *session.notes, *failed])
    )[:2000]
