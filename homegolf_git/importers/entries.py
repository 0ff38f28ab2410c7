"""What a reader makes of another tool's log: entries that can become rows, and what was left out."""

from collections.abc import Mapping

from homegolf_git.core.model.values import Document, Json, Value, field


class LogError(ValueError):
    """A log that cannot be read at all; `line` is where, 0 where no line is to blame."""

    def __init__(self, source: str, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.source, self.line = source, line


class LogFile(Value, frozen=True):
    """A file of a log, under the name that the user gave it."""

    name: str
    data: bytes


class Record(Value, frozen=True):
    """One record of a log as it stands there: text by column."""

    source: str
    line: int
    cells: Mapping[str, str]


class LeftOut(Value, frozen=True):
    """A line that became no row, and why."""

    source: str
    line: int
    why: str


class Failure(Value, frozen=True):
    """Why an entry has no score."""

    kind: str
    detail: str
    stage: str = "train"


class Entry(Value, frozen=True):
    """One run that a log tells of; what it does not tell is empty."""

    record: Record
    summary: str
    results: tuple[Document, ...] = ()  # each with the metric under its name
    failure: Failure | None = None
    finished_at: str | None = None  # UTC
    commit: str = ""
    status: str = ""  # the word of whoever kept the log
    said: tuple[str, ...] = ()  # further words for the notes
    config: Mapping[str, Json] = field(default_factory=dict)
    hardware: tuple[Document, ...] = ()
    facts: Mapping[str, Json] = field(default_factory=dict)  # of a row, under their dotted names


class Anomaly(Value, frozen=True):
    """Something about a run that its reader should know, with what shows it."""

    record: Record
    code: str
    evidence: str


class Log(Value, frozen=True):
    """Everything that was read."""

    entries: tuple[Entry, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    anomalies: tuple[Anomaly, ...] = ()


def joined(logs: "list[Log]") -> Log:
    """Several logs as one, in their order."""
    return Log(
        tuple(entry for log in logs for entry in log.entries),
        tuple(item for log in logs for item in log.left_out),
        tuple(item for log in logs for item in log.anomalies),
    )
