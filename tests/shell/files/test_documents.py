"""From a file's bytes to a row, a lane, a ladder or a retraction, with every finding at once."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model.findings import FINDINGS_OF_FILE_MAX, Finding
from homegolf_git.core.model.naming import LaneId, RunId, parse_path
from homegolf_git.core.model.row import Row
from homegolf_git.shell.files.canonical import canonical_digest, sha256_hex
from homegolf_git.shell.files.documents import (
    check_metric,
    read_ladder,
    read_lane,
    read_receipt_maps,
    read_retraction,
    read_row,
)
from homegolf_git.shell.files.rowyaml import dump
from tests.build import Document, lane_document, run
from tests.core.build import INCUMBENT, fold, land, lane, row

PLACE = parse_path("ledger/local-cluster/runs/2026-03/abc.yaml")


def read(document: Document) -> tuple[Row | None, list[Finding]]:
    found, _, findings = read_row(dump(document).encode(), "abc.yaml", PLACE)
    return found, findings


def codes(findings: list[Finding]) -> list[str]:
    return [item.code for item in findings]


class TestManyFaults:
    """Of a file a hundred findings are told, whoever finds them, and the others are counted."""

    @pytest.mark.parametrize("faults", [99, 100, 101])
    def test_of_the_form_and_of_the_schema(self, faults: int) -> None:
        text = dump(run("abc")) + "".join(f"x{number:03}: no\n" for number in range(faults))
        _, _, found = read_row(text.encode(), "abc.yaml", PLACE)
        assert len(found) == FINDINGS_OF_FILE_MAX + 1
        assert codes(found).count("too_many_findings") == 1
        assert codes(found)[:99] == ["ambiguous_scalar"] * 99

    def test_of_the_metric(self) -> None:
        results = [{"seed": 1, **{f"x{number}": 1 for number in range(300)}}]
        found = check_metric(run("abc", results=results), lane(), "p")
        assert len(found) == FINDINGS_OF_FILE_MAX + 1
        assert found[-1].message == "201 more findings"

    def test_of_a_map(self) -> None:
        text = dump(lane_document(receipts={"mine": {f"x{number}": "/x" for number in range(300)}}))
        _, found = read_lane(text.encode(), "lane.yaml", LaneId("local-cluster"))
        assert len(found) == FINDINGS_OF_FILE_MAX + 1
        maps = dump(
            {
                "schema": "homegolf/receipts/v1",
                "receipts": {"mine": {f"x{number}": "/x" for number in range(300)}},
            }
        )
        _, found = read_receipt_maps(maps.encode(), "receipts.yaml", ["val_bpb"])
        assert len(found) == FINDINGS_OF_FILE_MAX + 1


class TestRow:
    """A row file becomes a row, or findings."""

    def test_a_good_row(self) -> None:
        document = run("abc", {1337: 1.0744})
        found, findings = read(document)
        assert findings == []
        assert found == row(document)

    def test_it_has_its_facts(self) -> None:
        found, _ = read(run("abc", {1337: 1.0744, 7: 1.1}, base="old", notes="x", seeds_run=4))
        assert found is not None
        assert (found.run_id, found.lane, found.base) == ("abc", "local-cluster", "old")
        assert [(r.seed, dict(r.numbers)) for r in found.results] == [
            (1337, {"val_bpb": 1.0744}),
            (7, {"val_bpb": 1.1}),
        ]
        assert (found.seeds_planned, found.seeds_run, found.unreported_seeds) == (2, 4, 2)
        assert found.is_scored
        assert found.states_budget

    def test_a_null_budget_is_stated_and_a_missing_one_is_not(self) -> None:
        none_set, _ = read(run("abc", train_seconds_budget=None))
        document = run("abc")
        del document["train_seconds_budget"]
        unknown, _ = read(document)
        assert none_set is not None
        assert unknown is not None
        assert (none_set.states_budget, none_set.train_seconds_budget) == (True, None)
        assert (unknown.states_budget, unknown.train_seconds_budget) == (False, None)

    @pytest.mark.parametrize(
        ("change", "word"),
        [
            ({"run_id": "abd"}, "file name"),
            ({"lane": "h100"}, "lane folder"),
            ({"finished_at": "2026-04-28T11:06:00Z"}, "month folder"),
        ],
    )
    def test_its_content_agrees_with_its_place(self, change: Document, word: str) -> None:
        found, findings = read({**run("abc"), **change})
        assert found is None
        assert codes(findings) == ["wrong_place"]
        assert word in findings[0].message

    def test_a_file_from_outside_has_no_place(self) -> None:
        data = dump(run("abd")).encode()
        found, _, findings = read_row(data, "anything.txt")
        assert found is not None
        assert findings == []

    def test_all_findings_of_a_file_at_once(self) -> None:
        data = dump({**run("abc"), "verdict": "good", "seeds_run": -1})
        data += 'submitter: "x"\nextra: 1e-3\n'
        found, _, findings = read_row(data.encode(), "abc.yaml")
        assert found is None
        assert {"duplicate_key", "ambiguous_scalar", "unknown_field", "out_of_range"} <= set(
            codes(findings)
        )

    def test_several_faults_of_place_at_once(self) -> None:
        _, findings = read({**run("abd"), "lane": "h100"})
        assert codes(findings) == ["wrong_place"] * 2

    @given(
        st.text(min_size=1, max_size=40),
        st.text(max_size=100),
        st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=4),
    )
    def test_any_text_survives(self, summary: str, notes: str, config: dict[str, str]) -> None:
        document = run(
            "abc", change={"kind": "model", "summary": summary}, notes=notes, config=config
        )
        found, findings = read(document)
        assert findings == []
        assert found == row(document)

    @given(st.binary(max_size=300))
    def test_any_bytes_give_findings(self, data: bytes) -> None:
        found, _, findings = read_row(data, "abc.yaml", PLACE)
        assert found is None
        assert findings


class TestDigest:
    """The digest is over (config, revision, devices and counts in row order, evaluation)."""

    def test_it_is_the_sha256_of_canonical_json(self) -> None:
        assert canonical_digest({"b": 1.0, "a": [1e21, "é"]}) == sha256_hex(
            '{"a":[1e+21,"é"],"b":1}'.encode()
        )

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"a": 1}, {"a": 1.0}),
            ({"a": 0}, {"a": -0.0}),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
            ({"a": 100}, {"a": 1e2}),
        ],
    )
    def test_equal_values_have_equal_digests(self, one: Document, other: Document) -> None:
        assert canonical_digest(one) == canonical_digest(other)

    @pytest.mark.parametrize("values", [[1, True, "1", None, [1], {"1": 1}]])
    def test_other_values_have_others(self, values: list[Any]) -> None:
        assert len({canonical_digest(value) for value in values}) == len(values)

    @pytest.mark.parametrize("number", [2**53 - 1, -(2**53 - 1)])
    def test_the_largest_exact_integers_are_kept(self, number: int) -> None:
        found, findings = read(run("abc", config={"n": number}))
        assert findings == []
        assert found is not None

    @pytest.mark.parametrize("number", [2**53 + 1, 10**30, -(10**400)])
    def test_integers_beyond_exact_are_refused(self, number: int) -> None:
        found, findings = read(run("abc", config={"n": number}))
        assert found is None
        assert findings


class TestMetric:
    """The metric stands under the lane's own name for it; a number under another is refused."""

    def test_the_lanes_own_metric(self) -> None:
        rules = lane(metric={"name": "accuracy", "direction": "maximize"})
        assert check_metric(run("abc", [0.5], metric="accuracy"), rules, "p") == []
        found = check_metric(run("abc", [0.5]), rules, "p")
        assert codes(found) == ["missing_field"]
        assert "accuracy" in found[0].message

    def test_known_fields_may_stand_beside_it(self) -> None:
        rules = lane(metric={"name": "accuracy", "direction": "maximize"})
        document = run("abc", [0.5], metric="accuracy", extra={"val_bpb": 1.0, "steps": 3})
        assert check_metric(document, rules, "p") == []

    def test_a_null_metric_is_missing(self) -> None:
        document = run("abc", [1.0])
        document["results"][0]["val_bpb"] = None
        assert codes(check_metric(document, lane(), "p")) == ["missing_field"]

    def test_an_unknown_number_is_refused_with_the_nearest_name(self) -> None:
        found = check_metric(run("abc", [1.0], extra={"trian_seconds": 3}), lane(), "p")
        assert codes(found) == ["unknown_field"]
        assert "train_seconds" in found[0].fix

    def test_every_result_is_looked_at(self) -> None:
        document = run("abc", {1: 1.0, 2: 1.0, 3: 1.0})
        del document["results"][0]["val_bpb"]
        document["results"][2]["surprise"] = 1.0
        assert codes(check_metric(document, lane(), "p")) == ["missing_field", "unknown_field"]


class TestLane:
    """A lane's file becomes its rules; what it leaves out has the documented default."""

    def test_defaults(self) -> None:
        data = dump(lane_document(decision={"delta_min": 0.002, "sigma0": 0.0007})).encode()
        found, findings = read_lane(data, "lane.yaml", LaneId("local-cluster"))
        assert findings == []
        assert found is not None
        rules, stop = found.decision, found.stop
        assert (rules.nu0, rules.alpha, rules.block) == (4, 0.05, 20)
        assert (rules.regression_alpha, rules.fresh_seeds) == (0.01, 4)
        assert (stop.p_star, stop.error) == (0.20, 0.10)
        assert (stop.min_cleared_per_side, stop.improving_below) == (5, 10)
        assert found.contract.hardware is None
        assert found.needs_promotion_from is None

    def test_it_is_the_lane_of_its_folder(self) -> None:
        data = dump(lane_document()).encode()
        found, findings = read_lane(data, "lane.yaml", LaneId("h100"))
        assert found is None
        assert codes(findings) == ["wrong_place"]

    def test_the_order_of_sides_is_the_files(self) -> None:
        sides = {"model": ["a"], "system": ["b"], "eval": ["c"]}
        data = dump(lane_document(attribution={"config": sides})).encode()
        found, _ = read_lane(data, "lane.yaml", LaneId("local-cluster"))
        assert found is not None
        assert [side for side, _ in found.attribution.config] == ["model", "system", "eval"]


class TestCapture:
    """Patterns are tried when a lane is read; what a lane starts stays below its folder."""

    def test_a_bad_pattern_has_its_line(self) -> None:
        text = dump(lane_document(capture={"patterns": {"val_bpb": "^(a+)+$"}}))
        line = 1 + text.split("\n").index(next(t for t in text.split("\n") if "(a+)+" in t))
        found, (item,) = read_lane(text.encode(), "lane.yaml", LaneId("local-cluster"))
        assert found is None
        assert (item.code, item.path, item.line) == ("bad_pattern", "lane.yaml", line)

    def test_landed_it_hides_no_lane(self) -> None:
        data = dump(lane_document(capture={"patterns": {"val_bpb": "x"}})).encode()
        found, (item,) = read_lane(data, "lane.yaml", LaneId("local-cluster"), "warning")
        assert found is not None
        assert item.severity == "warning"

    @pytest.mark.parametrize("path", ["/etc/passwd", "../x", "a/../b", "a/..", "..", "", "a\nb", "a\\b"])  # fmt: skip
    def test_a_report_lies_below_the_folder(self, path: str) -> None:
        for block in ({"reports": [path]}, {"scorer": {"command": "s", "report": path}}):
            data = dump(lane_document(capture=block)).encode()
            assert read_lane(data, "lane.yaml", LaneId("local-cluster"))[0] is None

    @pytest.mark.parametrize("path", ["a.json", "out/..a/b", "a..b", ".a", "über.json"])
    def test_a_report_may_be_called(self, path: str) -> None:
        data = dump(lane_document(capture={"reports": [path]})).encode()
        assert read_lane(data, "lane.yaml", LaneId("local-cluster"))[1] == []


class TestOthers:
    """Retractions and the ladder."""

    def test_a_retraction_is_of_the_run_it_is_named_after(self) -> None:
        document = {
            "schema": "homegolf/retraction/v1",
            "run_id": "abc",
            "reason": "a slice only",
            "evidence": "issue 12",
            "by": "maintainer",
        }
        data = dump(document).encode()
        place = parse_path("ledger/h100/retractions/abc.yaml")
        other = parse_path("ledger/h100/retractions/abd.yaml")
        assert place is not None
        assert other is not None
        found, findings = read_retraction(data, "abc.yaml", place)
        assert findings == []
        assert found is not None
        assert (found.run_id, found.reason, found.evidence, found.by) == (
            "abc", "a slice only", "issue 12", "maintainer",
        )  # fmt: skip
        assert codes(read_retraction(data, "abd.yaml", other)[1]) == ["wrong_place"]

    def test_the_ladder_keeps_its_order(self) -> None:
        document = {"schema": "homegolf/ladder/v1", "lanes": ["local-cluster", "h100", "8xh100"]}
        assert read_ladder(dump(document).encode(), "ladder.yaml") == (
            ("local-cluster", "h100", "8xh100"),
            [],
        )


class TestExtremeNumbers:
    """No traceback ever comes of bad input: odd numbers are refused, or judged like others."""

    @pytest.mark.parametrize(
        "scores",
        [
            [1e308, 1e308],
            [1e308, 1e-308],
            [1e200, 1.0, 2.0],
            [1e160],
            [5e-324],
            [5e-324, 1e-323],
        ],
        ids=["sum overflows", "spread overflows", "square overflows", "large", "tiny", "tinies"],
    )
    def test_scores(self, scores: list[float]) -> None:
        found, _, findings = read_row(dump(run("odd", scores, knob=1)).encode(), "odd.yaml")
        if found is None:
            assert findings
            return
        odd = land(run("odd", scores, knob=1))
        ordinary = [land(run("base", INCUMBENT)), land(run("next", [1.06, 1.07], knob=2))]
        assert len(fold(lane(), [ordinary[0], odd, ordinary[1]])[1]) == 3
        assert len(fold(lane(), [odd, *ordinary])[1]) == 3

    @pytest.mark.parametrize("loss", [1e308, 1e-308])
    @pytest.mark.parametrize("tokens", [2**53 - 1, 1])
    @pytest.mark.parametrize("size", [2**53 - 1, 1, 0])
    def test_losses(self, loss: float, tokens: int, size: int) -> None:
        extra = {"val_loss": loss, "evaluated_tokens": tokens, "evaluated_bytes": size}
        document = run("odd", [1.0], extra=extra)
        found, _, findings = read_row(dump(document).encode(), "odd.yaml")
        if found is None:
            assert findings
        else:
            assert len(fold(lane(), [land(document)])[1]) == 1

    @pytest.mark.parametrize("sigma0", [1e-200, 1e-320, 1e200])
    def test_a_lane_with_an_odd_sigma(self, sigma0: float) -> None:
        document = lane_document(decision={"delta_min": 0.002, "sigma0": sigma0})
        rules, findings = read_lane(dump(document).encode(), "lane.yaml", LaneId("local-cluster"))
        if rules is None:
            assert findings
            return
        rows = [land(run("base", [1.0])), land(run("next", [1.06], knob=1))]
        assert len(fold(rules, rows)[1]) == 2

    def test_a_run_id_is_a_run_id(self) -> None:
        found, _ = read(run("abc"))
        assert found is not None
        assert found.run_id == RunId("abc")


class TestLargeWholeNumbers:
    """Counts are whole numbers up to 2^53; only scores are held within 10^12."""

    @pytest.mark.parametrize(
        "extra",
        [
            {"train_tokens": 2 * 10**12},
            {"evaluated_bytes": 2 * 10**12},
            {"train_tokens": 2**53 - 1},
        ],
    )
    def test_counts(self, extra: dict[str, int]) -> None:
        assert read_row(dump(run("big", [1.0], extra=extra)).encode(), "big.yaml")[0] is not None

    def test_seeds(self) -> None:
        document = run("big", {5 * 10**12: 1.0})
        assert read_row(dump(document).encode(), "big.yaml")[0] is not None

    def test_one_fault_is_said_once(self) -> None:
        document = run("big", [1.0])
        document["results"][0]["seed"] = True
        found = read_row(dump(document).encode(), "big.yaml")[2]
        assert [item.code for item in found] == ["wrong_type"]
