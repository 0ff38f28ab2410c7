"""A queue of ideas from a file: a YAML list, or a JSON object a line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from homegolf_git.core.model.findings import Finding, finding, has_errors
from homegolf_git.core.model.naming import run_id_of
from homegolf_git.core.model.nearest import nearest
from homegolf_git.core.search.looping import Attempt
from homegolf_git.errors import refused
from homegolf_git.receipts.strictjson import ReceiptError, parse, plain
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.worktree import read_file

_FIELDS = ("summary", "config", "base", "kind")
_KINDS = ("system", "model", "data", "eval", "mixed", "rerun")
_SUMMARY_MAX = 300
_FILE_MAX = 16 << 20  # bytes


def read_queue(path: Path) -> list[Attempt]:
    """The ideas of a queue, in their order.

    Raises:
        HomegolfError: with everything that is wrong, each with its line.
    """
    return queue_of(read_file(path), path)


def queue_of(data: bytes, path: Path) -> list[Attempt]:
    """The ideas in the bytes of a file; its name tells whether they are YAML.

    Raises:
        HomegolfError: as above.
    """
    if len(data) > _FILE_MAX:
        raise refused(finding("bad_queue", f"it has more than {_FILE_MAX >> 20} MiB", str(path)))
    found: list[Finding] = []
    attempts = []
    for line, item in _items(data, path):
        fault = item if isinstance(item, str) else next(_faults(item), "")
        if fault:
            found.append(finding("bad_queue", fault, str(path), line))
        elif isinstance(item, Mapping):
            config = item.get("config", {})
            summary = item.get("summary") or _summary(config)
            base = None if item.get("base") is None else run_id_of(item["base"])
            attempts.append(Attempt(summary, config, base, item.get("kind")))
    if not attempts and not found:
        found.append(finding("bad_queue", "it holds no idea", str(path)))
    if has_errors(found):
        raise refused(*found[:20])
    return attempts


def _items(data: bytes, path: Path) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Each idea with its line; one that cannot be read is what is wrong with it."""
    if path.suffix in (".yaml", ".yml"):
        # The strict reader reads mappings; a list is read as the value of one.
        text = b"queue:\n" + data if data.lstrip()[:1] == b"-" else b""
        loaded = rowyaml.load(text or data, str(path))
        if has_errors(loaded.findings):
            raise refused(*loaded.findings)
        items = (loaded.value or {}).get("queue", [])
        for number, item in enumerate(items if isinstance(items, list) else [], start=1):
            yield number, item if isinstance(item, Mapping) else f"{item!r} is no mapping"
        return
    for line, text in enumerate(data.split(b"\n"), start=1):
        if not text.strip():
            continue
        try:
            yield line, {key: plain(value) for key, value in parse(text).items()}
        except ReceiptError as error:
            yield line, str(error)


def _faults(item: Mapping[str, Any]) -> Iterator[str]:
    for name in item:
        if name not in _FIELDS:
            close = nearest(name, _FIELDS)
            advice = f"; did you mean {close}?" if close else ""
            yield f"{name!r} is no field of an idea{advice}"
    summary, config = item.get("summary", ""), item.get("config", {})
    if not isinstance(summary, str) or len(summary) > _SUMMARY_MAX:
        yield f"summary is no text of at most {_SUMMARY_MAX} characters"
    if not isinstance(config, Mapping):
        yield "config is no mapping"
    if not summary and not config:
        yield "it has neither a summary nor a config"
    base = item.get("base")
    if base is not None and not (isinstance(base, str) and run_id_of(base)):
        yield f"base {base!r} is no run id"
    if item.get("kind") not in (None, *_KINDS):
        yield f"kind is one of {', '.join(_KINDS)}, not {item['kind']!r}"


def _summary(config: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={json.dumps(value)}" for key, value in config.items())[:_SUMMARY_MAX]
