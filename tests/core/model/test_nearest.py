"""The nearest known name."""

import pytest

from homegolf_git.core.model.nearest import nearest


@pytest.mark.parametrize(
    ("name", "expected"),
    [("seed_planned", "seeds_planned"), ("val_bbp", "val_bpb"), ("zzz", None), ("", None)],
)
def test_the_nearest_name(name: str, expected: str | None) -> None:
    assert nearest(name, ["seeds_planned", "seeds_run", "val_bpb"]) == expected


def test_a_very_long_name_is_compared_quickly() -> None:
    assert nearest("x" * 10**6, ["seeds_planned"]) is None
