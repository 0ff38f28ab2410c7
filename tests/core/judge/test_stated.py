"""What a receipt states of a row's facts, beside the row."""

from typing import Any

import pytest

from homegolf_git.core.judge.stated import compared
from homegolf_git.core.model.row import Observation, Receipt
from homegolf_git.core.model.values import replace
from tests.build import OTHER_SHA, SHA, Document, run
from tests.core.build import evidence, land, lane, verdicts


def differing(document: Document, seed: int | None = None, **stated: Any) -> tuple[str, ...]:  # noqa: ANN401
    return compared(document, receipt(seed, **stated))[0]


def added(document: Document, **stated: Any) -> Document:  # noqa: ANN401 - JSON values
    return compared(document, receipt(**stated))[1]


def receipt(seed: int | None = None, **stated: Any) -> Receipt:  # noqa: ANN401 - JSON values
    named = {name.replace("__", "."): value for name, value in stated.items()}
    return Receipt((Observation(seed, {}),), stated=named)


ROW = run(
    "r",
    source={"revision": "68e46b82", "dirty": False},
    session="s-1",
    evaluation={"mode": "full", "dataset_sha256": SHA},
)


class TestCompared:
    """A fact that the row states otherwise differs; one that it leaves out is added."""

    @pytest.mark.parametrize(
        ("name", "value", "said"),
        [
            ("lane", "h100", "lane is 'local-cluster', the receipt gives 'h100'"),
            ("evaluation__mode", "x", "evaluation.mode is 'full', the receipt gives 'x'"),
            ("evaluation__dataset_sha256", OTHER_SHA, "evaluation.dataset_sha256 is"),
            ("source__dirty", True, "source.dirty is False, the receipt gives True"),
            ("source__revision", "68e46b83", "source.revision is '68e46b82'"),
            ("session", "s-2", "session is 's-1', the receipt gives 's-2'"),
            ("train_seconds_budget", 900, "train_seconds_budget is 600, the receipt gives 900"),
            ("seeds_planned", 2, "seeds_planned is 1, the receipt gives 2"),
            ("finished_at", "2026-03-28T11:06:01Z", "finished_at is"),
            ("hardware", [{"device": "H100", "count": 8}], "hardware is"),
            ("config", {"knob": 1}, "config.knob is 0, the receipt gives 1"),
            ("config", {"knob": 0, "lr": 2}, "config leaves out lr, the receipt gives 2"),
            ("outcome", {"status": "failed", "failure": {"kind": "oom"}}, "outcome is"),
        ],
    )
    def test_what_differs(self, name: str, value: Any, said: str) -> None:  # noqa: ANN401 - a JSON value
        (found,) = differing(ROW, None, **{name: value})
        assert found.startswith(said)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("lane", "local-cluster"), ("source__revision", "68e46b8277ab"),
            ("source__revision", "68e46b8"), ("seeds_planned", 1), ("seeds_run", 1),
            ("finished_at", "2026-03-28T11:06:00.5Z"), ("finished_at", "2026-03-27T11:06:00Z"),
            ("hardware", [{"device": "NVIDIA GeForce RTX 4080", "count": 1, "host": "a"}]),
            ("config", {"knob": 0.0}), ("config", {}), ("config", {"knob": 0, "seed": 7}),
            ("outcome", {"status": "scored"}), ("train_seconds_budget", 600.0),
        ],
    )  # fmt: skip
    def test_what_agrees(self, name: str, value: Any) -> None:  # noqa: ANN401 - a JSON value
        assert compared(ROW, receipt(7, **{name: value})) == ((), {})

    @pytest.mark.parametrize("name", ["run_id", "submitter", "base", "notes", "change__kind"])
    def test_the_rows_own(self, name: str) -> None:
        assert compared(ROW, receipt(None, **{name: "other"})) == ((), {})

    def test_more_seeds_finished_than_the_row_says(self) -> None:
        assert compared(ROW, receipt(seeds_run=4)) == ((), {"seeds_run": 4})

    def test_no_budget_was_set_is_a_statement(self) -> None:
        unbounded = run("r", train_seconds_budget=None)
        assert len(differing(unbounded, train_seconds_budget=600)) == 1
        assert added(run("r", train_seconds_budget=...), train_seconds_budget=600) == {
            "train_seconds_budget": 600
        }

    @pytest.mark.parametrize(
        "facts",
        [{"source": {"revision": None}}, {"source": {}}, {"hardware": []}, {"session": None}],
    )
    def test_null_says_nothing(self, facts: dict[str, Any]) -> None:
        device = [{"device": "x", "count": 1}]
        whole: dict[str, Any] = {
            "source": {"revision": "abcdef0"},
            "hardware": device,
            "session": "s",
        }
        document = run("r", **whole | facts)
        stated = receipt(source__revision="abcdef0", hardware=device, session="s")
        found = compared(document, stated)
        assert found[0] == ()
        assert len(found[1]) == 1

    def test_a_long_value_is_cut(self) -> None:
        (found,) = differing(ROW, config={"a": "x" * 500})
        assert len(found) < 120


class TestJudged:
    """The contract judges what only a receipt states like the row's own."""

    @pytest.mark.parametrize(
        ("facts", "stated", "reason"),
        [
            ({"train_seconds_budget": ...}, {"train_seconds_budget": 900}, "bounded_probe"),
            ({"source": {"revision": "68e46b82"}}, {"source.dirty": True}, "dirty_source"),
            ({}, {"evaluation.dataset_sha256": OTHER_SHA}, "wrong_data"),
            ({}, {"seeds_run": 5}, "undisclosed_seeds"),
            ({"hardware": []}, {"hardware": [{"device": "CPU", "count": 1}]}, "wrong_hardware"),
        ],
    )
    def test_reasons(self, facts: Document, stated: Document, reason: str) -> None:
        rules = lane(
            contract={
                "train_seconds_max": 600, "dataset_sha256": SHA, "requires": ["clean_source"],
                "hardware": [{"device_matches": "RTX", "count": 1}],
            },
        )  # fmt: skip
        shown = replace(evidence({"val_bpb": 1.0}), added=stated)
        (verdict,) = verdicts(land(run("r", **facts), shown), rules=rules)
        assert reason in verdict.reasons

    def test_what_differs_is_a_mismatch_and_is_said(self) -> None:
        shown = replace(
            evidence({"val_bpb": 1.0}), differing=("session is 'a', the receipt gives 'b'",)
        )
        (verdict,) = verdicts(land(run("r"), shown))
        assert verdict.reason == "receipt_mismatch"
        assert "session is 'a', the receipt gives 'b'" in verdict.sentence
