"""Configs from files: JSON as trainers write it, or YAML as people do."""

import json
from collections.abc import Mapping
from pathlib import Path

from homegolf_git.core.model.findings import finding, has_errors
from homegolf_git.core.model.values import Json
from homegolf_git.errors import refused
from homegolf_git.receipts.strictjson import ReceiptError, parse, plain
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.worktree import read_file


def read_config(path: Path) -> Mapping[str, Json]:
    """A mapping from a file.

    Raises:
        HomegolfError: for a file that cannot be read, or is neither strict JSON nor strict YAML.
    """
    return config_of(read_file(path), path)


def config_of(data: bytes, path: Path) -> Mapping[str, Json]:
    """A mapping from the bytes of a file.

    Raises:
        HomegolfError: as above.
    """
    if data.lstrip()[:1] == b"{":
        try:
            return {key: plain(value) for key, value in parse(data).items()}
        except ReceiptError as error:
            if _is_json(data):  # else it may be YAML in flow style
                raise refused(finding("unreadable_receipt", str(error), str(path))) from error
    loaded = rowyaml.load(data, str(path))
    if loaded.value is None or has_errors(loaded.findings):
        raise refused(*loaded.findings)
    return loaded.value


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
