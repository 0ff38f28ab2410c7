"""Values of the model as bytes and back, exactly; the only module that imports msgspec.

Tables and series are left out: they are kept entry by entry (`shell.store`).
"""

from typing import Any, TypeVar, get_origin

import msgspec

from homegolf_git.core.tables import Series, Table

T = TypeVar("T")

DecodeError = msgspec.MsgspecError


def _leave_out(value: object) -> object:
    if isinstance(value, Table | Series):
        return None
    return {}  # rows that a fold has come by, which are those of the lane


def _empty(kind: Any, _: object) -> object:  # noqa: ANN401 - a type
    return (get_origin(kind) or kind)()


_encode = msgspec.msgpack.Encoder(enc_hook=_leave_out).encode


def encode(value: object) -> bytes:
    """A value of the model as bytes."""
    return _encode(value)


_decoders: dict[Any, Any] = {}  # by type


def decode(kind: type[T], data: bytes) -> T:
    """A value of a type from its bytes.

    Raises:
        DecodeError: where the bytes are no such value.
    """
    if kind not in _decoders:
        _decoders[kind] = msgspec.msgpack.Decoder(kind, dec_hook=_empty)
    value: T = _decoders[kind].decode(data)
    return value
