"""The strict reader and the quoting writer, with the plain readers of YAML and JSON as oracles."""

import json
import math
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from homegolf_git.core.model.findings import CODES
from homegolf_git.core.model.scalars import AmbiguousScalarError, resolve
from homegolf_git.shell.files.rowyaml import BYTES_MAX, DEPTH_MAX, Loaded, dump, load

ORACLE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SAFE = 2**53 - 1


def codes(loaded: Loaded) -> list[str]:
    return [item.code for item in loaded.findings]


def text_of(text: str) -> Loaded:
    return load(text.encode())


class TestBytes:
    """Refused: more than 64 KiB, CR, BOM and invalid UTF-8."""

    def test_at_the_limit(self) -> None:
        data = b"a: 1\n#" + b"x" * (BYTES_MAX - 7) + b"\n"
        assert len(data) == BYTES_MAX == 65536
        assert load(data).value == {"a": 1}
        assert codes(load(data + b"\n")) == ["too_large"]

    def test_far_beyond_it(self) -> None:
        assert codes(load(b"a" * 10_000_000)) == ["too_large"]

    def test_windows_line_ends(self) -> None:
        loaded = load(b"a: 1\nb: 2\r\nc: 3\r\n")
        assert [(item.code, item.line) for item in loaded.findings] == [("carriage_return", 2)]

    def test_a_lone_carriage_return(self) -> None:
        assert "carriage_return" in codes(load(b'a: "x\ry"\n'))

    def test_a_byte_order_mark(self) -> None:
        loaded = load(b"\xef\xbb\xbfa: 1\n")
        assert [(item.code, item.line) for item in loaded.findings] == [("byte_order_mark", 1)]

    @pytest.mark.parametrize(
        ("data", "line"),
        [
            (b"a: 1\nb: \xff\n", 2),
            (b"\xc3", 1),
            (b"a: \xed\xa0\x80\n", 1),
            (b"a: \xc0\xaf\n", 1),
            (b"\n\n\nk: \xf4\x90\x80\x80\n", 4),
            ("a: ü\n".encode("latin-1"), 1),
        ],
    )
    def test_invalid_utf8(self, data: bytes, line: int) -> None:
        found = [item for item in load(data).findings if item.code == "not_utf8"]
        assert [item.line for item in found] == [line]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
    def test_other_encodings(self, encoding: str) -> None:
        loaded = load("a: 1\n".encode(encoding))
        assert loaded.findings

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ufffe"])
    def test_control_characters(self, character: str) -> None:
        loaded = text_of(f'a: "x{character}y"\n')
        assert loaded.findings
        assert loaded.value is None

    @pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
    def test_what_only_one_version_reads_as_a_line_break(self, character: str) -> None:
        assert "line_separator" in codes(text_of(f'a: "x{character}y"\n'))

    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused(self, data: bytes) -> None:
        loaded = load(data, "row.yaml")
        assert (loaded.value is None) <= bool(loaded.findings)
        for item in loaded.findings:
            assert item.code in CODES
            assert item.path == "row.yaml"


class TestDepth:
    """Refused: more than 32 levels; nothing crashes the process."""

    def nested(self, levels: int) -> str:
        return "a: " + "[" * (levels - 1) + "]" * (levels - 1) + "\n"

    def test_at_the_limit(self) -> None:
        assert DEPTH_MAX == 32
        assert codes(text_of(self.nested(32))) == []
        assert codes(text_of(self.nested(33))) == ["too_deep"]

    @pytest.mark.parametrize("opening", ["[", "{", "{a: ", "- ", "? ", "[{"])
    @pytest.mark.parametrize("count", [100, 15_000, 60_000, 100_000])
    def test_very_deep_nesting_is_refused(self, opening: str, count: int) -> None:
        loaded = text_of("a: " * (opening[0] in "[{") + opening * count)
        assert loaded.value is None
        assert set(codes(loaded)) & {"too_deep", "too_large", "yaml_syntax"}

    @pytest.mark.parametrize(("opening", "closing"), [("{? ", ": 1}"), ("[{? ", ": 1}]")])
    def test_keys_within_keys_take_no_time(self, opening: str, closing: str) -> None:
        """As texts each would be twice as long as the one within it."""
        deep = 31 // (opening.count("[") + 1)
        loaded = text_of("a: " + opening * deep + "b" + closing * deep)
        assert set(codes(loaded)) == {"key_not_string"}
        assert len(loaded.findings) == deep - 1
        assert max(len(item.message) for item in loaded.findings) < 100

    def test_keys_that_are_lists_are_not_called_the_same(self) -> None:
        assert codes(text_of("[a]: 1\n[b]: 2\n")) == ["key_not_string"] * 2

    def test_deep_blocks_are_refused(self) -> None:
        text = "".join(" " * level + "a:\n" for level in range(300))
        assert codes(text_of(text)) == ["too_deep"]


class TestAllAtOnce:
    """One run names every breach of the subset in a file, each with its line."""

    def test_every_breach_is_named_with_its_line(self) -> None:
        loaded = text_of(
            "a: 1e-3\nb: no\na: 2\nc: &x 1\nd: *x\ne: !!str 5\nf: .nan\n1: g\nh: 12:30:45\n"
        )
        assert [(item.line, item.code) for item in loaded.findings] == [
            (1, "ambiguous_scalar"),
            (2, "ambiguous_scalar"),
            (3, "duplicate_key"),
            (4, "alias"),
            (5, "alias"),
            (6, "explicit_tag"),
            (7, "not_finite"),
            (8, "key_not_string"),
            (9, "ambiguous_scalar"),
        ]

    def test_lines_of_values_are_known(self) -> None:
        loaded = text_of("a: 1\nb:\n  - x\n  - {c: 2,\n     d: 3}\n")
        assert loaded.lines()["a",] == 1
        assert loaded.lines()["b",] == 2
        assert loaded.lines()["b", 0] == 3
        assert loaded.lines()["b", 1, "c"] == 4
        assert loaded.lines()["b", 1, "d"] == 5

    @pytest.mark.parametrize("text", ["", "# only\n", "- a\n", "a\n", "1\n", "~\n", "---\n"])
    def test_what_is_no_mapping(self, text: str) -> None:
        loaded = text_of(text)
        assert loaded.value is None
        assert codes(loaded) == ["not_a_mapping"]

    def test_a_bomb_of_aliases_stays_small(self) -> None:
        lines = ["a0: &a0 [x, x]"]
        lines += [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 30)]
        loaded = text_of("\n".join(lines) + "\n")
        assert set(codes(loaded)) == {"alias"}

    def test_a_key_that_is_quoted_and_plain_is_one_key(self) -> None:
        assert codes(text_of("a: 1\n\"a\": 2\n'a': 3\n")) == ["duplicate_key"] * 2

    def test_a_huge_key_is_shown_shortened(self) -> None:
        key = "k" * 900
        [found] = text_of(f'"{key}": 1\n"{key}": 2\n').findings
        assert found.code == "duplicate_key"
        assert len(found.message) < 200


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-SAFE, SAFE),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
)
ODD_TEXT = st.sampled_from(
    [
        "no", "1e-3", "010", "12:30:45", "2026-03-28", "0x1F", "0o7", ".nan", "~", "", " ", "a ",
        " a", "-", "- a", "? a", ": a", "a: b", "a #b", "#", "'", '"', "\\", "\n", "a\n", "\na",
        "a\n\nb", "\t", "a\tb", "\r\n", "\x00", "\x1b", "\x7f", "\x85", "\u2028", "\ufeff", "!x",
        "&x", "*x", "|", ">", "%", "@", "`", "[", "]", "{", "}", ",", "<<", "=", "---", "...",
        "\U0001f680", "e\u0301", "1_0", "+.5", "0b1", "null", "True", "on", "x" * 300,
        "a " * 200, "🚀 " * 100, "\ue000", "\ufffd", "9" * 30, "-0", "1.", "1.0e+400", "y",
    ]
)  # fmt: skip
KEYS = st.one_of(st.text(max_size=10), ODD_TEXT)
VALUES = st.recursive(
    st.one_of(LEAVES, ODD_TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)


def same(a: object, b: object) -> bool:
    """Equality that tells 1 from 1.0 and true, and -0.0 from 0.0."""
    return repr(a) == repr(b)


class TestRoundTrip:
    """Writing quotes whatever either version would retype: load(dump(row)) equals the row."""

    @given(DOCUMENTS)
    def test_what_is_written_is_read_back(self, document: dict[str, Any]) -> None:
        text = dump(document)
        loaded = text_of(text)
        assert loaded.findings == []
        assert same(loaded.value, document)

    @given(DOCUMENTS)
    def test_any_reader_gives_it_back(self, document: dict[str, Any]) -> None:
        assert same(yaml.load(dump(document), Loader=ORACLE), document)  # noqa: S506 - it is safe

    @given(DOCUMENTS)
    def test_writing_is_stable(self, document: dict[str, Any]) -> None:
        text = dump(document)
        assert dump(text_of(text).value) == text

    @given(DOCUMENTS)
    def test_it_is_one_text_file(self, document: dict[str, Any]) -> None:
        text = dump(document)
        assert text.endswith("\n")
        assert not set("\r\x85\u2028\u2029\ufeff") & set(text)

    def test_the_order_of_keys_is_kept(self) -> None:
        assert dump({"b": 1, "a": {"d": 2, "c": 3}}) == "b: 1\na:\n  d: 2\n  c: 3\n"

    @pytest.mark.parametrize("text", ["no", "1e-3", "010", "12:30:45", "2026-03-28", "~", "0o17"])
    def test_ambiguous_text_is_quoted(self, text: str) -> None:
        assert dump({"a": text}) == f'a: "{text}"\n'

    def test_equal_parts_are_written_out(self) -> None:
        part = {"x": [1]}
        assert "&" not in dump({"a": part, "b": part})

    def test_floats_are_read_alike_by_both_versions(self) -> None:
        for number in (1e-5, 1e16, 1e300, 5e-324, 0.1, -0.0, 1.0, 123456.789):
            text = dump({"a": number}).removeprefix("a: ").strip()
            found = resolve(text)
            assert found == number
            assert isinstance(found, float)
            assert math.copysign(1, found) == math.copysign(1, number)


ALPHABET = "0123456789.eE+-_:xob~ynNtrufals'\"#{}[],&*!|>%@`?=< \n\t\\"


class TestOracles:
    """What the strict reader accepts, a YAML 1.1 reader and a JSON reader read the same."""

    @given(st.text(ALPHABET, max_size=30))
    def test_yaml_11_reads_what_is_accepted_alike(self, text: str) -> None:
        document = f"a: {text}\n"
        loaded = text_of(document)
        if not loaded.findings:
            assert same(yaml.load(document, Loader=ORACLE), loaded.value)  # noqa: S506 - it is safe

    @given(st.text("0123456789.eE+-_:xobn", min_size=1, max_size=10))
    def test_yaml_11_reads_a_scalar_alike(self, text: str) -> None:
        try:
            value = resolve(text)
        except AmbiguousScalarError:
            return
        try:
            oracle = yaml.load(f"a: {text}", Loader=ORACLE)  # noqa: S506 - it is safe
        except yaml.YAMLError:
            return
        if not isinstance(oracle["a"], dict | list):
            assert same(oracle["a"], value)

    @given(
        st.dictionaries(
            st.text(max_size=6),
            st.recursive(LEAVES, lambda x: st.lists(x, max_size=3) | st.dictionaries(st.text(max_size=4), x, max_size=3)),
            max_size=4,
        ),
        st.sampled_from([None, 1]),
    )  # fmt: skip
    def test_json_that_is_accepted_reads_alike(
        self, document: dict[str, Any], indent: int | None
    ) -> None:
        text = json.dumps(document, ensure_ascii=False, indent=indent)
        loaded = text_of(text)
        assume(loaded.value is not None)
        if not loaded.findings:
            assert same(loaded.value, json.loads(text))

    @given(st.text(ALPHABET, max_size=60))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        loaded = text_of(text)
        assert (loaded.value is None) <= bool(loaded.findings)
