"""What a run says of its score, in lines and in reports."""

from typing import Any

from homegolf_git.core.model.draft import ReceiptFile
from homegolf_git.core.model.gathered import results_of, row_facts, without_score
from homegolf_git.core.model.row import Observation, Reading, Receipt
from tests.build import SHA

BPB = "val_bpb"


def file(*seen: tuple[int | None, dict[str, float]], name: str = "a.json") -> ReceiptFile:
    """A report of one score or several."""
    observations = tuple(
        Observation(seed, {key: Reading(value, 1e-9) for key, value in numbers.items()})
        for seed, numbers in seen
    )
    return ReceiptFile("plain", name, SHA, Receipt(observations))


def gathered(seed: int | None, printed: Any, *files: ReceiptFile) -> tuple[list[Any], list[str]]:  # noqa: ANN401
    results, found = results_of(BPB, seed, printed, files)
    return [dict(one.numbers) for one in results], [item.code for item in found]


def test_lines_alone() -> None:
    printed: dict[str, float | str] = {
        BPB: 1.2,
        "steps": 7,
        "extra.peak": 3.5,
        "evaluation.split": "val",
        "session": "x",
    }
    (result,), found = results_of(BPB, 5, printed, [])
    assert (result.numbers, result.extra, found) == ({"seed": 5, BPB: 1.2, "steps": 7}, {"peak": 3.5}, [])  # fmt: skip
    assert row_facts(printed) == {"evaluation.split": "val", "session": "x"}


def test_nothing_says_it() -> None:
    assert gathered(5, {"steps": 7}) == ([], [])
    assert gathered(5, {}, file((5, {"steps": 7.0}))) == ([], [])


def test_a_report_comes_before_the_lines() -> None:
    report = file((5, {BPB: 1.2, "steps": 9.0}))
    assert gathered(5, {BPB: 1.2, "steps": 7}, report) == ([{"seed": 5, BPB: 1.2, "steps": 9}], [])


def test_a_seed_that_nobody_asked_for() -> None:
    assert gathered(None, {}, file((7, {BPB: 1.2}))) == ([{"seed": 7, BPB: 1.2}], [])
    assert gathered(5, {}, file((7, {BPB: 1.2}))) == ([{"seed": 7, BPB: 1.2}], ["seed_ignored"])


def test_they_do_not_agree() -> None:
    assert gathered(5, {BPB: 1.3}, file((5, {BPB: 1.2}))) == ([], ["ambiguous_metric"])
    other = file((5, {BPB: 1.3}), name="b.json")
    assert gathered(5, {}, file((5, {BPB: 1.2})), other) == ([], ["ambiguous_metric"])


def test_several_seeds_of_one_command() -> None:
    report = file((1, {BPB: 1.1}), (2, {BPB: 1.2}))
    results, found = gathered(None, {}, report, file((None, {BPB: 1.2}), name="b.json"))
    assert ([one["seed"] for one in results], found) == ([1, 2], [])


def test_without_its_score() -> None:
    report = without_score(file((5, {BPB: 1.2, "steps": 9.0})), BPB)
    (seen,) = report.receipt.observations
    assert set(seen.numbers) == {"steps"}
