"""What stands against a release is said before anything is built."""

from homegolf_git import __version__
from release.locks import TOP
from release.ready import objections


def test_each_objection() -> None:
    found = list(objections("v9.9.9", "https://forge.example/other", "9.9.8"))
    assert [text.split(",")[0] for text in found] == [
        "the tag is v9.9.9",
        "this is https://forge.example/other",
        "the top section of CHANGELOG.md is not 9.9.8 with its date",
    ]


def test_only_the_date_of_this_version_is_missing_before_a_release() -> None:
    address = "https://github.com/homegolf-git/homegolf-git"
    found = list(objections(f"v{__version__}", address))
    is_open = "(unreleased)" in (TOP / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()[2]
    assert len(found) == is_open
