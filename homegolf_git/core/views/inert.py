"""Text from rows made harmless: for a terminal, and for Markdown on a forge."""

import re

# Controls, bidirectional and invisible formatting, line separators and lone surrogates.
_ACTIVE = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_SPECIAL = re.compile(r"[\\`*_\[\]#|~$]")
_LINE_START = re.compile(r"[-+=:]|[0-9]+[.)]")  # would begin a list or underline a heading
_BREAK = "<!-- -->"  # nothing to a reader; keeps a mention, a reference or a link from forming
_LINKING = re.compile(r"@|://|(?i:www)(?=\.)|(?i:GH)(?=-[0-9])")


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode-escape", "backslashreplace").decode("ascii")


def plain(text: str) -> str:
    """One line for a terminal: whatever could act there is shown as an escape."""
    # Runners of GitHub obey ##[command] anywhere in a line.
    return _ACTIVE.sub(_escape, text).replace("##[", "##\\x5b")


def block(text: str) -> str:
    """Several lines for a terminal; line feeds are kept."""
    return "\n".join(map(plain, text.split("\n")))


def markdown(text: str) -> str:
    """Markdown within a line that shows `text`: no markup, HTML, mention, reference or link."""
    safe = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    safe = _SPECIAL.sub(r"\\\g<0>", safe).replace("\\#", "\\#" + _BREAK)
    return _LINKING.sub(_unlink, safe)


def markdown_line(text: str) -> str:
    """A whole line of Markdown: as above, and it begins no list and underlines no heading."""
    safe = markdown(text.lstrip())
    if start := _LINE_START.match(safe):
        at = start.end() - 1
        safe = f"{safe[:at]}\\{safe[at:]}"
    return safe


def _unlink(match: re.Match[str]) -> str:
    return ":" + _BREAK + "//" if match[0] == "://" else match[0] + _BREAK


def code(text: str) -> str:
    """An identifier in a Markdown code span, where nothing acts."""
    return "`" + plain(text).replace("`", "'").replace("|", "\\|") + "`"
