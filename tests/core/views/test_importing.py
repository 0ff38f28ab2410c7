"""What was imported, as text and as JSON."""

from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.model.values import replace
from homegolf_git.core.views import importing as view
from homegolf_git.core.views.layout import Table

ROW = view.Preview("results.tsv:2", "pi-0123456789ab", "1.5", "2026-04-03T00:00:00Z", "keep", "try")
DONE = view.Imported(
    kind="pi",
    lane=LaneId("home"),
    is_dry_run=False,
    preview=[ROW],
    failed=0,
    recorded=1,
    landed=0,
    left_out=[view.LeftOut("results.tsv", 3, "no number"), view.LeftOut("raw/a", 0, "no report")],
    anomalies=[view.Anomaly("pi-0123456789ab", "results.tsv:2", "over_bytes", "17 bytes")],
    candidates=[view.Candidates("commit", "abc1234", ("a-1", "a-2", "a-3"))],
    verdicts={"noise/underpowered": 1},
    kept=1,
    kept_undecided=1,
    findings=[],
)


def lines(done: view.Imported) -> list[str]:
    return [block for block in view.text(done) if isinstance(block, str)]


def test_the_report_names_what_was_left_out() -> None:
    assert lines(DONE) == [
        "pi: 1 row read, 0 of them without a score; 1 recorded in home, 0 landed before, 2 lines left out",
        "They kept 1 of these rows; 1 of those are undecided here.",
        "Left out:",
        "  results.tsv:3: no number",
        "  raw/a: no report",
        "1 anomaly:",
        (
            "3 rows share a commit with another (1 group); "
            "--replicates commit pools such rows as runs of one config."
        ),
    ]
    tables = [block for block in view.text(DONE) if isinstance(block, Table)]
    assert [table.headers[0] for table in tables] == ["verdict", "code"]


def test_a_long_list_is_cut_for_people_alone() -> None:
    many = replace(DONE, left_out=[view.LeftOut("a", line, "why") for line in range(1, 31)])
    assert "  ... and 10 more, which --json lists" in lines(many)
    assert len(view.json(many)["left_out"]) == 30


def test_nothing_to_say_is_not_said() -> None:
    bare = replace(
        DONE, is_dry_run=True, left_out=[], anomalies=[], candidates=[], verdicts={}, kept=0
    )
    assert lines(bare) == [
        "pi: 1 row read, 0 of them without a score; 1 would be recorded in home, 0 landed before, 0 lines left out"
    ]
    assert list(view.refused_text(DONE)) == ["pi: 1 row read, none recorded"]


def test_a_preview_shows_the_first_rows_or_all() -> None:
    table, more = view.preview([ROW] * 12)
    assert isinstance(table, Table)
    assert len(table.rows) == 10
    assert more == "... and 2 rows more"
    (whole,) = view.preview([ROW] * 12, is_whole=True)
    assert isinstance(whole, Table)
    assert len(whole.rows) == 12
    assert list(view.preview([])) == []


def test_json() -> None:
    document = view.json(DONE)
    assert (document["rows"], document["recorded"], document["already_landed"]) == (1, 1, 0)
    assert document["left_out"][0] == {"source": "results.tsv", "line": 3, "why": "no number"}
    assert document["anomalies"] == [
        {
            "run_id": "pi-0123456789ab",
            "source": "results.tsv:2",
            "code": "over_bytes",
            "evidence": "17 bytes",
        }
    ]
    assert document["replicate_candidates"] == [
        {"by": "commit", "value": "abc1234", "run_ids": ["a-1", "a-2", "a-3"]}
    ]
