"""Tags that somebody forged, moved, deleted or unhinged: named by `tags verify`, believed by nobody."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from tests.e2e.world import BEST
from tests.hostile.pulls import Pull

FIRST, SECOND, POINTER = "incumbents/home/0001", "incumbents/home/0002", "incumbent/home"


def message(pull: Pull, tag: str, **facts: Any) -> str:  # noqa: ANN401 - JSON values
    """A tag's message, with other facts."""
    headline, _, body = (
        pull.world.git("cat-file", "tag", tag).partition("\n\n")[2].partition("\n\n")
    )
    document = yaml.safe_load(body) | facts
    return f"{headline}\n\n{yaml.safe_dump(document, sort_keys=False)}"


def write_tag(pull: Pull, name: str, text: str, target: str) -> None:
    pull.world.git("tag", "--force", "--annotate", "--cleanup=verbatim", "--file=-", name, target, stdin=text)  # fmt: skip


def put_back(pull: Pull, name: str, **facts: Any) -> None:  # noqa: ANN401 - JSON values
    """Replace a tag on its own commit."""
    write_tag(pull, name, message(pull, name, **facts), f"{name}^{{commit}}")


def forged_run(pull: Pull) -> None:
    put_back(pull, SECOND, run_id="worse")


def forged_gain(pull: Pull) -> None:
    put_back(pull, SECOND, verdict={"class": "improvement", "reason": "strict", "delta": 0.5})


def forged_number(pull: Pull) -> None:
    write_tag(pull, "incumbents/home/0003", message(pull, SECOND, number=3, run_id="worse"), "main")


def forged_lane(pull: Pull) -> None:
    write_tag(pull, "incumbents/nowhere/0001", message(pull, FIRST, lane="nowhere"), "main")


def forged_pointer(pull: Pull) -> None:
    put_back(pull, POINTER, run_id="worse")


def moved(pull: Pull) -> None:
    write_tag(pull, SECOND, message(pull, SECOND), "main")


def moved_to_the_branch(pull: Pull) -> None:
    pull.commit({}, "Mine")
    write_tag(pull, SECOND, message(pull, SECOND), "pull")


def deleted(pull: Pull) -> None:
    pull.world.git("tag", "--delete", SECOND)


def deleted_pointer(pull: Pull) -> None:
    pull.world.git("tag", "--delete", POINTER)


def lightweight(pull: Pull) -> None:
    pull.world.git("tag", "--force", FIRST, f"{FIRST}^{{commit}}")


def lightweight_pointer(pull: Pull) -> None:
    pull.world.git("tag", "--force", POINTER, f"{SECOND}^{{commit}}")


def remade(pull: Pull) -> None:
    """The same words in another object: the tag behind it names the one that was there."""
    text = message(pull, FIRST)
    write_tag(pull, FIRST, text.replace("\n\n", " again\n\n", 1), f"{FIRST}^{{commit}}")


def unhinged(pull: Pull) -> None:
    put_back(pull, SECOND, previous=None)


def pointer_put_back(pull: Pull) -> None:
    text = message(pull, FIRST, kind="pointer")
    write_tag(pull, POINTER, text, f"{FIRST}^{{commit}}")


def odd_name(pull: Pull) -> None:
    pull.world.git("tag", "--annotate", "--message", "x", "incumbents/home/2", "main")


def no_document(pull: Pull) -> None:
    write_tag(pull, FIRST, "x\n\nbetter: by far\n", f"{FIRST}^{{commit}}")


def active_words(pull: Pull) -> None:
    put_back(pull, SECOND, run_id="\x1b[2J\u202e@ada<script>\n::error::x")


CASES: dict[Callable[[Pull], None], set[str]] = {
    forged_run: {"tag_forged"}, forged_gain: {"tag_forged"}, forged_number: {"tag_forged"}, forged_lane: {"tag_forged"},
    forged_pointer: {"tag_forged"}, moved: {"tag_moved"}, moved_to_the_branch: {"tag_moved"}, deleted: {"tag_missing"},
    deleted_pointer: {"tag_missing"}, lightweight: {"tag_lightweight"}, lightweight_pointer: {"tag_lightweight"},
    remade: {"tag_broken_chain"}, unhinged: {"tag_broken_chain"}, pointer_put_back: {"tag_stale"},
    odd_name: {"tag_name"}, no_document: {"tag_unreadable"}, active_words: {"tag_unreadable", "tag_forged"},
}  # fmt: skip


@pytest.mark.parametrize("forge", CASES, ids=lambda forge: forge.__name__)
def test_named_and_not_believed(pull: Pull, forge: Callable[[Pull], None]) -> None:
    pull.row(scores=BEST)
    tip = pull.tip
    expected, verdicts = pull.answer(), pull.world.verdicts()
    assert pull.world.answer("tags", "verify")["findings"] == []
    forge(pull)
    pull.point(tip)
    refs = pull.world.git("for-each-ref")
    ran = pull.world.homegolf("tags", "verify", "--json")
    assert ran.code == 1
    assert set(ran.codes()) & CASES[forge]
    text = pull.world.homegolf("tags", "verify")
    assert all(char.isprintable() or char == "\n" for char in text.said)
    assert pull.world.git("for-each-ref") == refs
    assert pull.answer() == expected
    assert pull.world.verdicts() == verdicts
