"""Where the files that come with the program lie, installed or in a checkout."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_PACKAGE = Path(__file__).resolve().parents[2]


def data_folder(name: str) -> Path:
    """Folder of the program's own files: inside a wheel below `_data`, else in the checkout."""
    installed = _PACKAGE / "_data" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name


def package_file(name: str) -> Path:
    """A file of data that lies in the package itself."""
    return _PACKAGE / "data" / name


@cache
def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a document kind, such as `run-v1`."""
    path = data_folder("schemas") / f"{name}.schema.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
