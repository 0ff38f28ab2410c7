"""How a picture looks in each kind of surroundings."""

from typing import get_args

from homegolf_git.core.model.verdict import VerdictClass
from homegolf_git.core.views.picturestyle import GLYPHS, shape, style


def test_every_class_has_a_mark_and_a_colour_for_light_and_dark() -> None:
    assert set(GLYPHS) == set(get_args(VerdictClass))
    light, _, dark = style(is_many=False).partition("prefers-color-scheme:dark")
    for name in GLYPHS:
        assert f".{name}{{" in light
        assert f".{name}{{" in dark
        assert shape(name, is_many=False)
        assert shape(name, is_many=True)


def test_small_marks_are_styled_only_where_there_are_some() -> None:
    assert ".many" in style(is_many=True)
    assert ".many .noise{stroke-width:3" not in style(is_many=False)
