"""`homegolf init`: give a repository a ledger; what is there already stays."""

import os

from homegolf_git.commands.workspace import Workspace
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.namefaults import unportable_part
from homegolf_git.core.model.naming import LaneId, lane_id_of, lane_path, parse_path
from homegolf_git.core.model.values import Value
from homegolf_git.core.views import init as view
from homegolf_git.errors import refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.documents import read_lane
from homegolf_git.shell.files.worktree import place_files
from homegolf_git.shell.reporters import Answer
from homegolf_git.shell.workflows import workflows_of_others

_DEFAULT_LANE = "local-cluster"  # of a ledger that has none yet
_SCHEMAS = ("run-v1", "lane-v1", "ladder-v1", "receipts-v1", "retraction-v1")
_METRIC = b"metric: {name: val_bpb, unit: bits/byte, direction: minimize, decimals: 4}"


class InitOptions(Value, frozen=True):
    """Lanes to add, and the metric that they have."""

    lanes: tuple[str, ...] = ()
    metric: str = "val_bpb"
    unit: str = "bits/byte"
    direction: str = "minimize"


def init(workspace: Workspace, options: InitOptions) -> Answer[view.Begun]:
    """Write ladder, lanes, workflows, git attributes, owners, schemas and editor settings."""
    repo = workspace.repo()
    repo.require_work_tree()
    left_out = repo.left_out()  # by a sparse checkout: it is there, and git has it
    drafts = [path.relative_to(repo.top).as_posix() for path in repo.top.glob(lane_path("*"))]
    places = [parse_path(path) for path in (*drafts, *left_out)]
    there_already = sorted({place.lane for place in places if place and place.kind == "lane"})
    wanted = options.lanes or (() if there_already else (_DEFAULT_LANE,))
    lanes = list(dict.fromkeys(map(_checked, wanted)))
    rules = {lane_path(lane): _rules(lane, options) for lane in lanes}
    files = _files(sorted({*there_already, *lanes}), rules)
    there = [name for name in files if name in left_out or os.path.lexists(repo.top / name)]
    written = place_files(
        repo.top, {name: data for name, data in files.items() if name not in there}
    )
    return Answer(view.Begun(lanes, written, there), view.text, view.json)


def _checked(name: str) -> LaneId:
    lane = lane_id_of(name)
    if lane is None or unportable_part(name):
        fix = "use a-z 0-9 and -, 32 at most, and no name of a device such as aux"
        raise refused(finding("bad_format", f"{name!r} cannot name a lane", fix=fix))
    return lane


def _rules(lane: LaneId, options: InitOptions) -> bytes:
    """The file of a lane, which must be one that can be read."""
    metric = rowyaml.dump(
        {
            "name": options.metric,
            "unit": options.unit,
            "direction": options.direction,
            "decimals": 4,
        }
    )
    inline = ", ".join(metric.splitlines())
    data = (data_folder("examples") / "ledger" / "lane.yaml").read_bytes()
    data = data.replace(b"lane: LANE", f"lane: {lane}".encode())
    if options != InitOptions(options.lanes):
        data = data.replace(_METRIC, f"metric: {{{inline}}}".encode())
    rules, found = read_lane(data, lane_path(lane), lane)
    if rules is None:
        raise refused(*found)
    return data


def _files(lanes: list[str], rules: dict[str, bytes]) -> dict[str, bytes]:
    """Every file by its path, as the program brings it along, with the rules of new lanes."""
    source = data_folder("examples") / "ledger"
    ladder = rowyaml.dump({"schema": "homegolf/ladder/v1", "lanes": lanes})
    files = {
        "ledger/ladder.yaml": b"# Lanes in promotion order, the cheapest first.\n"
        + ladder.encode(),
        **rules,
        ".gitattributes": (source / "gitattributes").read_bytes(),
        ".github/CODEOWNERS": (source / "CODEOWNERS").read_bytes(),
        ".vscode/settings.json": (source / "vscode-settings.json").read_bytes(),
    }
    files |= workflows_of_others()
    for name in _SCHEMAS:
        schema = data_folder("schemas") / f"{name}.schema.json"
        files[f"schemas/{schema.name}"] = schema.read_bytes()
    return files
