"""Parts of a picture."""

import pytest

from homegolf_git.core.views.svg import tenths, text_at, tick


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (764, "76.4"), (760, "76"), (5, "0.5")])
def test_tenths(value: int, text: str) -> None:
    assert tenths(value) == text


def test_a_text_says_what_it_is_given() -> None:
    assert text_at("", 10, 20, '<b> & "') == '<text x="1" y="2">&lt;b&gt; &amp; &quot;</text>'
    assert 'class="a b"' in text_at("a b", 10, 20, "")
    assert 'text-anchor="end"' in text_at("", 10, 20, "", is_end=True)


def test_a_long_score_is_squeezed() -> None:
    assert "textLength" in tick(580, 10, "1000000000000")
    assert "textLength" not in tick(580, 10, "1.0655")
