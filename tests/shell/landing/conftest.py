"""The same ledger as the tests of whole commands have."""

from tests.e2e.conftest import template, world

__all__ = ["template", "world"]
