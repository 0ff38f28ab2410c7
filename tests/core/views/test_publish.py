"""What was published: tags, files and the commit, or nothing."""

import pytest

from homegolf_git.core.model.findings import Finding, finding
from homegolf_git.core.model.naming import Oid
from homegolf_git.core.views.publish import Published, json, text
from homegolf_git.core.views.tags import Synced, sync_json

HEAD, COMMIT = Oid("ab" * 20), Oid("cd" * 20)
TAG = "incumbents/h100/0002"
NO_TAGS = Synced([], {}, [], remote=None)
TAGS = Synced([TAG], {}, [], remote="origin")
FAULT = finding("tag_forged", "it names another run", "incumbents/h100/0001")
NOTE = finding("tag_ahead", "it goes beyond HEAD", severity="note")


class TestText:
    """A line for each thing that was done."""

    def test_all_of_it(self) -> None:
        published = Published(TAGS, HEAD, COMMIT, ["a.md", "b.json"], ["c.jsonl"])
        assert list(text(published)) == [
            f"created {TAG}", "pushed to origin", "committed 3 files as cdcdcdcdcdcd",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("written", "removed", "files"),
        [(["a.md"], [], "1 file"), ([], ["a.md"], "1 file"), (["a.md"], ["b.md"], "2 files")],
    )
    def test_files_alone(self, written: list[str], removed: list[str], files: str) -> None:
        published = Published(NO_TAGS, HEAD, COMMIT, written, removed)
        assert list(text(published)) == [f"committed {files} as cdcdcdcdcdcd"]

    def test_tags_alone(self) -> None:
        assert list(text(Published(TAGS, HEAD))) == [f"created {TAG}", "pushed to origin"]

    def test_a_pointer_that_moved_is_something(self) -> None:
        moved = Synced([], {"incumbent/h100": HEAD}, [], remote=None)
        assert list(text(Published(moved, HEAD))) == ["moved incumbent/h100"]

    @pytest.mark.parametrize("found", [[], [NOTE]], ids=["no finding", "a note"])
    def test_nothing(self, found: list[Finding]) -> None:
        published = Published(Synced([], {}, found, remote="origin"), HEAD)
        assert list(text(published)) == ["nothing changed"]

    def test_tags_that_are_wrong_stop_it(self) -> None:
        published = Published(Synced([], {}, [FAULT], remote=None), HEAD)
        assert list(text(published)) == [
            "no tag was made", "nothing was published: the tags come first",
        ]  # fmt: skip


class TestJson:
    """The document of `tags sync`, with what came of the files."""

    def test_it_names_files_commit_and_the_head_before(self) -> None:
        published = Published(TAGS, HEAD, COMMIT, ("a.md",), ("b.md",))
        assert json(published) == {
            **sync_json(TAGS),
            "verified": HEAD, "commit": COMMIT, "written": ["a.md"], "removed": ["b.md"],
        }  # fmt: skip

    def test_without_a_commit(self) -> None:
        found = json(Published(NO_TAGS, HEAD))
        assert (found["commit"], found["written"], found["removed"]) == (None, [], [])
