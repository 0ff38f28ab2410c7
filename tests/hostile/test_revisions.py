"""Revisions that are options, ranges or nothing: refused, and no file is written."""

import pytest

from tests.hostile.objects import WHEN
from tests.hostile.pulls import Pull, row_message

REVISIONS = (
    "--output=stolen", "-o", "-", "--", "--all", "--help", "-h", "--upload-pack=touch canary", "--end-of-options",
    "--exec=touch canary", "^main", "main..pull", "main...pull", "main^@", "main^!", "main^-", "", " ", "main\n",
    "main\npull", "main pull", "$(touch canary)", "`touch canary`", "main; touch canary", "refs/heads/*",
    "main:ledger", "main^{tree}", ":ledger/ladder.yaml", ":/nothing like it", "@{-1}", "0" * 40, "f" * 40, "x" * 5000,
    "\udcff", "../../etc/passwd", "main@{upstream}", "incumbent/home^{tree}",
)  # fmt: skip


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda text: ascii(text)[:40])
def test_no_revision(pull: Pull, revision: str) -> None:
    pull.row()
    before = pull.state()
    for words in (
        ["--base", revision, "--head", "pull"],
        ["--base", "main", "--head", revision],
        [f"--base={revision}", f"--head={revision}"],
    ):
        for style in ("json", "github"):
            ran = pull.world.homegolf("check", *words, "--format", style)
            assert ran.code in {1, 2}, ran.said
            assert "Traceback" not in ran.said
    assert pull.state() == before


def test_revisions_that_name_a_commit(pull: Pull) -> None:
    expected = pull.world.homegolf("check", "--base", "main", "--head", pull.row(), "--json")
    assert expected.code == 0
    for base in ("refs/heads/main", pull.main, pull.main[:12], "HEAD", "@", "main~0", "pull~1"):
        for head in ("pull", pull.tip, "refs/heads/pull"):
            ran = pull.world.homegolf("check", "--base", base, "--head", head, "--json")
            assert ran == expected


def test_an_annotated_tag_names_its_commit(pull: Pull) -> None:
    pull.row()
    pull.world.git("tag", "--annotate", "--message", "x", "proposed", "pull")
    assert pull.check(head="proposed") == pull.check()


def test_histories_that_share_nothing(pull: Pull) -> None:
    pull.row()
    pull.point(pull.objects.commit(pull.objects.tree_of(pull.tip), [], b"A new beginning"))
    answers = pull.examine()
    assert {ran.code for ran in answers.values()} == {1}
    assert [item["code"] for item in answers["json"].json()["findings"]] == ["no_merge_base"]


@pytest.mark.parametrize("hour", [-1, 0, 1])
def test_a_row_dropped_where_there_are_two_merge_bases(pull: Pull, hour: int) -> None:
    """Main merged a row's branch; this branch merges the same two and leaves the row out.

    One of the two merge bases does not have the row, so against it nothing is missing, and yet a
    merge of this branch would delete the row from main.
    """
    fork = pull.main
    place, text = pull.world.place("other1")
    theirs = pull.commit({place: text}, row_message("other1", "home", text), onto=[fork])
    later = pull.commit({"later.txt": "x"}, onto=[fork], when=WHEN + 3600 * hour)
    whole = pull.commit({place: text}, "Merge other1", onto=[later, theirs])
    pull.land()
    pull.point(pull.objects.commit(pull.objects.tree_of(later), [later, theirs], b"Merge other1"))
    assert set(pull.world.git("merge-base", "--all", whole, pull.tip).split()) == {theirs, later}
    assert "row_deleted" in pull.codes()


def test_a_foreign_history_merged_in(pull: Pull) -> None:
    """Its root brings the row, and the merge takes it over."""
    place, text = pull.world.place("eve1")
    root = pull.objects.commit(
        pull.objects.grow(None, {tuple(place.encode().split(b"/")): pull.blob(text)}), [], b"Root"
    )
    tree = pull.objects.grow(
        pull.objects.tree_of(pull.main), {tuple(place.encode().split(b"/")): pull.blob(text)}
    )
    pull.point(pull.objects.commit(tree, [pull.main, root], b"Merge"))
    document = pull.answer()
    assert [row["run_id"] for row in document["rows"]] == ["eve1"]


@pytest.mark.parametrize("missing", ["--base", "--head"])
def test_both_are_asked_for(pull: Pull, missing: str) -> None:
    words = [
        word
        for pair in (("--base", "main"), ("--head", "pull"))
        if pair[0] != missing
        for word in pair
    ]
    assert pull.world.homegolf("check", *words).code == 2


def test_no_such_format(pull: Pull) -> None:
    assert pull.check("html").code == 2
