"""Fixtures: the worlds of the end-to-end tests, on a forge where a command needs one."""

from tests.e2e.conftest import template, world
from tests.forge.conftest import forge

__all__ = ["forge", "template", "world"]
