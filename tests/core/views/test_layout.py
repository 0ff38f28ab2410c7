"""Headings, lines and tables of strings."""

from homegolf_git.core.views.layout import Section, Table


def test_columns_of_identifiers_are_those_that_a_table_names_or_the_usual_ones() -> None:
    assert Table(("run", "score"), []).code == {"run", "base", "by"}
    assert Table(("from", "to"), [], frozenset({"from"})).code == {"from"}


def test_the_lines_of_each_section_are_its_own() -> None:
    one, other = Section("one"), Section("other")
    one.lines.append("a line")
    assert (other.lines, other.table) == ([], None)
