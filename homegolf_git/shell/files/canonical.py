"""Digests over canonical JSON (RFC 8785); the only module that imports rfc8785."""

import hashlib
import json

import rfc8785

from homegolf_git.core.model.values import Json

_SAFE_INTEGER = 2**53


class _UnusualError(Exception):
    """A value that the fast path does not write as the standard does."""


def canonical_digest(value: Json) -> str:
    """SHA-256 in hex over the canonical JSON of a value, so that 1.0 and 1 are equal.

    Raises:
        ValueError: for an integer beyond 2^53 or text that is not Unicode.
    """
    return hashlib.sha256(canonical_json(value)).hexdigest()


def canonical_json(value: Json) -> bytes:
    """Canonical JSON.

    Most values are written alike by the standard library once whole floats are integers and keys
    are ASCII, in a fifth of the time; everything else is rfc8785's.

    Raises:
        ValueError: for an integer beyond 2^53 or text that is not Unicode.
    """
    try:
        usual = _usual(value)
    except _UnusualError:
        return rfc8785.dumps(value)
    text = json.dumps(usual, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8")


def _usual(value: Json) -> Json:
    kind = type(value)
    if kind is dict:
        # Keys are ordered by UTF-16 units, which is the order of ASCII.
        if not all(key.isascii() for key in value):
            raise _UnusualError
        return {key: _usual(item) for key, item in value.items()}
    if kind is list:
        return [_usual(item) for item in value]
    if kind is float:
        if value == (whole := int(value)) and -_SAFE_INTEGER < whole < _SAFE_INTEGER:
            return whole
        if "e" in repr(value):  # JavaScript turns to exponents at other sizes
            raise _UnusualError
        return value
    if kind is int and not -_SAFE_INTEGER < value < _SAFE_INTEGER:
        raise _UnusualError
    return value


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes in hex."""
    return hashlib.sha256(data).hexdigest()
