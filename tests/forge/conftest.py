"""Fixtures: a small ledger, on a forge of its own."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import template, world
from tests.e2e.world import World
from tests.forge.forge import Forge, serve

__all__ = ["forge", "template", "world"]


@pytest.fixture
def forge(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Forge]:
    """The world's repository on a forge; both go the direct way to each other."""
    for name in (
        "http_proxy",
        "https_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    with serve(world) as served:
        yield served
