"""Parts of a picture as SVG, placed in tenths of a unit."""

from homegolf_git.core.views import inert

_TICK_MAX = 7  # characters that a score beside the plot has room for


def text_at(kind: str, x: int, y: int, text: str, *, is_end: bool = False) -> str:
    """A text that says `text`, from its baseline; with `is_end` it ends there."""
    anchor = ' text-anchor="end"' if is_end else ""
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{tenths(x)}" y="{tenths(y)}"{anchor}>{inert.html(text)}</text>'


def tenths(tenths: int) -> str:
    """Tenths of a unit as SVG reads them: 764 is 76.4."""
    whole, tenth = divmod(tenths, 10)
    return f"{whole}.{tenth}" if tenth else str(whole)


def tick(x: int, y: int, text: str) -> str:
    """A score beside the plot, squeezed where it is longer than there is room."""
    squeezed = ' textLength="54" lengthAdjust="spacingAndGlyphs"' if len(text) > _TICK_MAX else ""
    return f'<text class="wide" x="{tenths(x)}" y="{tenths(y)}" text-anchor="end"{squeezed}>{text}</text>'
