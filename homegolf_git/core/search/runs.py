"""A lane's runs, sorted out once for everything that looks through all of them."""

from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property

from homegolf_git.core.judge.attribution import flatten
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.row import Row
from homegolf_git.core.model.values import Json

Parts = Mapping[str, Json]


def parts_of(row: Row) -> dict[str, Json]:
    """Everything that makes a config, by name."""
    parts = {f"config {key}": value for key, value in flatten(row.config).items()}
    evaluation = row.evaluation
    return parts | {
        "revision": row.source.revision or f"unknown to {row.run_id}",  # equal to no other
        "hardware": [[device.device, device.count] for device in row.hardware],
        "evaluation": [
            evaluation.mode,
            evaluation.split,
            evaluation.dataset_sha256,
            evaluation.tokenizer_sha256,
        ],
    }


def items_of(parts: Parts) -> frozenset[Hashable]:
    """Parts as a set; two have an item in common where their values are equal as JSON."""
    return frozenset((name, _hashable(value)) for name, value in parts.items())


def _hashable(value: Json) -> Hashable:
    if isinstance(value, bool):
        return "bool", value  # which is not the number that Python takes it for
    if isinstance(value, list):
        return tuple(map(_hashable, value))
    if isinstance(value, Mapping):
        return frozenset((key, _hashable(item)) for key, item in value.items())
    return value  # None, a number or text


class Runs:
    """The rows of a lane; each view is made when it is first asked for."""

    def __init__(self, state: LaneState) -> None:
        self.state = state

    @cached_property
    def configs(self) -> list[tuple[Row, Parts, frozenset[Hashable]]]:
        """The first row of every config with a score, with its parts."""
        found: dict[str, Row] = {}
        for row in self.state.rows.values():
            if row.config_digest not in found and row.config_digest in self.state.configs:
                found[row.config_digest] = row
        made = ((row, parts_of(row)) for row in found.values())
        return [(row, parts, items_of(parts)) for row, parts in made]

    def near(self, parts: Parts, most: int) -> Iterator[tuple[Row, Parts]]:
        """Configs that have at most so many parts beside those given."""
        items = items_of(parts)
        for row, others, found in self.configs:
            if len(found - items) <= most:
                yield row, others

    @cached_property
    def counted(self) -> list[Row]:
        """Rows whose scores count."""
        return [row for row in self.state.rows.values() if row.run_id in self.state.valid]

    @cached_property
    def by_revision(self) -> dict[str | None, list[Row]]:
        """The same by the revision of their code."""
        found: dict[str | None, list[Row]] = {}
        for row in self.counted:
            found.setdefault(row.source.revision, []).append(row)
        return found
