"""What a run changed, derived from the differences."""

import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge import attribution
from homegolf_git.core.judge.attribution import (
    _fits,
    _tokens,
    attribute_step,
    change_of,
    changed_keys,
    combine,
    conflicts,
    matches,
    sides_of_paths,
)
from homegolf_git.core.model.lane import AttributionRules
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.model.parse import lane_of
from homegolf_git.core.model.verdict import Side
from homegolf_git.shell.files.canonical import canonical_digest
from tests.build import REVISION, Document, lane_document, run
from tests.core.build import row

RULES: AttributionRules = lane_of(
    lane_document(
        attribution={
            "config": {
                "system": ["grad_accum_*", "runtime.*"],
                "model": ["model.*", "learning_rate*", "grad_clip_norm", "grad_accum_model"],
                "data": ["data.*"],
                "eval": ["eval.*"],
            },
            "paths": {
                "system": ["crates/*/src/cuda/**", "**/kernels.cu"],
                "model": ["crates/*/src/model/**", "src/*.py"],
            },
        }
    )
).attribution
CONFIG: dict[str, Any] = {"grad_accum_steps": 64, "model": {"layers": 9, "act": {"name": "relu"}}}
OTHER = "0123abc"


def changed(config: dict[str, Any] | None = None, **fields: Any) -> Document:  # noqa: ANN401
    return run("after", config=CONFIG if config is None else config, base="before", **fields)


def side_of(document: Document, before: Document | None = None) -> Side:
    base = before or run("before", config=CONFIG)
    return change_of(row(document), row(base), RULES).side


def source(*paths: str, revision: str | None = OTHER) -> Document:
    return {"revision": revision, "changed_paths": list(paths)}


class TestConfig:
    """The keys of config that differ are mapped by the lane's rules; the first match wins."""

    @pytest.mark.parametrize(
        ("config", "side"),
        [
            ({**CONFIG, "grad_accum_steps": 32}, "system"),
            ({**CONFIG, "grad_accum_steps": 64.0}, "none"),
            ({**CONFIG, "grad_accum_model": 1}, "system"),
            ({**CONFIG, "learning_rate": 0.1}, "model"),
            ({**CONFIG, "learning_rate_scale": 0.1}, "model"),
            ({**CONFIG, "model": {"layers": 10, "act": {"name": "relu"}}}, "model"),
            ({**CONFIG, "model": {"layers": 9, "act": {"name": "gelu"}}}, "model"),
            ({**CONFIG, "data": {"shards": {"train": 2}}}, "data"),
            ({**CONFIG, "eval": {"stride": 64}}, "eval"),
            ({"grad_accum_steps": 64}, "model"),
            ({**CONFIG, "surprise": 1}, "unknown"),
            ({**CONFIG, "xgrad_accum_steps": 1}, "unknown"),
            ({**CONFIG, "grad_accum_steps": 32, "learning_rate": 1}, "confounded"),
            ({**CONFIG, "grad_accum_steps": 32, "learning_rate": 1, "new": 1}, "unknown"),
        ],
    )
    def test_a_side_for_each(self, config: dict[str, Any], side: Side) -> None:
        assert side_of(changed(config)) == side

    def test_a_star_crosses_dots(self) -> None:
        deep = {**CONFIG, "runtime": {"a": {"b": {"c": 1}}}}
        assert side_of(changed(deep)) == "system"


class TestPaths:
    """Where the revision differs, changed_paths: `*` stops at slashes, `**` does not."""

    @pytest.mark.parametrize(
        ("paths", "side"),
        [
            (["crates/train/src/cuda/a.rs"], "system"),
            (["crates/train/src/cuda/deep/er/a.rs"], "system"),
            (["crates/train/deep/src/cuda/a.rs"], "unknown"),
            (["crates/train/src/model/a.rs"], "model"),
            (["src/model.py"], "model"),
            (["src/deep/model.py"], "unknown"),
            (["kernels.cu"], "system"),
            (["a/b/kernels.cu"], "system"),
            (["a/notkernels.cu"], "unknown"),
            (["README.md"], "unknown"),
            (["src/model.py", "kernels.cu"], "confounded"),
            (["src/model.py", "README.md"], "unknown"),
            ([], "none"),
        ],
    )
    def test_a_side_for_each(self, paths: list[str], side: Side) -> None:
        assert side_of(changed(source=source(*paths))) == side

    @pytest.mark.parametrize(
        ("paths", "sides"),
        [
            (None, {"unknown"}),
            ((), set()),
            (("src/model.py", "src/other.py"), {"model"}),
            (("src/model.py", "kernels.cu", "README.md"), {"model", "system", "unknown"}),
        ],
    )
    def test_sides_of_several(self, paths: tuple[str, ...] | None, sides: set[str]) -> None:
        assert sides_of_paths(paths, RULES) == sides

    def test_paths_do_not_count_while_the_revision_is_the_same(self) -> None:
        assert side_of(changed(source=source("README.md", revision=REVISION))) == "none"

    def test_null_paths_of_another_revision_are_unknown(self) -> None:
        unknown = {"revision": OTHER, "changed_paths": None}
        assert side_of(changed(source=unknown)) == "unknown"

    def test_null_paths_of_the_same_revision_do_not_matter(self) -> None:
        same = {"revision": REVISION, "changed_paths": None}
        assert side_of(changed(source=same)) == "none"

    def test_a_null_revision_equals_no_other(self) -> None:
        nobody_knows = {"revision": None, "changed_paths": None}
        before = run("before", config=CONFIG, source=nobody_knows)
        assert side_of(changed(source=nobody_knows), before) == "unknown"

    def test_config_and_paths_join(self) -> None:
        document = changed({**CONFIG, "learning_rate": 1}, source=source("src/model.py"))
        assert side_of(document) == "model"
        document = changed({**CONFIG, "learning_rate": 1}, source=source("kernels.cu"))
        assert side_of(document) == "confounded"


class TestHardwareAndEvaluation:
    """A hardware difference is system, an evaluation difference eval."""

    def test_hardware(self) -> None:
        assert side_of(changed(hardware=[{"device": "H100", "count": 1}])) == "system"

    def test_the_host_is_no_difference(self) -> None:
        devices = [{"device": "NVIDIA GeForce RTX 4080", "count": 1, "host": "elsewhere"}]
        assert side_of(changed(hardware=devices)) == "none"

    def test_evaluation(self) -> None:
        assert side_of(changed(evaluation={"mode": "sliding_window:64"})) == "eval"

    def test_both(self) -> None:
        document = changed(
            hardware=[{"device": "H100", "count": 1}], evaluation={"mode": "sliding_window:64"}
        )
        assert side_of(document) == "confounded"


class TestBase:
    """A null base is unknown; nothing differs is none."""

    def test_no_base(self) -> None:
        assert change_of(row(run("first")), None, RULES).side == "unknown"

    def test_nothing_differs(self) -> None:
        assert side_of(changed()) == "none"


class TestStep:
    """A step compares winner and displaced incumbent, with paths along the chain of bases."""

    def step(self, *documents: Document) -> Side:
        rows = {found.run_id: found for found in map(row, documents)}
        return attribute_step(rows[RunId("new")], rows[RunId("old")], rows, RULES)

    def test_configs_are_compared_directly(self) -> None:
        old = run("old", config=CONFIG)
        between = run("mid", config={**CONFIG, "learning_rate": 3}, base="old")
        new = run("new", config={**CONFIG, "grad_accum_steps": 1}, base="mid")
        assert self.step(old, between, new) == "system"

    def test_paths_are_joined_along_the_chain(self) -> None:
        old = run("old", config=CONFIG)
        between = run("mid", config=CONFIG, base="old", source=source("src/model.py"))
        new = run("new", config=CONFIG, base="mid", source=source("kernels.cu", revision="abcdef0"))
        assert self.step(old, between, new) == "confounded"

    def test_a_chain_that_does_not_reach_the_displaced_is_unknown(self) -> None:
        old = run("old", config=CONFIG)
        new = run("new", config=CONFIG, base=None, source=source("src/model.py"))
        assert self.step(old, new) == "unknown"

    def test_a_link_without_paths_is_unknown(self) -> None:
        old = run("old", config=CONFIG)
        unknown = {"revision": OTHER, "changed_paths": None}
        between = run("mid", config=CONFIG, base="old", source=unknown)
        new = run("new", config=CONFIG, base="mid", source=source("src/a.py", revision="abcdef0"))
        assert self.step(old, between, new) == "unknown"

    def test_the_same_revision_needs_no_chain(self) -> None:
        old = run("old", config=CONFIG)
        new = run("new", config={**CONFIG, "learning_rate": 3}, base=None)
        assert self.step(old, new) == "model"

    def test_bases_that_name_each_other_end(self) -> None:
        old = run("old", config=CONFIG)
        one = run("one", config=CONFIG, base="new", source=source("src/a.py"))
        new = run("new", config=CONFIG, base="one", source=source("src/a.py", revision="abcdef0"))
        assert self.step(old, one, new) == "unknown"


class TestCombine:
    """One side: that side; several: confounded; unknown wins over everything."""

    @given(st.lists(st.sampled_from(["system", "model", "data", "eval", "unknown"])))
    def test_rules(self, sides: list[str]) -> None:
        distinct = set(sides)
        expected = "none" if not distinct else sides[0] if len(distinct) == 1 else "confounded"
        assert combine(sides) == ("unknown" if "unknown" in distinct else expected)


class TestConflicts:
    """A declared kind that disagrees is flagged; rerun conflicts with nothing."""

    @pytest.mark.parametrize(
        ("declared", "derived", "is_conflict"),
        [
            ("model", "model", False),
            ("model", "system", True),
            ("system", "confounded", True),
            ("data", "none", True),
            ("mixed", "confounded", False),
            ("mixed", "system", True),
            ("mixed", "none", True),
            ("rerun", "none", False),
            ("rerun", "model", False),
            ("rerun", "confounded", False),
            ("rerun", "unknown", False),
        ],
    )
    def test_table(self, declared: str, derived: Side, is_conflict: bool) -> None:
        assert conflicts(declared, derived) is is_conflict


NAMES = st.text("abc", min_size=1, max_size=2)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.sampled_from([0, 1, 1.0, 0.5, -0.0]), st.text("ab", max_size=1)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(NAMES, inner, max_size=2)),
    max_leaves=5,
)
CONFIGS = st.dictionaries(NAMES, VALUES, max_size=3)


class TestChangedKeys:
    """The keys of config that differ, as the config digest tells values apart."""

    @given(CONFIGS)
    def test_nothing_differs_from_itself(self, config: dict[str, Any]) -> None:
        assert changed_keys(config, config) == []

    @given(CONFIGS, CONFIGS)
    def test_it_does_not_matter_which_is_first(self, a: dict[str, Any], b: dict[str, Any]) -> None:
        assert changed_keys(a, b) == changed_keys(b, a)

    @given(CONFIGS, CONFIGS)
    def test_a_key_differs_where_the_digests_do(self, a: dict[str, Any], b: dict[str, Any]) -> None:
        assert (changed_keys(a, b) == []) is (canonical_digest(a) == canonical_digest(b))

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (1, True),
            (0, False),
            ([1], [True]),
            ([{"on": 1}], [{"on": True}]),
            ([[0]], [[False]]),
            (None, "null"),
            ({}, None),
            ({}, []),
            ("1", 1),
        ],
    )
    def test_values_that_differ(self, before: Any, after: Any) -> None:  # noqa: ANN401
        assert changed_keys({"a": before}, {"a": after}) == ["a"]

    @pytest.mark.parametrize(("before", "after"), [(1, 1.0), ([1, {"b": 2.0}], [1.0, {"b": 2}])])
    def test_values_that_are_equal(self, before: Any, after: Any) -> None:  # noqa: ANN401
        assert changed_keys({"a": before}, {"a": after}) == []

    def test_a_null_is_not_an_absent_key(self) -> None:
        assert changed_keys({"a": None}, {}) == ["a"]

    def test_nested_keys_are_dotted(self) -> None:
        before: Document = {"model": {"layers": 9, "act": {"name": "relu"}}}
        after: Document = {"model": {"layers": 9, "act": {"name": "gelu", "slope": 0.1}}}
        assert changed_keys(before, after) == ["model.act.name", "model.act.slope"]


class TestGlobs:
    """Globs of many stars are matched in steps that nothing multiplies."""

    PARTS = st.sampled_from(["a", "b", "/", ".", "?", "*", "**", "**/", "[", "\n"])

    @given(st.lists(PARTS, max_size=8).map("".join), st.text("ab/.[\n", max_size=8), st.booleans())
    def test_as_a_regular_expression_does(self, pattern: str, name: str, crosses: bool) -> None:
        star, one = (".*", ".") if crosses else ("[^/]*", "[^/]")
        wild = {"**/": "(?:.*/)?", "**": ".*", "*": star, "?": one}
        parts = re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
        regex = "".join(wild.get(part, re.escape(part)) for part in parts)
        expected = re.fullmatch(regex, name, re.DOTALL) is not None
        assert matches(pattern, name, crosses_slash=crosses) == expected
        assert _fits(_tokens(pattern), name, crosses_slash=crosses) == expected

    @pytest.mark.parametrize(
        ("pattern", "name", "fits"),
        [
            ("*" + "a*" * 90, "a" * 50_000, True),
            ("*" + "a*" * 90 + "b", "a" * 50_000, False),
            ("**/" * 60 + "x", "a/" * 25_000, False),
            ("**/" * 60 + "x", "a/" * 25_000 + "x", True),
        ],
        ids=["keys", "keys that do not fit", "paths", "paths that fit"],
    )
    def test_whatever_a_lane_and_a_row_say(self, pattern: str, name: str, fits: bool) -> None:
        before = time.process_time()
        assert matches(pattern, name, crosses_slash="/" not in pattern) is fits
        assert time.process_time() - before < 2

    def test_a_long_name_costs_a_step_for_each_character_of_the_glob(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []
        places = attribution._places

        def noted(character: str, backwards: str) -> int:
            asked.append(character)
            return places(character, backwards)

        monkeypatch.setattr(attribution, "_places", noted)
        for name in ("ab" * 10_000, "äb" * 10_000):
            asked.clear()
            assert not matches("*a*b*c*", name, crosses_slash=True)
            assert len(asked) <= len("/abc")
