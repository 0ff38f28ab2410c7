"""What the marks of a picture mean and how many there are, in a form for each size of screen."""

from collections.abc import Iterator, Mapping

from homegolf_git.core.search.chartlayout import Layout, Place
from homegolf_git.core.search.chartscale import LEFT
from homegolf_git.core.views.picturestyle import WIDTH, shape
from homegolf_git.core.views.svg import tenths, text_at

_CHARACTER, _GAP = 72, 216  # tenths of a unit
_SMALL_LEFT, _SMALL_CHARACTER, _SMALL_GAP, _SMALL_LINE = 200, 136, 500, 360


def legend(
    counts: Mapping[str, int], layout: Layout, height: int, *, is_many: bool
) -> Iterator[str]:
    """Both forms, of which a screen shows one."""
    found = [(name, f"{name} {n}") for name, n in counts.items() if n]
    yield '<g class="wide many">' if is_many else '<g class="wide">'
    yield from _wide(found, layout, height * 10, is_many=is_many)
    yield "</g>"
    yield '<g class="small many">' if is_many else '<g class="small">'
    yield from _small(found, layout.strip, is_many=is_many)
    yield "</g>"


def _wide(
    found: list[tuple[str, str]], layout: Layout, height: int, *, is_many: bool
) -> Iterator[str]:
    x, y = LEFT, height - (450 if layout.scale else 190)
    for name, text in found:
        yield _key(name, (x, y), (x + 100, y + 50), text, is_many=is_many)
        x += _CHARACTER * len(text) + _GAP
    if layout.scale:
        yield f'<path class="line" d="M58 {tenths(y + 240)}h14"/>' + text_at(
            "", 780, y + 290, "incumbent"
        )
        meaning = "what noise may explain (median of the runs around); a gain must lie beyond it"
        yield f'<rect class="band" x="160" y="{tenths(y + 180)}" width="16" height="12"/>'
        yield text_at("", 1820, y + 290, meaning)


def _small(found: list[tuple[str, str]], strip: int, *, is_many: bool) -> Iterator[str]:
    x, y = _SMALL_LEFT, strip + 390
    for name, text in found:
        width = _SMALL_CHARACTER * len(text) + _SMALL_GAP
        if x + width > WIDTH * 10:
            x, y = _SMALL_LEFT, y + _SMALL_LINE
        yield _key(name, (x, y), (x + 140, y + 80), text, is_many=is_many)
        x += width


def _key(name: str, mark: Place, at: Place, text: str, *, is_many: bool) -> str:
    drawn = f"M{tenths(mark[0])} {tenths(mark[1])}{shape(name, is_many=is_many)}"
    return f'<path class="{name}" d="{drawn}"/>' + text_at("", *at, text)
