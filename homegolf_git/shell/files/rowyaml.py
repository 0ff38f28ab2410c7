"""The strict reader and the quoting writer of YAML; the only module that imports yaml.

The reader takes the parser's events (libyaml's where it is there) and builds plain values from
them. It never stops at the first breach of the subset, so that one run names them all.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import yaml

from homegolf_git.core.model.findings import FINDINGS_OF_FILE_MAX, Finding, finding, more_findings
from homegolf_git.core.model.scalars import AmbiguousScalarError, needs_quotes, resolve
from homegolf_git.core.model.values import Json, Record

BYTES_MAX = 64 * 1024
DEPTH_MAX = 32
_SAFE_INTEGER = 2**53
_SEED = "seed"  # an identity, not a quantity: torch.seed() gives 64 bits
_SEEDS = range(-(2**63), 2**64)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LINE_BREAKS_11 = "\x85\u2028\u2029"
_SURROGATE = re.compile("[\ud800-\udfff]")

Path = tuple[str | int, ...]
_get_value = lru_cache(maxsize=1 << 12)(resolve)  # the same keys and words occur in every row


class Loaded(Record):
    """A document with its findings; the value is None where it is unreadable."""

    value: dict[str, Json] | None
    findings: list[Finding]
    text: str = ""

    def lines(self) -> dict[Path, int]:
        """The line of each value and key, found by a walk of its own: only faults need it."""
        found: dict[Path, int] = {}
        with _events(self.text) as get:
            get(), get()
            _walk_lines(get(), get, (), found)
        return found


class _TooDeepError(Exception):
    pass


def load(data: bytes, path: str = "") -> Loaded:
    """Read one strict document; `path` names it in findings."""
    text, findings = _decode(data, path)
    if text is None:
        return Loaded(None, findings)
    builder = _Builder(path, findings)
    try:
        value = builder.document(text)
    except _TooDeepError:
        value = None
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as error:
        # PyYAML's own parser, where there is no libyaml, makes escapes with chr.
        findings.append(_syntax(error, path))
        value = None
    else:
        if not isinstance(value, dict):
            findings.append(finding("not_a_mapping", "the document is not a mapping", path, 1))
            value = None
    if builder.more:
        findings.append(more_findings(builder.more, path))
    return Loaded(value, findings, text)


@contextmanager
def _events(text: str) -> Iterator[Callable[[], Any]]:
    """The parser's events, one at each call."""
    loader = _LOADER(text)
    try:
        yield loader.get_event
    finally:
        loader.dispose()


def _walk_lines(event: Any, get: Callable[[], Any], path: Path, found: dict[Path, int]) -> None:  # noqa: ANN401
    found[path] = event.start_mark.line + 1
    if isinstance(event, yaml.SequenceStartEvent):
        count = 0
        while not isinstance(event := get(), yaml.SequenceEndEvent):
            _walk_lines(event, get, (*path, count), found)
            count += 1
    elif isinstance(event, yaml.MappingStartEvent):
        while not isinstance(event := get(), yaml.MappingEndEvent):
            line, key = event.start_mark.line + 1, str(getattr(event, "value", ""))
            _walk_lines(event, get, (*path, ""), found)
            _walk_lines(get(), get, (*path, key), found)
            found[(*path, key)] = line


def _decode(data: bytes, path: str) -> tuple[str | None, list[Finding]]:
    if len(data) > BYTES_MAX:
        message = f"the file has {len(data):,} bytes, {BYTES_MAX:,} are allowed"
        return None, [finding("too_large", message, path)]
    found = []
    if data.startswith(b"\xef\xbb\xbf"):
        found.append(finding("byte_order_mark", "the file begins with a byte order mark", path, 1))
        data = data[3:]
    if b"\r" in data:
        line = data[: data.index(b"\r")].count(b"\n") + 1
        found.append(finding("carriage_return", "a carriage return ends a line", path, line))
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [*found, finding("not_utf8", f"byte {error.start} is not UTF-8", path, line)]
    for position, character in enumerate(text) if not text.isascii() else ():
        if character in _LINE_BREAKS_11:
            line = text.count("\n", 0, position) + 1
            message = f"U+{ord(character):04X} stands unescaped"
            found.append(finding("line_separator", message, path, line))
            break
    return text, found


def _syntax(error: Exception, path: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return finding("yaml_syntax", str(problem), path, mark.line + 1 if mark else 0)


class _Builder:
    """Builds one document from events, noting where the subset is left."""

    def __init__(self, path: str, findings: list[Finding]) -> None:
        self.path, self.findings = path, findings
        self.more = 0  # that are only counted
        self.key = ""  # whose value is read

    def document(self, text: str) -> Json:
        with _events(text) as get:
            get()  # the stream starts
            start = get()
            if isinstance(start, yaml.StreamEndEvent):
                return None
            if start.version or start.tags:
                self._note("directive", "a directive stands before the document", start)
            value = self._value(get(), get, 1)
            get()  # the document ends
            after = get()
            if not isinstance(after, yaml.StreamEndEvent):
                self._note("several_documents", "a second document begins", after)
            return value

    def _note(self, code: str, message: str, event: Any, fix: str = "") -> None:  # noqa: ANN401
        if len(self.findings) >= FINDINGS_OF_FILE_MAX:
            self.more += 1
            return
        line = event.start_mark.line + 1
        self.findings.append(finding(code, message, self.path, line, fix=fix))

    def _value(self, event: Any, get: Callable[[], Any], depth: int) -> Json:  # noqa: ANN401
        # Types are compared, not asked for by isinstance: this runs 170 times a row.
        kind = type(event)
        if kind is yaml.ScalarEvent:
            if event.anchor is not None or event.tag is not None:
                self._note_properties(event)
            return self._plain(event) if event.implicit[0] else self._quoted(event)
        if kind is yaml.AliasEvent:
            self._note("alias", f"*{event.anchor} is an alias", event)
            return None
        self._note_properties(event)
        if depth > DEPTH_MAX:
            self._note("too_deep", f"more than {DEPTH_MAX} levels", event)
            raise _TooDeepError
        if kind is yaml.SequenceStartEvent:
            items: list[Json] = []
            while type(event := get()) is not yaml.SequenceEndEvent:
                items.append(self._value(event, get, depth + 1))
            return items
        return self._mapping(get, depth)

    def _note_properties(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor is not None:
            self._note("alias", f"&{event.anchor} is an anchor", event)
        if event.tag is not None:
            self._note("explicit_tag", f"{event.tag} is an explicit tag", event)

    def _mapping(self, get: Callable[[], Any], depth: int) -> dict[str, Json]:
        mapping: dict[str, Json] = {}
        while type(event := get()) is not yaml.MappingEndEvent:
            key = self._value(event, get, depth + 1)
            if type(key) is dict or type(key) is list:
                # No text is made of it: of keys within keys each would be twice as long as the last.
                what = "mapping" if type(key) is dict else "list"
                self._note("key_not_string", f"a key is a {what}", event)
                self._value(get(), get, depth + 1)
                continue
            if type(key) is not str:
                self._note("key_not_string", f"the key {str(key)[:40]!r} is not a string", event)
                key = str(key)
            if key in mapping:
                self._note("duplicate_key", f"{key[:40]!r} is given twice", event)
            self.key = key
            mapping[key] = self._value(get(), get, depth + 1)
        return mapping

    def _quoted(self, event: Any) -> str:  # noqa: ANN401
        """A text as it is; an escape that is no character is refused, as libyaml does."""
        text: str = event.value
        if not text.isascii() and _SURROGATE.search(text):
            raise yaml.MarkedYAMLError(
                problem="found invalid Unicode character escape code",
                problem_mark=event.start_mark,
            )
        return text

    def _plain(self, event: Any) -> Json:  # noqa: ANN401
        text: str = event.value
        try:
            value = _get_value(text)
        except AmbiguousScalarError as error:
            shown = text if len(text) <= 40 else text[:40] + "..."  # noqa: PLR2004 - one screen line
            if error.code == "not_finite":
                message = f"{shown} is not a finite number"
            else:
                message = f"{shown} is read differently by YAML 1.1 and YAML 1.2"
            self._note(error.code, message, event, error.fix)
            return error.reading
        is_exact = type(value) is not int or -_SAFE_INTEGER < value < _SAFE_INTEGER
        if not is_exact and not (self.key == _SEED and value in _SEEDS):
            self._note("too_precise", f"{text[:40]} is beyond 2^53", event)
        return value


class _Dumper(yaml.SafeDumper):
    """Quotes every string that either version of YAML would retype."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = '"' if needs_quotes(text) or not text.isprintable() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def dump(value: Json) -> str:
    """Write a value so that `load` and any YAML reader give it back."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6)
