"""A verdict in sentences."""

import re

import pytest

from homegolf_git.core.views.explain import explain
from tests.build import run
from tests.core.build import BASELINE, SAME
from tests.core.ledgers import OPEN, WINNER, cleared, tried
from tests.core.views.build import FULL, judged


class TestExplain:
    """A verdict in sentences, whatever it is."""

    @pytest.mark.parametrize("i", range(len(FULL)))
    def test_every_kind(self, i: int) -> None:
        ledger, found = judged(*FULL)
        lines = explain(found.verdicts[i], ledger.rows[i], ledger.current.lane)
        text = "\n".join(lines)
        assert found.verdicts[i].sentence in lines
        assert f"row {i + 1} of lane local-cluster" in text
        for flag in found.verdicts[i].flags:
            assert f"Flag {flag}" in text
        assert not re.search(r"\bnan\b|None", text)

    def test_one_that_cannot_be_judged(self) -> None:
        ledger, found = judged(BASELINE, run("odd", metric="other"))
        lines = explain(found.verdicts[1], ledger.rows[1], ledger.current.lane)
        assert "Cannot count: judging it raises KeyError ('val_bpb')." in lines
        assert not any(line.startswith("It reports") for line in lines)

    def test_a_picked_and_undecided_one(self) -> None:
        events = (BASELINE, tried("picked", [1.0625, 1.0633, 1.0629], seeds_run=7))
        ledger, found = judged(*events)
        text = "\n".join(explain(found.verdicts[1], ledger.rows[1], ledger.current.lane))
        assert "Corrected for picked seeds" in text
        assert "would be found 4 times in 5 with" in text or "64 seeds" in text
        assert "First measure the noise" in text

    def test_without_a_seed(self) -> None:
        results = [{"seed": None, "val_bpb": 1.06, "extra": {"peak_gb": 14.5}}]
        ledger, found = judged(BASELINE, tried("one", [1.06], results=results))
        text = "\n".join(explain(found.verdicts[1], ledger.rows[1], ledger.current.lane))
        assert "It reports 1.0600 (no seed);" in text
        assert "It also gave peak_gb 14.5." in text

    def test_undecided_with_measured_noise(self) -> None:
        events = (BASELINE, *cleared(2, 2), tried("open", OPEN))
        ledger, found = judged(*events)
        text = "\n".join(explain(found.verdicts[-1], ledger.rows[-1], ledger.current.lane))
        assert "would be found 4 times in 5 with" in text
        assert "First measure" not in text

    def test_not_decidable(self) -> None:
        events = (BASELINE, tried("wild", [1.0560, 1.0650, 1.0590]))
        ledger, found = judged(*events)
        text = "\n".join(explain(found.verdicts[1], ledger.rows[1], ledger.current.lane))
        assert "raise delta_min" in text

    def test_not_confirmed_and_several_reasons(self) -> None:
        fresh = run("f", {i: 1.065 + i / 1e5 for i in range(11, 15)}, config=WINNER["config"])
        twice = run("twice", SAME, knob="z", seeds_run=0, train_seconds_budget=None)
        ledger, found = judged(BASELINE, WINNER, fresh, twice)
        text = "\n".join(explain(found.verdicts[2], ledger.rows[2], ledger.current.lane))
        assert "Fresh gain" in text
        assert "from winner to baseline" in text
        text = "\n".join(explain(found.verdicts[3], ledger.rows[3], ledger.current.lane))
        assert "All reasons: bounded_probe, undisclosed_seeds" in text
