"""The tests lie as the core does: each module has a test module of its name, in the same room."""

import ast
from pathlib import Path

import pytest

from homegolf_git import core

CORE = Path(core.__path__[0])
MODULES = sorted(path.relative_to(CORE) for path in CORE.rglob("*.py") if path.stem != "__init__")


def names_of_tests(path: Path) -> list[str]:
    """Names of the tests of a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    found = [node.name for node in nodes if isinstance(node, ast.FunctionDef)]
    return [name for name in found if name.startswith("test_")]


def test_there_are_modules() -> None:
    assert {path.parent.name for path in MODULES} >= {"model", "judge", "search", "views"}


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_has_a_test_module(module: Path) -> None:
    tests = Path(__file__).parent / module.with_name(f"test_{module.name}")
    assert tests.is_file(), f"write {tests}"
    assert names_of_tests(tests), f"{tests} tests nothing"
