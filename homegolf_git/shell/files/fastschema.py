"""Whether a document passes its schema, fast and without a word; the only user of jsonschema_rs.

Words are `shell.schema`'s business, which is asked only for documents that do not pass. A test holds
both to the same decision.
"""

import json
from functools import cache, lru_cache

import jsonschema_rs

from homegolf_git.core.model.values import Json
from homegolf_git.shell.files.datafiles import schema


@cache
def _validator(name: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(schema(name))


def is_valid(name: str, document: Json) -> bool:
    """Whether a document passes the schema of its kind, such as `run-v1`."""
    return _validator(name).is_valid(document)


Breach = tuple[str, tuple[str | int, ...], str]  # keyword of the schema, place, words


def foreign_breaches(schema_text: bytes, document: Json) -> list[Breach]:
    """What a document breaks of a schema that a repository brings itself.

    Nothing is fetched for it, and its patterns take time in proportion to what they are matched with.

    Raises:
        ValueError: for what is no schema.
    """
    try:
        return [_breach(error) for error in _foreign(schema_text).iter_errors(document)]
    except (RecursionError, jsonschema_rs.ReferencingError) as error:
        raise ValueError(str(error)) from error


@lru_cache(1)
def _foreign(schema_text: bytes) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(json.loads(schema_text), retriever=_refuse)


def _breach(error: jsonschema_rs.ValidationError) -> Breach:
    keyword = str(error.schema_path[-1]) if error.schema_path else ""
    return keyword, tuple(error.instance_path), error.message


def _refuse(uri: str) -> None:
    raise ValueError(f"{uri} is elsewhere")
