"""The files of the site: pages by their templates, a script with the rows of each lane, and assets.

The only module that imports jinja2. Whatever a template prints is text: what could act in a page,
or on who reads it, is shown as itself.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from homegolf_git.core.model.escapes import escaped
from homegolf_git.core.model.naming import lane_id_of, run_id_of
from homegolf_git.core.views.siteindex import SPARK_BOX, Card
from homegolf_git.core.views.sitelane import LanePage
from homegolf_git.core.views.siteparts import mark_paths
from homegolf_git.core.views.siterun import RunPage
from homegolf_git.shell.files.datafiles import package_file

INDEX, ASSETS, RUNS, DATA, PICTURE = "index.html", "assets", "runs", "data.js", "progress.svg"
GENERATOR = "homegolf site build"  # by which a site is known for one of its own
_MARK = f'<meta name="generator" content="{GENERATOR}">'
_HEAD_BYTES = 2_000  # of a page, in which the mark stands
_OF_LANE = (INDEX, DATA, PICTURE)


class Pages:
    """Makes pages; templates are read once."""

    def __init__(self) -> None:
        """Read the templates when they are first asked for."""
        self._environment = Environment(
            loader=FileSystemLoader(package_file("site/templates")),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=_harmless,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals |= {
            "generator": GENERATOR, "marks": mark_paths(), "spark_box": SPARK_BOX
        }  # fmt: skip

    def index(self, cards: Sequence[Card]) -> bytes:
        """The first page."""
        return self._made("index.html", cards=cards, root="")

    def lane(self, page: LanePage) -> bytes:
        """A lane's page."""
        return self._made("lane.html", page=page, root="../")

    def run(self, page: RunPage) -> bytes:
        """A run's page."""
        return self._made("run.html", page=page, root="../../")

    def _made(self, template: str, **values: Any) -> bytes:  # noqa: ANN401 - what a template takes
        return self._environment.get_template(template).render(values).encode("utf-8")


def _harmless(value: object) -> object:
    return escaped(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def assets() -> dict[str, bytes]:
    """Style sheets and scripts by name, and the licence of the one that others wrote."""
    folder = package_file("site/assets")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def foreign_files(folder: Path) -> Iterator[str]:
    """What of a folder no `site build` has written; of a folder that holds no site, everything."""
    if not _is_site(folder):
        yield from sorted(item.name for item in folder.iterdir())
        return
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_symlink() or not (path.is_dir() or _is_ours(name.parts)):
            yield name.as_posix()


def _is_site(folder: Path) -> bool:
    index = folder / INDEX
    if not index.is_file():
        return False
    with index.open("rb") as file:
        return _MARK.encode() in file.read(_HEAD_BYTES)


def _is_ours(parts: tuple[str, ...]) -> bool:
    """Whether a site has such a file."""
    match parts:
        case [name]:
            return name == INDEX
        case [folder, name] if folder == ASSETS and name in assets():
            return True
        case [lane, name]:
            return lane_id_of(lane) is not None and name in _OF_LANE
        case [lane, folder, name]:
            run = run_id_of(name.removesuffix(".html")) if name.endswith(".html") else None
            return lane_id_of(lane) is not None and folder == RUNS and run is not None
    return False
