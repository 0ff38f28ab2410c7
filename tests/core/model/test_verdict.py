"""The words of a verdict are those that the glossary explains."""

import re
from pathlib import Path
from typing import get_args

import pytest

from homegolf_git.core.model.verdict import Basis, Side, VerdictClass

GLOSSARY = (Path(__file__).parents[3] / "docs" / "glossary.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("word", "values"), [("class", VerdictClass), ("basis", Basis), ("attribution", Side)]
)
def test_each_word_is_there_and_no_other(word: str, values: object) -> None:
    [line] = re.findall(rf"^- \*\*{word}\*\*: (.*)$", GLOSSARY, re.MULTILINE)
    assert re.findall(r"`(\w+)`", line) == list(get_args(values))
