"""Witnesses: what they tell of a ledger, and where another one parts from it."""

import pytest

from homegolf_git.core.judge.history import Commit, PathChange, Track, landings
from homegolf_git.core.judge.witness import (
    MARKS_MAX,
    Account,
    Difference,
    Entry,
    Witness,
    chain_findings,
    chains_of,
    contradiction,
    difference_text,
    entries_of,
    first_difference,
    row_count,
    witness_findings,
    witness_of,
)
from homegolf_git.core.model.findings import Finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.model.values import replace

A, B = Oid("a" * 40), Oid("b" * 40)
TIME = "2026-03-28T11:06:00Z"


def row(number: int, blob: str = "") -> Entry:
    return Entry(f"ledger/home/runs/2026-03/run-{number:05}.yaml", Oid(blob or f"{number:040}"))


def account(entries: list[Entry], *, head: Oid = A, begins: Oid = A) -> Account:
    return Account(begins, head, entries, {})


def findings(here: Account, witness: Witness) -> list[Finding]:
    return list(witness_findings(here, witness, {here.head: 0}, "w.json"))


class TestEntries:
    """Everything that judges or is judged, in the order of landing."""

    def test_kinds_and_deletions(self) -> None:
        names = (
            "ladder.yaml", "receipts.yaml", "allowed_signers", "home/lane.yaml",
            "home/retractions/run1.yaml", "home/receipts/run1/r.json", "home/runs/2026-03/run1.yaml",
        )  # fmt: skip
        added = [PathChange("A", "100644", B, f"ledger/{name}") for name in names]
        gone = [PathChange("D", "000000", A, f"ledger/{name}") for name in names[1:4]]
        others = [
            PathChange("A", "100644", B, path) for path in ("code.py", "ledger/SCOREBOARD.md")
        ]
        commits = [Commit(A, (*reversed(added), *others)), Commit(B, tuple(gone))]
        found = list(entries_of(landings(commits, Track())))
        assert [entry.path for entry in found] == [
            f"ledger/{name}" for name in (*names, *names[1:4])
        ]
        assert {entry.blob for entry in found[:7]} == {B}
        assert {entry.blob for entry in found[7:]} == {""}
        assert row_count(found) == 1


class TestCompared:
    """A witness against a ledger."""

    @pytest.mark.parametrize("count", [0, 1, 5, 256, 257, 1000])
    def test_what_it_was_written_of_and_what_came_since(self, count: int) -> None:
        entries = [row(number) for number in range(count)]
        witness = witness_of(account(entries), TIME)
        assert (witness.rows, witness.files) == (count, count)
        assert len(witness.marks) <= MARKS_MAX
        assert findings(account(entries), witness) == []
        more = account([*entries, row(9999)], head=B)
        assert list(witness_findings(more, witness, {A: 0, B: 1}, "w.json")) == []

    @pytest.mark.parametrize("count", [5, 256])
    def test_the_row_that_differs_is_named(self, count: int) -> None:
        entries = [row(number) for number in range(count)]
        witness = witness_of(account(entries), TIME)
        (found,) = findings(account([*entries[:3], row(3, "f" * 40), *entries[4:]]), witness)
        assert found.code == "ledger_differs"
        assert "file 4 of the line" in found.message
        assert "run-00003.yaml (ffffffffffff)" in found.message

    @pytest.mark.parametrize("at", [0, 500, 999])
    def test_in_a_large_ledger_the_few_among_which_it_is(self, at: int) -> None:
        entries = [row(number) for number in range(1000)]
        witness = witness_of(account(entries), TIME)
        (found,) = findings(
            account([*entries[:at], row(at, "f" * 40), *entries[at + 1 :]]), witness
        )
        assert found.code == "ledger_differs"
        start = at // 4 * 4
        assert f"files {start + 1} to {start + 4} of the line" in found.message

    def test_beyond_the_last_mark(self) -> None:
        entries = [row(number) for number in range(1023)]
        witness = witness_of(account(entries), TIME)
        (found,) = findings(account([*entries[:-1], row(1022, "f" * 40)]), witness)
        assert "files 1021 to 1023" in found.message
        assert witness.sha256[:16] in found.message

    @pytest.mark.parametrize("count", [1, 5, 256, 512])
    def test_beyond_the_digits_of_the_last_mark(self, count: int) -> None:
        """As where somebody changed a digit of the witness: the digest counts, not its mark alone."""
        here = account([row(number) for number in range(count)])
        witness = witness_of(here, TIME)
        turned = "0" if witness.sha256[-1] != "0" else "1"
        (found,) = findings(here, replace(witness, sha256=witness.sha256[:-1] + turned))
        assert found.code == "ledger_differs"
        assert row(count - 1).path in found.message
        assert f"is {witness.sha256}, and" in found.message

    def test_the_same_files_in_other_commits(self) -> None:
        entries = [row(1)]
        witness = witness_of(account(entries, head=B), TIME)
        (found,) = findings(account(entries), witness)
        assert found.code == "rewritten_history"
        assert "file" in found.message

    def test_a_ledger_that_is_behind(self) -> None:
        entries = [row(number) for number in range(300)]
        witness = witness_of(account(entries, head=B), TIME)
        (found,) = findings(account(entries[:50]), witness)
        assert found.code == "witness_ahead"
        assert "300 files" in found.message
        assert "first 50" in found.message

    def test_another_ledger(self) -> None:
        rules = Entry("ledger/home/lane.yaml", A)
        witness = witness_of(account([rules, row(1)], begins=B, head=B), TIME)
        other = account([Entry("ledger/home/lane.yaml", B), row(2)])
        assert [item.code for item in findings(other, witness)] == ["other_ledger"]
        later = account([rules, row(2)])
        assert [item.code for item in findings(later, witness)] == ["ledger_differs"]


class TestContradiction:
    """A witness that contradicts itself was changed by hand."""

    @pytest.mark.parametrize("count", [0, 5, 257, 1023])
    def test_none(self, count: int) -> None:
        witness = witness_of(account([row(number) for number in range(count)]), TIME)
        assert contradiction(witness) == ""

    def test_marks(self) -> None:
        witness = witness_of(account([row(1), row(2)]), TIME)
        assert "2 marks, and it has 1" in contradiction(replace(witness, marks=witness.marks[:1]))
        assert "its last mark" in contradiction(replace(witness, sha256="0" * 64))

    def test_no_file_has_one_digest(self) -> None:
        witness = replace(witness_of(account([]), TIME), sha256="0" * 64)
        assert contradiction(witness) == "it knows no file, and its digest is of some"


class TestDifference:
    """Two lists of files."""

    def test_none(self) -> None:
        assert first_difference([row(1)], [row(1)]) is None

    def test_in_the_middle(self) -> None:
        found = first_difference([row(1), row(2, "c" * 40)], [row(1), row(2)])
        assert found == Difference(2, row(2, "c" * 40), row(2))
        assert (
            difference_text(found) == f"{row(2).path} is cccccccccccc here and 000000000000 there"
        )

    def test_another_file(self) -> None:
        found = first_difference([row(1)], [row(2), row(1)])
        assert found is not None
        assert difference_text(found, there="at x").startswith(
            f"the first file that differs is {row(1).path}"
        )

    @pytest.mark.parametrize("turned", [False, True])
    def test_at_the_end(self, turned: bool) -> None:
        pair = ([row(1)], [row(1), Entry("ledger/home/lane.yaml", Oid(""))])
        found = first_difference(*(reversed(pair) if turned else pair))
        assert found is not None
        assert found.number == 2
        assert "nothing" in difference_text(found)
        assert "deleted" in difference_text(found)


class TestChains:
    """Series of tags."""

    def test_the_last_of_each(self) -> None:
        tags = {
            "incumbents/home/0001": A, "incumbents/home/0002": B, "incumbent/home": B,
            "promotions/h100/0001": A, "incumbents/home/1": A,
        }  # fmt: skip
        assert chains_of(tags) == {
            "incumbents/home": ("incumbents/home/0002", B),
            "promotions/h100": ("promotions/h100/0001", A),
        }

    def test_what_differs(self) -> None:
        said = {"incumbents/home": ("incumbents/home/0002", B)}
        assert (
            list(
                chain_findings(
                    said, {"incumbents/home/0002": B, "incumbents/home/0003": A}, "it was"
                )
            )
            == []
        )
        (gone,) = chain_findings(said, {}, "it was")
        assert gone.code == "tag_missing"
        (other,) = chain_findings(said, {"incumbents/home/0002": A}, "it was")
        assert (other.code, other.path) == ("tag_replaced", "incumbents/home/0002")
        assert "bbbb" in other.message
        assert "aaaa" in other.message
