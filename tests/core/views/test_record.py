"""Rows that were recorded, or would be."""

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import replace
from homegolf_git.core.views.findings import finding_json
from homegolf_git.core.views.record import (
    Planned,
    Recorded,
    json,
    refused_json,
    refused_text,
    text,
)
from homegolf_git.core.views.verdicts import verdict_json
from tests.core.build import BASELINE
from tests.core.ledgers import WINNER, landed_lane

VERDICT = judge_lane(landed_lane(BASELINE, WINNER)).verdicts[1]
PLAN = Planned(VERDICT, "Record winner\n\nRun-Id: winner\n", {"ledger/a.yaml": b"", "b.json": b""})
COMMITTED = replace(PLAN, commit=Oid("0123456789abcdef" * 2))
NOTE = finding("seed_in_config", "seed is the seed", "ledger/a.yaml", severity="warning")
JUDGED = f"improvement/strict: {VERDICT.sentence}"


def recorded(*planned: Planned, draft: str = "", landed: tuple[str, ...] = ()) -> Recorded:
    return Recorded(planned, landed, [NOTE], is_dry_run=False, draft=draft)


class TestText:
    """A line a row that was committed, a paragraph a row that would be."""

    def test_a_commit(self) -> None:
        assert list(text(recorded(COMMITTED))) == [
            f"0123456789ab winner in local-cluster: {JUDGED}"
        ]

    def test_a_trial_shows_the_files_and_the_message(self) -> None:
        assert list(text(recorded(PLAN))) == [
            "would commit winner to local-cluster",
            "  + ledger/a.yaml",
            "  + b.json",
            "  | Record winner",
            "  | ",
            "  | Run-Id: winner",
            f"  {JUDGED}",
        ]

    def test_a_row_that_landed_before(self) -> None:
        assert list(text(recorded(landed=("winner",)))) == [
            "winner has landed before with the same content: nothing to do"
        ]

    def test_a_draft_comes_first_line_by_line(self) -> None:
        found = list(text(recorded(COMMITTED, draft="run_id: winner\nbase: null\n\n")))
        assert found[:2] == ["run_id: winner", "base: null"]
        assert len(found) == 3

    def test_of_a_refused_row_the_draft_is_left(self) -> None:
        refused = recorded(PLAN, draft="run_id: winner\n", landed=("x",))
        assert list(refused_text(refused)) == ["run_id: winner"]
        assert list(refused_text(recorded(PLAN))) == []


class TestJson:
    """What was recorded, or would be, and what was found."""

    def test_rows(self) -> None:
        found = json(recorded(PLAN, COMMITTED, landed=("old",)))
        assert (found["dry_run"], found["already_landed"]) == (False, ["old"])
        assert found["findings"] == [finding_json(NOTE)]
        plan = {
            "run_id": "winner",
            "lane": "local-cluster",
            "commit": None,
            "files": ["ledger/a.yaml", "b.json"],
            "message": PLAN.message,
            "verdict": verdict_json(VERDICT),
        }
        assert found["committed"] == [plan, {**plan, "commit": COMMITTED.commit}]

    def test_of_refused_rows_only_why(self) -> None:
        assert refused_json(recorded(PLAN)) == {"findings": [finding_json(NOTE)]}
