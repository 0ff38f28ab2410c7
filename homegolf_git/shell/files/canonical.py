"""Digests over canonical JSON (RFC 8785); the only module that imports rfc8785."""

import hashlib

import rfc8785

from homegolf_git.core.model.values import Json


def canonical_digest(value: Json) -> str:
    """SHA-256 in hex over the canonical JSON of a value, so that 1.0 and 1 are equal.

    Raises:
        ValueError: for an integer beyond 2^53 or text that is not Unicode.
    """
    return sha256_hex(rfc8785.dumps(value))


def sha256_hex(data: bytes) -> str:
    """SHA-256 of bytes in hex."""
    return hashlib.sha256(data).hexdigest()
