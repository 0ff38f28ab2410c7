"""What values are made of, and their form as bytes; the only module that imports msgspec.

A class takes a hundredth of the time that a dataclass takes to define, which is most of what a
short command would spend.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, get_origin

import msgspec
from msgspec import field
from msgspec.structs import replace

from homegolf_git.core.model.stored import StoredMap, StoredSeries

__all__ = [
    "DecodeError", "NotKeptError", "Record", "Value", "are_same", "decode", "encode", "encoder", "field", "replace",
]  # fmt: skip

T = TypeVar("T")
Number = int | float  # as a file states it: 600 and 600.0 stay what they are
if TYPE_CHECKING:
    Json: TypeAlias = bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"] | None
else:
    Json = Any  # msgspec builds no type that holds itself
Document = Mapping[str, Any]  # of a known schema, which says what each value is


class Value(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Fields that do not change; equal to another one that has the same."""


class Record(msgspec.Struct, array_like=True):
    """Fields that change."""


DecodeError = msgspec.MsgspecError


class NotKeptError(Exception):
    """A value holds a table or series that nobody keeps: encoding it would lose what is in there."""


def encoder(kept: Iterable[object]) -> Callable[[object], bytes]:
    """An `encode` that leaves out these very tables, series and rows, which are kept elsewhere."""
    left_out = {id(part): part for part in kept}

    def leave_out(part: object) -> object:
        if id(part) not in left_out:
            raise NotKeptError(f"a {type(part).__name__} that is kept nowhere")
        # No None, which is no table at all.
        return True if isinstance(part, StoredMap | StoredSeries) else {}

    return msgspec.msgpack.Encoder(enc_hook=leave_out).encode


_encode = encoder(())


def encode(value: object) -> bytes:
    """A value as bytes.

    Raises:
        NotKeptError: for a table or series within it.
        UnicodeEncodeError: for text that is not Unicode.
    """
    return _encode(value)


def _empty(kind: Any, _: object) -> object:  # noqa: ANN401 - a type
    return (get_origin(kind) or kind)()


# What decodes a type hangs on the type alone, so it is made once for the life of the program.
_decoders: dict[Any, Any] = {}


def decode(kind: type[T], data: bytes) -> T:
    """A value of a type from its bytes; what was left out is empty.

    Raises:
        DecodeError: where the bytes are no such value.
    """
    if kind not in _decoders:
        _decoders[kind] = msgspec.msgpack.Decoder(kind, dec_hook=_empty)
    value: T = _decoders[kind].decode(data)
    return value


def are_same(one: bytes, other: bytes) -> bool:
    """Whether encoded values are equal, though a number may be 3 in one and 3.0 in the other."""
    return one == other or bool(msgspec.msgpack.decode(one) == msgspec.msgpack.decode(other))
