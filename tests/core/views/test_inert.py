"""Text of rows made harmless: nothing of it acts on a terminal or on a page."""

import html
import re
import unicodedata

import markdown_it
import pytest
from hypothesis import given
from hypothesis import strategies as st

from homegolf_git.core.views import inert

SHARP = st.text(
    st.one_of(
        st.sampled_from("\\`*_[]()#|~$<>&@:/.!-+=0123456789 \t\n\r\x00\x1b\x7f\u202e\u200b\u2028"),
        st.characters(),
    ),
    max_size=30,
)
WORDS = st.lists(
    st.sampled_from(
        ["@ada", "#12", "https://x.org", "www.x.org", "[a](b)", "![a](b)", "<b>", "a@b.c", "|",
         "\\|", "`", "- x", "1. x", "> x", "# x", "===", "GH-1", "o/r#1", "&lt;", "~~x~~", "$x$",
         "---", "***", "_x_", "<!--", "-->", "\\", "```", "x", " ", "+ x", "mailto:a@b.c"]
    ),
    max_size=6,
).map("".join)  # fmt: skip
ACTIVE = {"Cc", "Cf", "Zl", "Zp", "Cs"}
MARKDOWN = markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(rendered: str) -> str:
    """What a reader sees of a rendered page."""
    without_comments = re.sub(r"<!--.*?-->", "", rendered, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", "", without_comments))


def tags(rendered: str) -> list[str]:
    """Names of the elements of a rendered page."""
    return re.findall(r"</?([a-z0-9]+)", re.sub(r"<!--.*?-->", "", rendered, flags=re.DOTALL))


class TestPlain:
    """One line for a terminal: whatever could act there is shown as an escape."""

    @given(SHARP)
    def test_no_active_character(self, text: str) -> None:
        safe = inert.plain(text)
        bad = {char for char in safe if unicodedata.category(char) in ACTIVE}
        # Formatting characters that scripts need and that neither hide nor turn text around.
        assert not {char for char in bad if unicodedata.category(char) != "Cf"}
        assert not bad & set("\u00ad\u061c\u180e\u200b\u200e\u202e\u2066\ufeff\U000e0001")
        safe.encode()

    @given(SHARP)
    def test_harmless_text_stays(self, text: str) -> None:
        safe = inert.plain(text)
        assert inert.plain(safe) == safe
        if all(char.isascii() and char.isprintable() for char in text):
            assert safe == text

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("\x1b[31m", "\\x1b[31m"),
            ("a\nb", "a\\nb"),
            ("\u202e", "\\u202e"),
            ("\ud800", "\\ud800"),
        ],
    )
    def test_escapes(self, text: str, expected: str) -> None:
        assert inert.plain(text) == expected

    @given(SHARP)
    def test_a_block_keeps_its_lines(self, text: str) -> None:
        assert inert.block(text).split("\n") == [inert.plain(line) for line in text.split("\n")]


class TestMarkdown:
    """Within a line of Markdown: no markup, HTML, mention, reference or link."""

    @given(st.one_of(SHARP, WORDS))
    def test_a_cell_shows_its_text_and_nothing_else(self, text: str) -> None:
        page = MARKDOWN.render(f"| h | i |\n|---|---|\n| {inert.markdown(text)} | end |\n")
        cells = re.findall(r"<td>(.*?)</td>", page, flags=re.DOTALL)
        assert len(cells) == 2
        assert tags(cells[0]) == []
        assert shown(cells[0]).strip() == inert.plain(text).strip()

    @pytest.mark.parametrize(
        "text",
        [
            "- x | y",
            " - x",
            "+ a*b*",
            "12. x_y_",
            "  3) x",
            "=$",
            "===",
            "---",
            ": x",
            "# x",
            "> x",
        ],
    )
    def test_a_line_that_would_begin_a_block(self, text: str) -> None:
        page = MARKDOWN.render("before\n\n" + inert.markdown_line(text))
        assert tags(page) == ["p"] * 4
        assert shown(page).split("\n")[1].strip() == text.strip()

    @given(st.one_of(SHARP, WORDS))
    def test_a_line_is_one_paragraph(self, text: str) -> None:
        if not text.strip():
            return
        page = MARKDOWN.render(inert.markdown_line(text))
        assert set(tags(page)) <= {"p"}
        assert shown(page).strip() == inert.plain(text).strip()

    @given(st.one_of(SHARP, WORDS))
    def test_no_unescaped_pipe(self, text: str) -> None:
        for safe in (inert.markdown(text), inert.code(text)):
            assert not re.search(r"(?<!\\)\|", safe)
            assert "\n" not in safe

    @given(st.one_of(SHARP, WORDS))
    def test_no_mention_reference_or_link(self, text: str) -> None:
        safe = inert.markdown_line(text)
        assert not re.search(r"@\w|#\d|://|www\.|GH-\d", safe, flags=re.IGNORECASE)
        assert not re.search(r"<(?!!-- -->)", safe)
        assert not re.search(r"(?<!-)>|(?<!\\)\[|(?<!\\)\]\(", safe)

    @given(st.one_of(SHARP, WORDS))
    def test_code_is_one_span(self, text: str) -> None:
        if not text.strip():
            return
        safe = inert.code(text)
        assert safe.count("`") == 2
        page = MARKDOWN.render(f"| h | i |\n|---|---|\n| {safe} | end |\n")
        cells = re.findall(r"<td>(.*?)</td>", page, flags=re.DOTALL)
        assert len(cells) == 2
        assert tags(cells[0]) == ["code", "code"]
        assert shown(cells[0]).strip() == inert.plain(text).replace("`", "'").strip()
