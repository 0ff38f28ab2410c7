"""The files of a new ledger, as the program brings them along."""

from homegolf_git.core.model.autoresearch import Trainer, rules_for, rules_of_past
from homegolf_git.core.model.findings import finding
from homegolf_git.core.model.namefaults import unportable_part
from homegolf_git.core.model.naming import LaneId, lane_id_of, lane_path
from homegolf_git.core.model.values import Value
from homegolf_git.errors import refused
from homegolf_git.shell.files import rowyaml
from homegolf_git.shell.files.datafiles import data_folder
from homegolf_git.shell.files.documents import read_lane
from homegolf_git.shell.workflows import workflows_of_others

_DEFAULT_LANE = "local-cluster"  # of a ledger that has none yet
_SCHEMAS = ("run-v1", "lane-v1", "ladder-v1", "receipts-v1", "retraction-v1")
_METRIC = b"metric: {name: val_bpb, unit: bits/byte, direction: minimize, decimals: 4}"


class NewLanes(Value, frozen=True):
    """Lanes to add, the metric that they have, and the trainer that their rules are made for.

    `past` is the one among them that takes the runs of its log.
    """

    lanes: tuple[str, ...] = ()
    metric: str = "val_bpb"
    unit: str = "bits/byte"
    direction: str = "minimize"
    trainer: Trainer | None = None
    past: str | None = None


def lanes_to_add(new: NewLanes, there: list[LaneId]) -> dict[LaneId, bytes]:
    """Lanes with their rules: those that were named, or the first one of a ledger that has none.

    Raises:
        HomegolfError: for a name or a metric that no lane can have.
    """
    wanted = new.lanes or (() if there else (_DEFAULT_LANE,))
    lanes = dict.fromkeys(map(checked_lane, wanted))
    return {lane: lane_rules(lane, new) for lane in lanes}


def checked_lane(name: str) -> LaneId:
    """A name as that of a lane; refused where no lane can have it."""
    lane = lane_id_of(name)
    if lane is None or unportable_part(name):
        fix = "use a-z 0-9 and -, 32 at most, and no name of a device such as aux"
        raise refused(finding("bad_format", f"{name!r} cannot name a lane", fix=fix))
    return lane


def lane_rules(lane: LaneId, new: NewLanes) -> bytes:
    """The file of a lane, which must be one that can be read."""
    metric = rowyaml.dump(
        {
            "name": new.metric,
            "unit": new.unit,
            "direction": new.direction,
            "decimals": 4,
        }
    )
    inline = ", ".join(metric.splitlines())
    data = (data_folder("examples") / "ledger" / "lane.yaml").read_bytes()
    data = data.replace(b"lane: LANE", f"lane: {lane}".encode())
    if new != NewLanes(new.lanes):
        data = data.replace(_METRIC, f"metric: {{{inline}}}".encode())
        data = data.replace(b'val_bpb: "^val_bpb:', f'{new.metric}: "^{new.metric}:'.encode())
    if lane == new.past:
        data = rules_of_past(data.decode()).encode()
    elif new.trainer is not None:
        template = (data_folder("examples") / "autoresearch" / "lane.yaml").read_text("utf-8")
        data = rules_for(data.decode(), template, new.trainer, new.metric).encode()
    rules, found = read_lane(data, lane_path(lane), lane)
    if rules is None:
        raise refused(*found)
    return data


def ledger_files(
    lanes: list[str], rules: dict[str, bytes], branch: str | None = None
) -> dict[str, bytes]:
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
    files |= workflows_of_others(branch)
    for name in _SCHEMAS:
        schema = data_folder("schemas") / f"{name}.schema.json"
        files[f"schemas/{schema.name}"] = schema.read_bytes()
    return files
