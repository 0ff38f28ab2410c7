"""What an agent is told before it changes the source."""

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.views.brief import brief
from tests.build import failed
from tests.core.build import BASELINE, SAME, lane
from tests.core.ledgers import LEAD, landed_lane, tried

CONTRACT = {"editable_paths": ["train.py"], "frozen_paths": ["prepare.py"]}


def told(*documents: object) -> str:
    found = landed_lane(*documents, rules=lane(contract=CONTRACT))  # type: ignore[arg-type] # documents
    verdicts = judge_lane(found).verdicts
    rows = [(found.rows[n], verdicts[n]) for n in reversed(range(len(verdicts)))]
    return "\n".join(brief(found.current.lane, rows, ["boom"], ["Your last change was not run."]))


def test_an_empty_lane() -> None:
    assert "Change only: train.py" in told()
    assert "Leave alone: prepare.py" in told()
    assert "Your last change was not run." in told()


def test_incumbent_runs_and_near_misses() -> None:
    text = told(BASELINE, tried("lead", LEAD), failed("boom", "oom", knob=9))
    assert "Incumbent: baseline" in text
    assert "Near misses: lead" in text
    assert "Open blockers: boom" in text


def test_it_stays_on_a_page() -> None:
    many = [tried(f"m{n}", SAME) for n in range(126)]
    assert len(told(BASELINE, *many).encode()) < 10_000
