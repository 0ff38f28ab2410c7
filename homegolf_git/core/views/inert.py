"""Text from rows made harmless: for a terminal, for Markdown on a forge, for HTML and pictures."""

import re

from homegolf_git.core.model.escapes import escaped

_SPECIAL = re.compile(r"[\\`*_\[\]#|~$]")
_LINE_START = re.compile(r"[-+=:]|[0-9]+[.)]")  # would begin a list or underline a heading
_BREAK = "<!-- -->"  # nothing to a reader; keeps a mention, a reference or a link from forming
_LINKING = re.compile(r"@|://|(?i:www)(?=\.)|(?i:GH)(?=-[0-9])")


def plain(text: str) -> str:
    """One line for a terminal: whatever could act there is shown as an escape."""
    # Runners of GitHub obey ##[command] anywhere in a line.
    return escaped(text).replace("##[", "##\\x5b")


def block(text: str) -> str:
    """Several lines for a terminal; line feeds are kept."""
    return "\n".join(map(plain, text.split("\n")))


def html(text: str) -> str:
    """HTML or XML, in an element or a quoted attribute, that shows `text` and nothing else."""
    safe = plain(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace('"', "&quot;").replace("'", "&#39;")


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
