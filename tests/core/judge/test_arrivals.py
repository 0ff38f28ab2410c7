"""A row at the ledger that it comes to: where it stands, and what of it is another run's already."""

from collections.abc import Mapping, Sequence

import pytest

from homegolf_git.core.judge.arrivals import Spot, duplicate_findings, landed_row, reuse_findings
from homegolf_git.core.judge.ledger import LaneLedger, Ledger
from homegolf_git.core.model.naming import LaneId, Oid, RunId, receipt_folder
from homegolf_git.core.model.stored import StoredMap
from tests.build import SHA, run
from tests.core.build import evidence, row
from tests.core.ledgers import landed_lane

HERE, FAR, FARTHER = LaneId("local-cluster"), LaneId("h100"), LaneId("8xh100")
BLOB = Oid("b" * 40)
NAME = "report.json"


def listing(*names: str) -> list[dict[str, str]]:
    return [{"kind": "psionic-training-report", "path": name, "sha256": SHA} for name in names]


def ledger_of(
    owners: Sequence[tuple[LaneId, str]], lanes: Mapping[LaneId, LaneLedger] | None = None
) -> Ledger:
    """A ledger in which a receipt came with these runs, in their order."""
    runs = StoredMap({BLOB: tuple((name, RunId(run_id)) for name, run_id in owners)})
    held = dict.fromkeys((HERE, FAR, FARTHER), landed_lane()) | dict(lanes or {})
    return Ledger(Oid("0"), (), held, receipt_runs=runs)


def messages(
    ledger: Ledger, *listed: str, position: int | None = None, receipts: Sequence[str] = (NAME,)
) -> list[str]:
    """What is said of a new run that brings the receipt."""
    new = row(run("new", receipts=listing(*(listed or (NAME,)))))
    blobs = dict.fromkeys(receipts, BLOB)
    return [item.message for item in reuse_findings(ledger, new, blobs, position=position)]


class TestReuse:
    """A receipt that proves a run of another lane proves none here, as of a position."""

    def test_of_another_lane(self) -> None:
        new = row(run("new", receipts=listing(NAME)))
        [item] = reuse_findings(ledger_of([(FAR, "far")]), new, {NAME: BLOB})
        assert (item.code, item.severity) == ("receipt_reused", "error")
        assert item.message == "it proves far on h100"
        assert item.path == f"{receipt_folder(HERE, 'new')}/{NAME}"

    def test_in_a_history_it_is_a_warning(self) -> None:
        new = row(run("new", receipts=listing(NAME)))
        [item] = reuse_findings(ledger_of([(FAR, "far")]), new, {NAME: BLOB}, "warning")
        assert item.severity == "warning"

    @pytest.mark.parametrize("owners", [(), ((HERE, "old"),), ((HERE, "old"), (HERE, "older"))])
    def test_within_the_lane_the_verdict_says_so(
        self, owners: tuple[tuple[LaneId, str], ...]
    ) -> None:
        assert messages(ledger_of(owners)) == []

    def test_the_first_run_that_brought_it_has_it(self) -> None:
        assert messages(ledger_of([(HERE, "old"), (FAR, "far")])) == []
        assert messages(ledger_of([(FAR, "far"), (HERE, "old")])) == ["it proves far on h100"]

    def test_a_retracted_run_gives_it_to_the_next(self) -> None:
        lanes = {FAR: landed_lane("far")}
        owners = [(FAR, "far"), (FARTHER, "farther")]
        assert messages(ledger_of(owners, lanes)) == ["it proves farther on 8xh100"]
        assert messages(ledger_of(owners[:1], lanes)) == []
        assert messages(ledger_of([(FAR, "far"), (HERE, "old")], lanes)) == []

    @pytest.mark.parametrize(
        ("position", "is_owned"), [(None, False), (4, True), (5, False), (6, False)]
    )
    def test_a_retraction_counts_from_its_commit_on(
        self, position: int | None, is_owned: bool
    ) -> None:
        lanes = {FAR: landed_lane("far", start=4)}
        found = messages(ledger_of([(FAR, "far")], lanes), position=position)
        assert bool(found) is is_owned

    def test_a_lane_that_is_gone_owns_nothing(self) -> None:
        ledger = ledger_of([(LaneId("gone"), "far")])
        assert messages(ledger) == []

    def test_only_what_the_row_lists_and_what_is_there_is_looked_at(self) -> None:
        ledger = ledger_of([(FAR, "far")])
        assert messages(ledger, "other.json") == []
        assert messages(ledger, receipts=()) == []
        assert len(messages(ledger, NAME, "b.json", "c.json", receipts=(NAME, "c.json"))) == 2


class TestSpot:
    """Where and how a row landed, or would."""

    def test_a_row_that_has_not_landed(self) -> None:
        shown = (evidence({"val_bpb": 1.0}),)
        landed = landed_row(row(run("new")), shown, Spot("ledger/x.yaml"), is_promoted=True)
        assert (landed.row.run_id, landed.evidence, landed.is_promoted) == ("new", shown, True)
        assert (landed.path, landed.commit, landed.position) == ("ledger/x.yaml", "", -1)

    def test_one_that_has(self) -> None:
        spot = Spot("ledger/x.yaml", Oid("c"), 7, BLOB)
        landed = landed_row(row(run("new")), (), spot, is_promoted=False)
        assert (landed.commit, landed.position, landed.blob) == ("c", 7, BLOB)


class TestDuplicates:
    """An id belongs to one row."""

    def test_a_taken_id_names_the_row_that_has_it(self) -> None:
        [item] = duplicate_findings("ledger/a.yaml", RunId("new"), "ledger/b.yaml")
        assert (item.code, item.path) == ("duplicate_run_id", "ledger/b.yaml")
        assert item.message == "new already stands in ledger/a.yaml"

    def test_a_free_one(self) -> None:
        assert list(duplicate_findings(None, RunId("new"), "ledger/b.yaml")) == []
