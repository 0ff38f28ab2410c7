"""Digests over canonical JSON (RFC 8785); the only module that imports rfc8785."""

import hashlib
import json

import rfc8785

from homegolf_git.core.model.values import Json

_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_WHOLE = 2**53  # whole numbers below it are written without an exponent, and read back as they were
_LEAST = 1e-4  # numbers from here on are written alike by everybody


class _UnusualError(Exception):
    """A number that the standard writes in a way of its own."""


def canonical_digest(value: Json) -> str:
    """SHA-256 in hex over the canonical JSON of a value, so that 1.0 and 1 are equal.

    Raises:
        ValueError: for an integer beyond 2^53 or text that is not Unicode.
    """
    return sha256_hex(_canonical(value))


def _canonical(value: Json) -> bytes:
    """What rfc8785 writes; of ASCII and usual numbers json writes the same in a third of the time."""
    try:
        text = _encode(_usual(value))
    except _UnusualError:
        return rfc8785.dumps(value)
    return text.encode() if text.isascii() else rfc8785.dumps(value)


def _usual(value: Json) -> Json:
    """A value with its whole numbers as integers."""
    if isinstance(value, dict):
        return {key: _usual(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_usual(item) for item in value]
    if isinstance(value, float):
        if value.is_integer() and -_WHOLE < value < _WHOLE:
            return int(value)
        if not _LEAST <= abs(value) < _WHOLE:
            raise _UnusualError
    elif isinstance(value, int) and not -_WHOLE < value < _WHOLE:
        raise _UnusualError
    return value


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes in hex."""
    return hashlib.sha256(data).hexdigest()
