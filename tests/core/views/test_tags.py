"""Incumbent tags that were made or checked."""

import pytest

from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.views.findings import finding_json
from homegolf_git.core.views.tags import Synced, sync_json, sync_text, verify_text

ERROR = finding("tag_forged", "it names another run", "incumbents/h100/0001")
NOTE = finding("tag_ahead", "it goes beyond HEAD", severity="note")
MADE = "incumbents/h100/0002"
POINTER = "incumbent/h100"


class TestSync:
    """A line a tag; what was there before is said to have moved."""

    def test_a_pointer_is_created_once_and_moves_afterwards(self) -> None:
        first = Synced([MADE], {POINTER: None}, [], remote=None)
        later = Synced([MADE], {POINTER: Oid("ab" * 20)}, [], remote=None)
        assert list(sync_text(first)) == [f"created {MADE}", f"created {POINTER}"]
        assert list(sync_text(later)) == [f"created {MADE}", f"moved {POINTER}"]

    def test_where_they_were_pushed_to_is_said_last(self) -> None:
        synced = Synced([MADE], {}, [], remote="origin")
        assert list(sync_text(synced)) == [f"created {MADE}", "pushed to origin"]

    @pytest.mark.parametrize(
        ("found", "line"),
        [([], "every tag is there"), ([NOTE], "every tag is there"), ([ERROR], "no tag was made")],
    )
    def test_nothing_to_do_is_another_thing_than_nothing_done(
        self, found: list[Finding], line: str
    ) -> None:
        assert list(sync_text(Synced([], {}, found, remote="origin"))) == [line]

    def test_the_document_names_tags_and_faults(self) -> None:
        synced = Synced([MADE], {POINTER: Oid("ab" * 20)}, [NOTE], remote=None)
        assert sync_json(synced) == {
            "created": [MADE],
            "moved": [POINTER],
            "findings": [finding_json(NOTE)],
        }


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ([], "every tag is what the rows say"),
        ([NOTE], "every tag is what the rows say"),
        ([ERROR], "1 fault"),
        ([ERROR, ERROR], "2 faults"),
    ],
)
def test_tags_are_right_where_no_error_says_otherwise(found: list[Finding], line: str) -> None:
    assert list(verify_text(found)) == [line]
