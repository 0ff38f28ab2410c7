"""Facts of a row in a report, whoever names the places: each is read by its type or told as a fault."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from homegolf_git.core.model.factnames import GROUPS
from homegolf_git.core.model.naming import SHA256, is_utc_time
from homegolf_git.core.model.row import Artifact, Observation, Reading, Receipt
from homegolf_git.core.model.values import Json, Number
from homegolf_git.receipts.strictjson import Printed, plain, reading, seed_of, text

_SHOWN = 60  # characters of a value that is told
_STATUSES = ("scored", "failed")
_WHICH = ("seed", "repeat")  # of a result: which one it is


class Gathered:
    """What a report is found to state, and what of it has the wrong type."""

    def __init__(self) -> None:
        self.stated: dict[str, Json] = {}
        self.observations: list[Observation] = []
        self.run_numbers: dict[str, Reading] = {}
        self.faults: list[str] = []

    def state(self, name: str, value: Printed) -> None:
        """Take a fact of the row; null states nothing."""
        if value is None:
            return
        if name in GROUPS:
            if not isinstance(value, Mapping):
                self.refuse(name, value)
                return
            for part, inner in value.items():
                if part in GROUPS[name]:
                    self.state(f"{name}.{part}", inner)
                else:
                    self.faults.append(f"{name}.{part} is no fact of a row")
            return
        found = _READERS[name](value)
        if found is None:
            self.refuse(name, value)
        else:
            self.stated[name] = found

    def add_artifacts(self, value: Printed) -> None:
        """Take the artifacts of one run among several."""
        before = self.stated.pop("artifacts", [])
        self.state("artifacts", value)
        more = self.stated.get("artifacts", [])
        if isinstance(before, list) and isinstance(more, list) and (before or more):
            self.stated["artifacts"] = [*before, *more]

    def observe(self, found: Mapping[str, Printed], extra: Mapping[str, Printed]) -> None:
        """Take what is said of one seed, under the names of a result."""
        numbers = {name: self._number(name, found[name]) for name in found if name not in _WHICH}
        more = {name: self._number(f"extra.{name}", value) for name, value in extra.items()}
        printed = found.get("seed")
        seed = None if printed is None else seed_of(printed)
        if printed is not None and seed is None:
            self.refuse("seed", printed)
        repeat = _count(found.get("repeat"))
        if found.get("repeat") is not None and repeat is None:
            self.refuse("repeat", found["repeat"])
        seen = Observation(
            seed,
            {name: number for name, number in numbers.items() if number is not None},
            {name: number.value for name, number in more.items() if number is not None},
            repeat,
        )
        if seen.seed is not None or seen.numbers or seen.extra:
            self.observations.append(seen)

    def number_of_run(self, name: str, value: Printed) -> None:
        """Take a number that is of the run as a whole."""
        if (number := self._number(name, value)) is not None:
            self.run_numbers[name] = number

    def _number(self, name: str, value: Printed) -> Reading | None:
        found = reading(value)
        if value is not None and found is None:
            self.refuse(name, value)
        return found

    def refuse(self, name: str, value: Printed) -> None:
        """Note a value of the wrong type."""
        shown = repr(plain(value))
        more = "..." if len(shown) > _SHOWN else ""
        self.faults.append(f"{name} cannot be {shown[:_SHOWN]}{more}")

    def receipt(self) -> Receipt:
        """Everything together; a model without a digest is a number of bytes."""
        artifacts = tuple(_artifacts(self.stated.get("artifacts")))
        sizes = [
            item.artifact_bytes
            for item in artifacts
            if item.role == "model" and item.sha256 is None and item.artifact_bytes is not None
        ]
        if sizes:
            self.run_numbers.setdefault("artifact_bytes", Reading(max(sizes), 0.5))
        return Receipt(
            observations=tuple(self.observations),
            facts=nested(self.stated),
            run_numbers=self.run_numbers,
            artifacts=tuple(item for item in artifacts if item.sha256 is not None),
            unread="; ".join(dict.fromkeys(self.faults)),
            stated=self.stated,
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found at all."""
        return not (self.stated or self.observations or self.run_numbers or self.faults)


def nested(stated: Mapping[str, Json]) -> dict[str, Json]:
    """Facts under their dotted names as the parts of a row."""
    found: dict[str, Json] = {}
    for name, value in stated.items():
        group, _, part = name.partition(".")
        if part:
            inner = found.setdefault(group, {})
            assert isinstance(inner, dict)  # noqa: S101 - names of groups are no facts themselves
            inner[part] = value
        else:
            found[name] = value
    return found


def _artifacts(found: Json) -> Iterator[Artifact]:
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            size, digest = item.get("bytes"), item.get("sha256")
            yield Artifact(
                str(item["role"]),
                digest if isinstance(digest, str) else None,
                size if isinstance(size, int) else None,
            )


# --- values by their types; None: of the wrong one


def _utc(value: Printed) -> str | None:
    """A UTC time as a row writes it, from one with any offset."""
    if not isinstance(value, str):
        return None
    if is_utc_time(value):
        return value
    try:
        at = datetime.fromisoformat(value)
        return (
            None if at.tzinfo is None else f"{at.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
        )
    except (ValueError, OverflowError):
        return None


def _digest(value: Printed) -> str | None:
    return value if isinstance(value, str) and SHA256.fullmatch(value) else None


def _bool(value: Printed) -> bool | None:
    return value if isinstance(value, bool) else None


def _count(value: Printed) -> int | None:
    found = reading(value)
    is_count = found is not None and found.value >= 0 and float(found.value).is_integer()
    return int(found.value) if found is not None and is_count else None


def _positive(value: Printed) -> Number | None:
    found = reading(value)
    if found is None or found.value <= 0:
        return None
    return int(found.value) if float(found.value).is_integer() else found.value


def _texts(value: Printed) -> Json:
    if not isinstance(value, list) or not all(text(item) for item in value):
        return None
    return plain(value)


def _config(value: Printed) -> Json:
    return plain(value) if isinstance(value, Mapping) else None


def _hardware(value: Printed) -> Json:
    """Devices: a list of them, or one; each by its name, or with its count and host."""
    items = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
    devices: list[Json] = []
    for item in items:
        device = {"device": item} if isinstance(item, str) else item
        if not isinstance(device, Mapping) or not device.keys() <= {"device", "count", "host"}:
            return None
        count, host = _count(device.get("count", 1)), device.get("host")
        if not text(device.get("device")) or not count or not (host is None or text(host)):
            return None
        named = {"host": plain(host)} if host is not None else {}
        devices.append({"device": plain(device["device"]), "count": count, **named})
    return devices or None


def _scorer(value: Printed) -> Json:
    if not isinstance(value, Mapping) or not value.keys() <= {"revision", "command"}:
        return None
    found = {name: value.get(name) for name in ("revision", "command")}
    is_said = all(item is None or text(item) for item in found.values())
    return plain(found) if is_said and any(found.values()) else None


def _outcome(value: Printed) -> Json:
    if not isinstance(value, Mapping) or value.get("status") not in _STATUSES:
        return None
    if value["status"] == "scored":
        return {"status": "scored"}
    failure = value.get("failure")
    return plain(value) if isinstance(failure, Mapping) and text(failure.get("kind")) else None


def _artifact_list(value: Printed) -> Json:
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, list):
        return None
    found: list[Json] = []
    for item in items:
        if not isinstance(item, Mapping) or not text(item.get("role")):
            return None
        digest, size = item.get("sha256"), item.get("bytes")
        if (digest is not None and not _digest(digest)) or (
            size is not None and _count(size) is None
        ):
            return None
        uri = item.get("uri")
        parts = {"uri": uri, "sha256": digest, "bytes": _count(size) if size is not None else None}
        stated = {name: plain(part) for name, part in parts.items() if part is not None}
        found.append({"role": plain(item["role"]), **stated})
    return found or None


_READERS: Mapping[str, Callable[[Printed], Json]] = {
    **dict.fromkeys(
        (
            "run_id", "lane", "submitter", "base", "session", "notes", "change.kind",
            "change.summary", "source.repository", "source.revision", "source.ref",
            "evaluation.mode", "evaluation.split",
        ),
        text,
    ),
    **dict.fromkeys(
        (
            "source.frozen_sha256", "evaluation.dataset_sha256", "evaluation.tokenizer_sha256",
        ),
        _digest,
    ),
    **dict.fromkeys(("resolves", "source.changed_paths"), _texts),
    **dict.fromkeys(("seeds_planned", "seeds_run"), _count),
    "finished_at": _utc,
    "config": _config,
    "hardware": _hardware,
    "train_seconds_budget": _positive,
    "outcome": _outcome,
    "artifacts": _artifact_list,
    "source.dirty": _bool,
    "evaluation.scorer": _scorer,
}  # fmt: skip
