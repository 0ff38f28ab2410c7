"""Real logs through the fold: how much equal code each procedure promotes, and what a loop found."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.decisions import real, reallogs
from benchmarks.tables import replace_part

CUT: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "real-logs.json").read_text("utf-8")
)
FOLDER = reallogs.loops()
needs_logs = pytest.mark.skipif(FOLDER is None, reason=reallogs.ABSENT)


def promoted(found: list[real.Equal]) -> list[tuple[int, list[int]]]:
    """Comparisons, and those promoted under procedure 1, 2, and 2 with sessions declared."""
    return [(one.of, list(one.promoted)) for one in found]


def cut_log() -> list[reallogs.Tried]:
    return [reallogs.Tried(score, kept, "") for score, kept in CUT["loop"]["rows"]]


class TestCut:
    """A few facts of the logs, kept with the tests."""

    def test_nine_baselines_of_one_code(self) -> None:
        found = real.baselines([one.val_bpb for one in reallogs.BASELINES])
        assert promoted(found) == [(72, [0, 14, 0]), (9, [0, 0, 0])]

    def test_three_runs_against_three_of_another_session(self) -> None:
        pairs = real.between_sessions(CUT["replicates"]["sessions"], 3, 3)
        assert promoted([real._compared("", pairs)]) == [(132, [27, 31, 0])]

    def test_sessions_differ_and_a_lane_says_so(self) -> None:
        found = real.noise_of("procedure 2", CUT["replicates"]["sessions"])
        assert found.effect_at is not None
        between = real.noise_of("with sessions", CUT["replicates"]["sessions"]).noise.between
        assert between is not None
        assert between.sigma > found.noise.sigma

    def test_what_a_loop_kept(self) -> None:
        kept = real.kept_changes(cut_log())
        assert [one.number for one in kept if one.verdict.startswith("improvement")] == [
            1, 2, 6, 8, 11,
        ]  # fmt: skip
        assert len(kept) == 11
        assert real.runs_needed(kept) == 24


@needs_logs
class TestAll:
    """Everything, where it is at hand; docs/decisions.md shows these numbers."""

    @pytest.fixture
    def sessions(self) -> reallogs.Sessions:
        assert FOLDER is not None
        return reallogs.replicates(FOLDER)

    def test_the_cut_is_of_these_logs(self, sessions: reallogs.Sessions) -> None:
        assert FOLDER is not None
        whole = {name: scores[:3] for name, scores in sessions.items() if len(scores) >= 3}
        assert CUT["replicates"]["sessions"] == whole
        log = reallogs.tried(FOLDER / reallogs.LOOP)
        assert cut_log() == [reallogs.Tried(row.val_bpb, row.is_kept, "") for row in log[:21]]
        for number, one in enumerate(reallogs.BASELINES[:3], start=1):
            file = FOLDER / f"unified-5090-gpt41-r{number}.tsv"
            assert reallogs.first_score(file) == one.val_bpb

    def test_one_run_against_one_of_another_session(self, sessions: reallogs.Sessions) -> None:
        assert (len(sessions), sum(map(len, sessions.values()))) == (43, 894)
        pairs = real.between_sessions(sessions, 1, 1)
        assert promoted([real._compared("", pairs)]) == [(1806, [8, 92, 0])]

    def test_noise_within_and_between(self, sessions: reallogs.Sessions) -> None:
        plain, declared = (real.noise_of(n, sessions) for n in ("procedure 2", "with sessions"))
        assert (plain.effect_at, plain.waiting, declared.waiting) == (5, 0, 0)
        assert declared.noise.between is not None
        assert declared.noise.between.sigma == pytest.approx(0.00023708, rel=1e-4)
        assert declared.noise.sigma == pytest.approx(0.00045841, rel=1e-4)

    def test_a_loop_of_125_runs(self) -> None:
        assert FOLDER is not None
        log = reallogs.tried(FOLDER / reallogs.LOOP)
        kept = real.kept_changes(log)
        stand = [one for one in kept if one.verdict.startswith("improvement")]
        worth = [one for one in kept if one.advice and one.advice.plan]
        assert (len(log), len(kept), len(stand), len(worth)) == (125, 22, 7, 10)
        assert real.runs_needed(kept) == 46


def test_a_part_of_a_page_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n", "utf-8")
    replace_part(page, "x", "new")
    assert page.read_text("utf-8") == "a\n<!-- x: begin -->\n\nnew\n\n<!-- x: end -->\nb\n"
