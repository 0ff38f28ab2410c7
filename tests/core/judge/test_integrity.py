"""Frozen files, files that may change, and who took a score."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.judge.integrity import (
    changed_outside,
    frozen_digests,
    integrity_checks,
    is_scored_apart,
    is_self_reported,
)
from homegolf_git.core.judge.remarks import NOTHING_MEANT, remarks
from homegolf_git.core.judge.state import LaneState
from homegolf_git.core.model.lane import Lane
from homegolf_git.core.model.row import Evidence
from tests.build import OTHER_SHA, SHA, Document, failed, run
from tests.core.build import BASELINE, land, lane, last, row

SCORER = {"revision": "abcdef1234", "command": "score"}
LANES_SCORER = {"command": "score {artifact}", "report": "score.json", "revision": "abcdef1"}
PATHS = st.lists(st.sampled_from(["train.py", "src/a.py", "src/b/c.py", "eval/x.py", "README"]))
DIGESTS = st.sampled_from([None, SHA, OTHER_SHA])


def source(**facts: Any) -> Document:  # noqa: ANN401 - JSON values
    return {"revision": "68e46b82", "dirty": False, **facts}


def by(scorer: Document | None) -> Document:
    return {"mode": "full", "scorer": scorer}


def receipt(**added: Any) -> Evidence:  # noqa: ANN401 - JSON values
    return Evidence(
        SHA, (), added={name.replace("__", "."): value for name, value in added.items()}
    )


def broken(document: Document, rules: Lane, *shown: Evidence) -> dict[str, bool | None]:
    return dict(integrity_checks(row(document), shown, rules))


class TestEvalChanged:
    """4: `eval_changed`, the frozen paths are not those the lane pins."""

    @given(DIGESTS, DIGESTS, DIGESTS)
    def test_the_rule(self, pinned: str | None, own: str | None, shown: str | None) -> None:
        rules = lane(contract={"frozen_paths": ["eval/**"], "frozen_sha256": pinned})
        proofs = [receipt(source__frozen_sha256=shown)] if shown and own is None else []
        known = own or shown
        found = broken(run("a", source=source(frozen_sha256=own)), rules, *proofs)
        if pinned is None:
            assert found == {}
        else:
            assert found == {"eval_changed": None if known is None else known != pinned}

    def test_of_several_receipts_each_counts(self) -> None:
        rules = lane(contract={"frozen_sha256": SHA})
        shown = [receipt(source__frozen_sha256=sha) for sha in (SHA, OTHER_SHA)]
        assert list(frozen_digests(row(run("a")), shown)) == [SHA, OTHER_SHA]
        assert ("eval_changed", True) in list(integrity_checks(row(run("a")), shown, rules))


class TestOutsideEditable:
    """4: `outside_editable`, where set a changed path outside breaks the contract."""

    @given(PATHS, st.sampled_from([["train.py"], ["src/**"], ["src/*", "train.py"], ["**"]]))
    def test_the_rule(self, paths: list[str], globs: list[str]) -> None:
        allowed = {
            "train.py": {"train.py"}, "src/**": {"src/a.py", "src/b/c.py"}, "src/*": {"src/a.py"},
            "**": {"train.py", "src/a.py", "src/b/c.py", "eval/x.py", "README"},
        }  # fmt: skip
        inside = set().union(*(allowed[glob] for glob in globs))
        rules, document = (
            lane(contract={"editable_paths": globs}),
            run("a", source=source(changed_paths=paths)),
        )
        outside = sorted(set(paths) - inside)
        assert broken(document, rules) == {"outside_editable": bool(outside)}
        assert changed_outside(row(document), (), rules) == outside

    def test_where_nobody_knows(self) -> None:
        rules = lane(contract={"editable_paths": ["train.py"]})
        document = run("a", source=source(changed_paths=None))
        assert broken(document, rules) == {"outside_editable": None}
        shown = receipt(source__changed_paths=["eval/x.py"])
        assert broken(document, rules, shown) == {"outside_editable": True}

    def test_any_path_may_change_where_none_is_named(self) -> None:
        assert broken(run("a", source=source(changed_paths=["eval/x.py"])), lane()) == {}

    @pytest.mark.parametrize(
        ("paths", "says"),
        [
            (["train.py", "eval/x.py"], "no run change (eval/x.py)."),
            (["b", "a", "train.py", "c"], "no run change (a and 2 more)."),
        ],
    )
    def test_its_words(self, paths: list[str], says: str) -> None:
        rules = lane(contract={"editable_paths": ["train.py"]})
        verdict = last(run("a", source=source(changed_paths=paths)), rules=rules)
        assert verdict.name == "invalid/outside_editable"
        assert verdict.sentence.endswith(says)


class TestNoScorer:
    """4: `no_scorer`, the score must come from the lane's scorer, at the revision that it pins."""

    @pytest.mark.parametrize(
        ("scorer", "pinned", "is_broken"),
        [
            (None, None, True),
            (None, "abcdef1", True),
            (SCORER, None, False),
            (SCORER, "abcdef1", False),
            ({**SCORER, "revision": "abcdef1"}, "abcdef1234", False),
            (SCORER, "1234567", True),
            ({**SCORER, "revision": None}, None, False),
            ({**SCORER, "revision": None}, "abcdef1", True),
        ],
    )
    @pytest.mark.parametrize("is_shown", [True, False])
    def test_the_rule(self, scorer: Document | None, pinned: str | None, is_broken: bool, is_shown: bool) -> None:  # fmt: skip
        """A receipt may state it in the place of the row."""
        capture = {"scorer": {**LANES_SCORER, "revision": pinned}}
        rules = lane(contract={"requires": ["scorer"]}, capture=capture)
        shown = [receipt(evaluation__scorer=scorer)] if is_shown and scorer else []
        document = run("a", evaluation=by(None if shown else scorer))
        assert broken(document, rules, *shown) == {"no_scorer": is_broken}

    def test_a_lane_without_a_scorer_of_its_own_takes_any(self) -> None:
        rules = lane(contract={"requires": ["scorer"]})
        assert broken(run("a", evaluation=by(SCORER)), rules) == {"no_scorer": False}
        assert broken(run("a", evaluation=by(None)), rules) == {"no_scorer": True}

    def test_where_none_is_required(self) -> None:
        assert broken(run("a", evaluation=by(None)), lane(capture={"scorer": LANES_SCORER})) == {}


class TestSelfScored:
    """4: a score that the training process reported itself, on a lane with a scorer or frozen paths."""

    APART = (
        lane(contract={"frozen_paths": ["eval/**"]}),
        lane(capture={"scorer": LANES_SCORER}),
        lane(contract={"requires": ["scorer"]}),
    )

    def test_which_lanes(self) -> None:
        assert all(map(is_scored_apart, self.APART))
        assert not is_scored_apart(lane())
        assert not is_scored_apart(lane(contract={"requires": ["score_receipt"]}))

    def test_which_scores(self) -> None:
        assert is_self_reported(row(run("a")), ())
        assert is_self_reported(row(run("a", evaluation=by(None))), ())
        assert not is_self_reported(row(run("a", evaluation=by(SCORER))), ())
        assert not is_self_reported(row(run("a")), [receipt(evaluation__scorer=SCORER)])

    @pytest.mark.parametrize("rules", APART[:2])
    def test_the_flag_and_the_remark(self, rules: Lane) -> None:
        for document, is_flagged in ((run("a"), True), (run("a", evaluation=by(SCORER)), False)):
            verdict = last(document, rules=rules)
            assert verdict.name == "improvement/baseline"
            assert ("self_scored" in verdict.flags) is is_flagged
            found = [
                item
                for item in remarks(LaneState(rules), land(document), NOTHING_MEANT)
                if item.code == "self_scored"
            ]
            assert [item.severity for item in found] == ["warning"] * is_flagged

    def test_no_flag_elsewhere(self) -> None:
        assert "self_scored" not in last(BASELINE).flags
        assert "self_scored" not in last(failed("a"), rules=self.APART[0]).flags
        assert [
            item.code for item in remarks(LaneState(lane()), land(BASELINE), NOTHING_MEANT)
        ] == []

    def test_a_breach_says_it_alone(self) -> None:
        rules = self.APART[2]
        assert last(run("a"), rules=rules).name == "invalid/no_scorer"
        assert "self_scored" not in [
            item.code for item in remarks(LaneState(rules), land(run("a")), NOTHING_MEANT)
        ]
