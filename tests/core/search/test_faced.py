"""What a run was compared with, as it was then."""

from homegolf_git.core.judge.replay import judge_lane
from homegolf_git.core.model.naming import RunId
from homegolf_git.core.search.faced import Faced, faced
from tests.build import Document, failed, run
from tests.core.build import BASELINE, INCUMBENT, MUCH_BETTER, lane
from tests.core.ledgers import OPEN, WINNER, landed_lane, near, tried

AGAIN = run("again", {11: 1.0652, 12: 1.0648}, config=BASELINE["config"])


def met(run_id: str, *events: Document, **rules: object) -> Faced | None:
    """What a run met, told when all of the rows have landed."""
    ledger = landed_lane(*events, rules=lane(**rules))
    judged = judge_lane(ledger)
    number = ledger.numbers[RunId(run_id)]
    return faced(judged.verdicts[number], ledger.rows[number].row, judged.state)


def test_its_scores_and_the_incumbent_s() -> None:
    found = met("winner", BASELINE, WINNER)
    assert found is not None
    assert found.own == list(MUCH_BETTER)
    assert list(found.reference) == list(INCUMBENT)
    assert found.band is not None
    assert found.band.middle == near(sum(INCUMBENT) / 4)


def test_scores_that_came_later_are_no_part_of_it() -> None:
    found = met("open", BASELINE, tried("open", OPEN), AGAIN)
    assert found is not None
    assert len(found.reference) == len(INCUMBENT)


def test_of_a_title_that_was_measured_anew_the_fresh_scores() -> None:
    fresh = run("fresh", {i: 1.0448 + i / 1e5 for i in range(11, 15)}, config=WINNER["config"])
    after = tried("after", (1.04,), base="winner")
    found = met("after", BASELINE, WINNER, fresh, after)
    assert found is not None
    assert list(found.reference) == [result["val_bpb"] for result in fresh["results"]]


def test_identical_scores_are_all_shown() -> None:
    same = run("same", (1.07, 1.07, 1.07), knob="same")
    found = met("open", same, tried("open", OPEN, base="same"))
    assert found is not None
    assert list(found.reference) == [1.07] * 3


def test_what_was_compared_with_nothing() -> None:
    assert met("baseline", BASELINE) is None
    assert met("oom", BASELINE, failed("oom", knob="oom")) is None
    assert met("again", BASELINE, AGAIN) is None
