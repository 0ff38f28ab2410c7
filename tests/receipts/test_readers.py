"""The readers on reports as published, and on anything else."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.model import factnames
from homegolf_git.core.model.row import Observation, Receipt
from homegolf_git.core.model.rowcheck import RESULT_FIELDS
from homegolf_git.core.model.values import Document
from homegolf_git.receipts import READERS, ReceiptError, read_receipt, reader_of
from homegolf_git.receipts.pointer import follow
from homegolf_git.receipts.strictjson import Printed
from homegolf_git.shell.files.datafiles import schema
from homegolf_git.shell.files.fastschema import is_valid
from tests.receipts.test_strictjson import HOSTILE, HUGE_NUMBERS, JSON

FIXTURES = Path(__file__).parent.parent / "fixtures" / "receipts"
PSIONIC = "psionic-training-report"
GOLF = "parameter-golf-submission"
REPORT: dict[str, Any] = json.loads(
    (FIXTURES / "psionic_single_h100_training_report.json").read_text("utf-8")
)
MAPPING = {"my-report": {"seed": "/seed", "val_bpb": "/final/val_bpb", "steps": "/steps/0"}}


def read(
    kind: str, document: object, mappings: Mapping[str, Mapping[str, str]] = MAPPING
) -> Receipt:
    return read_receipt(kind, json.dumps(document).encode(), mappings)


def golf(name: str) -> Receipt:
    return read_receipt(GOLF, (FIXTURES / f"submission_{name}.json").read_bytes(), {})


def values(observation: Observation) -> dict[str, float]:
    return {name: number.value for name, number in observation.numbers.items()}


def report(**changes: object) -> dict[str, Any]:
    return {**REPORT, **changes}


class TestPsionic:
    """The score is the exported artifact's, from the final round-trip receipt."""

    def test_the_published_report(self) -> None:
        [seen] = read(PSIONIC, REPORT).observations
        assert seen.seed is None
        assert values(seen) == {
            "val_bpb": pytest.approx(6.306931747817168),
            "val_loss": pytest.approx(10.64899006955549),
            "evaluated_tokens": 62021632,
            "evaluated_bytes": 151080363,
            "steps": 1,
            "train_tokens": 524288,
            "train_seconds": pytest.approx(1348.854),
            "eval_seconds": pytest.approx(43306.994),
            "artifact_bytes": 4732744,
        }

    def test_its_score_follows_from_its_loss(self) -> None:
        numbers = values(read(PSIONIC, REPORT).observations[0])
        implied = numbers["val_loss"] * numbers["evaluated_tokens"]
        implied /= numbers["evaluated_bytes"] * 0.6931471805599453
        assert numbers["val_bpb"] == pytest.approx(implied, rel=1e-4)

    def test_the_facts_it_states(self) -> None:
        facts: Document = read(PSIONIC, REPORT).facts
        assert facts["run_id"] == "parameter-golf-single-h100-trainer"
        assert facts["finished_at"] == "2026-03-25T10:15:25Z"
        assert facts["hardware"] == [{"device": "NVIDIA H100 80GB HBM3", "count": 1}]
        assert facts["config"]["grad_accum_steps"] == 8
        assert facts["config"]["matrix_lr"] == 0.04
        assert isinstance(facts["config"]["matrix_lr"], float)
        [artifact] = facts["artifacts"]
        assert artifact["role"] == "model"
        assert artifact["sha256"].startswith("4657d793")
        assert artifact["bytes"] == 4732744

    def test_without_a_round_trip_there_is_no_score(self) -> None:
        document = report(final_roundtrip_receipt=None)
        [seen] = read(PSIONIC, document).observations
        assert "val_bpb" not in seen.numbers
        assert values(seen)["steps"] == 1

    def test_a_live_score_is_not_the_exported_one(self) -> None:
        document = report(
            final_roundtrip_receipt=None, final_validation=REPORT["final_roundtrip_receipt"]
        )
        assert "val_bpb" not in read(PSIONIC, document).observations[0].numbers

    @pytest.mark.parametrize("missing", ["executed_steps", "stop_reason"])
    def test_what_is_no_such_report(self, missing: str) -> None:
        document = {name: value for name, value in REPORT.items() if name != missing}
        with pytest.raises(ReceiptError):
            read(PSIONIC, document)

    @pytest.mark.parametrize("name", sorted(REPORT))
    @pytest.mark.parametrize(
        "value", [None, True, 7, -1, 10**30, 1.5, "x", "", [], [1], [[]], {}, {"a": 1}, [{"a": 1}]]
    )
    def test_any_field_may_be_odd(self, name: str, value: object) -> None:
        try:
            found = read(PSIONIC, report(**{name: value}))
        except ReceiptError:
            return
        assert isinstance(found, Receipt)
        json.dumps(dict(found.facts), allow_nan=False)

    @pytest.mark.parametrize(
        "at",
        [-(10**18), -1, 0, 253402300800000, 10**18, 10**400, 1.5, True],
        ids=lambda at: str(at)[:9],
    )
    def test_any_time_may_be_odd(self, at: object) -> None:
        try:
            found = read(PSIONIC, report(finished_at_ms=at))
        except ReceiptError:
            return
        assert isinstance(found.facts.get("finished_at", ""), str)

    def test_a_number_of_the_config_beyond_floats(self) -> None:
        data = json.dumps(report(hyperparameters={"lr": "HUGE"})).replace('"HUGE"', "1e999")
        try:
            found = read_receipt(PSIONIC, data.encode(), {})
        except ReceiptError:
            return
        json.dumps(dict(found.facts), allow_nan=False)


class TestParameterGolf:
    """One score, or one a seed, from the shapes that were published."""

    def test_one_score(self) -> None:
        [seen] = golf("naive_baseline").observations
        assert seen.seed is None
        assert values(seen) == {
            "val_bpb": 1.2243657,
            "val_loss": 2.07269931,
            "artifact_bytes": 15863489,
        }
        assert seen.numbers["val_bpb"].tolerance == pytest.approx(5e-8)

    def test_one_loss_only(self) -> None:
        [seen] = golf("loss_only").observations
        assert values(seen) == {"val_loss": 1.14276, "artifact_bytes": 15900000}

    def test_a_score_a_seed(self) -> None:
        seen = golf("seed_results").observations
        assert {o.seed: values(o) for o in seen} == {
            1337: {"val_loss": 1.93492097, "val_bpb": 1.14597222},
            42: {"val_loss": 1.93591485, "val_bpb": 1.14656085},
            7: {"val_loss": 1.93314046, "val_bpb": 1.14491770},
        }

    def test_without_a_score_on_top(self) -> None:
        seen = golf("no_top_score").observations
        assert {o.seed: values(o)["val_bpb"] for o in seen} == {
            1337: 1.17558517,
            42: 1.17423973,
            7: 1.17443456,
        }
        assert values(seen[0])["steps"] == 10424

    def test_seeds_beside_scores(self) -> None:
        seen = golf("seed_scores").observations
        assert {o.seed: values(o) for o in seen} == {
            42: {"val_bpb": 1.09057},
            0: {"val_bpb": 1.09084},
            1337: {"val_bpb": 1.0923},
        }

    def test_times_and_sizes_a_seed(self) -> None:
        seen = {o.seed: values(o) for o in golf("best_5_of_7").observations}
        assert seen[314] == {
            "val_loss": 2.32748105,
            "val_bpb": 1.06356801,
            "artifact_bytes": 15979114,
            "steps": 4872,
            "train_seconds": 596.091,
            "eval_seconds": 400.7,
        }
        assert set(seen) >= {314, 2025, 777, 1, 1337}

    def test_seeds_that_hold_their_scores(self) -> None:
        seen = golf("seeds_mapping").observations
        document = json.loads((FIXTURES / "submission_seeds_mapping.json").read_text("utf-8"))
        on_top = [(None, document["val_bpb"])]
        by_seed = [(int(seed), entry["val_bpb"]) for seed, entry in document["seeds"].items()]
        assert [(o.seed, values(o)["val_bpb"]) for o in seen] in (on_top, by_seed)

    def test_seeds_without_a_score_it_knows(self) -> None:
        [seen] = golf("other_metric").observations
        assert values(seen)["val_bpb"] == 1.1465

    def test_the_facts_it_states(self) -> None:
        assert golf("naive_baseline").facts == {
            "submitter": "openai",
            "change": {"summary": "Naive Baseline"},
        }

    def test_neither_score_nor_seeds(self) -> None:
        with pytest.raises(ReceiptError):
            read(GOLF, {"author": "someone"})

    @pytest.mark.parametrize(
        "name",
        ["seed_results", "seed_scores", "seeds", "val_bpb", "val_loss", "bytes_total", "author",
         "github_id", "name"],
    )  # fmt: skip
    @pytest.mark.parametrize(
        "value",
        [None, True, 7, 10**400, 1.5, "x", [], [1], [[]], {}, {"a": 1}, {"1": 2}, {"1": []}],
    )
    def test_any_field_may_be_odd(self, name: str, value: object) -> None:
        document = {
            "val_bpb": 1.2, "seeds": [1, 2], "seed_scores": [1.1, 1.3], "github_id": "a", name: value,
        }  # fmt: skip
        try:
            found = read(GOLF, document)
        except ReceiptError:
            return
        assert found.observations
        json.dumps(dict(found.facts), allow_nan=False)


class TestPointer:
    """Reports of a lane's own are mapped in its lane.yaml, field by field."""

    def test_a_mapped_report(self) -> None:
        document = {"seed": 1337, "final": {"val_bpb": 1.0744}, "steps": [4872]}
        [seen] = read("my-report", document).observations
        assert seen.seed == 1337
        assert values(seen) == {"val_bpb": 1.0744, "steps": 4872}

    def test_a_report_without_a_seed(self) -> None:
        mapping = {"plain": {"val_bpb": "/x"}}
        [seen] = read("plain", {"x": 1.5}, mapping).observations
        assert seen.seed is None

    def test_a_score_without_the_place_of_its_seed_is_another_kind_of_report(self) -> None:
        with pytest.raises(ReceiptError, match="nothing at /seed"):
            read("my-report", {"seeds": {"1": 1.2, "2": 1.3}, "final": {"val_bpb": 1.25}})
        [seen] = read("my-report", {"seed": None, "final": {"val_bpb": 1.25}}).observations
        assert seen.seed is None

    @pytest.mark.parametrize("document", [{}, {"seed": None}, {"final": [1.0]}, {"steps": []}])
    def test_a_report_to_which_no_pointer_leads(self, document: object) -> None:
        with pytest.raises(ReceiptError, match="leads to anything"):
            read("my-report", document)

    @pytest.mark.parametrize(
        ("document", "numbers"),
        [
            ({"seed": 1, "final": {"val_bpb": None}, "steps": [1]}, {"steps": 1}),
            ({"seed": 1, "final": [1.0], "steps": [1]}, {"steps": 1}),
            ({"seed": 1, "final": {"val_bpb": 1.0}, "steps": []}, {"val_bpb": 1.0}),
        ],
    )
    def test_what_is_not_there_states_nothing(self, document: object, numbers: Document) -> None:
        found = read("my-report", document)
        assert (found.unread, values(found.observations[0])) == ("", numbers)

    @pytest.mark.parametrize(
        ("document", "unread"),
        [
            ({"final": {"val_bpb": "1.0"}, "steps": [1]}, "val_bpb cannot be '1.0'"),
            ({"final": {"val_bpb": True}, "steps": [1]}, "val_bpb cannot be True"),
            ({"seed": 1.5, "final": {"val_bpb": 1.0}}, "seed cannot be 1.5"),
            ({"seed": "x", "final": {"val_bpb": {}}}, "val_bpb cannot be {}; seed cannot be 'x'"),
        ],
    )
    def test_a_value_of_the_wrong_type_is_read_in_part(self, document: object, unread: str) -> None:
        assert read("my-report", document).unread == unread

    @pytest.mark.parametrize(
        ("pointer", "value"),
        [
            ("/foo", ["bar", "baz"]), ("/foo/0", "bar"), ("/", 0), ("/a~1b", 1), ("/c%d", 2),
            ("/e^f", 3), ("/g|h", 4), ("/i\\j", 5), ('/k"l', 6), ("/ ", 7), ("/m~0n", 8),
        ],
    )  # fmt: skip
    def test_the_examples_of_the_rfc(self, pointer: str, value: object) -> None:
        document: Printed = {
            "foo": ["bar", "baz"], "": 0, "a/b": 1, "c%d": 2, "e^f": 3, "g|h": 4, "i\\j": 5,
            'k"l': 6, " ": 7, "m~n": 8,
        }  # fmt: skip
        assert follow(document, pointer) == value

    @pytest.mark.parametrize(
        "pointer", ["/foo/2", "/foo/-", "/foo/-1", "/foo/x", "/foo/0/0", "/bar", "/foo/\u0660"]
    )
    def test_what_is_not_there_is_none(self, pointer: str) -> None:
        assert follow({"foo": ["bar", "baz"]}, pointer) is None

    @pytest.mark.parametrize("pointer", ["/foo/00", "/foo/01"])
    def test_an_index_has_no_leading_zero(self, pointer: str) -> None:
        assert follow({"foo": ["bar", "baz"]}, pointer) is None

    def test_an_escaped_tilde_before_a_one_is_no_slash(self) -> None:
        assert follow({"~1": 1, "/": 2}, "/~01") == 1


RUNS: dict[str, Any] = {
    "args": {"lr": 0.5, "seed": 7}, "git": {"sha": "68e46b8277", "changed": True},
    "ended": "2026-03-28T13:06:00+02:00", "eval": {"mode": "full", "split": "val"},
    "runs": [
        {"seed": 7, "final": {"val_bpb": 1.25, "acc": 0.5}, "mem": 14.5},
        {"seed": "8", "final": {"val_bpb": 1.5}, "mem": None},
    ],
    "gpu": "H100", "files": [{"role": "model", "sha256": "ab" * 32, "bytes": 9.0}], "budget": 600.0,
}  # fmt: skip
FACTS: dict[str, dict[str, str]] = {
    "ours": {
        "config": "/args", "source.revision": "/git/sha", "source.dirty": "/git/changed",
        "finished_at": "/ended", "evaluation": "/eval", "hardware": "/gpu", "artifacts": "/files",
        "train_seconds_budget": "/budget", "results": "/runs", "seed": "/seed",
        "val_bpb": "/final/val_bpb", "extra.peak_memory_gb": "/mem", "notes": "/nowhere",
    }
}  # fmt: skip


class TestFacts:
    """Every fact of a row can be mapped, and results by one pointer to their list."""

    def test_every_fact(self) -> None:
        found = read("ours", RUNS, FACTS)
        assert found.unread == ""
        assert dict(found.stated) == {
            "config": {"lr": 0.5, "seed": 7},
            "source.revision": "68e46b8277",
            "source.dirty": True,
            "finished_at": "2026-03-28T11:06:00Z",
            "evaluation.mode": "full",
            "evaluation.split": "val",
            "hardware": [{"device": "H100", "count": 1}],
            "artifacts": [{"role": "model", "sha256": "ab" * 32, "bytes": 9}],
            "train_seconds_budget": 600,
        }
        assert found.facts["source"] == {"revision": "68e46b8277", "dirty": True}
        assert [(a.role, a.artifact_bytes) for a in found.artifacts] == [("model", 9)]
        assert [seen.seed for seen in found.observations] == [7, 8]
        assert [values(seen) for seen in found.observations] == [
            {"val_bpb": 1.25},
            {"val_bpb": 1.5},
        ]
        assert [dict(seen.extra) for seen in found.observations] == [{"peak_memory_gb": 14.5}, {}]

    @pytest.mark.parametrize(
        ("part", "unread"),
        [
            ({"args": [1]}, "config cannot be [1]"),
            ({"git": {"changed": "no"}}, "source.dirty cannot be 'no'"),
            ({"ended": "yesterday"}, "finished_at cannot be 'yesterday'"),
            ({"ended": "2026-03-28T13:06:00"}, "finished_at cannot be '2026-03-28T13:06:00'"),
            ({"ended": 1774695960}, "finished_at cannot be 1774695960"),
            ({"eval": "full"}, "evaluation cannot be 'full'"),
            ({"eval": {"mode": 1}}, "evaluation.mode cannot be 1"),
            ({"eval": {"mod": 1}}, "evaluation.mod is no fact of a row"),
            ({"gpu": {"device": "H100", "count": 0}}, "hardware cannot be"),
            ({"gpu": [{"name": "H100"}]}, "hardware cannot be"),
            ({"files": [{"role": "model", "sha256": "x"}]}, "artifacts cannot be"),
            ({"budget": 0}, "train_seconds_budget cannot be 0"),
            ({"runs": {"seed": 1}}, "results cannot be {'seed': 1}"),
            ({"runs": [{"mem": "much"}]}, "extra.peak_memory_gb cannot be 'much'"),
        ],
    )
    def test_the_wrong_type(self, part: dict[str, Any], unread: str) -> None:
        found = read("ours", RUNS | part, FACTS)
        assert found.unread.startswith(unread)
        assert len(found.unread) < 200

    def test_artifacts_of_each_run(self) -> None:
        runs = [{"seed": n, "files": {"role": "model", "bytes": n}} for n in (1, 2)]
        fields = {"results": "/runs", "seed": "/seed", "artifacts": "/files"}
        found = read("ours", {"runs": runs}, {"ours": fields})
        assert found.stated["artifacts"] == [{"role": "model", "bytes": n} for n in (1, 2)]
        assert found.run_numbers["artifact_bytes"].value == 2

    def test_a_scorer_and_an_outcome(self) -> None:
        fields = {"evaluation.scorer": "/s", "outcome": "/o", "extra": "/e"}
        report = {
            "s": {"command": "score"}, "e": {"a": 1, "b": "x"},
            "o": {"status": "failed", "failure": {"kind": "oom", "stage": "train"}},
        }  # fmt: skip
        found = read("ours", report, {"ours": fields})
        assert found.stated["evaluation.scorer"] == {"revision": None, "command": "score"}
        assert found.facts["outcome"] == report["o"]
        assert dict(found.observations[0].extra) == {"a": 1}
        assert found.unread == "extra.b cannot be 'x'"
        odd = read("ours", {"s": {"x": 1}, "o": {"status": "?"}, "e": 3}, {"ours": fields})
        assert len(odd.unread.split("; ")) == 3


class TestTrainerReport:
    """A trainer's own report needs no map."""

    def test_one_file_a_seed(self) -> None:
        found = trainer(
            config={"lr": 1}, seed=3, val_bpb=1.5, steps=10, accuracy=0.5, extra={"mem": 2}
        )
        (seen,) = found.observations
        assert (seen.seed, values(seen)) == (3, {"val_bpb": 1.5, "steps": 10, "accuracy": 0.5})
        assert dict(seen.extra) == {"mem": 2}
        assert (found.facts, found.unread) == ({"config": {"lr": 1}}, "")

    def test_a_list_of_results(self) -> None:
        found = trainer(results=[{"seed": 1, "val_bpb": 1.0}, {"seed": 2, "val_bpb": 1.5}])
        assert [seen.seed for seen in found.observations] == [1, 2]

    @pytest.mark.parametrize(
        ("stated", "unread"),
        [
            ({"lerning": "x"}, "lerning is no fact of a row"),
            ({"confg": {}}, "confg is no fact of a row; did you mean config?"),
            ({"receipts": []}, "receipts is no fact of a row"),
            ({"val_bpb": "1.0"}, "val_bpb cannot be '1.0'"),
            ({"results": 3}, "results cannot be 3"),
            ({"results": [3]}, "results cannot be 3"),
            ({"results": [{"seed": 1, "why": "x"}]}, "why is no fact of a row"),
            ({"results": [{"seed": 1}], "val_bpb": 1.0}, "val_bpb beside results is no seed's own"),
            ({"results": [{"seed": 1}], "why": "x"}, "why is no fact of a row"),
            ({"extra": 3}, "extra cannot be 3"),
            ({"source": {"revison": "a"}}, "source.revison is no fact of a row"),
        ],
    )
    def test_what_is_read_in_part(self, stated: Document, unread: str) -> None:
        assert trainer(**stated).unread.startswith(unread)

    def test_limits_beside_results_are_of_the_run(self) -> None:
        found = trainer(results=[{"seed": 1, "val_bpb": 1.0}], train_seconds=700)
        assert found.run_numbers["train_seconds"].value == 700
        assert found.unread == ""

    @pytest.mark.parametrize("schema", [None, "homegolf/trainer-report/v2", 1])
    def test_another_file(self, schema: object) -> None:
        with pytest.raises(ReceiptError, match="not a trainer report"):
            read("trainer-report", {"schema": schema, "val_bpb": 1.0})

    def test_its_schema_names_what_the_reader_knows(self) -> None:
        properties = schema("trainer-report-v1")["properties"]
        top = {name.partition(".")[0] for name in factnames.FACTS} | set(RESULT_FIELDS)
        assert set(properties) == {"schema", "results", "extra", *top}
        for group, names in factnames.GROUPS.items():
            assert tuple(properties[group]["properties"]) == names or set(
                properties[group]["properties"]
            ) == set(names)

    @pytest.mark.parametrize(
        "stated",
        [
            {"hardware": "H100"}, {"hardware": ["H100", {"device": "A100", "count": 2}]},
            {"hardware": {"device": "H100"}}, {"seed": "7"}, {"accuracy": 0.5, "seed": None},
            {"finished_at": "2026-03-28 13:06:00.5+02:00"}, {"source": {"dirty": True}},
            {"evaluation": {"scorer": {"command": "x"}}}, {"results": [{"val_bpb": 1.0}]},
            {"outcome": {"status": "failed", "failure": {"kind": "infeasible", "stage": "setup"}}},
        ],
    )  # fmt: skip
    def test_what_the_schema_allows_is_read(self, stated: Document) -> None:
        assert is_valid("trainer-report-v1", {"schema": "homegolf/trainer-report/v1", **stated})
        assert trainer(**stated).unread == ""


def trainer(**stated: Any) -> Receipt:  # noqa: ANN401 - JSON values
    return read("trainer-report", {"schema": "homegolf/trainer-report/v1", **stated})


class TestAnything:
    """A reader raises ReceiptError when the bytes are not what their kind says, and only that."""

    @pytest.mark.parametrize("kind", [PSIONIC, GOLF, "my-report"])
    @pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
    def test_hostile_bytes(self, kind: str, data: bytes) -> None:
        with pytest.raises(ReceiptError):
            read_receipt(kind, data, MAPPING)

    @pytest.mark.parametrize("number", HUGE_NUMBERS.values(), ids=HUGE_NUMBERS)
    def test_huge_numbers(self, number: str) -> None:
        documents = {
            PSIONIC: report(executed_steps="HUGE", observed_training_time_ms="HUGE"),
            GOLF: {"val_bpb": "HUGE", "val_loss": 1.0, "bytes_total": "HUGE"},
            "my-report": {"seed": 1, "final": {"val_bpb": "HUGE"}, "steps": [1]},
        }
        for kind, document in documents.items():
            data = json.dumps(document).replace('"HUGE"', number).encode()
            try:
                found = read_receipt(kind, data, MAPPING)
            except ReceiptError:
                continue
            for seen in found.observations:
                assert all(abs(value) < float("inf") for value in values(seen).values())

    @given(st.sampled_from([PSIONIC, GOLF, "my-report"]), JSON)
    def test_any_json(self, kind: str, value: object) -> None:
        with suppress(ReceiptError):
            assert isinstance(read(kind, value), Receipt)

    @given(st.dictionaries(st.sampled_from(sorted(REPORT)), JSON, max_size=6))
    def test_any_report(self, changes: dict[str, Any]) -> None:
        try:
            found = read(PSIONIC, report(**changes))
        except ReceiptError:
            return
        json.dumps(dict(found.facts), allow_nan=False)

    @given(
        st.dictionaries(
            st.sampled_from(["val_bpb", "val_loss", "seeds", "seed_scores", "bytes_total", "name"]),
            JSON,
        ),
        st.dictionaries(
            st.sampled_from(["1", "42", "x"]),
            JSON | st.dictionaries(st.sampled_from(["val_bpb", "steps", "train_time_s"]), JSON),
        ),
    )
    def test_any_submission(self, top: dict[str, Any], seeds: dict[str, Any]) -> None:
        try:
            found = read(GOLF, {**top, "seed_results": seeds})
        except ReceiptError:
            return
        assert found.observations

    def test_a_kind_nobody_knows_observes_nothing(self) -> None:
        assert read_receipt("other", b"\xff not json", {}) == Receipt(())
        assert reader_of("other", {}) is None

    def test_a_lanes_own_mapping_comes_first(self) -> None:
        mapping = {GOLF: {"val_bpb": "/mine"}}
        [seen] = read(GOLF, {"mine": 1.25, "val_bpb": 9.0}, mapping).observations
        assert values(seen) == {"val_bpb": 1.25}

    def test_the_built_in_kinds(self) -> None:
        assert set(READERS) >= {PSIONIC, GOLF}
