"""What a build says it has written."""

from homegolf_git.core.views.site import Built, json, text


def test_where_it_is_and_what_is_in_it() -> None:
    built = Built("_site", 1, 23, 31, 0)
    assert list(text(built)) == ["_site: 1 lane, 23 runs, 31 files; open _site/index.html"]
    assert json(built) == {"output": "_site", "lanes": 1, "runs": 23, "files": 31, "left_out": 0}


def test_runs_without_a_page_are_named() -> None:
    assert list(text(Built("_site", 2, 1, 9, 7)))[1].startswith("7 earlier runs")
