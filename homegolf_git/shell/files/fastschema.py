"""Whether a document passes its schema, fast and without a word; the only user of jsonschema_rs.

Words are `shell.schema`'s business, which is asked only for documents that do not pass. A test holds
both to the same decision.
"""

from functools import cache

import jsonschema_rs

from homegolf_git.core.model.values import Json
from homegolf_git.shell.files.datafiles import schema


@cache
def _validator(name: str) -> jsonschema_rs.Draft7Validator:
    return jsonschema_rs.Draft7Validator(schema(name))


def is_valid(name: str, document: Json) -> bool:
    """Whether a document passes the schema of its kind, such as `run-v1`."""
    return _validator(name).is_valid(document)
