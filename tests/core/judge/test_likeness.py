"""Configs that are nearly one before: other names, or hardly other values."""

from typing import Any

import pytest

from homegolf_git.core.judge.likeness import (
    likeness,
    near_keys,
    near_words,
    renamed_keys,
    renamed_words,
)
from tests.build import Document, run
from tests.core.build import row

CONFIG: Document = {"model": {"width": 512, "heads": 8}, "lr": 0.0317, "rope": True}


def of(config: Document, **fields: Any) -> Any:  # noqa: ANN401 - a row
    return row(run("one", config=config, **fields))


class TestLikeness:
    """One number for all configs with roughly the same values."""

    @pytest.mark.parametrize(
        ("config", "is_alike"),
        [
            ({"system": {"width": 512, "heads": 8}, "rate": 0.0317, "rope": True}, True),
            ({"model": {"width": 512.0, "heads": 8}, "lr": 0.03171, "rope": True}, True),
            ({**CONFIG, "seed": 7}, True),
            ({**CONFIG, "lr": 0.04}, False),
            ({**CONFIG, "rope": 1}, False),
            ({**CONFIG, "name": "x"}, False),
        ],
    )
    def test_names_and_last_digits_do_not_matter(self, config: Document, is_alike: bool) -> None:
        assert (likeness(of(config)) == likeness(of(CONFIG))) is is_alike

    @pytest.mark.parametrize("config", [{}, {"seed": 3}])
    def test_an_empty_one_is_like_none(self, config: Document) -> None:
        assert likeness(of(config)) == 0

    def test_it_is_the_same_in_every_process(self) -> None:
        assert likeness(of({"lr": 0.0317})) == 27004816693562749


class TestRenamed:
    """A value that stands under another name."""

    @pytest.mark.parametrize(
        ("before", "after", "pairs"),
        [
            ({"lr": 0.0317}, {"rate": 0.0317}, [("lr", "rate")]),
            ({"lr": 0.04, "wd": 0.1}, {"a": 0.1, "b": 0.04}, [("lr", "b"), ("wd", "a")]),
            ({"model.width": 512}, {"system.width": 512}, [("model.width", "system.width")]),
            ({"model": {"rope": True}}, {"system": {"rope": True}}, [("model.rope", "system.rope")]),
            ({"act": "gelu"}, {"mlp": "gelu"}, [("act", "mlp")]),
            ({"n": 300.0}, {"m": 300, "more": 1}, []),
            ({"n": 320.0}, {"m": 320, "more": 1}, [("n", "m")]),
            ({"a": 7.5, "b": 7.5}, {"c": 7.5, "d": 7.5}, [("a", "c"), ("b", "d")]),
            ({"dropout": 0.1}, {"decay": 0.1}, []),
            ({"batch": 64}, {"steps": 64}, []),
            ({"rope": True}, {"swiglu": True}, []),
            ({"a": None, "b": [1]}, {"c": None, "d": [1]}, []),
            ({"on": "no"}, {"off": "no"}, []),
            ({"lr": 0.0317}, {"lr": 0.0317, "rate": 0.0317}, []),
            ({"lr": 0.0317}, {"rate": 0.0318}, []),
        ],
    )  # fmt: skip
    def test_where_it_is_no_chance(
        self, before: Document, after: Document, pairs: list[Any]
    ) -> None:
        assert renamed_keys(before, after) == pairs

    def test_the_words_have_both(self) -> None:
        found = renamed_words(of({"rate": 0.0317}), of({"lr": 0.0317}))
        assert list(found) == ["rate is 0.0317 here, one has that as lr"]


class TestNear:
    """A value that hardly differs, and nothing else does."""

    @pytest.mark.parametrize(
        ("config", "keys"),
        [
            ({**CONFIG, "lr": 0.0318}, ["lr"]),
            ({**CONFIG, "lr": 0.0318, "model": {"width": 513, "heads": 8}}, ["lr", "model.width"]),
            ({**CONFIG, "lr": 0.034}, []),
            ({**CONFIG, "rope": False}, []),
            ({**CONFIG, "lr": "0.0317"}, []),
            ({**CONFIG, "lr": 0.0318, "more": 1}, []),
            (CONFIG, []),
        ],
    )
    def test_by_a_hundredth(self, config: Document, keys: list[str]) -> None:
        assert near_keys(of(config), of(CONFIG)) == keys

    def test_a_seed_says_nothing(self) -> None:
        assert near_keys(of({"lr": 1.5, "seed": 1337}), of({"lr": 1.5, "seed": 1338})) == []

    @pytest.mark.parametrize(
        "fields",
        [
            {"source": {"revision": "1234567", "dirty": False, "changed_paths": []}},
            {"source": {"revision": None, "dirty": None, "changed_paths": None}},
            {"hardware": []},
            {"evaluation": {"mode": "sliding_window:64"}},
        ],
    )
    def test_elsewhere_it_is_another_thing(self, fields: Document) -> None:
        assert near_keys(of({**CONFIG, "lr": 0.0318}, **fields), of(CONFIG)) == []

    def test_the_words_have_both_values(self) -> None:
        found = near_words(of({**CONFIG, "lr": 0.0318}), of(CONFIG))
        assert list(found) == ["lr is 0.0318 here, 0.0317 in one"]
