"""The schemas themselves: whole, described, strict and proof against their traps."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from referencing import Registry

from homegolf_git.core.model.findings import CODES
from homegolf_git.core.model.values import Json
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.rowyaml import load
from homegolf_git.shell.files.schema import schema_findings
from tests.build import SHA, Document, lane_document, run

Schema = dict[str, Any]
FILES = sorted(data_folder("schemas").glob("*.schema.json"))
INPUTS = {"run-v1", "lane-v1", "ladder-v1", "receipts-v1", "retraction-v1", "tag-v1"}
POSITIVE = Path(__file__).parents[2] / "examples" / "positive"

# Keywords of draft-07, with `$defs`, which editors know in its place of `definitions`.
KEYWORDS = {
    "$schema", "$id", "$ref", "$comment", "$defs", "title", "description", "default", "examples",
    "type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum",
    "exclusiveMinimum", "maxLength", "minLength", "pattern", "items", "additionalItems",
    "maxItems", "minItems", "uniqueItems", "contains", "maxProperties", "minProperties",
    "required", "properties", "patternProperties", "additionalProperties", "dependencies",
    "propertyNames", "if", "then", "else", "allOf", "anyOf", "oneOf", "not",
}  # fmt: skip
BY_NAME = ("properties", "patternProperties", "$defs")
ONE = ("items", "additionalProperties", "propertyNames", "contains", "if", "then", "else", "not")
SEVERAL = ("allOf", "anyOf", "oneOf")
CONDITIONS = ("if", "then", "else", "not")


def schema_of(path: Path) -> Schema:
    loaded: Schema = json.loads(path.read_text("utf-8"))
    return loaded


def walk(
    schema: Schema, where: str = "", *, conditions: bool = True
) -> Iterator[tuple[str, Schema]]:
    """Every subschema with its place; conditions repeat what is described elsewhere."""
    yield where or "/", schema
    for word in BY_NAME:
        for name, inner in schema.get(word, {}).items():
            yield from walk(inner, f"{where}/{word}/{name}", conditions=conditions)
    for word in ONE:
        if isinstance(schema.get(word), dict) and (conditions or word not in CONDITIONS):
            yield from walk(schema[word], f"{where}/{word}", conditions=conditions)
    for word in SEVERAL:
        for n, inner in enumerate(schema.get(word, ())):
            yield from walk(inner, f"{where}/{word}/{n}", conditions=conditions)


def properties(schema: Schema) -> Iterator[tuple[str, Schema]]:
    for where, part in walk(schema, conditions=False):
        for name, inner in part.get("properties", {}).items():
            yield f"{where}.{name}", inner


def refers_to(part: Schema, root: Schema) -> Schema:
    target: Schema = root["$defs"][part["$ref"].removeprefix("#/$defs/")]
    return target


def validator(schema: Schema, root: Schema) -> Any:  # noqa: ANN401 - validators have no common type
    inner = {**schema, "$defs": root.get("$defs", {})}
    return jsonschema.Draft7Validator(inner, registry=Registry())


def duplicates_refused(pairs: list[tuple[str, Any]]) -> Schema:
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def test_the_inputs_have_their_schemas() -> None:
    assert {path.name.removesuffix(".schema.json") for path in FILES} >= INPUTS


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
class TestEach:
    """Each schema of the program."""

    def test_it_is_valid_draft_07(self, path: Path) -> None:
        schema = schema_of(path)
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
        jsonschema.Draft7Validator.check_schema(schema)

    def test_it_is_named_after_its_format(self, path: Path) -> None:
        name, version = path.name.removesuffix(".schema.json").rsplit("-", 1)
        assert schema_of(path)["$id"] == f"homegolf/{name}/{version}"
        assert schema_of(path)["title"]
        assert schema_of(path)["description"]

    def test_no_key_is_given_twice(self, path: Path) -> None:
        json.loads(path.read_text("utf-8"), object_pairs_hook=duplicates_refused)

    def test_no_keyword_is_misspelt(self, path: Path) -> None:
        unknown = {
            f"{where}: {word}"
            for where, part in walk(schema_of(path))
            for word in set(part) - KEYWORDS
        }
        assert unknown == set()

    def test_every_property_has_a_description_and_examples(self, path: Path) -> None:
        root = schema_of(path)
        lacking = []
        for where, part in properties(root):
            if set(part) == {"$ref"}:  # described where it points to, field by field
                is_described = bool(refers_to(part, root).get("description"))
            else:
                is_described = bool(part.get("description")) and bool(part.get("examples"))
            lacking += [] if is_described else [where]
        assert lacking == []

    def test_every_example_validates(self, path: Path) -> None:
        root = schema_of(path)
        for where, part in walk(root, conditions=False):
            for example in part.get("examples", ()):
                errors = [error.message for error in validator(part, root).iter_errors(example)]
                assert errors == [], where

    def test_objects_with_fixed_fields_admit_no_others(self, path: Path) -> None:
        open_ones = [
            where
            for where, part in walk(schema_of(path), conditions=False)
            if "properties" in part and part.get("additionalProperties") is not False
        ]
        assert open_ones == []

    def test_required_fields_are_known(self, path: Path) -> None:
        unknown = [
            f"{where}: {name}"
            for where, part in walk(schema_of(path), conditions=False)
            for name in part.get("required", ())
            if "anyOf" not in part and name not in part.get("properties", {})
        ]
        assert unknown == []

    def test_references_stay_inside(self, path: Path) -> None:
        root = schema_of(path)
        for _, part in walk(root):
            if "$ref" in part:
                assert part["$ref"].removeprefix("#/$defs/") in root["$defs"]

    def test_patterns_are_anchored_and_take_no_other_digits(self, path: Path) -> None:
        for where, part in walk(schema_of(path)):
            for pattern in [*([part["pattern"]] if "pattern" in part else []),
                            *part.get("patternProperties", ())]:  # fmt: skip
                assert pattern.startswith("^"), where
                assert not re.search(r"\\[dwsDWSbB]", pattern), where


def example(name: str) -> Document:
    """A document that passes its schema."""
    value = load((POSITIVE / f"{name}.yaml").read_bytes()).value
    assert value is not None
    return value


FULL_RUN: Document = {
    **example("full"),
    "promotion": "promotions/h100/0001",
    "evaluation": {"mode": "x", "split": "y", "dataset_sha256": SHA, "tokenizer_sha256": SHA},
}
FULL_LANE: Document = {
    **example("lane-full"),
    "needs_promotion_from": "local-cluster",
}
FULL_TAG: Document = {
    "schema": "homegolf/tag/v1",
    "kind": "incumbent",
    "lane": "h100",
    "number": 2,
    "run_id": "abc",
    "row_path": "ledger/h100/runs/2026-03/abc.yaml",
    "row_blob": "ab" * 20,
    "lane_sha256": SHA,
    "verdict": {"class": "improvement", "reason": "better", "delta": 0.0028},
    "cause": "improvement",
    "cause_run_id": "abc",
    "promoted_from": None,
    "previous": {"tag": "incumbents/h100/0001", "oid": "cd" * 20},
}
FULL: dict[str, Document] = {
    "run-v1": FULL_RUN,
    "lane-v1": FULL_LANE,
    "ladder-v1": {"schema": "homegolf/ladder/v1", "lanes": ["h100"]},
    "receipts-v1": example("receipts-one"),
    "retraction-v1": example("retraction-one"),
    "tag-v1": FULL_TAG,
}


def patterned(
    value: object, schema: Schema, root: Schema, where: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    """Places of the texts of a document that stand under a pattern."""
    if "$ref" in schema:
        schema = refers_to(schema, root)
    if isinstance(value, str) and "pattern" in schema:
        yield where
    if isinstance(value, dict):
        for name, inner in value.items():
            below = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            if isinstance(below, dict):
                yield from patterned(inner, below, root, (*where, name))
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        for n, inner in enumerate(value):
            yield from patterned(inner, schema["items"], root, (*where, n))


def put(document: Any, where: tuple[str | int, ...], value: object) -> Any:  # noqa: ANN401
    """A copy of a document with one value replaced."""
    if not where:
        return value
    copy: Any = document.copy()
    copy[where[0]] = put(document[where[0]], where[1:], value)
    return copy


def get(document: Any, where: tuple[str | int, ...]) -> Any:  # noqa: ANN401
    return get(document[where[0]], where[1:]) if where else document


def places(name: str) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    root = schema_of(data_folder("schemas") / f"{name}.schema.json")
    for where in patterned(FULL[name], root, root):
        if where[0] != "receipts" or name == "run-v1":  # a JSON Pointer may hold a newline
            yield name, where


PATTERNED = [place for name in FULL for place in places(name)]


class TestPatterns:
    """`$` in a pattern must not accept a final newline."""

    def test_the_full_documents_are_valid(self) -> None:
        assert {name: schema_findings(name, document) for name, document in FULL.items()} == {
            name: [] for name in FULL
        }

    def test_there_are_many(self) -> None:
        assert len(PATTERNED) > 20

    @pytest.mark.parametrize(
        ("name", "where"),
        PATTERNED,
        ids=lambda x: x if isinstance(x, str) else ".".join(map(str, x)),
    )
    def test_a_final_newline_is_refused(self, name: str, where: tuple[str | int, ...]) -> None:
        text = get(FULL[name], where)
        found = schema_findings(name, put(FULL[name], where, text + "\n"))
        assert "bad_format" in {item.code for item in found}

    def test_a_final_newline_in_the_name_of_a_result_is_refused(self) -> None:
        document = run("abc", extra={"accuracy\n": 0.5})
        found = schema_findings("run-v1", document)
        assert {item.code for item in found} == {"unknown_field"}

    def test_a_final_newline_in_the_name_of_a_receipt_kind_is_refused(self) -> None:
        document = lane_document(receipts={"my-report\n": {"val_bpb": "/a"}})
        assert schema_findings("lane-v1", document)

    def test_a_final_newline_in_the_field_of_a_receipt_is_refused(self) -> None:
        document = lane_document(receipts={"my-report": {"val_bpb\n": "/a"}})
        assert schema_findings("lane-v1", document)


class TestFindings:
    """Every breach of the schema, each with its line, all at once."""

    def test_several_breaches_are_told_together(self) -> None:
        document = run("ABC", seeds_run=-1, verification="me", verdict="improvement")
        del document["submitter"]
        found = schema_findings("run-v1", document, "row.yaml", {("run_id",): 3, (): 1})
        assert {item.code for item in found} == {
            "bad_format", "out_of_range", "not_allowed", "unknown_field", "missing_field",
        }  # fmt: skip
        assert {item.path for item in found} == {"row.yaml"}
        assert [item.line for item in found if item.code == "bad_format"] == [3]

    @pytest.mark.parametrize("name", sorted(FULL))
    @pytest.mark.parametrize("value", [None, True, 7, -1.5, "x", "", [], [[]], {}, {"a": 1}])
    def test_any_wrong_value_is_explained(self, name: str, value: Json) -> None:
        document = FULL[name]
        for key in document:
            for item in schema_findings(name, {**document, key: value}):
                assert item.code in CODES
                assert item.message
                assert item.fix
                assert len(item.message) < 1000

    @pytest.mark.parametrize("name", sorted(FULL))
    def test_every_missing_field_is_explained(self, name: str) -> None:
        for key in FULL[name]:
            document = {k: v for k, v in FULL[name].items() if k != key}
            for item in schema_findings(name, document):
                assert item.code == "missing_field"
                assert key in item.message

    def test_a_misspelt_field_names_the_nearest(self) -> None:
        document = {**run("abc"), "recieipts": []}
        [found] = schema_findings("run-v1", document)
        assert found.code == "unknown_field"
        assert "receipts" in found.fix

    def test_not_a_mapping_at_all(self) -> None:
        values: list[Any] = [[], "x", None, 3]
        for value in values:
            assert schema_findings("run-v1", value)
