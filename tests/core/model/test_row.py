"""What a run is, as it was stated."""

import pytest

from homegolf_git.core.model.row import Receipt
from tests.build import failed, run
from tests.core.build import row


@pytest.mark.parametrize(("document", "is_scored"), [(run("a"), True), (failed("a"), False)])
def test_a_run_that_did_not_fail_is_scored(document: dict[str, object], is_scored: bool) -> None:
    assert row(document).is_scored is is_scored


@pytest.mark.parametrize(("seeds_run", "unreported"), [(0, 0), (2, 0), (3, 1), (7, 5)])
def test_seeds_that_finished_and_are_not_reported(seeds_run: int, unreported: int) -> None:
    assert row(run("a", [1.0, 1.1], seeds_run=seeds_run)).unreported_seeds == unreported


def test_a_receipt_states_no_fact_unless_it_does() -> None:
    assert Receipt(()).facts == {}
