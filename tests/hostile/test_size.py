"""What is large is never read whole: neither into memory nor out of git (section 10)."""

import time
import tracemalloc

import pytest

from tests.e2e.world import BEST
from tests.hostile.objects import FILE, Entry
from tests.hostile.pulls import Pull, listed

MIB = 1 << 20
LARGE = 50 * MIB


def peak(pull: Pull) -> tuple[set[str], int]:
    """Codes of the errors, and the most memory that Python held while it found them."""
    pull.codes()  # what is loaded once does not count
    tracemalloc.start()
    try:
        codes = pull.codes()
        return codes, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("ledger/home/receipts/eve1/r.json", "receipt_too_large"),
        ("ledger/home/runs/2026-03/eve1.yaml", "too_large"),
        ("ledger/home/retractions/better.yaml", "too_large"),
        ("ledger/home/lane.yaml", "too_large"),
        ("ledger/ladder.yaml", "too_large"),
    ],
)
def test_fifty_mebibytes(pull: Pull, path: str, code: str) -> None:
    pull.commit({path: b" " * LARGE})
    codes, most = peak(pull)
    assert code in codes
    assert most < 10 * MIB


def test_fifty_mebibytes_that_a_row_lists(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST, receipts=[listed("r.json", b" " * LARGE)])
    pull.commit({place: text, "ledger/home/receipts/eve1/r.json": b" " * LARGE})
    codes, most = peak(pull)
    assert "receipt_too_large" in codes
    assert most < 10 * MIB


def test_many_receipts_each_just_small_enough(pull: Pull) -> None:
    data = {
        f"ledger/home/receipts/eve1/r{n}.json": b"%d" % n + b" " * (256 * 1024 - 9)
        for n in range(200)
    }
    pull.commit(dict(data))
    codes, most = peak(pull)
    assert codes
    assert most < 20 * MIB


def test_a_message_of_twenty_mebibytes(pull: Pull) -> None:
    pull.row(message=b"x" * (20 * MIB))
    _, most = peak(pull)
    assert most < 10 * MIB


def test_other_large_files_are_not_read(pull: Pull) -> None:
    pull.commit({"checkpoint.bin": b" " * LARGE})
    codes, most = peak(pull)
    assert codes == set()
    assert most < 10 * MIB


def test_a_trailer_of_blanks_takes_no_time(pull: Pull) -> None:
    pull.row(message="run(home): eve1\n\nHomegolf-Run: eve1" + " " * 30_000 + ".\n")
    before = time.process_time()
    assert pull.codes() == {"trailer_mismatch"}
    assert time.process_time() - before < 1.5


def test_a_key_twice_among_many_takes_no_time(pull: Pull) -> None:
    keys = [f"{number:x}" for number in range(25_000)]
    data = "{" + ",".join(f'"{key}":0' for key in [*keys, keys[-1]]) + "}"
    place, text = pull.world.place("eve1", receipts=[listed("r.json", data.encode(), "other-kind")])
    pull.commit({place: text, "ledger/home/receipts/eve1/r.json": data})
    before = time.process_time()
    assert pull.codes() == {"receipt_duplicate_key", "unreadable_receipt"}
    assert time.process_time() - before < 1.5


def test_a_file_that_is_not_here_is_no_clean_pull_request(pull: Pull) -> None:
    pull.commit({"ledger/home/runs/2026-03/eve1.yaml": Entry(FILE, "1" * 40)})
    ran = pull.check()
    assert ran.code in {1, 4}
    assert "missing_objects" in ran.codes()


def test_a_receipt_that_is_not_here_is_no_clean_pull_request(pull: Pull) -> None:
    place, text = pull.world.place("eve1", BEST)
    pull.commit({place: text, "ledger/home/receipts/eve1/r.json": Entry(FILE, "1" * 40)})
    ran = pull.check()
    assert ran.code in {1, 4}
    assert "missing_objects" in ran.codes()


def test_a_commit_without_its_tree(pull: Pull) -> None:
    pull.point(pull.objects.commit("1" * 40, [pull.main], b"x"))
    ran = pull.check()
    assert (ran.code, ran.codes()) == (4, ["missing_objects"])
