"""From a log to rows: ids, order, pools and notes (section 14)."""

from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.values import Document, replace
from homegolf_git.importers import autoresearch
from homegolf_git.importers.entries import LeftOut, Log
from homegolf_git.importers.rows import Draft, Plan, Replicates, drafts, replicate_candidates
from tests.importers.logs import HEADER, PLAIN, lane, log, tsv


def read(text: str) -> Log:
    return autoresearch.read([log(text)], lane(), {})


def rows_of(
    text: str, replicates: Replicates = "none", **times: str
) -> tuple[list[Draft], list[LeftOut]]:
    return drafts(Plan("autoresearch", lane(), replicates, times), read(text).entries)


def documents(text: str, replicates: Replicates = "none", **times: str) -> list[Document]:
    return [row.document for row in rows_of(text, replicates, **times)[0]]


def test_a_row_of_a_plain_log() -> None:
    _, row, _, failed = documents(PLAIN)
    assert row["change"] == {"kind": "mixed", "summary": "half the batch"}
    assert row["source"]["revision"] is None
    assert row["source"]["ref"] == "abc1234"
    assert row["finished_at"] == "1970-01-01T00:00:03Z"
    assert row["results"] == [{"seed": None, "val_bpb": 0.986041, "extra": {"memory_gb": 43.9}}]
    assert row["notes"] == "from results.tsv:3; they said: keep; time unknown"
    assert failed["outcome"]["failure"]["kind"] == "infeasible"
    assert "results" not in failed or failed["results"] == []
    assert (failed["seeds_planned"], failed["seeds_run"]) == (1, 0)


def test_the_id_is_of_the_record_and_its_occurrence() -> None:
    text = tsv(HEADER, "a|1.5|2|keep|x", "a|1.5|2|keep|x", "b|1.5|2|keep|x")
    ids = [row["run_id"] for row in documents(text)]
    assert len(set(ids)) == 3
    grown = tsv("status|description|memory_gb|val_bpb|commit", "keep|x|2|1.5|a", "keep|x|2|1.5|a")
    assert [row["run_id"] for row in documents(grown)] == ids[:2]
    assert all(run_id.startswith("autoresearch-") and len(run_id) == 25 for run_id in ids)


@given(st.integers(min_value=1, max_value=4))
def test_a_log_that_grew_keeps_its_ids(count: int) -> None:
    lines = PLAIN.splitlines(keepends=True)
    before = [row["run_id"] for row in documents("".join(lines[: count + 1]))]
    assert [row["run_id"] for row in documents(PLAIN)][:count] == before


def test_the_same_record_of_two_files_is_one_run() -> None:
    made = autoresearch.read([log(PLAIN), log(PLAIN, "copy.tsv")], lane(), {})
    rows, again = drafts(Plan("autoresearch", lane()), made.entries)
    assert len(rows) == 4
    assert again[0].why == "the same record as results.tsv:2"


def test_rows_are_in_the_order_of_their_times() -> None:
    text = tsv(
        "val_bpb|description|timestamp",
        "1.5|late|2026-04-03T16:50:11+09:00",
        "1.4|early|2026-04-03T16:50:11+10:00",
    )
    assert [row["change"]["summary"] for row in documents(text)] == ["early", "late"]
    assert "time unknown" not in documents(text)[0]["notes"]


def test_a_log_that_tells_some_times_keeps_its_own_order() -> None:
    text = tsv(
        "val_bpb|description|timestamp",
        "1.5|a|2026-04-03T16:50:11Z",
        "1.4|b|",
        "1.3|c|2026-04-02T00:00:00Z",
    )
    rows = documents(text)
    assert [row["change"]["summary"] for row in rows] == ["a", "b", "c"]
    assert rows[1]["finished_at"] == "1970-01-01T00:00:03Z"


def test_the_commit_dates_where_it_resolves() -> None:
    rows = documents(PLAIN, abc1234="2026-03-08T10:00:00Z")
    assert rows[1]["finished_at"] == "2026-03-08T10:00:00Z"
    assert rows[1]["notes"].endswith("time of the commit")


def test_rows_pool_on_what_is_named() -> None:
    text = tsv(
        HEADER,
        "abc1234|1.5|2|keep|x",
        "abc1234|1.4|2|keep|y",
        "abc1235|1.4|2|keep|y",
        "best|1.4|2|keep|z",
    )

    def revisions(replicates: Replicates) -> list[str | None]:
        return [row["source"]["revision"] for row in documents(text, replicates)]

    assert revisions("none") == [None] * 4
    assert revisions("commit") == ["abc1234", "abc1234", "abc1235", None]
    first, second, third, _ = revisions("description")
    assert first != second == third


def test_candidates_are_listed() -> None:
    text = tsv(
        HEADER,
        "abc1234|1.5|2|keep|x",
        "abc1234|1.4|2|keep|y",
        "abc1235|1.4|2|keep|y",
        "abc1235|0|2|crash|y",
    )
    rows, _ = rows_of(text)
    found = {(item.by, item.value): len(item.run_ids) for item in replicate_candidates(rows)}
    assert found == {("commit", "abc1234"): 2, ("description", "y"): 2}


def test_long_words_are_cut_and_kept_in_the_notes() -> None:
    (row,) = documents(tsv(HEADER, f"a|1.5|2|keep|{'word ' * 300}"))
    assert len(row["change"]["summary"]) == 300
    assert "word word" in row["notes"]
    assert len(row["notes"]) <= 2000


def test_columns_that_mean_nothing_are_kept() -> None:
    header = "exp|description|val_bpb|steps|status|notes|gpu_name|tok_sec|worst_test"
    (row,) = documents(tsv(header, "exp0|try|1.5|2,736|keep|fast|A GPU|298900|search"))
    assert row["results"][0] == {
        "seed": None,
        "val_bpb": 1.5,
        "steps": 2736,
        "extra": {"tok_sec": 298900},
    }
    assert row["hardware"] == [{"device": "A GPU", "count": 1}]
    assert row["notes"].endswith("exp exp0; fast; worst_test: search")


def test_where_the_runs_are_from_is_stated_for_all() -> None:
    """But for a record that says it by itself."""
    plan = Plan("autoresearch", lane(), repository="https://example.org/loop")
    (first, *_), _ = drafts(plan, read(PLAIN).entries)
    assert first.document["source"]["repository"] == "https://example.org/loop"
    own = replace(first.entry, facts={"source.repository": "https://example.org/other"})
    ((only,), _) = drafts(plan, [own])
    assert only.document["source"]["repository"] == "https://example.org/other"
