"""The lane of an autoresearch repository, and what its agent is told."""

import json

import pytest

from homegolf_git.core.model.autoresearch import (
    NOTE,
    Trainer,
    note_for,
    past_lane,
    rules_for,
    time_budget,
)
from homegolf_git.core.model.naming import LaneId, lane_id_of
from homegolf_git.core.model.patterns import read_facts
from homegolf_git.core.model.values import Number, replace
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.documents import read_lane

EXAMPLES = data_folder("examples")
AUTO = LaneId("auto")
TRAINER = Trainer("", 300, "ab" * 32, "uv run train.py", ("train.py", "*.md"))
PRINTED = """\
step 00953 (99.9%) | loss: 2.812345 | dt: 312ms\rstep 00954 (100.0%) | loss: 2.812001 | dt: 312ms
---
val_bpb:          0.997900
training_seconds: 300.1
total_seconds:    325.9
peak_vram_mb:     45060.2
mfu_percent:      39.80
total_tokens_M:   499.6
num_steps:        953
num_params_M:     50.3
depth:            8
"""


def example(*names: str) -> str:
    return EXAMPLES.joinpath(*names).read_text(encoding="utf-8")


def rules(trainer: Trainer, metric: str = "val_bpb") -> str:
    standard = example("ledger", "lane.yaml").replace("lane: LANE", "lane: auto")
    return rules_for(
        standard.replace("name: val_bpb", f"name: {metric}"),
        example("autoresearch", "lane.yaml"),
        trainer,
        metric,
    )


class TestTimeBudget:
    """Seconds that prepare.py states, where they are stated plainly."""

    @pytest.mark.parametrize(
        ("line", "seconds"),
        [
            ("TIME_BUDGET = 300        # training time budget (5 minutes)", 300),
            ("TIME_BUDGET=0.25", 0.25),
            ("TIME_BUDGET: int = 5 * 60", 300),
            ("TIME_BUDGET = 1_800", 1800),
            ("TIME_BUDGET = 2.5*60", 150),
            ('TIME_BUDGET = int(os.environ.get("TIME_BUDGET", "120"))', 120),
            ('TIME_BUDGET = float(os.getenv("BUDGET", 90))', 90),
            ("TIME_BUDGET = minutes * 60", None),
            ("TIME_BUDGET = 0", None),
            ("TIME_BUDGET = 1e3", None),
            ("    TIME_BUDGET = 5", None),
            ("# TIME_BUDGET = 5", None),
            ("OTHER = 300", None),
            ("TIME_BUDGET = " + "9" * 400, None),
        ],
    )
    def test_what_is_understood(self, line: str, seconds: Number | None) -> None:
        assert time_budget(f"import os\n\n{line}\nEVAL_TOKENS = 7\n") == seconds


class TestRules:
    """A lane file that can be read, made for its trainer."""

    @pytest.mark.parametrize(
        ("trainer", "metric", "budget", "wall", "title"),
        [
            (TRAINER, "val_bpb", 300, 600, "Autoresearch, 5 minutes of training"),
            (replace(TRAINER, budget=None), "score", 300, 600, "Autoresearch, 5 minutes of training"),
            (replace(TRAINER, budget=0.25), "val_bpb", 0.25, 60.25, "Autoresearch, 0.25 s of training"),
            (replace(TRAINER, folder='a "b"/'), "val_bpb", 300, 600, "Autoresearch, 5 minutes of training"),
        ],
    )  # fmt: skip
    def test_it_is_read_whole(
        self, trainer: Trainer, metric: str, budget: Number, wall: Number, title: str
    ) -> None:
        lane, found = read_lane(rules(trainer, metric).encode(), "ledger/auto/lane.yaml", AUTO)
        assert found == []
        assert lane is not None
        contract, capture = lane.contract, lane.capture
        assert (contract.train_seconds_max, capture.wall_seconds_max) == (budget, wall)
        assert contract.frozen_paths == (f"{trainer.folder}prepare.py",)
        assert contract.frozen_sha256 == trainer.frozen_sha256
        assert contract.editable_paths == trainer.editable
        assert (lane.decision.repeats, lane.decision.pool_share) == ("count", 0.25)
        assert (capture.command, lane.title, lane.metric.name) == (trainer.command, title, metric)

    def test_every_line_that_a_trainer_prints_is_a_fact(self) -> None:
        lane, _ = read_lane(rules(TRAINER).encode(), "ledger/auto/lane.yaml", AUTO)
        assert lane is not None
        facts, found = read_facts(lane.capture.patterns, PRINTED.splitlines(keepends=True))
        assert found == []
        assert facts == {
            "val_bpb": 0.9979, "train_seconds": 300.1, "steps": 953, "extra.total_seconds": 325.9,
            "extra.peak_vram_mb": 45060.2, "extra.mfu_percent": 39.8, "extra.total_tokens_m": 499.6,
            "extra.num_params_m": 50.3, "extra.depth": 8,
        }  # fmt: skip

    def test_what_is_not_made_for_the_trainer_is_as_in_any_new_lane(self) -> None:
        said = rules(TRAINER)
        standard = example("ledger", "lane.yaml").split("\n\n")
        assert standard[2].partition("  # repeats")[0] in said
        assert standard[-1].rstrip("\n") in said

    def test_no_place_is_left(self) -> None:
        note = note_for(
            example("autoresearch", NOTE), replace(TRAINER, folder="x/"), "auto", "runs"
        )
        for text in (rules(TRAINER), note):
            assert "<" not in text.replace("ledger/<lane>", "")
        assert "in `x/`" in note
        assert "`x/train.py`" in note
        assert json.dumps(note)  # it is text

    def test_the_lane_of_past_runs_is_a_name(self) -> None:
        assert lane_id_of(past_lane("autoresearch")) == "autoresearch-past"
        assert lane_id_of(past_lane("a" * 32)) is not None
