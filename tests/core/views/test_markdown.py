"""Pages in Markdown."""

from homegolf_git.core.model.naming import RunId
from homegolf_git.core.views.markdown import (
    folded,
    heading,
    number,
    run_line,
    run_link,
    summary_of,
    table,
)
from tests.build import run
from tests.core.build import row

AT = "2026-03-28T11:06:00Z"


def test_a_column_without_a_cell_is_left_out() -> None:
    columns = (("a", False), ("b", True), ("c", False))
    assert (
        table(columns, [("1", "", "3"), ("4", "", "")])
        == "| a | c |\n| --- | --- |\n| 1 | 3 |\n| 4 |  |"
    )
    assert table(columns, [("", "2", "")]) == "| b |\n| --: |\n| 2 |"


def test_a_folded_part_is_html_outside_and_markdown_inside() -> None:
    found = folded('3 <b> "more"', "| a |")
    assert found.startswith(
        "<details>\n<summary>3 &lt;b&gt; &quot;more&quot;</summary>\n\n| a |\n\n"
    )


def test_a_heading_says_what_it_is_given() -> None:
    assert heading("a #1 [b]", 1).startswith("# a \\#")


class TestRuns:
    """A run is a link to its row, and stands with what it changed."""

    def test_short(self) -> None:
        assert run_link(RunId("abc"), AT, "x/") == "[`abc`](x/runs/2026-03/abc.yaml)"

    def test_long_names_are_cut_and_whole_in_the_title(self) -> None:
        name = RunId("a" * 40 + "z" * 20)
        found = run_link(name, AT, "")
        assert found == f'[`{"a" * 26}…{"a"}{"z" * 20}`](runs/2026-03/{name}.yaml "{name}")'

    def test_submitter_and_date(self) -> None:
        assert run_line(row(run("abc", submitter="@me")), "").endswith(") @<!-- -->me, 2026-03-28")

    def test_a_summary_is_cut_before_it_is_escaped(self) -> None:
        """Or an escape could lose what it escapes."""
        found = summary_of(row(run("abc", change={"kind": "model", "summary": "|" * 300})))
        assert found == "\\|" * 159 + "…"


def test_numbers_are_not_broken() -> None:
    assert number("-0.1 ± 0.2") == "\u22120.1&nbsp;±&nbsp;0.2"
