"""What is wrong with a name, in words that mend it."""

import pytest

from homegolf_git.core.model.namefaults import is_ref_name, path_fault, unportable_part
from homegolf_git.core.model.naming import parse_path

RUNS = "ledger/home/runs/2026-03"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"{RUNS}/n2.yaml", "'n2' is no run id: 3 to 80 of"),
        (f"{RUNS}/Upper.yaml", "'Upper' is no run id"),
        (f"{RUNS}/run-one.yml", "is no .yaml file"),
        ("ledger/home/runs/march/run-one.yaml", "runs/<YYYY-MM>/"),
        ("ledger/home/runs/run-one.yaml", "runs/<YYYY-MM>/"),
        ("ledger/Home/runs/2026-03/run-one.yaml", "'Home' is no name of a lane"),
        ("ledger/home/retractions/n2.yaml", "'n2' is no run id"),
        ("ledger/home/receipts/run-one/.hidden", "'run-one/.hidden' is no name"),
        ("Ledger/home/lane.yaml", "some file systems take 'Ledger' for ledger"),
        ("ledger /x", "some file systems take 'ledger ' for ledger"),
    ],
)
def test_a_path_outside_the_grammar_says_why(path: str, words: str) -> None:
    place = parse_path(path)
    assert place is not None
    assert place.kind == "bad"
    assert words in path_fault(path)


@pytest.mark.parametrize(
    "path",
    ["aux", "a/con.json", "NUL.txt", "x/com1", "lpt9.tar.gz", "trail.", "a./b", "Prn"],
)
def test_names_that_some_system_cannot_have(path: str) -> None:
    assert unportable_part(path) is not None


@pytest.mark.parametrize(
    "path", ["auxiliary", "a/console.json", "com10", "x.con", "a.b/c.d", "nul-1"]
)
def test_names_that_every_system_can_have(path: str) -> None:
    assert unportable_part(path) is None


@pytest.mark.parametrize(
    ("run_id", "is_fine"),
    [("run-1", True), ("a..b", False), ("a.lock", False), ("a.", False), ("a.locks", True)],
)
def test_names_that_git_can_name_a_ref_after(run_id: str, is_fine: bool) -> None:
    assert is_ref_name(run_id) == is_fine
