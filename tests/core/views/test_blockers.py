"""Blocked runs as JSON."""

from homegolf_git.core.search.blockers import Blockers, blockers
from homegolf_git.core.views.blockers import blockers_json
from tests.build import Document, failed, run
from tests.core.build import SAME, replay


def found_in(*events: Document) -> Blockers:
    return blockers(*replay(*events))


class TestBlockers:
    """Open ones grouped by failure kind and stage; the row that settled each closed one."""

    def test_settled_ones_in_json(self) -> None:
        document = blockers_json(found_in(failed("oom", knob="x"), run("by", SAME, knob="x")))
        assert document["settled"] == [
            {"run_id": "oom", "failure": "oom", "stage": "train", "settled_by": "by"}
        ]

    def test_no_row(self) -> None:
        assert blockers_json(found_in())["open"] == []
