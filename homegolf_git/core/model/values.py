"""What values are made of, and their form as bytes; the only module that imports msgspec.

A class takes a hundredth of the time that a dataclass takes to define, which is most of what a
short command would spend.
"""

from typing import Any, TypeVar, get_origin

import msgspec
from msgspec import field
from msgspec.structs import replace

from homegolf_git.core.model.stored import StoredMap, StoredSeries

__all__ = ["DecodeError", "Record", "Value", "decode", "encode", "field", "replace"]

T = TypeVar("T")
Number = int | float  # as a file states it: 600 and 600.0 stay what they are
Json = Any  # a JSON value: None, bool, int, float, str, list or dict of the same


class Value(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Fields that do not change; equal to another one that has the same."""


class Record(msgspec.Struct, array_like=True):
    """Fields that change."""


DecodeError = msgspec.MsgspecError


def _leave_out(value: object) -> object:
    """Tables and series are kept entry by entry; rows that a fold has come by are the lane's."""
    return (
        True if isinstance(value, StoredMap | StoredSeries) else {}
    )  # no None, which is no table at all


def _empty(kind: Any, _: object) -> object:  # noqa: ANN401 - a type
    return (get_origin(kind) or kind)()


_encode = msgspec.msgpack.Encoder(enc_hook=_leave_out).encode
_decoders: dict[Any, Any] = {}  # by type


def encode(value: object) -> bytes:
    """A value as bytes, without its tables and series.

    Raises:
        UnicodeEncodeError: for text that is not Unicode.
    """
    return _encode(value)


def decode(kind: type[T], data: bytes) -> T:
    """A value of a type from its bytes.

    Raises:
        DecodeError: where the bytes are no such value.
    """
    if kind not in _decoders:
        _decoders[kind] = msgspec.msgpack.Decoder(kind, dec_hook=_empty)
    value: T = _decoders[kind].decode(data)
    return value
