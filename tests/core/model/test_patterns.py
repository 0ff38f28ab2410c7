"""Facts in the lines that a run prints."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.patterns import (
    LINE_MAX,
    PATTERN_MAX,
    pattern_fault,
    pattern_findings,
    read_facts,
)
from homegolf_git.core.model.values import Number

BPB = "^val_bpb: +([0-9.]+)$"
GOOD = [
    BPB,
    r"val_bpb[:=]\s*([0-9.]+)",
    r"val_bpb:\s+([-+]?\d+\.\d+)",
    r"^step \d+ .*loss: ([^ ]+)",
    r'"val_bpb": ([0-9.e+-]+)',
    r"^\{.*\"mem\": ([0-9]{1,9})\}$",
    r"peak_vram_mb:\t([\d.]+?)\s*$",
    r"^([^,]*),",
    r"\[rank0\] ([0-9]+)",
]
# What would take for ever if it were run, and the kinds of piece that could make it.
ENDLESS = [
    "^(a+)+$", "(a*)*b", "^.*.*.*(x)$", "a*a*a*a*(b)", "^(?:a|a)*b$", "^a?a?a?a?(a)", r"(\d+)\w+x",
    "^(a|aa)+$", "^([0-9]+[0-9]*)*$", ".*(x)", "^(.{1,999}.{1,999}.{1,999})$", r"^(\s*)\s*$.*",
]  # fmt: skip


def facts(
    lines: list[str], **patterns: str
) -> tuple[dict[str, Number | str], list[tuple[str, str]]]:
    found, findings = read_facts(patterns or {"val_bpb": BPB}, lines)
    return found, [(item.code, item.message) for item in findings]


class TestPatterns:
    """What may be asked for: not empty, one group, of pieces that no line can make slow."""

    @pytest.mark.parametrize("pattern", GOOD)
    def test_good(self, pattern: str) -> None:
        assert pattern_fault(pattern) == ""

    @pytest.mark.parametrize(
        ("pattern", "says"),
        [
            ("", "empty"),
            ("(" + "a" * PATTERN_MAX + ")", "longer than 200"),
            ("^val_bpb", "one group"),
            ("^(a)(b)$", "one group"),
            ("^((a))$", "one group"),
            ("^)a($", "one group"),
            ("^(a", "one group"),
            ("^([z-a])$", "bad character range"),
            ("^(a{3,1})$", "min repeat greater than max repeat"),
            ("^(a)+$", "'+' at character 5"),
            ("^(?:a)(b)$", "'?' at character 3"),
            ("^(a|b)$", "'|' at character 4"),
            (r"^(a)\1$", "'\\\\' at character 5"),
            ("^(a)[[b]$", "'[' at character 5"),
            ("^(a)[b--c]$", "'[' at character 5"),
            ("a^(b)", "'^' at character 2"),
            ("a$(b)", "'$' at character 2"),
        ],
    )
    def test_bad(self, pattern: str, says: str) -> None:
        assert says in pattern_fault(pattern)

    @pytest.mark.parametrize("pattern", ENDLESS)
    def test_endless(self, pattern: str) -> None:
        assert pattern_fault(pattern)

    @pytest.mark.parametrize("pattern", GOOD)
    @pytest.mark.parametrize("part", ["1", " ", "val_bpb: 1", "step 1 loss: ", '{"mem": 1', "a,"])
    def test_no_line_takes_long(self, pattern: str, part: str) -> None:
        line = (part * LINE_MAX)[:LINE_MAX]
        start = time.process_time()
        facts([line, "step 1 " + line[7:]], val_bpb=pattern)
        assert time.process_time() - start < 2

    @given(st.text(st.sampled_from(list("ab01.*+?()[]{},^$\\d\\s -")), max_size=30))
    def test_what_is_let_through_compiles_with_one_group(self, pattern: str) -> None:
        if not pattern_fault(pattern):
            assert re.compile(pattern).groups == 1

    @given(st.text(st.sampled_from(list("ab.*+?1")), min_size=1, max_size=12))
    def test_what_is_let_through_ends(self, pieces: str) -> None:
        pattern = f"^{pieces}(x)$"
        if not pattern_fault(pattern):
            start = time.process_time()
            facts(["a" * LINE_MAX, "ab" * (LINE_MAX // 2)], val_bpb=pattern)
            assert time.process_time() - start < 2


class TestNames:
    """A pattern is of a fact of one value, of the lane's metric, or of a further number."""

    @pytest.mark.parametrize(
        "name", ["val_bpb", "accuracy", "extra.mem", "train_seconds", "seed", "source.revision"]
    )
    def test_known(self, name: str) -> None:
        assert list(pattern_findings({name: BPB}, "accuracy", "lane.yaml", {})) == []

    @pytest.mark.parametrize(
        ("name", "fix"),
        [
            ("val_bbp", "did you mean val_bpb?"),
            ("acuracy", "did you mean accuracy?"),
            ("qqq", "name a fact of a row, or extra.qqq"),
            ("config", "name a fact of a row, or extra.config"),
            ("extra.", "name a fact of a row, or extra.extra."),
        ],
    )
    def test_unknown(self, name: str, fix: str) -> None:
        lines: dict[tuple[str | int, ...], int] = {("capture", "patterns", name): 9}
        (found,) = pattern_findings({name: BPB}, "accuracy", "lane.yaml", lines, "warning")
        assert (found.code, found.path, found.line) == ("bad_pattern", "lane.yaml", 9)
        assert (found.severity, found.fix) == ("warning", fix)

    def test_a_bad_pattern_says_where(self) -> None:
        (found,) = pattern_findings({"val_bpb": "x"}, "val_bpb", "lane.yaml", {})
        assert found.code == "bad_pattern"
        assert found.message.startswith("capture.patterns.val_bpb: ")


class TestFacts:
    """The value counts if it is the only one, or if all agree."""

    def test_the_only_one(self) -> None:
        assert facts(["a", "val_bpb: 1.0744\n", "b"]) == ({"val_bpb": 1.0744}, [])

    def test_all_agree(self) -> None:
        assert facts(["val_bpb: 1.50", "val_bpb: 1.5"]) == ({"val_bpb": 1.5}, [])

    def test_none(self) -> None:
        assert facts(["nothing"]) == ({}, [])

    def test_two(self) -> None:
        assert facts(["val_bpb: 1.5", "val_bpb: 1.4"]) == (
            {},
            [("ambiguous_metric", "val_bpb is '1.5' and '1.4' in the output")],
        )
        assert facts([f"val_bpb: {n}.5" for n in range(4)])[1] == [
            ("ambiguous_metric", "val_bpb is '0.5' and '1.5' in the output, and 2 more")
        ]

    @pytest.mark.parametrize(
        "text", ["nan", "inf", "1e999", "1.2.3", "", "0x10", "1,5", "1_0", "९"]
    )
    def test_no_number(self, text: str) -> None:
        said = [("ambiguous_metric", f"steps is {text!r} in the output, which is no finite number")]
        assert facts([f"n={text}"], steps="^n=(.*)$") == ({}, said)
        assert facts(["n=1", f"n={text}"], steps="^n=(.*)$") == ({}, said)

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("7", 7), ("+7", 7), ("-7", -7), ("7.", 7.0), (".5", 0.5), ("1e-3", 0.001),
            ("1.5E+3", 1500.0), ("12345678901234567890", 12345678901234567890.0),
        ],
    )  # fmt: skip
    def test_numbers(self, text: str, value: Number) -> None:
        found = facts([f"n={text}"], steps="^n=(.*)$")[0]["steps"]
        assert (found, type(found)) == (value, type(value))

    def test_text(self) -> None:
        lines = ["mode: full", "mode: full", "rev abc1234", "rev abc1235"]
        assert facts(
            lines, **{"evaluation.mode": "^mode: (.*)$", "source.revision": "^rev (.*)$"}
        ) == (
            {"evaluation.mode": "full"},
            [("ambiguous_metric", "source.revision is 'abc1234' and 'abc1235' in the output")],
        )

    def test_a_progress_bar_and_colours(self) -> None:
        lines = ["step 1\rstep 2\r\x1b[32mval_bpb: 1.5\x1b[0m\r\n"]
        assert facts(lines) == ({"val_bpb": 1.5}, [])

    def test_no_part_of_a_long_line_counts(self) -> None:
        line = "val_bpb: " + "1" * LINE_MAX
        assert facts([line], val_bpb="val_bpb: ([0-9]+)") == ({}, [])
        assert facts([line + "\rval_bpb: 2"], val_bpb="val_bpb: ([0-9]+)") == ({"val_bpb": 2}, [])

    def test_a_long_value_is_cut_in_words(self) -> None:
        lines = ["1" * 50 + ".5", "2" * 50 + ".5"]
        ((_, message),) = facts(lines, steps="^([0-9.]+)$")[1]
        assert message == f"steps is '{'1' * 40}...' and '{'2' * 40}...' in the output"

    def test_a_bad_pattern_finds_nothing(self) -> None:
        found, said = facts(["val_bpb: 1.5"], val_bpb=BPB, steps="^(a+)+$")
        assert found == {"val_bpb": 1.5}
        assert said == [
            ("bad_pattern", f"capture.patterns.steps: {pattern_fault('^(a+)+$')}"),
        ]
