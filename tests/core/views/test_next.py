"""What to spend the next runs on, as text and as JSON."""

from homegolf_git.core.model.naming import LaneId
from homegolf_git.core.search.actions import Action
from homegolf_git.core.views.next import Advice, json, sentence, text

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
