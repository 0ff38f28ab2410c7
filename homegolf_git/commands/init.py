"""`homegolf init`: give a repository a ledger; what is there already stays."""

import os

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.naming import lane_id_of, lane_path, parse_path
from homegolf_git.core.views import init as view
from homegolf_git.errors import environment_error, refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.worktree import place_files
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.workflows import workflows_of_others

_DEFAULT_LANE = "local-cluster"  # of a ledger that has none yet
_SCHEMAS = ("run-v1", "lane-v1", "ladder-v1", "retraction-v1")


def init(workspace: Workspace, named: str | None) -> Answer[view.Begun]:
    """Write ladder, lane, workflows, git attributes, owners, schemas and editor settings."""
    wanted = _DEFAULT_LANE if named is None else named
    lane = lane_id_of(wanted)
    if lane is None:
        raise refused(
            finding(
                "bad_format", f"{wanted!r} cannot name a lane", fix="use a-z 0-9 and -, 32 at most"
            )
        )
    repo = workspace.repo()
    if repo.is_bare:
        raise environment_error("bare_repository", f"{repo.top} is bare")
    left_out = repo.left_out()  # by a sparse checkout: it is there, and git has it
    drafts = [path.relative_to(repo.top).as_posix() for path in repo.top.glob(lane_path("*"))]
    places = [parse_path(path) for path in (*drafts, *left_out)]
    there_already = sorted({place.lane for place in places if place and place.kind == "lane"})
    is_added = named is not None or not there_already
    files = _files(lane, sorted({*there_already, *([lane] if is_added else [])}))
    if not is_added:
        files.pop(f"ledger/{lane}/lane.yaml")
    there = [name for name in files if name in left_out or os.path.lexists(repo.top / name)]
    written = place_files(
        repo.top, {name: data for name, data in files.items() if name not in there}
    )
    return Answer(view.Begun(lane, written, there), view.text, view.json)


def _files(lane: str, lanes: list[str]) -> dict[str, bytes]:
    """Every file by its path, as the program brings it along."""
    source = data_folder("examples") / "ledger"
    ladder = rowyaml.dump({"schema": "homegolf/ladder/v1", "lanes": lanes})
    files = {
        "ledger/ladder.yaml": b"# Lanes in promotion order, the cheapest first.\n"
        + ladder.encode(),
        f"ledger/{lane}/lane.yaml": (source / "lane.yaml")
        .read_bytes()
        .replace(b"lane: LANE", f"lane: {lane}".encode()),
        ".gitattributes": (source / "gitattributes").read_bytes(),
        ".github/CODEOWNERS": (source / "CODEOWNERS").read_bytes(),
        ".vscode/settings.json": (source / "vscode-settings.json").read_bytes(),
    }
    files |= workflows_of_others()
    for name in _SCHEMAS:
        schema = data_folder("schemas") / f"{name}.schema.json"
        files[f"schemas/{schema.name}"] = schema.read_bytes()
    return files
