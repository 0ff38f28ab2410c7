"""The page docs/export.md says every column that an export has."""

from homegolf_git.core.views.exportrows import TABLES, VERSION
from tests.reference.test_reference import compare, harmless

HEAD = """\
# Export

For whoever wants the ledger in a notebook, a database or a spreadsheet: the tables that `homegolf export` writes.

```console
$ homegolf export --format sqlite -o runs.db
$ homegolf export --format csv --lane local-cluster -o tables
$ homegolf export --format jsonl --table results -o -
```

| format | `-o` names | read it with |
|---|---|---|
| `csv` | a folder with `runs.csv`, `results.csv`, `steps.csv` and `schema.json` | any spreadsheet, `pandas.read_csv`, DuckDB |
| `jsonl` | a folder, likewise | `jq`, `pandas.read_json(..., lines=True)`, DuckDB |
| `parquet` | a folder, likewise; needs `pip install 'homegolf-git[parquet]'` | pandas, Polars, DuckDB, Spark |
| `sqlite` | one file with three tables and `about` | `sqlite3`, any program that opens SQLite |

With `--table` csv, jsonl and parquet are one file of that table, and `-o -` writes csv and jsonl to standard output. Without `--lane` all lanes are in it, in the order of the ladder; rows stand in the order of landing.

An export is written beside its place and moved there when it is whole, so a program that is killed or finds no room leaves what was there before. A folder is replaced only where it is an earlier export: one that holds anything else is refused. Rows are written as they are read: a hundred times the rows take no more memory.

## Types

| type | csv | jsonl | parquet | sqlite |
|---|---|---|---|---|
| text | text | string | string | TEXT |
| integer | digits | number | int64 | INTEGER |
| number | digits | number | double | REAL |
| boolean | `true`, `false` | boolean | bool | 0, 1 |
| json | JSON | the value itself | string with JSON | TEXT with JSON |

What nobody stated is an empty cell in csv and null elsewhere. CSV is UTF-8 as in RFC 4180, with a header. So that no spreadsheet takes a text for a formula, a text cell that begins with `=`, `+`, `-`, `@`, a tab, a line break or an apostrophe has one apostrophe put before it, unless all of it is a number; taking one apostrophe from every text cell that begins with it gives the text back. Other formats hold texts as they are.

## Version

The schema is `{version}`; it stands in `schema.json`, in the table `about` and in the metadata of a Parquet file, with the commit that was exported. New columns may come at the end of a table; a column that goes or changes its meaning makes a new version.

"""


def page() -> str:
    parts = [HEAD.format(version=VERSION)]
    for table in TABLES.values():
        key = ", ".join(f"`{name}`" for name in table.key)
        parts.append(f"## {table.name}\n\n{table.about} Key: {key}.\n\n")
        parts.append("| column | type | what it holds |\n|---|---|---|\n")
        parts += [f"| `{c.name}` | {c.kind} | {harmless(c.about)} |\n" for c in table.columns]
        parts.append("\n")
    last = "This page is written from `homegolf_git/core/views/exportrows.py` by `make golden`, and a test compares the two.\n"
    return "".join([*parts, last])


def test_every_column_is_explained() -> None:
    compare("export.md", page())
