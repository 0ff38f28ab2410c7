"""A plot as SVG: axes, lines, dots, bars and words, at places that are rounded to tenths."""

from collections.abc import Iterable, Sequence

from homegolf_git.core.model.values import Record, field
from homegolf_git.core.views import inert
from homegolf_git.core.views.svg import tenths, text_at

WIDTH = 760
_FONTS = "-apple-system,BlinkMacSystemFont,'Segoe UI','Noto Sans',Helvetica,Arial,sans-serif"
_STYLE = f"""text{{font:14px {_FONTS};fill:#59636e}}.bg{{fill:#fff;stroke:#d1d9e0}}
.head{{font-size:17px;font-weight:600;fill:#1f2328}}.grid{{stroke:#d1d9e0}}.edge{{stroke:#8c959f}}
.strong{{fill:#1f2328}}.a{{fill:none;stroke:#bc4c00}}.b{{fill:none;stroke:#8250df}}.c{{fill:none;stroke:#0969da}}
.a,.b,.c{{stroke-width:2.5;stroke-linejoin:round}}.ta{{fill:#953800}}.tb{{fill:#6639ba}}.tc{{fill:#0550ae}}
.dot{{fill:none;stroke:#818b98;stroke-width:6;stroke-linecap:round}}.mark{{fill:#0969da}}.band{{fill:#54aeff;fill-opacity:.22}}
.other{{fill:#bc4c00;fill-opacity:.75}}.ours{{fill:#0969da}}.limit{{stroke:#0969da;stroke-dasharray:5 4}}
.span{{stroke:#59636e;stroke-width:3;stroke-linecap:round}}
@media(max-width:500px){{text{{font-size:21px}}.head{{font-size:23px}}.wide{{display:none}}}}
@media(prefers-color-scheme:dark){{text{{fill:#9198a1}}.bg{{fill:#0d1117;stroke:#3d444d}}.head,.strong{{fill:#f0f6fc}}
.grid{{stroke:#3d444d}}.edge{{stroke:#656c76}}.a{{stroke:#f0883e}}.b{{stroke:#bc8cff}}.c{{stroke:#58a6ff}}
.ta{{fill:#f0883e}}.tb{{fill:#bc8cff}}.tc{{fill:#79c0ff}}.dot{{stroke:#7d8590}}.mark,.ours{{fill:#58a6ff}}
.band{{fill:#388bfd;fill-opacity:.28}}.other{{fill:#f0883e}}.limit{{stroke:#58a6ff}}.span{{stroke:#9198a1}}}}"""

Point = tuple[float, float]


class Plot(Record):
    """A picture in the making: the box of its axes in tenths, and the values at their ends."""

    title: str
    about: str
    height: int
    across: Point  # values at the left and right edge
    up: Point  # values at the foot and the top
    left: int = 800
    right: int = 7300
    top: int = 700
    foot: int = 0
    parts: list[str] = field(default_factory=list)

    def x(self, value: float) -> int:
        """Where a value stands from the left, in tenths."""
        low, high = self.across
        return round(self.left + (value - low) / (high - low) * (self.right - self.left))

    def y(self, value: float) -> int:
        """Where a value stands from the top, in tenths."""
        low, high = self.up
        foot = self.foot or self.height * 10 - 600
        return round(foot - (value - low) / (high - low) * (foot - self.top))

    def text(self, kind: str, x: int, y: int, text: str, *, is_end: bool = False) -> None:
        """Words at a place."""
        self.parts.append(text_at(kind, x, y, text, is_end=is_end))

    def rule(self, kind: str, start: tuple[int, int], end: tuple[int, int]) -> None:
        """A straight line between two places."""
        (x1, y1), (x2, y2) = start, end
        self.parts.append(
            f'<path class="{kind}" d="M{tenths(x1)} {tenths(y1)}L{tenths(x2)} {tenths(y2)}"/>'
        )

    def rows(self, values: Iterable[tuple[float, str]]) -> None:
        """Lines of the grid from left to right, each with its value."""
        for value, text in values:
            self.rule("grid", (self.left, self.y(value)), (self.right, self.y(value)))
            self.text("", self.left - 80, self.y(value) + 45, text, is_end=True)

    def columns(self, values: Iterable[tuple[float, str]], caption: str) -> None:
        """Values below the plot, and what they are."""
        foot = self.y(self.up[0])
        self.rule("edge", (self.left, foot), (self.right, foot))
        for value, text in values:
            self.text("", self.x(value) + 35 * len(text), foot + 200, text, is_end=True)
        self.text("", self.right, foot + 430, caption, is_end=True)

    def line(self, kind: str, points: Sequence[Point]) -> None:
        """A line through points."""
        places = "L".join(f"{tenths(self.x(x))} {tenths(self.y(y))}" for x, y in points)
        self.parts.append(f'<path class="{kind}" d="M{places}"/>')

    def dots(self, points: Iterable[Point]) -> None:
        """Small round marks."""
        places = "".join(f"M{tenths(self.x(x))} {tenths(self.y(y))}h0" for x, y in points)
        self.parts.append(f'<path class="dot" d="{places}"/>')

    def mark(self, point: Point) -> None:
        """A larger mark."""
        x, y = self.x(point[0]), self.y(point[1])
        self.parts.append(f'<circle class="mark" cx="{tenths(x)}" cy="{tenths(y)}" r="5.5"/>')

    def bar(self, kind: str, start: float, end: float, y: int, height: int) -> None:
        """A bar from one value to another, its top at `y`."""
        x, width = self.x(start), self.x(end) - self.x(start)
        self.parts.append(
            f'<rect class="{kind}" x="{tenths(x)}" y="{tenths(y)}" width="{tenths(width)}" height="{tenths(height)}"/>'
        )

    def svg(self) -> str:
        """The picture; the same bytes on every machine."""
        size = f'viewBox="0 0 {WIDTH} {self.height}" width="{WIDTH}" height="{self.height}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="t d">',
                f'<title id="t">{inert.html(self.title)}</title>',
                f'<desc id="d">{inert.html(self.about)}</desc>',
                f"<style>{_STYLE}</style>",
                f'<rect class="bg" x=".5" y=".5" width="{WIDTH - 1}" height="{self.height - 1}" rx="6"/>',
                text_at("head", 200, 320, self.title),
                *self.parts,
                "</svg>\n",
            ]
        )
