"""Public records, replayed: what the program says of runs that really happened."""

import math
import re
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import mean

import pytest
from scipy import stats

from homegolf_git.core.model.naming import run_id_of
from tests.build import Document
from tests.replay.__main__ import table
from tests.replay.folders import LANE, RECORD_TRACK, Facts, row_documents
from tests.replay.ledger import Answer, Ledger, make_ledger, record, recorded
from tests.replay.second_opinion import Opinion, opinions, top_mean
from tests.replay.sources import ABSENT, all_folders, extract, extract_of

PICKED = "2026-04-22_sp8192_caseops_gatedattn_quantgate_loop45_phasedttt_mlpclip12"
PICKED_BASE = "2026-04-19_sp8192_caseops_gatedattn_quantgate_loop45_phasedttt"
SEVEN_SEED_MEAN = 1.0647686  # of the folder of 2026-04-22, whose best five were reported


def names(verdicts: Sequence[Answer]) -> list[str]:
    return [f"{verdict['class']}/{verdict['reason']}" for verdict in verdicts]


def assert_agrees(verdicts: Sequence[Answer], expected: Sequence[Opinion]) -> None:
    """Every verdict and every figure is what the second opinion says."""
    assert names(verdicts) == [opinion.verdict for opinion in expected]
    for verdict, opinion in zip(verdicts, expected, strict=True):
        figures = verdict["stats"] or {}
        for name, value in opinion.figures.items():
            assert figures[name] == pytest.approx(value, rel=1e-6, abs=1e-12), (verdict, name)
        assert bool(figures) == bool(opinion.figures)


def incumbents(verdicts: Sequence[Answer]) -> list[str]:
    """Each incumbent in its turn."""
    return [
        verdict["run_id"] for verdict in verdicts if verdict["run_id"] == verdict["incumbent_after"]
    ]


class Recorded:
    """Fixtures over the `rows` that a class gives: the ledger they make, and its verdicts."""

    @pytest.fixture(scope="class")
    @classmethod
    def ledger(cls, rows: list[Document], tmp_path_factory: pytest.TempPathFactory) -> Ledger:
        return recorded(tmp_path_factory.mktemp("ledger"), rows)

    @pytest.fixture(scope="class")
    @classmethod
    def verdicts(cls, ledger: Ledger) -> list[Answer]:
        return ledger.verdicts()


class TestExtract(Recorded):
    """A few folders that show each behaviour, kept with the tests."""

    EXPECTED = (
        ("2026-03-17_naivebaseline", "improvement/baseline"),
        ("2026-03-18_quasi10bfrom50b_sp1024_9x512_kv4_4h_pgut3", "invalid/over_time"),
        ("2026-03-18_lowerlr", "noise/underpowered"),
        ("2026-03-19_10l_mixedprecision", "improvement/better"),
        ("2026-03-17_lora_ttt", "improvement/strict"),
        ("2026-03-19_int6_ste-qat_mlp_bigram_u_net", "invalid/over_bytes"),
        ("2026-03-19_swiglu_warmdownfix_quarterbatch_1x5090", "blocked/no_score_receipt"),
        ("2026-03-31_legendregpt", "blocked/no_score_receipt"),
        ("2026-04-10_varlenattn", "improvement/strict"),
        ("2026-04-13_varlenattn_phasingttt2000", "noise/equivalent"),
        ("2026-04-15_mamba3hybrid_sp8192_gptq_ttt", "regression/worse"),
        ("2026-04-18_pr1626_caseops_taper", "improvement/strict"),
        (PICKED_BASE, "improvement/better"),
        (PICKED, "noise/equivalent"),
    )

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls) -> list[Document]:
        return row_documents(extract())

    def test_each_folder_has_its_verdict(self, verdicts: list[Answer]) -> None:
        found = [verdict["run_id"] for verdict in verdicts]
        assert list(zip(found, names(verdicts), strict=True)) == list(self.EXPECTED)

    def test_a_second_opinion_agrees(self, rows: list[Document], verdicts: list[Answer]) -> None:
        assert_agrees(verdicts, opinions(rows))

    def test_one_commit_a_row_and_nothing_else_in_it(
        self, ledger: Ledger, rows: list[Document]
    ) -> None:
        assert ledger.subjects()[1:] == [f"run({LANE}): {row['run_id']}" for row in rows]
        touched = ledger.git("log", "--first-parent", "--format=", "--name-status").split("\n")
        assert [line[:2] for line in touched if line][: len(rows)] == ["A\t"] * len(rows)
        assert ledger.git("status", "--porcelain") == ""
        assert ledger.homegolf("verify") | {"command": ""} == {
            "api": "homegolf/report/v1", "command": "", "ok": True, "rows": 14, "findings": [],
        }  # fmt: skip

    def test_recording_them_again_does_nothing(self, ledger: Ledger, rows: list[Document]) -> None:
        before = ledger.git("rev-parse", "HEAD")
        shutil.rmtree(ledger.top / "rows")
        answer = record(ledger, rows)
        assert answer["already_landed"] == [row["run_id"] for row in rows]
        assert answer["committed"] == []
        assert ledger.git("rev-parse", "HEAD") == before

    def test_later_rows_change_nothing(
        self, rows: list[Document], verdicts: list[Answer], tmp_path: Path
    ) -> None:
        ledger = make_ledger(tmp_path)
        record(ledger, rows[:8])
        assert ledger.verdicts() == verdicts[:8]
        shutil.rmtree(ledger.top / "rows")
        record(ledger, rows[8:])
        assert ledger.verdicts() == verdicts

    def test_disclosed_scores_are_all_used(self, verdicts: list[Answer]) -> None:
        assert "picked" not in verdicts[-1]["flags"]
        assert verdicts[-1]["score"] == pytest.approx(SEVEN_SEED_MEAN, abs=1e-7)
        assert verdicts[-1]["delta"] == verdicts[-1]["stats"]["D"]

    def test_they_can_be_printed(self, verdicts: list[Answer]) -> None:
        printed = table(verdicts)
        assert printed.endswith(f"incumbent {PICKED_BASE}")
        assert len(re.findall(r"^ +\d+ 2026-", printed, re.MULTILINE)) == 14


class TestPickedSeeds:
    """The best five of seven seeds, as one public folder reported them."""

    def test_the_gain_is_corrected(self, tmp_path: Path) -> None:
        rows = row_documents(extract(), only_reported=True)
        scores = [result["val_bpb"] for result in rows[-1]["results"]]
        assert (rows[-1]["run_id"], len(scores), rows[-1]["seeds_run"]) == (PICKED, 5, 7)
        verdicts = recorded(tmp_path, rows).verdicts()
        assert_agrees(verdicts, opinions(rows))
        verdict = verdicts[-1]
        sigma, gain = verdict["stats"]["sigma"], verdict["stats"]["D"]
        assert "picked" in verdict["flags"]
        assert top_mean(5, 7) == pytest.approx(0.422, abs=5e-4)
        assert gain - verdict["delta"] == pytest.approx(0.422 * sigma, rel=2e-3)
        assert verdict["stats"]["p_better"] == pytest.approx(
            math.comb(7, 5) * stats.t.sf(gain / verdict["stats"]["se"], verdict["stats"]["df"]),
            rel=1e-6,
        )
        corrected = mean(scores) + gain - verdict["delta"]
        assert mean(scores) == pytest.approx(1.0645263, abs=1e-7)
        assert corrected == pytest.approx(SEVEN_SEED_MEAN, abs=1e-4)  # what all seven say
        assert abs(corrected - SEVEN_SEED_MEAN) < abs(mean(scores) - SEVEN_SEED_MEAN)


class TestRows:
    """What a folder's facts become."""

    def row(self, folder: str) -> Document:
        return next(row for row in row_documents(extract()) if row["run_id"].startswith(folder))

    def test_one_of_several_runs_of_a_seed_is_the_published_one(self) -> None:
        row = self.row("2026-03-17_lora")
        assert [(result["seed"], result["val_bpb"]) for result in row["results"]] == [
            (1337, 1.1929)
        ]
        assert row["seeds_run"] == 1
        assert row["notes"].endswith("scored 1.1935, 1.1927, 1.1921, 1.1929")

    def test_a_score_without_a_seed_is_none(self) -> None:
        details = [
            self.row(folder)["outcome"]["failure"]["detail"]
            for folder in ("2026-03-19_swiglu", "2026-03-31_legendregpt")
        ]
        assert details == [
            "submission.json says 1.32814313; no log, no seed",
            "submission.json says 1.2266; the log says 1.2353 and names no seed",
        ]

    def test_a_base_is_an_earlier_folder(self) -> None:
        assert self.row(PICKED)["base"] == PICKED_BASE
        assert self.row(PICKED_BASE)["base"] is None

    def test_only_the_record_track_states_a_budget(self) -> None:
        assert self.row("2026-03-18_lowerlr")["train_seconds_budget"] == 600
        assert "train_seconds_budget" not in self.row("2026-03-18_quasi")

    def test_facts_are_carried_over(self) -> None:
        row = self.row(PICKED)
        assert row["results"][0] == {
            "seed": 314, "val_bpb": 1.06356801, "val_loss": 2.32748105, "steps": 4872,
            "train_seconds": 596.091, "eval_seconds": 400.7, "artifact_bytes": 15979114,
            "evaluated_tokens": 47851520,
        }  # fmt: skip
        assert row["results"][-1] == {"seed": 9999, "val_bpb": 1.06534272}
        assert row["hardware"] == [{"device": "H100 80GB SXM", "count": 8}]
        assert row["evaluation"]["mode"] == "quantized_ttt_phased"
        assert row["submitter"] == "dexhunter"


def real_folders() -> list[Facts]:
    folders = all_folders()
    if folders is None:
        pytest.skip(ABSENT)
    return folders


class TestAllFolders(Recorded):
    """The 60 public folders."""

    COUNTS = {  # noqa: RUF012 - read only
        "improvement/baseline": 1,
        "improvement/strict": 14,
        "improvement/better": 7,
        "noise/underpowered": 21,
        "regression/worse": 5,
        "blocked/no_score_receipt": 3,
        "invalid/over_time": 7,
        "invalid/over_bytes": 2,
    }

    @pytest.fixture(scope="class")
    @classmethod
    def folders(cls) -> list[Facts]:
        return real_folders()

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls, folders: list[Facts]) -> list[Document]:
        return row_documents(folders)

    def test_the_extract_is_taken_from_them(self, folders: list[Facts]) -> None:
        kept = extract()
        assert extract_of(folders, [facts["folder"] for facts in kept]) == kept

    def test_every_folder_is_a_row_in_its_order(self, rows: list[Document]) -> None:
        run_ids, times = [row["run_id"] for row in rows], [row["finished_at"] for row in rows]
        assert len(set(run_ids)) == 60
        assert all(run_id_of(run_id) for run_id in run_ids)
        assert times == sorted(set(times))
        assert all(row["base"] is None or row["base"] in run_ids[:i] for i, row in enumerate(rows))

    def test_all_land_one_commit_each(self, ledger: Ledger, rows: list[Document]) -> None:
        assert ledger.subjects()[1:] == [f"run({LANE}): {row['run_id']}" for row in rows]
        answer = ledger.homegolf("verify")
        assert (answer["ok"], answer["rows"], answer["findings"]) == (True, 60, [])

    def test_how_many_of_each(self, verdicts: list[Answer]) -> None:
        assert Counter(names(verdicts)) == self.COUNTS
        assert len(verdicts) == 60

    def test_a_second_opinion_agrees(self, rows: list[Document], verdicts: list[Answer]) -> None:
        assert_agrees(verdicts, opinions(rows))

    def test_the_incumbents(self, verdicts: list[Answer]) -> None:
        found = incumbents(verdicts)
        assert len(found) == 22  # 21 improvements and the baseline
        assert (found[0], found[-1]) == ("2026-03-17_naivebaseline", PICKED_BASE)
        scores = [verdict["score"] for verdict in verdicts if verdict["run_id"] in found]
        assert scores == sorted(scores, reverse=True)
        assert scores[-1] == pytest.approx(1.0654867, abs=1e-7)

    def test_titles_that_nobody_measured_again_say_so(self, verdicts: list[Answer]) -> None:
        flagged = ["reference_selected" in verdict["flags"] for verdict in verdicts]
        compared = [verdict["stats"] is not None for verdict in verdicts]
        first_title = names(verdicts).index("improvement/strict")
        assert flagged[: first_title + 1] == [False] * (first_title + 1)
        assert flagged[first_title + 1 :] == compared[first_title + 1 :]

    def test_later_rows_change_nothing(
        self, rows: list[Document], verdicts: list[Answer], tmp_path: Path
    ) -> None:
        assert recorded(tmp_path, rows[:30]).verdicts() == verdicts[:30]

    def test_one_scattered_config_widens_the_noise_of_all_that_follow(
        self, rows: list[Document], verdicts: list[Answer]
    ) -> None:
        """A binary network whose seeds lie 0.024 apart is in the pool as well: sigma triples."""
        place = next(i for i, row in enumerate(rows) if "xnor" in row["run_id"])
        sigmas = [verdicts[at]["stats"]["sigma"] for at in (place - 1, place)]
        assert sigmas == pytest.approx([0.000814, 0.002607], abs=1e-6)
        assert "unstable" in verdicts[place]["flags"]
        without = [opinion.verdict for opinion in opinions(rows[:place] + rows[place + 1 :])]
        assert Counter(without) == {
            "improvement/baseline": 1, "improvement/strict": 15, "improvement/better": 11,
            "noise/underpowered": 12, "noise/equivalent": 4, "regression/worse": 4,
            "blocked/no_score_receipt": 3, "invalid/over_time": 7, "invalid/over_bytes": 2,
        }  # fmt: skip


class TestRecordsWithPublishedSeeds:
    """The 22 records whose submission.json holds an entry a seed, in the order of folder dates.

    `seed_scores`, which one more record gives, are bare numbers and no entries. Nothing is measured
    again (`fresh_seeds: 0`); the first record is the baseline of the others.
    """

    @pytest.fixture(scope="class")
    @classmethod
    def rows(cls) -> list[Document]:
        published = [
            facts
            for facts in real_folders()
            if facts["track"] == RECORD_TRACK
            and len(facts["seed_results"]) > 1
            and facts["seed_source"].startswith("submission.json")
            and "seed_scores" not in facts["seed_source"]
        ]
        return row_documents(sorted(published, key=lambda facts: str(facts["folder"])))

    @pytest.fixture(scope="class")
    @classmethod
    def verdicts(
        cls, rows: list[Document], tmp_path_factory: pytest.TempPathFactory
    ) -> list[Answer]:
        ledger = recorded(tmp_path_factory.mktemp("records"), rows, fresh_seeds=0)
        return ledger.verdicts()

    def test_how_many_of_each(self, rows: list[Document], verdicts: list[Answer]) -> None:
        assert [verdict["run_id"] for verdict in verdicts] == [row["run_id"] for row in rows]
        assert Counter(names(verdicts)) == {
            "improvement/baseline": 1,
            "improvement/strict": 7,
            "improvement/better": 6,
            "noise/equivalent": 4,
            "noise/not_better": 1,
            "noise/underpowered": 3,
        }

    def test_a_second_opinion_agrees(self, rows: list[Document], verdicts: list[Answer]) -> None:
        assert_agrees(verdicts, opinions(rows))

    def test_no_title_is_said_to_lack_fresh_seeds(self, verdicts: list[Answer]) -> None:
        assert not any("reference_selected" in verdict["flags"] for verdict in verdicts)

    def test_a_claim_of_at_least_delta_min_by_welch_passes_eight(
        self, rows: list[Document], verdicts: list[Answer]
    ) -> None:
        """The usual test, p < 0.01 that the gain is above 0.002, against the same incumbents."""
        scores = {row["run_id"]: [result["val_bpb"] for result in row["results"]] for row in rows}
        passed = 0
        for verdict in verdicts[1:]:
            bar = [score - 0.002 for score in scores[verdict["incumbent_before"]]]
            test = stats.ttest_ind(
                bar, scores[verdict["run_id"]], equal_var=False, alternative="greater"
            )
            passed += bool(test.pvalue < 0.01)
        assert passed == 8
