"""Documents against their schemas, in words; the only module that imports jsonschema."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import jsonschema
from referencing import Registry

from homegolf_git.core.model.findings import (
    FINDINGS_OF_FILE_MAX,
    Finding,
    Told,
    capped,
    finding,
)
from homegolf_git.core.model.nearest import nearest
from homegolf_git.core.model.values import Json
from homegolf_git.shell.files.datafiles import schema
from homegolf_git.shell.files.fastschema import foreign_breaches

Lines = dict[tuple[str | int, ...], int]

_WORDS_MAX = 200  # of what others word
_CODES = {
    "required": "missing_field", "additionalProperties": "unknown_field", "type": "wrong_type",
    "pattern": "bad_format", "enum": "not_allowed", "const": "not_allowed",
    "propertyNames": "unknown_field",
}  # fmt: skip


@cache
def _validator(name: str) -> Any:  # noqa: ANN401 - jsonschema's validators have no common type
    # The empty registry keeps a $ref from ever being fetched.
    return jsonschema.Draft7Validator(schema(name), registry=Registry())


def schema_findings(
    name: str,
    document: Json,
    path: str = "",
    lines: Lines | None = None,
    most: int = FINDINGS_OF_FILE_MAX,
) -> list[Finding]:
    """Breaches of the schema, each with its line, in the order of the file; how many more there are."""
    found: set[Finding] = set()
    told = Told(most)
    for error in _validator(name).iter_errors(document):
        if len(found) < most:
            found |= set(_explain(error, path, lines or {}))
        else:
            told.count()
    told.take(sorted(found, key=lambda item: (item.line, item.message)))
    return told.all(path)


def foreign_findings(text: bytes, document: Json, path: str) -> list[Finding]:
    """Every breach of a schema that a repository brings itself.

    Raises:
        ValueError: for what is no schema.
    """
    found = set()
    for keyword, place, words in foreign_breaches(text, document):
        message = f"{dotted(place) or 'the document'}: {words[:_WORDS_MAX]}"
        found.add(finding(_CODES.get(keyword, "out_of_range"), message, path))
    return capped(sorted(found, key=lambda item: item.message), path)


def foreign_fault(text: bytes) -> str:
    """Why a repository's own schema is none; empty: it is one."""
    try:
        foreign_breaches(text, {})
    except ValueError as error:
        return str(error).partition("\n")[0][:_WORDS_MAX]
    return ""


def _explain(error: Any, path: str, lines: Lines) -> Iterator[Finding]:  # noqa: ANN401
    where = tuple(error.absolute_path)
    line = _line_of(where, lines)
    name = dotted(where) or "the document"
    keyword = error.validator
    if keyword == "additionalProperties":
        yield from _unknown_fields(error, where, path, lines)
        return
    if keyword == "required":
        yield from _missing_field(error, name, path, line)
        return
    if keyword == "type" and error.validator_value == "null" and name == "outcome.failure":
        message, fix = "a scored run has no failure", "set outcome.status to failed, or remove it"
        yield finding("not_allowed", message, path, line, fix=fix)
        return
    message = _wording(error, name)
    yield finding(_CODES.get(keyword, "out_of_range"), message, path, line, fix=_advice(error))


def _wording(error: Any, name: str) -> str:  # noqa: ANN401
    shown, wanted = _shown(error.instance), error.validator_value
    match error.validator:
        case "type":
            return f"{name} is {shown}, not {_types(wanted)}"
        case "pattern":
            return f"{name} has the wrong form: {shown}"
        case "enum":
            return f"{name} is {shown}; allowed: {_listed(wanted)}"
        case "const":
            return f"{name} is {shown}, not {_shown(wanted)}"
        case "propertyNames":
            return f"{shown} is not a name that can stand in {name}"
        case _:
            return f"{name}: {_plain(error)}"


def _unknown_fields(
    error: Any,  # noqa: ANN401
    where: tuple[str | int, ...],
    path: str,
    lines: Lines,
) -> Iterator[Finding]:
    known = list(error.schema.get("properties", ()))
    patterns = error.schema.get("patternProperties", {})
    unknown = (
        key
        for key in error.instance
        if key not in known and not any(jsonschema_matches(p, key) for p in patterns)
    )
    for number, key in enumerate(unknown):
        close = nearest(key, known) if number < FINDINGS_OF_FILE_MAX else None
        fix = f"did you mean {close}?" if close else f"known here: {', '.join(known)}"
        yield finding(
            "unknown_field", f"{dotted((*where, key))} is not a known field", path,
            _line_of((*where, key), lines), fix=fix,
        )  # fmt: skip


def jsonschema_matches(pattern: str, text: str) -> bool:
    """Whether a schema's pattern admits the text."""
    import re  # noqa: PLC0415 - only while wording a fault

    return bool(re.search(pattern, text))


def _missing_field(error: Any, name: str, path: str, line: int) -> Iterator[Finding]:  # noqa: ANN401
    for key in error.validator_value:
        if key not in error.instance:
            meaning = error.schema.get("properties", {}).get(key, {})
            where = "" if name == "the document" else f" in {name}"
            fix = (
                f"add {key}: {meaning['description']}"
                if meaning.get("description")
                else f"add {key}"
            )
            yield finding("missing_field", f"{key} is missing{where}", path, line or 1, fix=fix)


def _advice(error: Any) -> str:  # noqa: ANN401
    description, examples = error.schema.get("description", ""), error.schema.get("examples")
    if not description:
        return ""
    example = f" Example: {json.dumps(examples[0], ensure_ascii=False)}" if examples else ""
    return str(description) + example


def _line_of(where: tuple[str | int, ...], lines: Lines) -> int:
    while where and where not in lines:
        where = where[:-1]
    return lines.get(where, 0)


def dotted(where: tuple[str | int, ...]) -> str:
    """A place in a document as a person writes it: results[0].seed."""
    text = ""
    for part in where:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text[:120]


def _shown(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."  # noqa: PLR2004 - one line of a finding


def _listed(values: list[Json]) -> str:
    return ", ".join(value if isinstance(value, str) else json.dumps(value) for value in values)


def _types(names: str | list[str]) -> str:
    words = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
             "number": "a number", "boolean": "true or false", "null": "null"}  # fmt: skip
    return " or ".join(words[name] for name in ([names] if isinstance(names, str) else names))


def _plain(error: Any) -> str:  # noqa: ANN401
    limit = error.validator_value
    wording: dict[str, str] = {
        "minimum": f"{_shown(error.instance)} is below {limit}",
        "maximum": f"{_shown(error.instance)} is above {limit}",
        "exclusiveMinimum": f"{_shown(error.instance)} is not above {limit}",
        "exclusiveMaximum": f"{_shown(error.instance)} is not below {limit}",
        "minLength": "the text is empty",
        "maxLength": f"the text is longer than {limit} characters",
        "minItems": f"at least {limit} needed",
        "maxItems": f"at most {limit} allowed" if limit else "must be empty for a failed run",
        "uniqueItems": "an item is given twice",
    }
    return wording.get(str(error.validator)) or "is not what the schema asks for"
