"""Fixtures: copies of the small ledger, and of the one that pull requests are opened against."""

from tests.e2e.conftest import template, world
from tests.hostile.conftest import ground, pull

__all__ = ["ground", "pull", "template", "world"]
