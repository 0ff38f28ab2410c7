"""What to spend the next runs on, as text and as JSON."""

import pytest

from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.search.actions import Action, ActionName
from homegolf_git.core.views.next import Advice, action_text, json, sentence, text

LANE = LaneId("home")
ADVICE = Advice(
    LANE,
    [
        Action("noise", "base", 8, "the lane's noise is not measured yet", 4800.0),
        Action("idea", None, 1, "nothing else is worth more"),
    ],
)


def test_an_action_a_line_with_its_cost() -> None:
    assert list(text(ADVICE)) == [
        (
            "run the incumbent base again, to measure the noise (8 runs, about 80 min of device time): "
            "the lane's noise is not measured yet"
        ),
        "try a new idea (1 run): nothing else is worth more",
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [("fresh", "run the incumbent again, on fresh seeds"), ("promote", "promote the incumbent")],
)
def test_an_incumbent_that_was_named_before(name: ActionName, words: str) -> None:
    assert action_text(Action(name, "base", 0, "so"), "base") == f"{words}: so"
    assert "base" in action_text(Action(name, "base", 0, "so"), "other")


def test_the_first_one_is_the_sentence() -> None:
    assert sentence(ADVICE).startswith("Run the incumbent base again")
    assert sentence(Advice(LANE, [])) == "Nothing: so few runs are enough for no action."


def test_json() -> None:
    document = json(ADVICE)
    assert document["lane"] == "home"
    assert document["actions"][0] == {
        "action": "noise", "run_id": "base", "runs": 8, "device_seconds": 4800.0,
        "why": "the lane's noise is not measured yet",
    }  # fmt: skip
