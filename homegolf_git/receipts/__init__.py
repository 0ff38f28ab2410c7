"""Readers of machine-written reports: pure functions from bytes to what a report observed.

A reader raises ReceiptError when the bytes are not what their kind says. Reports of a lane's own
are mapped in its lane.yaml, or for all lanes in receipts.yaml, and read by `pointer`.
"""

from collections.abc import Callable, Mapping

from homegolf_git.core.model.row import Receipt
from homegolf_git.receipts import parameter_golf, pointer, psionic, trainer
from homegolf_git.receipts.strictjson import DuplicateKeyError, ReceiptError

Reader = Callable[[bytes], Receipt]

READERS: dict[str, Reader] = {
    psionic.KIND: psionic.read,
    parameter_golf.KIND: parameter_golf.read,
    trainer.KIND: trainer.read,
}

__all__ = ["READERS", "DuplicateKeyError", "ReceiptError", "read_receipt", "reader_of"]


def reader_of(kind: str, mappings: Mapping[str, Mapping[str, str]]) -> Reader | None:
    """The reader of a kind: a map of its own first, then the built-in ones."""
    if kind in mappings:
        fields = mappings[kind]
        return lambda data: pointer.read(data, fields)
    return READERS.get(kind)


def read_receipt(kind: str, data: bytes, mappings: Mapping[str, Mapping[str, str]]) -> Receipt:
    """Read a receipt; a kind that no reader knows observes nothing.

    Raises:
        ReceiptError: when the bytes are not what the kind says.
    """
    reader = reader_of(kind, mappings)
    return reader(data) if reader else Receipt(())
