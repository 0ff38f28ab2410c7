"""Keys of a config that repeat the seed."""

from homegolf_git.core.model.row import Observation
from homegolf_git.core.model.seedkeys import without_seeds

SEEN = (Observation(12, {}), Observation(None, {}))


def test_only_a_key_that_is_called_so_and_has_the_value() -> None:
    config = {
        "seed": 12,
        "data_seed": 12,
        "rng.seed": 12,
        "depth": 12,
        "eval_seed": 3,
        "seeded": 12,
    }
    assert without_seeds(config, SEEN) == {"depth": 12, "eval_seed": 3, "seeded": 12}


def test_what_is_no_config() -> None:
    assert without_seeds(None, SEEN) == {}
