"""The columns of the tables, apart from what fills them (tests/e2e/test_export.py)."""

from homegolf_git.core.views.exportrows import TABLES, VERSION, description


def test_names_can_be_asked_for_in_sql_and_none_stands_twice() -> None:
    reserved = {"order", "group", "commit", "from", "to", "table", "select", "index", "values"}
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(names) == len(set(names))
        assert not reserved & set(names)
        assert all(name.isidentifier() and name == name.lower() for name in names)
        assert set(table.key) <= set(names)


def test_the_description_names_every_column() -> None:
    said = description("ab" * 20)
    assert (said["schema"], said["commit"]) == (VERSION, "ab" * 20)
    tables = said["tables"]
    assert isinstance(tables, dict)
    for name, table in TABLES.items():
        assert [item["name"] for item in tables[name]["columns"]] == [c.name for c in table.columns]
        assert all(item["about"] for item in tables[name]["columns"])
