"""A repository of its own for each test."""

from tests.e2e.conftest import template, world

__all__ = ["template", "world"]
