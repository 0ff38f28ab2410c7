"""Keys of a config that repeat the seed: they would make each seed a config of its own."""

import re
from collections.abc import Sequence

from homegolf_git.core.model.row import Observation
from homegolf_git.core.model.values import Json

_SEED_KEY = re.compile(r"(?:^|[_.-])seed(?:$|[_.-])", re.IGNORECASE)


def is_seed_key(key: str) -> bool:
    """Whether a dotted key names a seed."""
    return _SEED_KEY.search(key) is not None


def without_seeds(config: Json, observations: Sequence[Observation]) -> dict[str, Json]:
    """A config as a report states it, without the keys that repeat a seed that it observed."""
    seeds = {seen.seed for seen in observations if seen.seed is not None}
    return {
        key: value
        for key, value in (config.items() if isinstance(config, dict) else ())
        if not (is_seed_key(key) and isinstance(value, int) and value in seeds)
    }
