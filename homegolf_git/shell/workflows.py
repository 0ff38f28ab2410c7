"""The workflows of a ledger, from the one source that is `examples/ledger/workflows`.

Each file there is a workflow with places such as `<PREFIX>`. `homegolf init` fills them for a repository
that installs the program with pip, `make golden` for this one, which holds it.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import indent

from homegolf_git import comment
from homegolf_git.shell.files.datafiles import data_folder

_FOLDER = ".github/workflows"
_OF_DEFAULT_BRANCH = ("audit.yml", "comment.yml")  # what a clock or another workflow sets off
_PLACE = re.compile(r"^(?P<indent> *)# <(?P<lines>[A-Z]+)>\n|<(?P<word>[A-Z]+)>", re.MULTILINE)


def fill(template: str, places: Mapping[str, str]) -> str:
    """A template with its places filled; one that is a comment of its own line takes whole lines."""

    def filled(place: re.Match[str]) -> str:
        if place["word"]:
            return places[place["word"]]
        return indent(places[place["lines"]], place["indent"])

    return _PLACE.sub(filled, template)


def workflow_files(
    prefix: str, install: str, head: str = "", branch: str | None = None
) -> dict[str, bytes]:
    """The workflows by path.

    Args:
        prefix: What their names begin with.
        install: The step that installs the program.
        head: Lines of comment that each begins with.
        branch: The branch that the ledger has for itself; None: it is on the main branch.
    """
    renderer = Path(comment.__file__).read_text(encoding="utf-8")
    places = {
        "PREFIX": prefix, "INSTALL": install, "HEAD": head, "RENDERER": renderer,
        "BRANCH": branch or "main", "REF": f"ref: {branch}\n" if branch else "",
    }  # fmt: skip
    sources = sorted((data_folder("examples") / "ledger" / "workflows").iterdir())
    return {
        f"{_FOLDER}/{prefix}{source.name}": fill(
            source.read_text(encoding="utf-8"), places
        ).encode()
        for source in sources
    }


def is_of_default_branch(path: str) -> bool:
    """Whether forges run a workflow from the default branch alone, wherever the ledger is."""
    return path.endswith(_OF_DEFAULT_BRANCH)


def workflows_of_others(branch: str | None = None) -> dict[str, bytes]:
    """The workflows of a repository that holds no program."""
    install = data_folder("examples") / "ledger" / "install.yml"
    return workflow_files("homegolf-", install.read_text(encoding="utf-8"), branch=branch)
